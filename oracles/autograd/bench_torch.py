"""Tokens per second of PyTorch's training step, for bench/train-step.ts: bench_torch.py WORK SIZES_JSON SECONDS THREADS."""

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
    work, s, seconds = sys.argv[1], json.loads(sys.argv[2]), float(sys.argv[3])
    random = np.random.RandomState(1)
    batch, length = s["batch"], s["length"]
    torch.set_num_threads(int(sys.argv[4]))
    ids = torch.from_numpy(random.randint(1, s["vocabulary"], (batch, length)))
    tokens = batch * length
    if work == "decoder":
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
    best = 0.0
    rows = work == "rows"
    if rows:
        inputs += (True,)
    for fused in (None, True):
        dense = {name: tensor for name, tensor in p.items() if not (rows and name == "table")}
        optimizers = [models.adamw(dense, 1e-3, 0.01, fused)]
        if rows:
            optimizers.append(torch.optim.SparseAdam([p["table"]], lr=1e-3))

        def step():
            for optimizer in optimizers:
                optimizer.zero_grad()
            loss_of(p, s, *inputs).backward()
            for optimizer in optimizers:
                optimizer.step()

        for _ in range(3):
            step()
        times, end = [], time.perf_counter() + seconds / 2
        while time.perf_counter() < end:
            start = time.perf_counter()
            step()
            times.append(time.perf_counter() - start)
        best = max(best, tokens / sorted(times)[len(times) // 10])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"tokensPerSecond": best, "peakMegabytes": peak, "version": torch.__version__}))


main()
