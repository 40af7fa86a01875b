//! KL divergence of points by nearest neighbours: one timed run for every line of input.
//!
//! `cargo bench -p kullback --bench knn -- FILE COLUMNS K`, where FILE holds the rows of P and as
//! many of Q as little-endian f64. For each line read it prints nanoseconds and the value, so that
//! `bench/knn/run.py` can take turns with its peer.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::error::Error;
use std::io::stdin;
use std::time::Instant;

use kullback::estimate::{Points, kl_of_points};

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds an option of its own.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let [file, columns, k] = &arguments[..] else {
        eprintln!("knn: needs FILE COLUMNS K; see bench/README.md");
        return Ok(());
    };
    let (columns, k): (usize, usize) = (columns.parse()?, k.parse()?);
    let bytes = std::fs::read(file)?;
    let (numbers, _) = bytes.as_chunks::<8>();
    let numbers: Vec<f64> = numbers.iter().map(|&x| f64::from_le_bytes(x)).collect();
    let rows: Vec<&[f64]> = numbers.chunks_exact(columns).collect();
    let (p, q) = rows.split_at(rows.len() / 2);
    for line in stdin().lines() {
        line?;
        let start = Instant::now();
        let kl = kl_of_points(&Points::new(p)?, &Points::new(q)?, k)?;
        println!("{} {kl}", start.elapsed().as_nanos());
    }
    Ok(())
}
