"""Reads a safetensors file with the safetensors package and prints what it holds, as JSON.

    node --conditions=modeshift-source oracles/local/write_safetensors.ts packages/providers/local/src/fixtures/safetensors-ours.safetensors
    cd packages/providers/local/src/fixtures && python ../../../../../oracles/local/check_safetensors.py safetensors-ours.safetensors > safetensors-ours.json
"""

import json
import sys

from safetensors import safe_open

with safe_open(sys.argv[1], framework="numpy") as file:
    tensors = {name: file.get_tensor(name) for name in sorted(file.keys())}
    described = {
        name: {"dtype": str(value.dtype), "shape": list(value.shape), "values": value.ravel().tolist()}
        for name, value in tensors.items()
    }
    print(json.dumps({"metadata": file.metadata(), "tensors": described}, ensure_ascii=False, indent=1))
