"""Parameters of models, in memory and in files: beside NumPy, beside the command, beside each other."""

import json
import math
import os
import signal
import struct
import threading
from pathlib import Path

import numpy as np
import pytest

import kullback

FIXTURE = Path(__file__).resolve().parents[3] / "crates/kullback-model/tests/weights"
RNG = np.random.default_rng(23)
A = {
    "embed.weight": RNG.normal(size=(7, 4)),
    "layers.0.w": RNG.normal(size=(4, 4)).astype("f4"),
    "layers.0.b": RNG.normal(size=4).astype("f2"),
    "layers.1.w": RNG.normal(size=(4, 4)).astype("f4"),
    "scale": np.array(0.5),
    "steps": np.array([3, 4]),
}
B = {name: (tensor + 1 if name == "steps" else (tensor * 1.25 - 0.1).astype(tensor.dtype)) for name, tensor in A.items()}

NAMES = {"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64"}


def save(path, tensors):
    """A .safetensors file, as its specification has it."""
    header, data = {}, b""
    for name, tensor in tensors.items():
        bytes_ = np.ascontiguousarray(tensor).tobytes()
        header[name] = {
            "dtype": NAMES[tensor.dtype.name],
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(bytes_)],
        }
        data += bytes_
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


def distances(names):
    a = np.concatenate([A[name].astype("f8").ravel() for name in names])
    b = np.concatenate([B[name].astype("f8").ravel() for name in names])
    return {
        "l1": np.abs(a - b).sum(),
        "l2": np.linalg.norm(a - b),
        "relative_l2": np.linalg.norm(a - b) / np.linalg.norm(a),
        "l_inf": np.abs(a - b).max(),
        "cosine": a @ b / np.linalg.norm(a) / np.linalg.norm(b),
    }


def test_distances_are_their_definitions():
    report = kullback.weights(A, B)
    weights = [name for name in A if name != "steps"]
    for name, truth in distances(weights).items():
        assert report.total[name] == pytest.approx(truth, rel=1e-12), name
    assert report.total["elements"] == 28 + 16 + 4 + 16 + 1
    layers = {layer["name"]: layer for layer in report.layers}
    assert list(layers) == [None, "layers.0", "layers.1"]
    for name, truth in distances(["layers.0.w", "layers.0.b"]).items():
        assert layers["layers.0"][name] == pytest.approx(truth, rel=1e-12)
    modules = {module["name"]: module["tensors"] for module in report.modules}
    assert modules == {"embed": 1, "layers.*": 3, "scale": 1}
    tensors = {tensor["name"]: tensor for tensor in report.tensors}
    assert tensors["steps"]["integer"] and tensors["steps"]["l1"] == 2.0
    assert tensors["layers.0.b"]["encoding"] == {"a": "F16", "b": "F16"}
    assert tensors["scale"]["shape"] == []
    assert tensors["embed.weight"]["a"]["variance"] == pytest.approx(A["embed.weight"].var(), rel=1e-12)


def test_memory_is_as_files(tmp_path, command):
    a, b = save(tmp_path / "a.safetensors", A), save(tmp_path / "b.safetensors", B)
    files = kullback.weights(a, b)
    assert files.to_json() == command("weights", "--json", a, b)
    assert files.to_text(width=100) == command("weights", a, b)
    assert files.to_text(by="tensor", width=100) == command("weights", "--by", "tensor", a, b)
    for sides in [(A, B), (a, B), (A, str(b))]:
        mixed = kullback.weights(*sides).to_dict()
        for part in ("total", "layers", "modules", "tensors", "not_compared"):
            assert mixed[part] == files.to_dict()[part], part
    assert kullback.weights(A, B).to_dict()["a"] == {"name": "a", "files": [], "tensors": 6, "elements": 67}


def test_gguf(command):
    paths = [FIXTURE / "quants.gguf", FIXTURE / "quants.safetensors"]
    assert kullback.weights(*paths).to_json() == command("weights", "--json", *paths)


def test_layouts_and_byte_orders():
    other = {name: np.array(tensor, order="F") for name, tensor in A.items()}
    other["layers.1.w"] = A["layers.1.w"].astype(">f4")
    other["embed.weight"] = np.repeat(A["embed.weight"], 2, axis=0)[::2]
    report = kullback.weights(A, other)
    assert report.total["changed"] == 0 and report.total["l2"] == 0.0 and report.not_compared == []


def test_models_of_pytorch():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(5, 3), torch.nn.BatchNorm1d(3), torch.nn.Linear(3, 2))
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with torch.no_grad():
        model[0].weight.mul_(1.5)
        model(torch.randn(8, 5))
    report = kullback.weights(before, model)
    by_name = {tensor["name"]: tensor for tensor in report.tensors}
    expected = (before["0.weight"].double() - model[0].weight.double()).abs().sum().item()
    assert by_name["0.weight"]["l1"] == pytest.approx(expected, rel=1e-12)
    assert by_name["1.num_batches_tracked"]["integer"] and by_name["1.num_batches_tracked"]["l1"] == 1.0
    assert [layer["name"] for layer in report.layers] == ["0", "1", "2"]
    # Parameters require gradients; their values are what is compared.
    assert kullback.weights(dict(model.named_parameters()), model).total["changed"] == 0
    turned = {**model.state_dict(), "0.weight": model[0].weight.detach().t().contiguous().t()}
    assert kullback.weights(turned, model).total["changed"] == 0


