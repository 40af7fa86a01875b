"""Rows of logits, in arrays and files: beside NumPy's definitions, beside the command, beside each other."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import kullback

FIXTURE = Path(__file__).resolve().parents[3] / "crates/kullback-model/tests/fixture"
ABSENT = -math.inf
RNG = np.random.default_rng(17)
P = RNG.normal(size=(5, 8, 50)) * 3
Q = P + RNG.normal(size=P.shape) * 0.5
P[0, 0, :4] = ABSENT
Q[0, 0, :3] = ABSENT  # q > 0 where p = 0
Q[1, 2, 7] = ABSENT  # p > 0 where q = 0


def log_softmax(z):
    z = z.astype("f8")
    top = z.max(-1, keepdims=True)
    return z - top - np.log(np.exp(z - top).sum(-1, keepdims=True))


def sums(mass, log):
    with np.errstate(invalid="ignore"):
        return np.where(mass > 0, mass * log, 0.0).sum(-1).ravel()


def naive(a, b):
    ln_p, ln_q = log_softmax(a), log_softmax(b)
    p, q = np.exp(ln_p), np.exp(ln_q)
    with np.errstate(divide="ignore", invalid="ignore"):
        ln_m = np.log((p + q) / 2)
        return {
            "kl": sums(p, ln_p - ln_q),
            "reverse_kl": sums(q, ln_q - ln_p),
            "js": (sums(p, ln_p - ln_m) + sums(q, ln_q - ln_m)) / 2,
            "tv": np.abs(p - q).sum(-1).ravel() / 2,
            "entropy_p": -sums(p, ln_p),
            "entropy_q": -sums(q, ln_q),
            "cross_entropy": -sums(p, ln_q),
            "top_p": p.max(-1).ravel(),
        }


def test_rows_are_their_definitions():
    report = kullback.logits(P, Q)
    rows = report.per_row
    for name, truth in naive(P, Q).items():
        np.testing.assert_allclose(rows[name], truth, rtol=1e-11, atol=1e-14, err_msg=name)
    assert rows["kl"][10] == math.inf and report.kl.value == math.inf
    np.testing.assert_array_equal(rows["same_top"], P.argmax(-1).ravel() == Q.argmax(-1).ravel())
    np.testing.assert_array_equal(rows["chunk"], np.repeat(np.arange(5), 8))
    assert report.rows == 40 and report.chunks == 5


def test_means_have_errors_by_rows_and_by_chunks():
    report = kullback.logits(P, Q)
    js = naive(P, Q)["js"]
    assert report.js.value == pytest.approx(js.mean(), rel=1e-12)
    assert float(report.js) == report.js.value
    assert report.js.error == pytest.approx(js.std(ddof=1) / math.sqrt(40), rel=1e-9)
    by_chunk = js.reshape(5, 8).mean(-1)
    assert report.js.clustered_error == pytest.approx(by_chunk.std(ddof=1) / math.sqrt(5), rel=1e-9)
    low, high = report.js.interval
    assert low < report.js.value < high
    # Student's t of four degrees of freedom.
    assert (high - low) / 2 == pytest.approx(2.7764451 * report.js.clustered_error, rel=1e-6)
    assert report.tv.quantiles[0.0] == pytest.approx(naive(P, Q)["tv"].min())
    assert report.tv.quantiles[1.0] == pytest.approx(naive(P, Q)["tv"].max())
    flat = kullback.logits(P.reshape(40, 50), Q.reshape(40, 50))
    assert flat.chunks is None and flat.js.clustered_error is None and flat.caveats
    said = kullback.logits(P.reshape(40, 50), Q.reshape(40, 50), chunk=8)
    assert said.js == report.js


def test_buckets_and_the_worst_rows():
    report = kullback.logits(P[2:], Q[2:], worst=3)
    kl, top = naive(P[2:], Q[2:])["kl"], naive(P[2:], Q[2:])["top_p"]
    assert [one.row for one in report.worst] == np.argsort(-kl)[:3].tolist()
    assert report.worst[0].kl == pytest.approx(kl.max())
    assert report.worst[0].chunk == report.worst[0].row // 8
    assert sum(bucket.rows for bucket in report.by_confidence) == 24
    for bucket in report.by_confidence:
        inside = (top >= bucket.low) & ((top < bucket.high) | (bucket.high == 1))
        assert bucket.kl.value == pytest.approx(kl[inside].mean())


def test_perplexities_of_the_tokens_that_came():
    targets = RNG.integers(8, 50, size=(5, 8))
    p, q = P[2:], Q[2:]
    targets = targets[2:]
    report = kullback.logits(p, q, targets=targets)
    ln_p, ln_q = (np.take_along_axis(log_softmax(z), targets[..., None], -1).ravel() for z in (p, q))
    found = report.perplexity
    assert found.base == pytest.approx(math.exp(-ln_p.mean())) and found.candidate == pytest.approx(math.exp(-ln_q.mean()))
    assert found.ratio == pytest.approx(found.candidate / found.base)
    assert found.ln_ratio.value == pytest.approx((ln_p - ln_q).mean())
    assert found.correlation == pytest.approx(np.corrcoef(ln_p, ln_q)[0, 1])
    assert found.delta_p.value == pytest.approx((np.exp(ln_q) - np.exp(ln_p)).mean())
    np.testing.assert_allclose(report.per_row["ln_q"], ln_q, rtol=1e-12)
    np.testing.assert_array_equal(report.per_row["token"], targets.ravel())
    assert report.worst[0].token == targets.ravel()[report.worst[0].row]


def test_two_candidates_are_paired():
    better = (P[2:] + Q[2:]) / 2
    report = kullback.logits(P[2:], better, Q[2:])
    assert [one.letter for one in report.candidates] == ["A", "B"]
    first, second = (one.per_row["kl"] for one in report.candidates)
    assert report.paired.kl.value == pytest.approx((first - second).mean())
    assert report.paired.kl.interval[1] < 0
    assert report.paired.first_closer.value == pytest.approx((first < second).mean())
    assert "A is closer" in str(report) and "KL(P‖A) − KL(P‖B)" in report._repr_html_()
    with pytest.raises(kullback.Error, match="two candidates: ask one of"):
        report.kl
    with pytest.raises(kullback.Error, match="two candidates"):
        report.to_html()


@pytest.mark.parametrize("dtype, tolerance", [("f8", 1e-12), ("f4", 1e-12), ("f2", 2e-5), (">f4", 1e-12), ("i4", 1e-12)])
def test_types(dtype, tolerance):
    a, b = (np.round(z[2:]).astype(dtype) for z in (P, Q))
    found = kullback.logits(a, b).per_row["kl"]
    np.testing.assert_allclose(found, naive(a, b)["kl"], rtol=tolerance, atol=1e-9)


def test_precision_is_single_where_a_side_has_16_bits():
    report = kullback.logits(P[2:].astype("f2"), Q[2:])
    assert report.to_dict()["candidates"][0]["scores"]["precision"] == "single"
    report = kullback.logits(P[2:].astype("f2"), Q[2:].astype("f2"), precision="double")
    np.testing.assert_allclose(
        report.per_row["kl"], naive(P[2:].astype("f2"), Q[2:].astype("f2"))["kl"], rtol=1e-11
    )


def test_tensors():
    torch = pytest.importorskip("torch")
    a, b = torch.tensor(P[2:]), torch.tensor(Q[2:])
    np.testing.assert_array_equal(kullback.logits(a, b).per_row["kl"], kullback.logits(P[2:], Q[2:]).per_row["kl"])
    narrow = [z.bfloat16() for z in (a, b)]
    found = kullback.logits(*narrow)
    assert found.base["elements"] == "BF16"
    truth = naive(*(z.float().numpy() for z in narrow))["kl"]
    np.testing.assert_allclose(found.per_row["kl"], truth, rtol=1e-5)
    with pytest.raises(TypeError, match="base requires a gradient"):
        kullback.logits(a.requires_grad_(), b)


def test_any_layout():
    swapped = np.moveaxis(np.ascontiguousarray(np.moveaxis(P, -1, 0)), 0, -1)
    assert not swapped.flags.c_contiguous
    np.testing.assert_array_equal(kullback.logits(swapped, Q).per_row["kl"], kullback.logits(P, Q).per_row["kl"])
    four = kullback.logits(P[:4].reshape(2, 2, 8, 50), Q[:4].reshape(2, 2, 8, 50))
    assert four.chunks == 4 and four.rows == 32
    one = kullback.logits(P[2, 0].tolist(), Q[2, 0].tolist())
    assert one.rows == 1 and one.kl.value == pytest.approx(naive(P[2, 0], Q[2, 0])["kl"][0])


def test_kinds_of_rows():
    logs = [log_softmax(z[2:]) for z in (P, Q)]
    truth = naive(P[2:], Q[2:])["kl"]
    for given, kind in [(logs, "log-probabilities"), ([np.exp(z) for z in logs], "probabilities")]:
        told = kullback.logits(*given)
        assert told.base["rows"] == kind and told.base["format"] == "array"
        said = kullback.logits(*given, rows=kind)
        np.testing.assert_allclose(told.per_row["kl"], truth, rtol=1e-9)
        np.testing.assert_array_equal(told.per_row["kl"], said.per_row["kl"])


FILES = [
    ("base.kld", "cand.kld"),
    ("base.kld", "cand_logits.npy"),
    ("base_logits.npy", "cand_logits.npy"),
    ("base.kld", "cand.kld", "cand_logits.npy"),
    ("stored.npz", "deflated.npz"),
]


@pytest.mark.parametrize("files", FILES, ids=" ".join)
def test_files_are_what_the_command_says(command, files):
    paths = [FIXTURE / file for file in files]
    report = kullback.logits(*paths, unit="bits", worst=2)
    assert report.to_json() == command("logits", "--json", "--base", "bits", "--worst", 2, *paths)
    assert report.to_text(width=100) == command("logits", "--base", "bits", "--worst", 2, *paths)


def test_an_array_is_its_file():
    base, candidate = (FIXTURE / name for name in ("base_logits.npy", "cand_logits.npy"))
    files = kullback.logits(base, candidate)
    for sides in [(np.load(base), np.load(candidate)), (base, np.load(candidate)), (np.load(base), str(candidate))]:
        mixed = kullback.logits(*sides)
        for name, values in files.per_row.items():
            np.testing.assert_array_equal(mixed.per_row[name], values, err_msg=name)
        first, second = (json.loads(report.to_json())["candidates"][0]["scores"] for report in (files, mixed))
        assert first == second
    # Beside a .kld file the rows that it scores are taken, and its tokens.
    beside = kullback.logits(FIXTURE / "base.kld", np.load(candidate))
    assert beside.to_dict()["candidates"][0]["perplexity"] is not None
    assert beside.kl == kullback.logits(FIXTURE / "base.kld", candidate).kl


def test_targets_of_a_file(tmp_path):
    targets = RNG.integers(8, 50, size=24)
    np.save(tmp_path / "targets.npy", targets)
    by_path = kullback.logits(P[2:], Q[2:], targets=tmp_path / "targets.npy")
    assert by_path.to_dict() == kullback.logits(P[2:], Q[2:], targets=targets).to_dict()


def test_lists_of_the_most_likely_tokens(tmp_path):
    for name, logprobs in [("p", (-0.5, -1.2)), ("q", (-0.7, -1.0))]:
        top = [{"token": token, "logprob": value, "bytes": list(token.encode())} for token, value in zip("ab", logprobs)]
        entry = {**top[0], "top_logprobs": top}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"choices": [{"logprobs": {"content": [entry]}}]}) + "\n")
    report = kullback.logits(tmp_path / "p.jsonl", tmp_path / "q.jsonl")
    p, q = np.exp([-0.5, -1.2]), np.exp([-0.7, -1.0])
    least = np.sum(p * np.log(p / q)) + (1 - p.sum()) * math.log((1 - p.sum()) / (1 - q.sum()))
    assert report.bounds.kl.value == pytest.approx(least, rel=1e-3)
    assert report.bounds.shared.value == 2 and report.per_row["js_at_most"][0] == pytest.approx(report.bounds.js[1].value)
    assert "at least" in report._repr_html_()
    with pytest.raises(kullback.Error, match="see `.bounds`"):
        report.kl


def test_faces(tmp_path):
    report = kullback.logits(P[2:], Q[2:])
    assert "KL(P‖Q)" in str(report) and "\x1b" not in str(report)
    assert "<table>" in report._repr_html_() and "KL(P‖Q)" in report._repr_html_()
    page = report.to_html(tmp_path / "page.html")
    assert page.startswith("<!doctype html>") and (tmp_path / "page.html").read_text(encoding="utf-8") == page
    assert repr(report).startswith("LogitsReport(Candidate(Q: 'candidate', kl=")
    pandas = pytest.importorskip("pandas")
    assert isinstance(report.to_frame("pandas"), pandas.DataFrame)
    assert len(report.to_frame("pandas")) == 24


@pytest.mark.parametrize(
    "call, error, says",
    [
        (lambda: kullback.logits(P), TypeError, "there are 0 candidates"),
        (lambda: kullback.logits(P, Q[:2]), kullback.Error, "candidate: has 16 rows, and base has 40"),
        (lambda: kullback.logits(P, Q[..., :40]), kullback.Error, "vocabulary of 40 tokens.* say vocabulary=40"),
        (lambda: kullback.logits(P, np.full_like(P, np.nan)), kullback.Error, "candidate: row 0: entry 0 is NaN"),
        (lambda: kullback.logits(P, np.full_like(P, ABSENT)), kullback.Error, "row 0: every entry is −∞"),
        (lambda: kullback.logits(np.zeros((0, 3)), Q), kullback.Error, r"base: its shape is \[0, 3\]"),
        (lambda: kullback.logits(P, Q, targets=[1]), kullback.Error, "there are 1 target tokens for 40 rows"),
        (lambda: kullback.logits(P, Q, targets=np.full(40, -1)), kullback.Error, "target 0 is -1"),
        (lambda: kullback.logits(P, Q, targets=np.full(40, 50)), kullback.Error, "target 0 is token 50, and the vocabulary"),
        (lambda: kullback.logits(P, Q, targets=np.full(40, 0.5)), TypeError, "targets holds float64: tokens are whole"),
        (lambda: kullback.logits(P, Q, rows="log-probabilities"), kullback.Error, "say rows='logits'"),
        (lambda: kullback.logits(P, Q, rows="odds"), kullback.Error, "rows is 'odds'"),
        (lambda: kullback.logits(P, Q, precision="half"), kullback.Error, "precision is 'half'"),
        (lambda: kullback.logits(P, Q, unit="bytes"), kullback.Error, "bytes"),
        (lambda: kullback.logits(P, ["a", "b"]), TypeError, "candidate holds <U1"),
        (lambda: kullback.logits(P, "none.npy"), FileNotFoundError, "none.npy"),
        (lambda: kullback.logits(FIXTURE / "truncated_rows.kld", Q), kullback.Error, "truncated_rows.kld"),
    ],
)
def test_what_cannot_be_compared_is_said(call, error, says):
    with pytest.raises(error, match=says):
        call()
