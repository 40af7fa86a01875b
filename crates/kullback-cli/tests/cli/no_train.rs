//! A build without training says how to get it.

use crate::run::run;

#[test]
fn training_is_named_where_it_is_not_built() {
    for args in [
        &["train", "t.csv", "--label", "x"][..],
        &["predict", "m.safetensors", "-o", "p.csv"],
    ] {
        run(args).failed_with(
            "error: this kullback was built without training\n \
             hint: in the repository, cargo install --path crates/kullback-cli --features train\n",
        );
    }
}
