"""Losses of 20 AdamW steps of two tiny transformers, as a fixture for packages/autograd.

python3 trajectories.py > ../../packages/autograd/src/fixtures/trajectories.json
"""

import json
import platform
import sys

import numpy as np
import torch
import torch.nn.functional as F

import models

LEARNING_RATE, WEIGHT_DECAY, CLIP, STEPS = 1e-2, 0.1, 1.0, 20
SIZES = {"vocabulary": 19, "size": 8, "heads": 4, "keyHeads": 2, "hidden": 12, "layers": 2}


def draw(shapes, random):
    def one(name, shape):
        centre = 1.0 if len(shape) == 1 and not name.endswith(".bias") else 0.0
        return np.round(centre + 0.3 * random.randn(*shape), 3)

    return {name: torch.tensor(one(name, shape), dtype=torch.float32) for name, shape in shapes.items()}


def run(sizes, shapes, loss_of, batches, random):
    parameters = draw(shapes, random)
    first = {name: [round(v, 3) for v in t.flatten().tolist()] for name, t in parameters.items()}
    for tensor in parameters.values():
        tensor.requires_grad_()
    optimizer = models.adamw(parameters, LEARNING_RATE, WEIGHT_DECAY)
    losses, norms = [], []
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of(parameters, sizes, *map(torch.tensor, batches[step % len(batches)]))
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(parameters.values(), CLIP).item())
        optimizer.step()
        losses.append(loss.item())
    last = {name: [float(f"{v:.7g}") for v in t.flatten().tolist()] for name, t in parameters.items()}
    return {"sizes": sizes, "parameters": first, "batches": batches, "losses": losses, "norms": norms, "trained": last}


def sparse(random):
    """A table of which each step reads few rows, under SparseAdam: the others keep values and moments."""
    first = np.round(0.3 * random.randn(12, 4), 3)
    table = torch.tensor(first, dtype=torch.float32, requires_grad=True)
    optimizer = torch.optim.SparseAdam([table], lr=LEARNING_RATE)
    batches = [random.randint(0, 12, (2, 3)).tolist() for _ in range(STEPS)]
    losses = []
    for ids in batches:
        optimizer.zero_grad()
        loss = F.embedding(torch.tensor(ids), table, sparse=True).square().sum()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    trained = [float(f"{v:.7g}") for v in table.flatten().tolist()]
    return {"table": first.flatten().tolist(), "batches": batches, "losses": losses, "trained": trained}


def main():
    random = np.random.RandomState(3)
    decoder_batches, classifier_batches = [], []
    for length in (6, 9):
        ids = random.randint(1, 19, (3, length))
        labels = np.where(random.rand(3, length) < 0.3, -100, np.roll(ids, -1, 1))
        decoder_batches.append([ids.tolist(), labels.tolist()])
    for length in (5, 7):
        ids = random.randint(1, 19, (4, length))
        ids[1, 3:] = 0
        ids[2, 2:] = 0
        classifier_batches.append([ids.tolist(), random.randint(0, 3, 4).tolist()])
    encoder = {**SIZES, "keyHeads": 4, "positions": 10, "classes": 3}
    settings = {"learningRate": LEARNING_RATE, "weightDecay": WEIGHT_DECAY, "clipNorm": CLIP, "steps": STEPS}
    fixture = {
        "source": "oracles/autograd/trajectories.py",
        "versions": {"torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version()},
        "settings": settings,
        "decoder": run(SIZES, models.decoder_shapes(SIZES), models.decoder_loss, decoder_batches, random),
        "sparse": sparse(random),
        "classifier": run(encoder, models.classifier_shapes(encoder), models.classifier_loss, classifier_batches, random),
    }
    json.dump(fixture, sys.stdout, separators=(",", ":"))


main()
