//! What the name of a parameter says: its layer, its module, its place in the order.

/// The layer that a tensor belongs to: its name up to the first part that is a number, as
/// `model.layers.12` of `model.layers.12.mlp.up_proj.weight`. Nothing for tensors without one.
pub(super) fn layer(name: &str) -> Option<&str> {
    let mut end = 0;
    for part in name.split('.') {
        end += part.len();
        if is_number(part) {
            return Some(&name[..end]);
        }
        end += 1;
    }
    None
}

/// The module that a tensor belongs to, the same in every layer: its name without the last part,
/// each number replaced by `*`, as `model.layers.*.mlp.up_proj`.
pub(super) fn module(name: &str) -> String {
    let parts: Vec<&str> = name
        .split('.')
        .map(|part| if is_number(part) { "*" } else { part })
        .collect();
    let module = &parts[..parts.len().max(2) - 1];
    module.join(".")
}

/// Orders names part by part, numbers by size: layer 2 comes before layer 10.
pub(super) fn order(name: &str) -> Vec<(usize, &str)> {
    let key = |part| {
        if is_number(part) {
            let digits = part.trim_start_matches('0');
            (digits.len() + 1, digits)
        } else {
            (0, part)
        }
    };
    name.split('.').map(key).collect()
}

fn is_number(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_usual_models() {
        for (name, in_layer, in_module) in [
            (
                "model.layers.12.self_attn.q_proj.weight",
                Some("model.layers.12"),
                "model.layers.*.self_attn.q_proj",
            ),
            (
                "model.layers.3.mlp.experts.17.down_proj.weight",
                Some("model.layers.3"),
                "model.layers.*.mlp.experts.*.down_proj",
            ),
            ("h.0.ln_1.bias", Some("h.0"), "h.*.ln_1"),
            ("blk.7.ffn_up.weight", Some("blk.7"), "blk.*.ffn_up"),
            ("model.embed_tokens.weight", None, "model.embed_tokens"),
            ("lm_head.weight", None, "lm_head"),
            ("logit_scale", None, "logit_scale"),
            ("0.weight", Some("0"), "*"),
            ("", None, ""),
            ("a..5", Some("a..5"), "a."),
        ] {
            assert_eq!(layer(name), in_layer, "{name}");
            assert_eq!(module(name), in_module, "{name}");
        }
    }

    #[test]
    fn layers_are_ordered_by_number() {
        let mut names = ["l.10.a", "l.9.b", "l.2", "head", "l.x", "l.9.a"];
        names.sort_by(|a, b| order(a).cmp(&order(b)));
        assert_eq!(names, ["head", "l.x", "l.2", "l.9.a", "l.9.b", "l.10.a"]);
    }
}
