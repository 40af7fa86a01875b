"""Write three small models with the answers they give: base, permuted, nudged. No package is needed.

    python3 examples/models/build.py

A model has two layers of 16 hidden units and a vocabulary of 8; it reads 64 inputs, which are the same for all.

- permuted: the hidden units of each layer change places. All that reads them changes with them, so that the parameters
  are far from base's and the answers are the same.
- nudged: one bias of the head goes up by 2. One parameter in 680 changed, and every answer.

All numbers are multiples of a power of two, small enough that every sum is exact in any order: the answers of permuted
are those of base to the bit.
"""

import json
import random
import struct
from pathlib import Path

HERE = Path(__file__).resolve().parent
INPUTS, WIDTH, VOCABULARY, ROWS = 16, 16, 8, 64


def matrix(rng: random.Random, rows: int, columns: int) -> list[list[float]]:
    return [[rng.randint(-8, 8) / 16 for _ in range(columns)] for _ in range(rows)]


def base(rng: random.Random) -> dict:
    model = {}
    for layer, (width, inputs) in enumerate([(WIDTH, INPUTS), (WIDTH, WIDTH)]):
        model[f"layers.{layer}.linear.weight"] = matrix(rng, width, inputs)
        model[f"layers.{layer}.linear.bias"] = [rng.randint(-8, 8) / 16 for _ in range(width)]
    model["head.weight"] = matrix(rng, VOCABULARY, WIDTH)
    model["head.bias"] = [rng.randint(-8, 8) / 16 for _ in range(VOCABULARY)]
    return model


def permuted(model: dict, rng: random.Random) -> dict:
    moved = dict(model)
    readers = ["layers.1.linear.weight", "head.weight"]
    for layer, reader in enumerate(readers):
        order = list(range(WIDTH))
        rng.shuffle(order)
        for kind in ("weight", "bias"):
            name = f"layers.{layer}.linear.{kind}"
            moved[name] = [moved[name][unit] for unit in order]
        moved[reader] = [[row[unit] for unit in order] for row in moved[reader]]
    return moved


def nudged(model: dict) -> dict:
    return {**model, "head.bias": [model["head.bias"][0] + 2, *model["head.bias"][1:]]}


def linear(weight: list, bias: list, x: list) -> list[float]:
    return [sum(w * value for w, value in zip(row, x)) + b for row, b in zip(weight, bias)]


def logits(model: dict, x: list) -> list[float]:
    for layer in range(2):
        x = linear(model[f"layers.{layer}.linear.weight"], model[f"layers.{layer}.linear.bias"], x)
        x = [max(value, 0.0) for value in x]
    return linear(model["head.weight"], model["head.bias"], x)


def little_endian(values: list[float]) -> bytes:
    return struct.pack(f"<{len(values)}f", *values)


def safetensors(path: Path, tensors: dict) -> None:
    header, data = {}, b""
    for name, values in tensors.items():
        is_matrix = isinstance(values[0], list)
        shape = [len(values), len(values[0])] if is_matrix else [len(values)]
        stored = little_endian(sum(values, []) if is_matrix else values)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(stored)]}
        data += stored
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def main() -> None:
    rng = random.Random(1)
    model = base(rng)
    inputs = [[rng.randint(-4, 4) / 4 for _ in range(INPUTS)] for _ in range(ROWS)]
    for name, weights in (("base", model), ("permuted", permuted(model, rng)), ("nudged", nudged(model))):
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        safetensors(folder / "model.safetensors", weights)
        safetensors(folder / "logits.safetensors", {"logits": [logits(weights, x) for x in inputs]})


if __name__ == "__main__":
    main()
