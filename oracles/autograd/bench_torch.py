"""PyTorch's side of bench/train-step.ts: for each line N on standard input it does N training steps and prints their cost.

bench_torch.py WORK SIZES_JSON THREADS
"""

import json
import resource
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

import models


def bag_loss(p, s, ids, offsets, weights, labels, sparse=False):
    x = F.embedding_bag(ids, p["table"], offsets, per_sample_weights=weights, mode="sum", sparse=sparse)
    return F.cross_entropy(F.linear(x, p["w"], p["b"]), labels)


def main():
    work, s = sys.argv[1], json.loads(sys.argv[2])
    random = np.random.RandomState(1)
    batch, length = s["batch"], s["length"]
    torch.set_num_threads(int(sys.argv[3]))
    ids = torch.from_numpy(random.randint(1, s["vocabulary"], (batch, length)))
    tokens = batch * length
    if work in ("decoder", "lora"):
        shapes, inputs, loss_of = models.decoder_shapes(s), (ids, ids.roll(-1, 1)), models.decoder_loss
    elif work == "classifier":
        labels = torch.from_numpy(random.randint(0, s["classes"], batch))
        shapes, inputs, loss_of = models.classifier_shapes(s), (ids, labels), models.classifier_loss
    else:
        shapes = {"table": [s["vocabulary"], s["size"]], "w": [s["classes"], s["size"]], "b": [s["classes"]]}
        lengths = torch.from_numpy(random.randint(s["shortest"], length + 1, batch))
        offsets = torch.cat([torch.zeros(1, dtype=torch.long), lengths.cumsum(0)[:-1]])
        flat = torch.from_numpy(random.randint(1, s["vocabulary"], int(lengths.sum())))
        weights = (1.0 / lengths).repeat_interleave(lengths).float()
        labels = torch.from_numpy(random.randint(0, s["classes"], batch))
        inputs, loss_of, tokens = (flat, offsets, weights, labels), bag_loss, batch * (length + s["shortest"]) / 2
    p = {n: torch.from_numpy(random.randn(*z).astype(np.float32) * 0.02).requires_grad_() for n, z in shapes.items()}
    if work == "lora":
        for name, tensor in p.items():
            tensor.requires_grad_(name.endswith((".a", ".b")))
    rows = work == "rows"
    if rows:
        inputs += (True,)
    dense = {n: tensor for n, tensor in p.items() if tensor.requires_grad and not (rows and n == "table")}
    sparse = [torch.optim.SparseAdam([p["table"]], lr=1e-3)] if rows else []

    def run(optimizers, steps):
        begun = time.process_time(), time.perf_counter()
        for _ in range(steps):
            for optimizer in optimizers:
                optimizer.zero_grad()
            loss_of(p, s, *inputs).backward()
            for optimizer in optimizers:
                optimizer.step()
        return [1000 * (now - then) for now, then in zip((time.process_time(), time.perf_counter()), begun)]

    # Of the plain and the fused AdamW, the one that is faster here.
    sides = [[models.adamw(dense, 1e-3, 0.01, fused)] + sparse for fused in (None, True)]
    for side in sides:
        run(side, 3)
    best = min(sides, key=lambda side: min(run(side, 2)[0] for _ in range(3)))
    print(json.dumps({"version": torch.__version__, "tokens": tokens}), flush=True)
    for line in sys.stdin:
        cpu, wall = run(best, int(line))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"cpuMilliseconds": cpu, "milliseconds": wall, "peakMegabytes": peak}), flush=True)


main()
