"""What transformers' logits processors make of given logits: `processors.json`.

    python processors.py
"""

import numpy as np
import torch
from transformers import (
    LogitsProcessorList,
    MinPLogitsWarper,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from record import FIXTURES, write_golden

# The order in which `generate` applies them.
MAKERS = {
    "repetitionPenalty": RepetitionPenaltyLogitsProcessor,
    "temperature": TemperatureLogitsWarper,
    "topK": TopKLogitsWarper,
    "topP": TopPLogitsWarper,
    "minP": MinPLogitsWarper,
}

PARAMETERS = [
    {},
    {"repetitionPenalty": 1.3},
    {"repetitionPenalty": 0.8},
    {"temperature": 0.25},
    {"temperature": 1.7},
    {"topK": 1},
    {"topK": 5},
    {"topK": 1000},
    {"topP": 0.05},
    {"topP": 0.5},
    {"topP": 0.9},
    {"topP": 1.0},
    {"minP": 0.1},
    {"minP": 0.5},
    {"temperature": 0.7, "topK": 8, "topP": 0.8},
    {"temperature": 1.5, "topP": 0.9, "minP": 0.05},
    {"repetitionPenalty": 1.05, "temperature": 0.7, "topK": 20, "topP": 0.8},
    {"repetitionPenalty": 1.5, "temperature": 2.0, "topK": 12, "topP": 0.95, "minP": 0.02},
]


PENALTIES = [
    {"frequencyPenalty": 0.5},
    {"presencePenalty": 0.5},
    {"frequencyPenalty": 0.3, "presencePenalty": 0.4},
    {"frequencyPenalty": -1.0, "presencePenalty": 2.0},
]


def penalised(logits, generated, frequencyPenalty=0.0, presencePenalty=0.0):
    """As the reference of the OpenAI API defines it, on the tokens generated so far: logit - count * f - (count > 0) * p."""
    counts = np.bincount(generated, minlength=len(logits))
    return torch.tensor(logits - counts * frequencyPenalty - (counts > 0) * presencePenalty).softmax(-1)


def main():
    random = np.random.RandomState(12)
    inputs = {
        "spread": (random.randn(40) * 3).round(3),
        "flat": (random.randn(40) * 0.3).round(3),
        "ties": np.array([2.0] * 4 + [1.0] * 6 + [-1.0] * 10),
        "negative": -np.abs(random.randn(16) * 2).round(3) - 0.5,
    }
    context = {"spread": [3, 7, 7, 21, 0], "flat": [1, 2, 3], "ties": [0, 5, 12], "negative": [4, 4, 9]}
    cases = []
    for name, logits in inputs.items():
        for parameters in PARAMETERS:
            chain = LogitsProcessorList([make(parameters[key]) for key, make in MAKERS.items() if key in parameters])
            ids = torch.tensor([context[name]])
            out = chain(ids, torch.tensor(logits, dtype=torch.float32)[None])[0]
            probabilities = out.softmax(-1)
            cases.append({"input": name, "parameters": parameters, "probabilities": probabilities})
    penalties = [
        {"input": name, "generated": context[name], "parameters": one, "probabilities": penalised(logits, context[name], **one)}
        for name, logits in inputs.items()
        for one in PENALTIES
    ]
    value = {
        "order": list(MAKERS),
        "logits": {name: one.tolist() for name, one in inputs.items()},
        "context": context,
        "cases": cases,
        "penalties": penalties,
    }
    write_golden(FIXTURES, "processors", "processors.py", value)


if __name__ == "__main__":
    main()
