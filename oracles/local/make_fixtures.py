"""Writes the fixtures that the tests of @modeshift/local compare against.

    pip install safetensors==0.8.0 numpy scipy
    python oracles/local/make_fixtures.py

safetensors-python.safetensors  written by the safetensors package, one tensor of each element type
temperature.json                logits, labels, and the temperature that scipy's bounded minimiser finds for them
"""

import json
import pathlib

import numpy as np
from safetensors.numpy import save_file
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

fixtures = pathlib.Path(__file__).parents[2] / "packages/providers/local/src/fixtures"
fixtures.mkdir(exist_ok=True)

values = np.array([[0.0, 1.5, -2.25], [65504.0, -0.000061, 6e-8]])
save_file(
    {
        "f64": values,
        "f32": values.astype(np.float32),
        "f16": values.astype(np.float16),
        "i64": np.array([-(2**53), 7]),
        "i32": np.array([-(2**31), 7], dtype=np.int32),
        "i16": np.array([-(2**15), 7], dtype=np.int16),
        "i8": np.array([-128, 7], dtype=np.int8),
        "u16": np.array([65535, 7], dtype=np.uint16),
        "u8": np.array([255, 7], dtype=np.uint8),
        "bool": np.array([True, False]),
        "scalar": np.array(3.5, dtype=np.float32),
        "empty": np.zeros((0, 4), dtype=np.float32),
        "名字": np.array([1.0], dtype=np.float32),
    },
    fixtures / "safetensors-python.safetensors",
    metadata={"made_by": "safetensors", "说明": "中文"},
)

generator = np.random.default_rng(0)
cases = []
for examples, classes, sharpness, noise in [(200, 5, 4.0, 1.0), (60, 77, 1.0, 0.3), (300, 3, 0.2, 0.0), (40, 2, 3.0, 1.0)]:
    labels = generator.integers(0, classes, examples)
    logits = generator.normal(size=(examples, classes)) * noise
    logits[np.arange(examples), labels] += np.where(generator.random(examples) < 0.8, 1.0, -0.5)
    logits = np.round(logits * sharpness, 4)

    def loss(log_temperature):
        return -log_softmax(logits / np.exp(log_temperature), axis=1)[np.arange(examples), labels].mean()

    best = minimize_scalar(loss, bounds=(np.log(0.01), np.log(100)), method="bounded", options={"xatol": 1e-12})
    cases.append(
        {
            "logits": logits.tolist(),
            "labels": labels.tolist(),
            "temperature": float(np.exp(best.x)),
            "loss_before": float(loss(0.0)),
            "loss_after": float(best.fun),
        }
    )
(fixtures / "temperature.json").write_text(json.dumps(cases))
