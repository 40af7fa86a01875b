"""Write a pair of models, base and tuned, as F32 and as BF16 .safetensors.

    python3 bench/weights/generate.py PARAMETERS FOLDER

Layers of two matrices each, normal with a standard deviation of 0.02; tuned is base plus a tenth of that. The seed is
fixed.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np

LAYERS = 16


def bf16(values: np.ndarray) -> np.ndarray:
    """Rounded to nearest, ties to even."""
    bits = values.view(np.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16)


def write(path: Path, dtype: str, size: int, shape: tuple[int, int], tensors) -> None:
    """One tensor at a time, so that a pair larger than memory can be written."""
    names = [f"model.layers.{layer}.mlp.{kind}_proj.weight" for layer in range(LAYERS) for kind in ("up", "down")]
    nbytes = shape[0] * shape[1] * size
    header = json.dumps(
        {name: {"dtype": dtype, "shape": shape, "data_offsets": [i * nbytes, (i + 1) * nbytes]} for i, name in enumerate(names)}
    ).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        for tensor in tensors:
            tensor.tofile(file)


def tensors(shape: tuple[int, int], is_tuned: bool):
    rng = np.random.default_rng(0)
    for _ in range(2 * LAYERS):
        base, noise = (rng.standard_normal(shape, dtype=np.float32) * scale for scale in (0.02, 0.002))
        yield base + noise if is_tuned else base


def main() -> None:
    parameters, folder = int(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    rows = max(1, round((parameters / (2 * LAYERS * 4)) ** 0.5))
    shape = (4 * rows, rows)
    for name, is_tuned in (("base", False), ("tuned", True)):
        write(folder / f"{name}-f32.safetensors", "F32", 4, shape, tensors(shape, is_tuned))
        write(folder / f"{name}-bf16.safetensors", "BF16", 2, shape, map(bf16, tensors(shape, is_tuned)))


if __name__ == "__main__":
    main()
