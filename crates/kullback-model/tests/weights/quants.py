"""Write quants.gguf and, beside it, quants.safetensors with the values that the `gguf` package reads in it.

    pip install gguf numpy safetensors
    python3 crates/kullback-model/tests/weights/quants.py

One tensor for each format, 3 rows of 512. The K-quants are random bytes with sensible scales, so that every bit of a
block matters; the others are the package's own quantisation of random numbers. The seed is fixed.
"""

from pathlib import Path

import gguf
import numpy as np
from safetensors.numpy import save_file

HERE = Path(__file__).resolve().parent
ROWS, COLUMNS = 3, 512
# Where a block's `f16` numbers are: they must be finite and of a usual size.
HALVES = {"Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}


def random_blocks(rng: np.random.Generator, name: str) -> np.ndarray:
    elements, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[name]]
    blocks = rng.integers(0, 256, (ROWS, COLUMNS // elements, size), dtype=np.uint8)
    for at in HALVES[name]:
        halves = rng.uniform(-0.1, 0.1, blocks.shape[:2]).astype("<f2")
        blocks[..., at : at + 2] = halves[..., None].view(np.uint8)
    return blocks.reshape(ROWS, -1)


def main() -> None:
    rng = np.random.default_rng(42)
    writer = gguf.GGUFWriter(HERE / "quants.gguf", "llama")
    writer.add_array("tokenizer.ggml.tokens", ["a", "bc", ""])
    writer.add_array("tokenizer.ggml.scores", [0.5, 1.5])
    writer.add_bool("tokenizer.ggml.add_bos_token", True)
    expected = {}
    for name in ["F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", *HALVES]:
        kind = gguf.GGMLQuantizationType[name]
        if name in HALVES:
            data = random_blocks(rng, name)
        elif name in ("F32", "F16"):
            data = rng.standard_normal((ROWS, COLUMNS)).astype(np.float32 if name == "F32" else np.float16)
        else:
            data = gguf.quantize(rng.standard_normal((ROWS, COLUMNS)).astype(np.float32), kind)
        tensor = f"blk.0.{name.lower()}.weight"
        writer.add_tensor(tensor, data, raw_dtype=kind)
        expected[tensor] = np.ascontiguousarray(gguf.dequantize(data, kind).astype(np.float32))
        assert expected[tensor].shape == (ROWS, COLUMNS) and np.isfinite(expected[tensor]).all()
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    save_file(expected, HERE / "quants.safetensors")


if __name__ == "__main__":
    main()
