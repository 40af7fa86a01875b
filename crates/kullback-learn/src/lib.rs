//! Training with KL, cross-entropy and consistency, beside L1 and L2, on Burn.
