//! The tree that keeps most of two tables' dependence.

use super::two_tables::Estimate;

/// Two tables seen along one tree of column pairs, and their divergence split by the chain rule.
///
/// The tree is the one of largest total mutual information, ½ I_P + ½ I_Q on each edge: on average
/// over both tables, no other tree-shaped distribution is closer to them. Each table is replaced by
/// the tree-shaped distribution with its own pairs on the edges, and
///
/// ```text
/// D(P_tree‖Q_tree) = Σ columns D(P_i‖Q_i) + Σ edges [D(P_ij‖Q_ij) − D(P_i‖Q_i) − D(P_j‖Q_j)]
/// ```
///
/// *An approximation of the divergence of whole rows, and no bound*: replacing both sides by their
/// trees can raise a divergence as well as lower it.
///
/// Source: Chow & Liu 1968 (the tree of one distribution); Cover & Thomas 2006, theorem 2.5.3.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// The edges, one fewer than columns, by their columns.
    pub edges: Vec<Edge>,
    /// D(P_tree‖Q_tree): the columns' divergences and the edges' parts together.
    pub divergence: Estimate,
}

/// An edge of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// The columns that it joins, the lower number first.
    pub columns: [usize; 2],
    /// What the pair's divergence is beyond the sum of its columns'; negative where the columns
    /// drifted together, so that the pair shows the same drift twice.
    pub part: Estimate,
    /// Whether the pair's table is sparse ([`Dependence`](super::Dependence) could not read all its
    /// levels), so that the correction falls short and the part is too large.
    pub sparse: bool,
}

/// A spanning tree of largest total weight, as pairs of nodes with the lower number first, sorted;
/// of equal weights the lower pair of numbers is taken. `weight` is symmetric.
///
/// Source: Prim 1957.
pub(super) fn spanning(nodes: usize, weight: impl Fn(usize, usize) -> f64) -> Vec<[usize; 2]> {
    let mut best: Vec<(f64, usize)> = (0..nodes).map(|node| (weight(0, node), 0)).collect();
    let mut outside: Vec<usize> = (1..nodes).collect();
    let mut edges = Vec::with_capacity(outside.len());
    while let Some(at) = (0..outside.len())
        .rev()
        .max_by(|&a, &b| best[outside[a]].0.total_cmp(&best[outside[b]].0))
    {
        let node = outside.remove(at);
        let from = best[node].1;
        edges.push([node.min(from), node.max(from)]);
        for &other in &outside {
            let through = weight(node, other);
            if through > best[other].0 {
                best[other] = (through, node);
            }
        }
    }
    edges.sort_unstable();
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_the_heaviest() {
        let weights = [
            [0.0, 3.0, 1.0, 0.5],
            [3.0, 0.0, 2.0, 0.4],
            [1.0, 2.0, 0.0, 0.6],
            [0.5, 0.4, 0.6, 0.0],
        ];
        let tree = spanning(4, |a, b| weights[a][b]);
        assert_eq!(tree, [[0, 1], [1, 2], [2, 3]]);
        assert_eq!(spanning(3, |_, _| 0.0), [[0, 1], [0, 2]]);
        assert!(spanning(1, |_, _| 0.0).is_empty());
    }
}
