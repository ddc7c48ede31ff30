"""A training loop whose every setting is written beside its losses."""

import copy

import torch
from transformers import get_cosine_schedule_with_warmup, get_linear_schedule_with_warmup

from record import checksum, difference

STEPS = 20
SETTINGS = {
    "full": {"learningRate": 3e-3, "weightDecay": 0.1, "decays": "dimensions>=2", "clipNorm": 1.0, "schedule": "linear", "warmup": 3},
    "adapter": {"learningRate": 1e-2, "weightDecay": 0.01, "decays": "all", "clipNorm": 1.0, "schedule": "constant", "warmup": 0},
    "prompt": {"learningRate": 3e-2, "weightDecay": 0.0, "decays": "all", "clipNorm": None, "schedule": "constant", "warmup": 0},
    "classifier": {"learningRate": 2e-3, "weightDecay": 0.01, "decays": "dimensions>=2", "clipNorm": 0.5, "schedule": "cosine", "warmup": 2},
}  # fmt: skip


def schedule(optimizer, settings):
    if settings["schedule"] == "linear":
        return get_linear_schedule_with_warmup(optimizer, settings["warmup"], STEPS)
    if settings["schedule"] == "cosine":
        return get_cosine_schedule_with_warmup(optimizer, settings["warmup"], STEPS)
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda _: 1.0)


def run(model, batches, settings, loss_of):
    trained = {name: one for name, one in model.named_parameters() if one.requires_grad}
    hit = {name for name, one in trained.items() if settings["decays"] == "all" or one.dim() >= 2}
    groups = [
        {"params": [one for name, one in trained.items() if name in hit], "weight_decay": settings["weightDecay"]},
        {"params": [one for name, one in trained.items() if name not in hit], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=settings["learningRate"], betas=(0.9, 0.999), eps=1e-8)
    rates = schedule(optimizer, settings)
    losses, norms, used = [], [], []
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of(model, batches[step % len(batches)])
        loss.backward()
        clip = settings["clipNorm"]
        norms.append(torch.nn.utils.clip_grad_norm_(trained.values(), clip or float("inf")).item())
        used.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        rates.step()
        losses.append(loss.item())
    return losses, norms, used


def nudged(model):
    """The same model with its trained values off by one part in ten million: what no other implementation can be held to."""
    other = copy.deepcopy(model)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for one in other.parameters():
            if one.requires_grad:
                one.mul_(1 + 1e-7 * torch.randn(one.shape, generator=generator))
    return other


def trajectory(model, batches, kind, loss_of=lambda model, batch: model(**batch).loss):
    """20 steps on `model` in place, with dropout 0. Returns what goes into the golden."""
    settings = SETTINGS[kind]
    other = nudged(model)
    losses, norms, rates = run(model, batches, settings, loss_of)
    shaken, _, _ = run(other, batches, settings, loss_of)
    ends = dict(other.named_parameters())
    spread = {n: difference(one, ends[n]) for n, one in model.named_parameters() if one.requires_grad}
    loose = {name: value for name, value in spread.items() if value > 1e-4}
    trained = {name: one.detach() for name, one in model.named_parameters() if one.requires_grad}
    return {
        "optimizer": {"name": "AdamW", "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "steps": STEPS, **settings},
        "batches": batches,
        "learningRates": rates,
        "losses": losses,
        "normsBeforeClipping": norms,
        "lossSensitivity": max(abs(a - b) for a, b in zip(losses, shaken)),
        "trainedCount": sum(one.numel() for one in trained.values()),
        "final": checksum(trained),
        "finalSensitivity": max(value for name, value in spread.items() if name not in loose),
        "undetermined": loose,
    }
