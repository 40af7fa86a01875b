//! L1 whose steps stop at 0.

use crate::Parameter;

/// What remains of the gradients at parameters that are 0 under λ Σ|w|: nothing where the loss pulls by no more than λ, so that
/// such parameters stay 0, and else the pull less λ (Andrew & Gao 2007). Elsewhere the penalty's own gradient is right.
pub(super) fn hold_zeros(lambda: f64, parameters: &[Parameter], gradients: &mut [Parameter]) {
    let lambda = lambda as f32;
    for (parameter, gradient) in parameters.iter().zip(gradients) {
        for (&w, g) in parameter.values.iter().zip(&mut gradient.values) {
            if w == 0.0 {
                *g = g.signum() * (g.abs() - lambda).max(0.0);
            }
        }
    }
}

/// Sets to 0 what a step has carried through 0, or away from 0 without a gradient, by an optimiser's momentum.
pub(super) fn stop_at_zero(before: &[Parameter], gradients: &[Parameter], after: &mut [Parameter]) {
    for ((before, gradient), after) in before.iter().zip(gradients).zip(after) {
        let known = before.values.iter().zip(&gradient.values);
        for ((&before, &gradient), after) in known.zip(&mut after.values) {
            if before * *after < 0.0 || (before == 0.0 && gradient == 0.0) {
                *after = 0.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(values: &[f32]) -> Vec<Parameter> {
        vec![Parameter {
            name: "w".to_owned(),
            shape: vec![values.len()],
            values: values.to_vec(),
        }]
    }

    #[test]
    fn weak_pulls_leave_zeros_where_they_are() {
        let parameters = list(&[0.0, 0.0, 0.0, 1.0]);
        let mut gradients = list(&[0.5, -2.0, 3.0, 0.25]);
        hold_zeros(1.0, &parameters, &mut gradients);
        assert_eq!(gradients, list(&[0.0, -1.0, 2.0, 0.25]));
    }

    #[test]
    fn steps_stop_at_zero() {
        let mut after = list(&[-0.1, 0.2, 0.3, -0.4]);
        let gradients = list(&[1.0, 0.0, 1.0, 1.0]);
        stop_at_zero(&list(&[0.1, 0.0, 0.1, 0.0]), &gradients, &mut after);
        assert_eq!(after, list(&[0.0, 0.0, 0.3, -0.4]));
    }
}
