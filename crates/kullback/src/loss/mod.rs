//! Losses to train by: value and gradient of KL, cross-entropy and their kin, without a framework.
//!
//! A [`Batch`] is rows × classes logits of a model, Q = softmax(logits/T), contiguous `f32` or `f64`.
//! A [`Target`] is what its rows are to be near to: classes, probabilities, or logits. Both are
//! checked once, when they are built. Each loss is a method of the batch; it returns the value, in
//! nats, and writes the gradient by the logits. A [`Penalty`] is one on parameters.
//!
//! | loss of a row | formula | gradient by the logits, times T |
//! |---|---|---|
//! | [`kl_target_model`](Batch::kl_target_model) | Σ p ln(p/q) | q − p |
//! | [`kl_from_logits`](Batch::kl_from_logits) | the same of two rows of logits, also where they nearly agree | q − p |
//! | [`kl_model_target`](Batch::kl_model_target) | Σ q ln(q/p) | q·(ln(q/p) − D) |
//! | [`symmetric_kl`](Batch::symmetric_kl) | Σ (p − q) ln(p/q) | the sum of both |
//! | [`js`](Batch::js) | β·D(P‖M) + (1 − β)·D(Q‖M) | (1 − β)·q·(ln(q/m) − D(Q‖M)) |
//! | [`cross_entropy_target_model`](Batch::cross_entropy_target_model) | −Σ p ln q | q − p |
//! | [`weighted_cross_entropy_target_model`](Batch::weighted_cross_entropy_target_model) | −Σ v·p ln q | q·Σvp − v·p |
//! | [`cross_entropy_model_target`](Batch::cross_entropy_model_target) | −Σ q ln p | −q·(ln p + H) |
//! | [`distillation_teacher_student`](Batch::distillation_teacher_student) | Σ p ln(p/q), × T² if so chosen | q − p, × T² |
//! | [`squared_error`](Batch::squared_error) | Σ (p − q)² | 2q·(q − p − Σ q(q − p)) |
//! | [`entropy`](Batch::entropy) | −Σ q ln q | −q·(ln q + H) |
//!
//! ```
//! use kullback::loss::{Batch, Reduction, Target};
//!
//! let logits: [f32; 6] = [2.0, 0.0, 0.0, 0.0, 1.0, 0.0]; // two rows, three classes
//! let mut gradient = [0.0; 6];
//! let batch = Batch::new(&logits, 3)?.reduce(Reduction::MeanOverKeptRows);
//! let loss = batch.cross_entropy_target_model(&Target::classes(&[0, 2], 3)?, &mut gradient)?;
//! assert!((loss.value - 0.895_495).abs() < 1e-6);
//! assert!(gradient[5] < 0.0); // a step against the gradient raises the right class
//! # Ok::<(), kullback::loss::Error>(())
//! ```
//!
//! # Directions
//!
//! Names say them: in `kl_target_model` the mean is over the target, in `kl_model_target` over the
//! model. Forward KL (target first) makes the model cover all that the target has; reverse KL keeps
//! it within. Where libraries have one `kl` the argument order decides, and mistakes go unseen.
//!
//! # When the target moves
//!
//! Cross-entropy and KL differ by the target's entropy, H(P,Q) = H(P) + D(P‖Q). While the target is
//! constant, so is H(P): the two losses have the same gradient, here to the last bit, and minimising
//! one is minimising the other. A test holds this.
//!
//! In consistency training the target is the model's own prediction on another view of the row. If
//! the gradient flows into it as well, the two losses part. With respect to the logits of P,
//!
//! ```text
//! ∂D(P‖Q) = p·(ln(p/q) − D)         pulls P to Q
//! ∂H(P,Q) = −p·(ln q + H(P,Q))      makes P certain of what Q finds likeliest
//! ```
//!
//! The second lacks the entropy's gradient, and its least value is at a P that is certain of one
//! class: both views agree on that class, whatever the row is, and the loss is 0. The model
//! collapses. Measured on 8×8 digits with 50 labels and consistency training of a
//! small MLP, accuracy in % over five seeds, of runs with a NumPy reference outside this crate; the
//! first row has more than a constant target, the next two differ in the loss alone:
//!
//! | consistency loss | gradient into the target | accuracy |
//! |---|---|---:|
//! | KL or cross-entropy, with UDA's sharpening and mask | no | 92.1 ± 1.9 |
//! | KL, plain | yes | 77.4 ± 7.2 |
//! | cross-entropy, plain | yes | 29.4 ± 12.7 |
//! | none: the 50 labels alone | | 83.4 ± 1.6 |
//!
//! So targets are constants here, as published (Xie et al. 2020, UDA). Who wants the gradient into a
//! target P = softmax(a) has it from the loss of the *other* direction, with the two exchanged:
//!
//! ```
//! use kullback::loss::{Batch, Target};
//!
//! let (a, b) = ([0.3f64, -1.0, 0.2], [1.0, 0.5, -0.5]);
//! let (target, mut by_a) = (Target::logits(&b, 3, 1.0)?, [0.0; 3]);
//! let moving = Batch::new(&a, 3)?;
//! moving.kl_model_target(&target, &mut by_a)?; // ∂D(P‖Q) by the logits a of P
//! let kl = by_a;
//! moving.cross_entropy_model_target(&target, &mut by_a)?; // ∂H(P,Q) by them
//! let cross_entropy = by_a;
//! moving.entropy(&mut by_a)?; // ∂H(P), by which they differ
//! for i in 0..3 {
//!     assert!((cross_entropy[i] - kl[i] - by_a[i]).abs() < 1e-15);
//! }
//! # Ok::<(), kullback::loss::Error>(())
//! ```
//!
//! # Memory, accuracy
//!
//! A loss reads the logits and writes the gradient; beside them it takes one number for each row, and
//! for each thread at most five rows of scratch. Rows are spread over all cores, and the result does
//! not depend on how.
//!
//! Logarithms of probabilities come from the logits, never from rounded probabilities. Terms are
//! computed in the type of the logits and added up in `f64`: values are right to some 10⁻¹⁵ of the
//! size of the logits' range for `f64`, 10⁻⁷ for `f32`, and gradients to as much. For divergences
//! of rows that agree to more digits than that, take [`kl_from_logits`](Batch::kl_from_logits), or
//! [`logits::row`](crate::logits::row) where no gradient is needed.

mod batch;
mod cross_entropy;
mod divergence;
mod error;
mod penalty;
mod softmax;
mod target;

pub use batch::{Batch, Loss, Reduction};
pub use divergence::DistillationScale;
pub use error::Error;
pub use penalty::Penalty;
pub use target::Target;
