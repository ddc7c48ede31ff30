"""Where the fixtures are, which versions made them, and how numbers are written."""

import json
import pathlib
import platform
from importlib.metadata import version

import torch
from safetensors.torch import save_file

FIXTURES = pathlib.Path(__file__).parents[3] / "packages/providers/local/fixtures"

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)


def versions():
    names = ["torch", "transformers", "peft", "tokenizers", "safetensors", "sentence-transformers", "numpy"]
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def plain(value):
    """JSON values with eight significant digits."""
    if isinstance(value, torch.Tensor):
        return plain(value.detach().tolist())
    if isinstance(value, float):
        return float(f"{value:.8g}")
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def compact(value, depth):
    """JSON with one entry a line down to `depth`, so that a change shows as a small difference."""
    if depth == 0 or not isinstance(value, (dict, list)) or not value:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, dict):
        body = ",\n".join(f"{json.dumps(key, ensure_ascii=False)}:{compact(one, depth - 1)}" for key, one in value.items())
        return f"{{\n{body}\n}}"
    return "[\n" + ",\n".join(compact(one, depth - 1) for one in value) + "\n]"


def write_golden(folder, name, script, value, tensors=None):
    """`name.json`, and the large arrays as float32 in `name.safetensors`."""
    head = {"script": f"oracles/local/engine/{script}", "versions": versions()}
    (folder / f"{name}.json").write_text(compact(plain({**head, **value}), 2) + "\n")
    if tensors:
        arrays = {key: tensor.detach().to(torch.float32).contiguous().clone() for key, tensor in sorted(tensors.items())}
        save_file(arrays, folder / f"{name}.safetensors", metadata={"format": "pt"})
        (folder / f"{name}.safetensors").chmod(0o644)


def checksum(tensors):
    """For each tensor its sum, the sum of its magnitudes and its Euclidean norm, added up in float64."""
    return {
        name: {
            "shape": list(tensor.shape),
            "sum": tensor.double().sum().item(),
            "magnitude": tensor.double().abs().sum().item(),
            "norm": tensor.double().norm().item(),
        }
        for name, tensor in tensors.items()
    }


def difference(one, other):
    return (one.double() - other.double()).abs().max().item()
