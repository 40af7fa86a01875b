//! `kullback logits`, to the letter.

use std::path::PathBuf;

use crate::run::{Dir, Ran, root, run_in};

/// The files of the fixture, whose values are held to references in `kullback-model`.
fn fixture() -> PathBuf {
    root().join("crates/kullback-model/tests/fixture")
}

fn logits(args: &[&str]) -> Ran {
    run_in(&fixture(), &[&["logits"], args].concat(), &[], None)
}

#[test]
fn two_files_of_llama_cpp_are_compared() {
    assert_eq!(
        logits(&["base.kld", "cand.kld"]).answered(),
        "\
P  base.kld  kld, log-probabilities as U16 codes
Q  cand.kld  kld, log-probabilities as U16 codes

Q: 120 rows in 8 chunks over 37 tokens, in single precision; nats; text 8dee91a2fca3e571

           mean  ± error  median    99 %  99.9 %     max
KL(P‖Q)  0.0449   0.0018  0.0396  0.1535  0.1692  0.1701
KL(Q‖P)  0.0445   0.0017  0.0400  0.1445  0.1711  0.1733
JS(P,Q)  0.0110   4.2e-4  0.0100  0.0365  0.0414  0.0417
TV(P,Q)  0.1100   0.0025  0.1067  0.2261  0.2570  0.2601
H(P)     2.0906   0.0579
H(Q)     2.0866   0.0564
H(P,Q)   2.1354   0.0584

Same token on top in 82.5 ± 3.5 % of the rows
Perplexity 9.6493 → 10.311: +6.8585 ± 4.0684 %
Probability of the token that came: Δp −0.7 ± 0.5 % on average, RMS 4.8367 %

top p of P   rows  KL(P‖Q)  ± error  same top
0 to 0.25      31   0.0486   0.0051    67.7 %
0.25 to 0.5    55   0.0508   0.0041    80.0 %
0.5 to 0.75    26   0.0382   0.0036   100.0 %
0.75 to 0.9     3   0.0229   0.0109   100.0 %
0.9 to 0.99     4   0.0060   0.0018   100.0 %
0.99 to 1       1        0        –   100.0 %

worst row  chunk  KL(P‖Q)  top p of P  same top  token   its p   its q
104            6   0.1701      0.2333        no     35  0.0206  0.0224
87             5   0.1624      0.4712        no     13  0.0299  0.0313
85             5   0.1156      0.2612        no     32  0.2202  0.3512
14             0   0.1107      0.2990        no     21  0.2342  0.2967
41             2   0.1097      0.2740       yes     24  0.1624  0.1896

! P is cut 16 nats below the largest log-probability in 3 rows (2.5 %), on average at 22 tokens,
  which were given up to 4.1e-4 % of a row's mass together
! the probabilities of P's rows sum to 0.99997 to 1.00002 as stored; each row is divided by its sum
! Q is cut 16 nats below the largest log-probability in 3 rows (2.5 %), on average at 22 tokens,
  which were given up to 4.1e-4 % of a row's mass together
! the probabilities of Q's rows sum to 0.99998 to 1.00003 as stored; each row is divided by its sum
"
    );
}

#[test]
fn what_llama_cpp_printed_is_printed() {
    let printed = std::fs::read_to_string(fixture().join("llama.txt")).unwrap();
    assert_eq!(
        logits(&["base.kld", "cand_logits.npy", "--like-llama"]).answered(),
        printed
    );
}

#[test]
fn two_candidates_are_compared_in_pairs() {
    let ran = logits(&[
        "base_logits.npy",
        "base_logits.npy",
        "cand_logits.npy",
        "--worst",
        "0",
    ]);
    let text = ran.answered();
    let (_, pair) = text.split_once("\nKL(P‖A) − ").unwrap();
    assert_eq!(
        pair,
        "KL(P‖B): −0.0462 nats, 95 % interval −0.0498 to −0.0426: A is closer. A is closer in 100.0
  ± 0.0 % of the rows.\n"
    );
    let json = logits(&["base.kld", "base.kld", "cand.kld", "--json"]).json();
    let number = |pointer: &str| json.pointer(pointer).unwrap().as_f64().unwrap();
    assert!(number("/candidates/0/scores/kl/mean") == 0.0);
    let difference = number("/paired/kl/mean");
    assert!((difference + number("/candidates/1/scores/kl/mean")).abs() < 1e-15);
    assert!(number("/paired/kl/low") < difference && number("/paired/kl/high") < 0.0);
    assert_eq!(json["candidates"][1]["letter"], "B");
    assert_eq!(json["candidates"][0]["tokens"], "8dee91a2fca3e571");
}

