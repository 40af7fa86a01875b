"""The losses and steps of crates/kullback-learn/benches/train.rs in PyTorch: name, median and least milliseconds.

    python3 bench/train/peer_torch.py THREADS
"""

import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

ROWS, CLASSES = 256, 32_000


def timed(name, seconds, call):
    for _ in range(3):
        call()
    times, begin = [], time.perf_counter()
    while time.perf_counter() - begin < seconds or len(times) < 5:
        start = time.perf_counter()
        call()
        times.append(1e3 * (time.perf_counter() - start))
    print(f"{name}\t{statistics.median(times):.4f}\t{min(times):.4f}", flush=True)


def resident(key):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(key))


def peak(name, call):
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    before = resident("VmRSS")
    call()
    mb = (resident("VmHWM") - before) * 1.024e-3
    print(f"{name}, MB\t{mb:.1f}\t{mb:.1f}", flush=True)


def losses():
    leaf = (torch.rand(ROWS, CLASSES) * 8 - 4).requires_grad_()
    teacher = torch.rand(ROWS, CLASSES) * 8 - 4
    right = torch.arange(ROWS) * 97

    def cross_entropy():
        leaf.grad = None
        F.cross_entropy(leaf, right).backward()

    def kl():
        leaf.grad = None
        p = teacher.softmax(-1)
        F.kl_div(leaf.log_softmax(-1), p, reduction="batchmean").backward()

    # Threads and their memory are there before anything is measured.
    (torch.rand(512, 512) @ torch.rand(512, 512)).exp().sum()
    peak("cross-entropy", cross_entropy)
    timed("cross-entropy", 3, cross_entropy)
    timed("KL", 3, kl)


def mlp():
    return nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10))


def cnn():
    return nn.Sequential(
        nn.Unflatten(1, (1, 8, 8)),
        *(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(128, 10)),
    )


def steps():
    for name, model in ("mlp:128,128", mlp()), ("cnn:16,32", cnn()):
        # PyTorch's quickest Adam on a processor.
        adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
        rows, labels = torch.rand(320, 64) * 8 - 4, torch.arange(64) % 10

        def step():
            logits = model(rows)
            supervised = F.cross_entropy(logits[:64], labels)
            target = (logits[64:192].detach() / 0.4).softmax(-1)
            loss = supervised + F.kl_div(logits[192:].log_softmax(-1), target, reduction="batchmean")
            adam.zero_grad()
            loss.backward()
            adam.step()

        timed(f"step of {name}", 4, step)


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]))
    losses()
    steps()
