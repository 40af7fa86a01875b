"""What one call costs, beside SciPy's and PyTorch's on the same arrays in the same run.

    python3 bench/python/calls.py            # prints the table that calls.md has

Needs the package kullback, scipy and torch. Each figure is the least of seven repetitions, in microseconds a call.
"""

from __future__ import annotations

import timeit
from collections.abc import Callable

import kullback
import numpy as np
import torch
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr
from scipy.stats import entropy

torch.set_num_threads(1)


def microseconds(call: Callable[[], object]) -> float:
    """The least time of a call."""
    timer = timeit.Timer(call)
    number, _ = timer.autorange()
    return min(timer.repeat(7, max(number // 4, 1))) / max(number // 4, 1) * 1e6


def main() -> None:
    rng = np.random.default_rng(0)
    print("| outcomes | kl | js | tv | entropy | renyi | rel_entr().sum() | entropy(p, q) | jensenshannon | F.kl_div |")
    print("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for n in (10, 1_000, 100_000):
        p, q = rng.dirichlet(np.ones(n), size=2)
        p_tensor, log_q = torch.from_numpy(p), torch.from_numpy(q).log()
        calls = [
            lambda: kullback.kl(p, q),
            lambda: kullback.js(p, q),
            lambda: kullback.tv(p, q),
            lambda: kullback.entropy(p),
            lambda: kullback.renyi(p, q, 2.0),
            lambda: rel_entr(p, q).sum(),
            lambda: entropy(p, q),
            lambda: jensenshannon(p, q),
            lambda: torch.nn.functional.kl_div(log_q, p_tensor, reduction="sum"),
        ]
        print(f"| {n:,} | " + " | ".join(f"{microseconds(call):.3g}" for call in calls) + " |")


if __name__ == "__main__":
    main()