def test_narrow_tensors():
    torch = pytest.importorskip("torch")
    w = torch.randn(4, 256)
    narrow = kullback.weights({"w": w}, {"w": w.bfloat16()})
    expected = (w.double() - w.bfloat16().double()).norm().item()
    assert narrow.total["l2"] == pytest.approx(expected, rel=1e-12)
    assert narrow.tensors[0]["encoding"] == {"a": "F32", "b": "BF16"}
    scale = torch.tensor([0.25])
    eight = {"w.weight": (w / scale).to(torch.float8_e4m3fn), "w.weight_scale": scale}
    report = kullback.weights({"w.weight": w}, eight)
    expected = (w.double() - eight["w.weight"].double() * 0.25).norm().item()
    assert report.total["l2"] == pytest.approx(expected, rel=1e-12)
    assert report.tensors[0]["encoding"]["b"] == "F8_E4M3 with scales"
    without = kullback.weights({"x": w, "w.weight": w}, {"x": w, "w.weight": eight["w.weight"]})
    assert "needs the scales" in without.not_compared[0]["reason"]


def test_what_is_not_compared_is_said():
    report = kullback.weights({"x": np.ones(2), "y": np.ones(2), "z": np.ones(1)}, {"x": np.ones(2), "y": np.ones(3)})
    assert report.not_compared == [
        {"tensor": "y", "model": "both", "reason": "its shape is [2] in A and [3] in B"},
        {"tensor": "z", "model": "A", "reason": "only in A"},
    ]
    assert "only in A" in str(report) and "only in A" in report._repr_html_()
    broken = kullback.weights({"x": np.array([1.0, math.nan])}, {"x": np.array([1.0, 2.0])})
    assert (broken.total["elements"], broken.total["compared"], broken.total["a"]["nan"]) == (2, 1, 1)


def test_faces(tmp_path):
    report = kullback.weights(A, B)
    assert "layers.0" in str(report) and "\x1b" not in str(report)
    assert "<table>" in report._repr_html_() and repr(report).startswith("WeightsReport(6 tensors, l1=")
    assert report.to_html(tmp_path / "page.html") == (tmp_path / "page.html").read_text(encoding="utf-8")
    pytest.importorskip("pandas")
    frame = report.to_frame(library="pandas")
    assert list(frame["name"]) == [tensor["name"] for tensor in report.tensors]
    assert frame["l2_a"][0] == report.tensors[0]["a"]["l2"] and set(frame["encoding_b"]) == {"F64", "F32", "F16", "I64"}
    assert len(report.to_frame("layer", "pandas")) == 3
    with pytest.raises(ValueError, match="no frames of numpy"):
        report.to_frame(library="numpy")


def test_models_in_directories(tmp_path, command):
    for name, tensors, logits in [("a", A, [[0.0, 2.0]]), ("b", B, [[0.0, 1.5]])]:
        (tmp_path / name).mkdir()
        save(tmp_path / name / "model.safetensors", tensors)
        np.save(tmp_path / name / "logits.npy", np.array(logits))
    report = kullback.models(tmp_path / "a", tmp_path / "b")
    assert report.to_json() == command("models", "--json", tmp_path / "a", tmp_path / "b")
    assert report.to_text(width=100) == command("models", tmp_path / "a", tmp_path / "b")
    assert report.missing == [] and report.parameters["total"] == kullback.weights(A, B).total
    page = report.to_html(tmp_path / "page.html")
    assert "What they answer" in page and "What they are made of" in page and "KL(A‖B)" in report._repr_html_()


@pytest.mark.parametrize(
    "call, error, says",
    [
        (lambda: kullback.weights({"x": np.ones(2)}, {"y": np.ones(2)}), kullback.Error, "no tensor in common"),
        (lambda: kullback.weights({}, {}), kullback.Error, "both have no tensors at all"),
        (lambda: kullback.weights(np.ones(2), A), TypeError, "a is a ndarray: a mapping of names to tensors"),
        (lambda: kullback.weights(A, {"x": "text"}), TypeError, r"b\['x'\] holds <U4"),
        (lambda: kullback.weights(A, {"x": np.ones(2, dtype="c16")}), TypeError, r"b\['x'\] holds complex128"),
        (lambda: kullback.weights(A, {"x": [[1.0], [1.0, 2.0]]}), TypeError, r"b\['x'\] is no array"),
        (lambda: kullback.weights("none.safetensors", A), FileNotFoundError, "none.safetensors: no such file"),
        (lambda: kullback.models("none", "none"), kullback.Error, "none: is no directory"),
        (lambda: kullback.weights(A, B).to_text(by="row"), kullback.Error, "by is 'row'"),
    ],
)
def test_what_cannot_be_compared_is_an_error(call, error, says):
    with pytest.raises(error, match=says):
        call()


@pytest.mark.skipif(os.name == "nt", reason="signals are raised as on Unix")
def test_an_interrupt_stops_the_comparison():
    zeros = {"w": np.zeros(400_000_000, dtype="f4")}  # pages that are never written take no memory
    timer = threading.Timer(0.1, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        kullback.weights(zeros, zeros)
    timer.join()
