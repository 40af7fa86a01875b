//! Texts that differ only in how they are written.

use std::collections::BTreeMap;

use super::outcomes::{Label, Outcome};

/// For texts that no side shares: a text of P and its twin in Q, when every text of the smaller
/// side has exactly one twin once case and trailing punctuation are ignored.
pub(super) fn alike(outcomes: &[Outcome]) -> Option<(String, String)> {
    let p = plain(outcomes.iter().filter(|o| o.p > 0))?;
    let q = plain(outcomes.iter().filter(|o| o.q > 0))?;
    let (few, many) = if p.len() <= q.len() {
        (&p, &q)
    } else {
        (&q, &p)
    };
    if few.is_empty() || !few.keys().all(|text| many.contains_key(text)) {
        return None;
    }
    let text = few.keys().next()?;
    Some((p.get(text)?.to_string(), q.get(text)?.to_string()))
}

/// The texts by their plain form; `None` when two of them share one, or when not all are texts.
fn plain<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Option<BTreeMap<String, &'a str>> {
    let mut plain = BTreeMap::new();
    for outcome in outcomes {
        match &outcome.label {
            Label::Null => {}
            Label::Text(text) => {
                let form = text
                    .trim_end_matches(|c: char| !c.is_alphanumeric())
                    .trim_start()
                    .to_lowercase();
                if plain.insert(form, text.as_str()).is_some() {
                    return None;
                }
            }
            _ => return None,
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(p: &[&str], q: &[&str]) -> Vec<Outcome> {
        let outcome = |text: &&str, p, q| Outcome {
            label: Label::Text((*text).to_owned()),
            p,
            q,
        };
        p.iter()
            .map(|t| outcome(t, 1, 0))
            .chain(q.iter().map(|t| outcome(t, 0, 1)))
            .collect()
    }

    #[test]
    fn a_trailing_stop_is_seen_through() {
        let outcomes = sides(&["<=50K", ">50K"], &["<=50K.", ">50K."]);
        assert_eq!(alike(&outcomes), Some(("<=50K".into(), "<=50K.".into())));
    }

    #[test]
    fn other_words_are_not_alike() {
        assert_eq!(alike(&sides(&["red", "blue"], &["rouge", "bleu"])), None);
        assert_eq!(alike(&sides(&["a", "a."], &["A"])), None, "not one to one");
        assert_eq!(alike(&sides(&[], &[])), None);
    }
}
