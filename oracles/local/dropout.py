"""Losses and gradients of transformers while dropout is on, with the masks that packages/autograd/src/ops/dropout.ts documents.

Usage: python oracles/local/dropout.py > packages/providers/local/fixtures/dropout.json
"""

import json
import math
import platform
import sys
from pathlib import Path

import numpy as np
import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSequenceClassification

FIXTURES = Path(__file__).parents[2] / "packages/providers/local/fixtures"
SEED = 5
BERT = {"hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.2, "classifier_dropout": 0.3}
GPT2 = {"embd_pdrop": 0.1, "attn_pdrop": 0.2, "resid_pdrop": 0.3}
CASES = [
    ("bert-classifier", AutoModelForSequenceClassification, BERT),
    ("xlmr-reranker", AutoModelForSequenceClassification, BERT),
    ("gpt2", AutoModelForCausalLM, GPT2),
    ("llama", AutoModelForCausalLM, {"attention_dropout": 0.2}),
]


def mixed(x, *factors):
    for shift, factor in factors:
        x = x ^ (x >> np.uint32(shift))
        if factor:
            x = (x * np.uint32(factor)).astype(np.uint32)
    return x


class Masks:
    """In place of torch.nn.functional.dropout: the n-th call takes the n-th mask."""

    def __init__(self):
        self.site = 0

    def __call__(self, x, p=0.5, training=True, inplace=False):
        if p == 0 or not training:
            return x
        self.site += 1
        with np.errstate(over="ignore"):
            start = np.array([SEED], np.uint32) + np.array([self.site], np.uint32) * np.uint32(0x9E3779B1)
            stream = mixed((start * np.uint32(0x85EBCA6B)).astype(np.uint32), (15, 0))
            place = np.arange(x.numel(), dtype=np.uint32) * np.uint32(0x9E3779B1) + stream
            number = mixed(place, (16, 0x85EBCA6B), (13, 0xC2B2AE35)).view(np.int32)
        keep = number < math.floor((0.5 - p) * 2**32)
        return x * torch.from_numpy(keep.reshape(x.shape) / (1 - p)).to(x.dtype)


def measure(name, kind, rates):
    config = AutoConfig.from_pretrained(FIXTURES / name, **rates)
    model = kind.from_pretrained(FIXTURES / name, config=config, attn_implementation="eager", dtype=torch.float32)
    model.train()
    # Rows of 16, to which lengths are rounded up: a mask counts the places of a row.
    random = np.random.RandomState(1)
    ids = torch.from_numpy(random.randint(5, min(290, config.vocab_size), [3, 16]))
    batch = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    if kind is AutoModelForCausalLM:
        batch["labels"] = ids
    elif config.num_labels == 1:
        batch["labels"] = torch.tensor([[0.0], [1.0], [0.5]])
        model.config.problem_type = "multi_label_classification"
    else:
        batch["labels"] = torch.arange(3) % config.num_labels
        model.config.problem_type = "single_label_classification"
    masks = Masks()
    torch.nn.functional.dropout, before = masks, torch.nn.functional.dropout
    try:
        loss = model(**batch).loss
        loss.backward()
    finally:
        torch.nn.functional.dropout = before
    model.eval()
    gradients = {n: p.grad for n, p in model.named_parameters() if p.grad is not None}
    return {
        "config": rates,
        "dropouts": masks.site,
        "batch": {key: value.tolist() for key, value in batch.items()},
        "loss": loss.item(),
        "lossWithout": model(**batch).loss.item(),
        "norms": {name: gradient.norm().item() for name, gradient in gradients.items()},
        "first": {name: gradient.flatten()[:3].tolist() for name, gradient in gradients.items()},
    }


versions = {"torch": torch.__version__, "transformers": transformers.__version__, "python": platform.python_version()}
cases = {name: measure(name, kind, rates) for name, kind, rates in CASES}
json.dump({"source": "oracles/local/dropout.py", "versions": versions, "seed": SEED, "cases": cases}, sys.stdout, indent=1)
