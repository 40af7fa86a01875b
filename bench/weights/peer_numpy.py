"""What `kullback weights` computes, as one writes it with NumPy: python3 peer_numpy.py A B

Reads through memory maps, a tensor at a time, and accumulates in float64. Prints the totals as JSON.
"""

import json
import struct
import sys

import numpy as np


def tensors(path: str) -> dict[str, np.ndarray]:
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    data = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + length)
    kinds = {"F32": np.float32, "BF16": np.uint16}
    found = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        found[name] = data[begin:end].view(kinds[entry["dtype"]])
    return found


def wide(values: np.ndarray) -> np.ndarray:
    if values.dtype == np.uint16:  # bfloat16 is the upper half of a float32
        values = (values.astype(np.uint32) << 16).view(np.float32)
    return values.astype(np.float64)


def main() -> None:
    a_file, b_file = map(tensors, sys.argv[1:])
    l1 = squares = largest = dot = changed = 0.0
    sides = {name: {"l1": 0.0, "squares": 0.0, "zeros": 0, "variance": []} for name in "ab"}
    for name in a_file:
        a, b = wide(a_file[name]), wide(b_file[name])
        gap = np.abs(a - b)
        l1 += gap.sum()
        squares += gap @ gap
        largest = max(largest, gap.max())
        dot += a @ b
        changed += np.count_nonzero(gap)
        for side, values in (("a", a), ("b", b)):
            sides[side]["l1"] += np.abs(values).sum()
            sides[side]["squares"] += values @ values
            sides[side]["zeros"] += int(values.size - np.count_nonzero(values))
            sides[side]["variance"].append(values.var())
    norms = (sides["a"]["squares"] * sides["b"]["squares"]) ** 0.5
    print(json.dumps({"l1": l1, "l2": squares**0.5, "l_inf": largest, "cosine": dot / norms, "changed": int(changed)}))


if __name__ == "__main__":
    main()