#[test]
fn lists_of_the_most_likely_tokens_are_bounded() {
    let dir = Dir::new();
    let line = |ln: f64| {
        format!(r#"{{"prompt_logprobs":[null,{{"2":{{"logprob":{ln}}},"1":{{"logprob":-1.5}}}}]}}"#)
    };
    dir.write("p.jsonl", line(-0.5) + "\n" + &line(-0.6));
    dir.write("q.jsonl", line(-0.7) + "\n" + &line(-0.6));
    assert_eq!(
        dir.run(&["logits", "p.jsonl", "q.jsonl"]).answered(),
        "\
P  p.jsonl  jsonl, log-probabilities as top-k lists
Q  q.jsonl  jsonl, log-probabilities as top-k lists

Q: 2 rows in 2 chunks; nats; text a6c82e33918d54e5

         at least    at most  ± error
KL(P‖Q)    0.0182  unbounded   0.0182
KL(Q‖P)    0.0201  unbounded   0.0201
JS(P,Q)    0.0048     0.1585   0.0048
TV(P,Q)    0.0550     0.2542   0.0550

2.0 tokens are listed by both on average; the others hold 19.9 ± 2.9 % of P and 25.4 ± 2.6 % of Q
Same token on top in 100.0 ± 0.0 % of the rows
Perplexity 1.7333 → 1.9155: +10.52 ± 11.05 %
Probability of the token that came: Δp −5.5 ± 5.5 % on average, RMS 7.7743 %

! only the most likely tokens are listed: what is printed are bounds, and KL has no upper one
"
    );
}

#[test]
fn every_row_can_be_written() {
    let dir = Dir::new();
    let base = fixture().join("base.kld");
    let base = base.to_str().unwrap();
    let ran = dir.run(&["logits", base, base, "--per-row", "rows.csv", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rows = std::fs::read_to_string(dir.path().join("rows.csv")).unwrap();
    assert_eq!(rows.lines().count(), 121);
    assert_eq!(
        rows.lines().next().unwrap(),
        "row,chunk,kl,reverse_kl,js,tv,entropy_p,entropy_q,cross_entropy,top_p,same_top,token,ln_p,ln_q"
    );
    assert!(rows.lines().nth(120).unwrap().starts_with("119,7,0,0,0,0,"));
    // Parquet is read back by the command itself.
    dir.run(&["logits", base, base, "--per-row", "rows.parquet"])
        .answered();
    let ran = dir.run(&[
        "compare",
        "rows.csv",
        "rows.parquet",
        "--fail-above",
        "kl=0",
        "--top",
        "0",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    dir.run(&["logits", base, base, "--per-row", "rows.txt"]).failed_with(
        "error: rows.txt: no format is known for a file of this name\n hint: end it in .csv or .parquet\n",
    );
}

#[test]
fn files_that_do_not_belong_together_are_refused() {
    logits(&["base.kld", "truncated_header.kld"]).failed_with(
        "error: truncated_header.kld: ends within its header, after 12 bytes: llama-perplexity leaves that behind where the text is shorter than two contexts\n",
    );
    logits(&["base.kld", "truncated_rows.kld"]).failed_with(
        "error: truncated_rows.kld: is too short: 8 chunks of 15 rows over 37 tokens take 11124 bytes, and it has 10124 (108 rows)\n hint: write it again: the run that wrote it was cut off, or the copy was\n",
    );
    logits(&["base_logits.npy", "stored.npz"]).failed_with(
        "error: stored.npz: has a vocabulary of 6 tokens, and base_logits.npy one of 37\n hint: if the longer one is padded, say --vocabulary 6: the mass on the rest is then stated\n",
    );
    logits(&["base_logits.npy", "cand.kld", "--like-llama"]).failed_with(
        "error: llama.cpp compares its own file with the logits of a model\n hint: give the .kld file first, and full rows second\n",
    );
}
