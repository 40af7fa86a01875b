"""What losses and rows of logits cost, beside PyTorch on the same tensors in the same run.

    python3 bench/python/models.py            # prints the tables that models.md has

Needs the package kullback and torch. Each figure is the least of five repetitions, in milliseconds a call, on all threads.
"""

from __future__ import annotations

import timeit
from collections.abc import Callable

import kullback
import kullback.torch as kt
import torch
import torch.nn.functional as F

ROWS, CLASSES = 256, 32_000


def milliseconds(call: Callable[[], object]) -> float:
    """The least time of a call."""
    call()
    return min(timeit.repeat(call, number=1, repeat=5)) * 1e3


def step(loss: Callable[[torch.Tensor], torch.Tensor], logits: torch.Tensor) -> Callable[[], object]:
    """Forward and backward."""

    def call() -> None:
        logits.grad = None
        loss(logits).backward()

    return call


def by_pytorch(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The divergences of each row, as PyTorch's operations have them."""
    ln_p, ln_q = a.log_softmax(-1), b.log_softmax(-1)
    p, q = ln_p.exp(), ln_q.exp()
    ln_m = ((p + q) / 2).log()
    kl, reverse = (p * (ln_p - ln_q)).sum(-1), (q * (ln_q - ln_p)).sum(-1)
    js = ((p * (ln_p - ln_m)).sum(-1) + (q * (ln_q - ln_m)).sum(-1)) / 2
    return torch.stack([kl, reverse, js, (p - q).abs().sum(-1) / 2, -(p * ln_p).sum(-1), -(q * ln_q).sum(-1)])


def main() -> None:
    generator = torch.Generator().manual_seed(0)
    print(f"| forward and backward, {ROWS} × {CLASSES} | kullback.torch | PyTorch |")
    print("|---|--:|--:|")
    for dtype in (torch.float32, torch.bfloat16):
        logits = (3 * torch.randn(ROWS, CLASSES, generator=generator)).to(dtype).requires_grad_()
        teacher = (3 * torch.randn(ROWS, CLASSES, generator=generator)).to(dtype)
        classes = torch.randint(0, CLASSES, (ROWS,), generator=generator)
        name = str(dtype).removeprefix("torch.")
        pairs = [
            ("cross-entropy", lambda z: kt.cross_entropy(z, classes), lambda z: F.cross_entropy(z, classes)),
            (
                "KL of a teacher's logits",
                lambda z: kt.kl_target_model(z, teacher, from_logits=True),
                lambda z: F.kl_div(
                    z.log_softmax(-1), teacher.log_softmax(-1), log_target=True, reduction="batchmean"
                ),
            ),
        ]
        for what, ours, theirs in pairs:
            times = [milliseconds(step(loss, logits)) for loss in (ours, theirs)]
            print(f"| {what}, {name} | {times[0]:.1f} | {times[1]:.1f} |")
        if dtype == torch.float32:
            near = milliseconds(step(lambda z: kt.kl_from_logits(teacher, z), logits))
            print(f"| `kl_from_logits`, {name} | {near:.1f} | – |")
    print(f"\n| divergences of rows, {ROWS} × {CLASSES} | kullback.logits | PyTorch |")
    print("|---|--:|--:|")
    for dtype in (torch.float32, torch.bfloat16):
        a = (3 * torch.randn(ROWS, CLASSES, generator=generator)).to(dtype)
        b = (a + 0.1 * torch.randn(ROWS, CLASSES, generator=generator)).to(dtype)
        ours = milliseconds(lambda: kullback.logits(a, b, precision="single"))
        theirs = milliseconds(lambda: by_pytorch(a.float(), b.float()))
        print(f"| {str(dtype).removeprefix('torch.')} | {ours:.1f} | {theirs:.1f} |")


if __name__ == "__main__":
    main()
