"""What do L1, L2 and KL consistency do to the parameters of a network, and what to its outputs?

    pip install -r bench/digits/requirements.txt
    cargo build --release -p kullback-cli --features train
    python3 examples/output_vs_parameters/run.py      # a minute; writes the figures of README.md

The same network, mlp:128,128, is trained on the same 50 labelled digits from several random starts: with nothing, with L1, with
L2, with KL consistency on 1247 unlabelled digits, and with both. `kullback models` compares pairs of them: their outputs on
500 other digits, and their parameters.
"""

import itertools
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "bench" / "digits"))
import run as digits  # noqa: E402  the splits of the benchmark

KULLBACK = str(ROOT / "target" / "release" / "kullback")
SEEDS = range(4)
KL = ["--unlabelled", "unlabelled.csv"]
METHODS = {
    "nothing": [],
    "L1 1e-3": ["--l1", "1e-3"],
    "L2 1e-2": ["--l2", "1e-2"],
    "KL": KL,
    "KL and L2 1e-2": [*KL, "--l2", "1e-2"],
}


def call(folder, *arguments):
    ran = subprocess.run([KULLBACK, *arguments, "--json"], cwd=folder, check=True, capture_output=True, text=True)
    return json.loads(ran.stdout)


def shifted(folder, out):
    """The digits of the test, each moved to the right by one pixel."""
    header, *rows = (folder / "test.csv").read_text().splitlines()
    lines = [header]
    for row in rows:
        *pixels, digit = row.split(",")
        moved = [["0", *pixels[i : i + 7]] for i in range(0, 64, 8)]
        lines.append(",".join([*itertools.chain(*moved), digit]))
    out.write_text("\n".join(lines) + "\n")


def train(tables, out, options, seed):
    """A model in a directory, with its logits of the test; its accuracy, and its KL from a digit to the shifted digit."""
    out.mkdir()
    model = str(out / "model.safetensors")
    common = ["--label", "digit", "--image", "8x8", "--test", "test.csv", "--seed", str(seed), "-o", model]
    found = call(tables, "train", "labelled.csv", *common, *options)
    call(tables, "predict", model, "test.csv", "--logits", str(out / "logits.npy"))
    call(tables, "predict", model, str(out.parent / "shifted.csv"), "--logits", str(out.parent / f"{out.name}.npy"))
    views = call(out, "logits", "logits.npy", f"../{out.name}.npy")
    return found["evaluations"][-1]["accuracy"], views["candidates"][0]["scores"]["kl"]["mean"]


def compare(folder, a, b):
    found = call(folder, "models", a, b)
    scores, total = found["outputs"]["candidates"][0]["scores"], found["parameters"]["total"]
    return {
        "kl": scores["kl"]["mean"],
        "tv": scores["tv"]["mean"],
        "top": found["outputs"]["candidates"][0]["same_top"]["mean"],
        "relative_l2": total["relative_l2"],
        "cosine": total["cosine"],
        "zeros": total["a"]["zeros"] / total["elements"],
        "variance": total["a"]["variance"],
        "norm": total["a"]["l2"],
    }


def mean(values):
    return statistics.fmean(values)


def line(*cells):
    return "| " + " | ".join(cells) + " |"


def main():
    tables = digits.tables(0)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        shifted(tables, folder / "shifted.csv")
        trained = {}
        for number, (method, options) in enumerate(METHODS.items()):
            for seed in SEEDS:
                trained[method, seed] = train(tables, folder / f"{number}-{seed}", options, seed)
        same, other = [], []
        for number, method in enumerate(METHODS):
            pairs = [compare(folder, f"{number}-{a}", f"{number}-{b}") for a, b in itertools.combinations(SEEDS, 2)]
            of = {key: mean([pair[key] for pair in pairs]) for key in pairs[0]}
            accuracy, views = (mean([trained[method, seed][i] for seed in SEEDS]) for i in range(2))
            same.append(
                line(
                    method, f"{100 * accuracy:.1f}", f"{views:.3f}", f"{of['kl']:.3f}", f"{of['tv']:.3f}", f"{100 * of['top']:.1f}",
                    f"{of['relative_l2']:.2f}", f"{of['cosine']:.2f}", f"{100 * of['zeros']:.1f}", f"{of['variance']:.5f}", f"{of['norm']:.1f}",
                )
            )
        for (a, one), (b, two) in itertools.combinations(enumerate(METHODS), 2):
            pairs = [compare(folder, f"{a}-{seed}", f"{b}-{seed}") for seed in SEEDS]
            of = {key: mean([pair[key] for pair in pairs]) for key in pairs[0]}
            other.append(line(f"{one} → {two}", *(f"{of[k]:.3f}" for k in ("kl", "tv")), f"{100 * of['top']:.1f}", *(f"{of[k]:.2f}" for k in ("relative_l2", "cosine"))))
    text = (HERE / "README.md").read_text() if (HERE / "README.md").exists() else "<!-- figures -->\n"
    intro, _, rest = text.partition("<!-- figures -->\n")
    _, end, rest = rest.partition("<!-- end of figures -->\n")
    figures = [
        f"{digits.processor()}, {len(os.sched_getaffinity(0))} cores, {date.today()}; Python {platform.python_version()}.",
        "",
        f"Models of one method from different random starts, means over all pairs of {len(SEEDS)}:",
        "",
        "| trained with | accuracy % | KL(digit ‖ shifted digit) | KL(A‖B) | TV(A,B) | same top % | rel. L2 | cosine | zeros % | variance | ‖w‖₂ |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
        *same,
        "",
        f"Models of two methods from the same start, means over {len(SEEDS)}; the first is A:",
        "",
        "| A → B | KL(A‖B) | TV(A,B) | same top % | rel. L2 | cosine |",
        "|---|---:|---:|---:|---:|---:|",
        *other,
        "",
    ]
    (HERE / "README.md").write_text(intro + "<!-- figures -->\n" + "\n".join(figures) + "\n<!-- end of figures -->\n" + rest)
    print("\n".join(figures))


if __name__ == "__main__":
    main()
