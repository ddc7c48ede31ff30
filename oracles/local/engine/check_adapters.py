"""Loads what write_adapters.ts saved with PEFT and transformers and compares losses, logits and counts.

    node --conditions=modeshift-source oracles/local/engine/write_adapters.ts FOLDER
    python check_adapters.py FOLDER
"""

import json
import pathlib
import sys
import warnings

import torch
import torch.nn.functional as F
from peft import PeftModel
from transformers import AutoModel, AutoModelForCausalLM, AutoModelForSequenceClassification, logging

from decoder_inputs import pad
from record import FIXTURES

logging.set_verbosity_error()
logging.disable_progress_bar()


def classes(kind):
    return {
        "causal": AutoModelForCausalLM,
        "classification": AutoModelForSequenceClassification,
        "contrastive": AutoModel,
    }[kind]


def open_model(kind, folder, labels):
    more = {"num_labels": labels} if kind == "classification" else {}
    model = classes(kind).from_pretrained(folder, dtype=torch.float32, attn_implementation="eager", **more)
    if model.config.pad_token_id is None:
        end = model.config.eos_token_id
        model.config.pad_token_id = end[0] if isinstance(end, list) else end
    return model.eval()


@torch.no_grad()
def compute(model, one):
    filler = model.config.pad_token_id or 0
    ids, mask = pad(one["rows"], filler)
    if one["kind"] == "causal":
        width = ids.shape[1]
        labels = [row + [-100] * (width - len(row)) for row in one["labels"]]
        return model(input_ids=ids, attention_mask=mask, labels=torch.tensor(labels)).loss.item(), None
    if one["kind"] == "classification":
        logits = model(input_ids=ids, attention_mask=mask).logits
        return F.cross_entropy(logits, torch.tensor(one["labels"])).item(), logits.tolist()
    hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
    mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    vectors = F.normalize(mean, dim=-1)
    scores = vectors[0::2] @ vectors[1::2].T / 0.05
    return F.cross_entropy(scores, torch.arange(len(scores))).item(), None


def main():
    worst = 0.0
    root = pathlib.Path(sys.argv[1])
    for path in sorted(root.glob("*/*.json")):
        one = json.loads(path.read_text())
        folder, base = path.with_suffix(""), FIXTURES / path.parent.name
        found = {}
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            if one["adapter"]:
                prompt = one["method"] in ("soft-prompt", "prefix")
                model = PeftModel.from_pretrained(open_model(one["kind"], base, 3), folder, is_trainable=not prompt)
                trained, total = model.eval().get_nb_trainable_parameters()
                assert (trained if not prompt else one["trained"], total) == (one["trained"], one["all"]), path
            else:
                model = open_model(one["kind"], folder, 3)
            loss, logits = compute(model, one)
            found["loss"] = abs(loss - one["loss"]) / max(1.0, abs(loss))
            if logits:
                found["logits"] = (torch.tensor(logits) - torch.tensor(one["logits"])).abs().max().item()
            merged = folder.with_name(folder.name + ".merged")
            if merged.exists():
                found["merged"] = abs(compute(open_model(one["kind"], merged, 3), one)[0] - one["loss"])
        complaints = [str(w.message)[:160] for w in said if "adapter key" in str(w.message).lower()]
        worst = max([worst, *(value for value in found.values() if isinstance(value, float))])
        print(path.parent.name, folder.name, {k: v if isinstance(v, str) else f"{v:.1e}" for k, v in found.items()}, *complaints)
        assert not complaints, complaints
    print(f"greatest difference {worst:.2e}")
    assert worst < 1e-4


if __name__ == "__main__":
    main()
