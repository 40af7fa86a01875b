# Every command a contributor or CI needs. `just` alone lists them.

python := "python3"

# List the recipes.
default:
    @just --list --unsorted

# What a change must pass before its tests: format, lints, documentation, dependencies.
check: fmt lint doc deny

# Formatting.
fmt:
    cargo fmt --all --check

# The command with training, and whatever of it depends on that.
train := "--features kullback-cli/train"

# Lints, in tests and examples too; then those of the command without training.
lint:
    cargo clippy --workspace --all-targets {{ train }} -- -D warnings
    cargo clippy --workspace --test cli --bin kullback -- -D warnings

# Documentation without a broken link.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps {{ train }}

# Licences, sources, and which crate may depend on what (deny.toml).
deny:
    cargo deny --log-level error check --hide-inclusion-graph bans licenses sources

# Apart from `check`: the advisory database is a git repository fetched from GitHub, so that without that host
# the recipe fails whatever the code; and an advisory of today is no fault of a change of yesterday.

# Known vulnerabilities; fetches the advisory database from GitHub.
advisories:
    cargo deny check advisories

# All tests, doctests included; then what the command without training says of it.
test:
    cargo test --workspace {{ train }}
    cargo test --workspace --test cli no_train

# Pages of real tables in a headless Chromium: they load, search, sort and filter (Debian: apt-get install chromium).
pages *ARGS:
    cargo build
    {{ python }} tests/pages/run.py {{ ARGS }}

# The Python package: built, imported with nothing but NumPy; tested beside its peers (PyTorch: gigabytes), types checked.
python-package:
    # What its tests compare tables with.
    cargo build
    rm -rf target/wheels
    {{ python }} -m venv --clear target/python-bare
    MATURIN_PEP517_ARGS="--locked --profile dev" target/python-bare/bin/pip wheel --quiet --disable-pip-version-check \
        --no-deps --wheel-dir target/wheels ./bindings/python
    target/python-bare/bin/pip install --quiet --disable-pip-version-check target/wheels/*.whl
    target/python-bare/bin/python -c 'import kullback; print(kullback.from_counts([30, 70], [25, 75]))'
    {{ python }} -m venv target/python
    target/python/bin/pip install --quiet --disable-pip-version-check --force-reinstall --no-deps target/wheels/*.whl
    target/python/bin/pip install --quiet --disable-pip-version-check --constraint bindings/python/constraints.txt \
        "$(echo target/wheels/*.whl)[test,torch]"
    target/python/bin/python bindings/python/generate.py --check
    cd bindings/python && ../../target/python/bin/python -m pytest
    cd bindings/python && ../../target/python/bin/mypy
    cd bindings/python && ../../target/python/bin/stubtest kullback._native --allowlist stubtest.txt
    cd bindings/python && ../../target/python/bin/pyright --pythonpath ../../target/python/bin/python

# The vector functions of one number, on all 2³² of them.
exhaustive:
    cargo test -p kullback --lib every_single -- --ignored

# `kullback compare` beside Polars and DuckDB in one run (needs bench/requirements.txt).
bench *ARGS:
    cargo build --release
    {{ python }} bench/tables/run.py {{ ARGS }}

# `kullback weights` beside NumPy on the same files (needs numpy).
bench-weights *ARGS:
    cargo build --release
    {{ python }} bench/weights/run.py {{ ARGS }}

# Losses and steps of training beside Burn's own and PyTorch (needs bench/train/requirements.txt).
bench-train:
    {{ python }} bench/train/run.py

# What `kullback compare` says of tables whose truth is known (needs bench/requirements.txt; a few minutes).
drift *ARGS:
    cargo build --release
    {{ python }} bench/drift/run.py {{ ARGS }}

# Digits with 50 labels, beside scikit-learn (needs bench/digits/requirements.txt; half an hour).
bench-digits *ARGS:
    cargo build --release -p kullback-cli {{ train }}
    {{ python }} bench/digits/run.py {{ ARGS }}

# How often intervals hold the truth and p-values reject: a simulation of ten minutes, into bench/coverage.
coverage:
    cargo run --release -p kullback --example coverage -- bench/coverage

# Run the Python blocks and the commands of COMPARE.md and check what it states (needs bench/compare/requirements.txt).
compare:
    cargo build --release
    {{ python }} bench/compare/inputs.py
    {{ python }} bench/compare/check_snippets.py COMPARE.md
    {{ python }} bench/compare/check_commands.py COMPARE.md

# The PyTorch block of COMPARE.md, by itself: torch is some gigabytes (pip install torch==2.15.0 numpy==2.4.6).
compare-torch:
    {{ python }} bench/compare/check_snippets.py COMPARE.md torch

# Reference values at 50 digits and more (needs mpmath; some minutes).
reference:
    {{ python }} crates/kullback/tests/reference/generate.py
    {{ python }} crates/kullback/tests/reference/estimators.py
    {{ python }} crates/kullback/tests/reference/association.py
    {{ python }} crates/kullback/tests/reference/families.py
    {{ python }} crates/kullback/tests/reference/inference.py
    {{ python }} crates/kullback-model/tests/reference/logits.py
    {{ python }} crates/kullback/tests/reference/parameters.py

# The example tables, from the published counts.
example:
    {{ python }} examples/titanic/build.py

# What CI runs.
ci: check test pages python-package
