"""Goldens of training: full, PEFT adapters, soft prompts, prefix, classification head, preference.

    python adapters.py            # llama, qwen3 and gpt2
    python adapters.py llama

Writes into each checkpoint's folder `training.json`, `training.safetensors` and `adapters/METHOD/before|after`.
"""

import json
import shutil
import sys
import zlib

import numpy as np
import torch
import torch.nn.functional as F
from peft import LoraConfig, PeftModel, PrefixTuningConfig, PromptTuningConfig, TaskType, get_peft_model
from transformers import AutoModelForSequenceClassification

from decoder_inputs import batch_of, load, pad, pad_of, supervised, tokenizer_of
from record import FIXTURES, checksum, difference, write_golden
from texts import CONTINUATIONS, CORPUS, PROMPTS
from training import trajectory

MODELS = ["llama", "qwen3", "gpt2"]
KEPT = 3  # Logits are kept of this many positions, the last ones.


def methods(name):
    conv = {"fan_in_fan_out": True} if name == "gpt2" else {}
    attention = ["c_attn"] if name == "gpt2" else ["q_proj", "v_proj"]
    down = "mlp.c_proj" if name == "gpt2" else "down_proj"
    patterns = {} if name == "gpt2" else {"rank_pattern": {"v_proj": 2}, "alpha_pattern": {"v_proj": 6}}
    common = {"task_type": TaskType.CAUSAL_LM, "lora_dropout": 0.0, "init_lora_weights": False, **conv}
    return {
        "lora": LoraConfig(r=4, lora_alpha=8, target_modules=attention, **common),
        "lora-all-linear": LoraConfig(r=2, lora_alpha=4, target_modules="all-linear", **common),
        "rslora": LoraConfig(r=4, lora_alpha=8, use_rslora=True, target_modules=[*attention, down], **patterns, **common),
        "dora": LoraConfig(r=4, lora_alpha=8, use_dora=True, target_modules=[*attention, down], **common),
        "prompt-tuning": PromptTuningConfig(task_type=TaskType.CAUSAL_LM, num_virtual_tokens=5),
        "prefix-tuning": PrefixTuningConfig(task_type=TaskType.CAUSAL_LM, num_virtual_tokens=4),
    }


def scatter(model, seed):
    """Trained values that are neither PEFT's start (B zero) nor dependent on PyTorch's generator."""
    for name, one in model.named_parameters():
        if not one.requires_grad:
            continue
        random = np.random.RandomState((seed + zlib.crc32(name.encode())) % 2**32)
        values = torch.from_numpy(random.randn(*one.shape)).float()
        with torch.no_grad():
            if "magnitude" in name:
                one.mul_(1 + 0.1 * values)
            else:
                one.copy_(values * (0.2 if "lora_" in name else 0.4))


def save(model, name, method, moment):
    folder = FIXTURES / name / "adapters" / method / moment
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    path = folder / "adapter_config.json"
    config = json.loads(path.read_text())
    config["base_model_name_or_path"] = name
    if isinstance(config.get("target_modules"), list):
        config["target_modules"].sort()
    path.write_text(json.dumps(config, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    (folder / "adapter_model.safetensors").chmod(0o644)
    return folder


def batches(name, filler):
    return [batch_of(supervised(name, 3, 20 - 2 * index, offset=index), filler) for index in range(4)]


@torch.no_grad()
def attached(model, name, method, tensors):
    """Logits of the last tokens with the adapter on, at half its strength, and off."""
    ids = torch.tensor([tokenizer_of(name).encode(PROMPTS[1]).ids])
    out = model(ids, attention_mask=torch.ones_like(ids)).logits[0][-ids.shape[1] :]
    tensors[f"logits.{method}"] = out[-KEPT:]
    value = {"prompt": ids[0]}
    if hasattr(model, "merge_and_unload") and model.active_peft_config.peft_type == "LORA":
        for module in model.modules():
            if hasattr(module, "scale_layer"):
                module.scale_layer(0.5)
        tensors[f"logits.{method}.half"] = model(ids).logits[0][-KEPT:]
        for module in model.modules():
            if hasattr(module, "unscale_layer"):
                module.unscale_layer()
        assert difference(model(ids).logits[0], out) < 1e-5
        with model.disable_adapter():
            assert difference(model(ids).logits[0], load(name)(ids).logits[0]) < 1e-6
    return value


@torch.no_grad()
def merged(folder, name, method, tensors):
    model = PeftModel.from_pretrained(load(name), folder).merge_and_unload()
    base = dict(load(name).named_parameters())
    ids = torch.tensor([tokenizer_of(name).encode(PROMPTS[1]).ids])
    changed = {key: one for key, one in model.named_parameters() if difference(one, base[key]) > 0}
    first = next(iter(changed))
    tensors[f"merged.{method}.{first}"] = changed[first]
    return {"weights": checksum(changed), "logitsDifference": difference(model(ids).logits[0][-KEPT:], tensors[f"logits.{method}"])}


def first_gradients(model, batch, loss_of=lambda model, batch: model(**batch).loss):
    model.zero_grad()
    loss_of(model, batch).backward()
    each = {key: one.grad.double().norm().item() for key, one in model.named_parameters() if one.requires_grad}
    model.zero_grad()
    return each


def adapter(name, method, config, tensors):
    torch.manual_seed(0)
    model = get_peft_model(load(name), config).eval()
    scatter(model, 20)
    folder = save(model, name, method, "before")
    reloaded = PeftModel.from_pretrained(load(name), folder).eval()
    value = attached(model, name, method, tensors)
    value["reloadedDifference"] = difference(
        reloaded(torch.tensor([value["prompt"].tolist()])).logits[0], model(torch.tensor([value["prompt"].tolist()])).logits[0]
    )
    assert value["reloadedDifference"] < 1e-5, (name, method, value)
    if config.peft_type == "LORA":
        value["merged"] = merged(folder, name, method, tensors)
        assert value["merged"]["logitsDifference"] < 1e-4, (name, method, value)
    work = batches(name, pad_of(model))
    value["firstGradientNorms"] = first_gradients(model, work[0])
    value.update(trajectory(model, work, "prompt" if config.is_prompt_learning else "adapter"))
    save(model, name, method, "after")
    return value


def full(name, tensors):
    model = load(name)
    value = trajectory(model, batches(name, pad_of(model)), "full")
    for key, one in model.named_parameters():
        if one.numel() <= 96 or key.endswith(("layers.1.self_attn.v_proj.weight", "h.1.attn.c_proj.weight")):
            tensors[f"full.{key}"] = one
    return value


def labelled(name, filler):
    """Texts of the corpus with three classes, padded on the right."""
    tokenizer, out = tokenizer_of(name), []
    for offset in range(2):
        rows = [tokenizer.encode(CORPUS[(offset * 4 + index) % len(CORPUS)]).ids[: 18 - 3 * index] for index in range(4)]
        ids, mask = pad(rows, filler)
        out.append({"input_ids": ids, "attention_mask": mask, "labels": torch.tensor([index % 3 for index in range(4)])})
    return out


def classifier_model(name):
    model = AutoModelForSequenceClassification.from_pretrained(
        FIXTURES / name, dtype=torch.float32, attn_implementation="eager", num_labels=3
    ).eval()
    if model.config.pad_token_id is None:
        model.config.pad_token_id = model.config.eos_token_id
    random = np.random.RandomState(30)
    with torch.no_grad():
        model.score.weight.copy_(torch.from_numpy(random.randn(3, 32) * 0.3))
    return model


def classifiers(name, tensors):
    model = classifier_model(name)
    tensors["score.weight"] = model.score.weight.detach().clone()
    work = labelled(name, model.config.pad_token_id)
    with torch.no_grad():
        scores = model(work[0]["input_ids"], attention_mask=work[0]["attention_mask"]).logits
    whole = {"padTokenId": model.config.pad_token_id, "logits": scores, **trajectory(model, work, "classifier")}
    torch.manual_seed(0)
    target = ["c_attn"] if name == "gpt2" else ["q_proj", "v_proj"]
    config = LoraConfig(
        r=4, lora_alpha=8, target_modules=target, task_type=TaskType.SEQ_CLS, init_lora_weights=False,
        fan_in_fan_out=name == "gpt2",
    )  # fmt: skip
    model = get_peft_model(classifier_model(name), config).eval()
    scatter(model, 40)
    save(model, name, "lora-classifier", "before")
    with torch.no_grad():
        scores = model(work[0]["input_ids"], attention_mask=work[0]["attention_mask"]).logits
    value = {"logits": scores, "firstGradientNorms": first_gradients(model, work[0]), **trajectory(model, work, "adapter")}
    save(model, name, "lora-classifier", "after")
    return {"classifier": whole, "lora-classifier": value}


def summed(model, rows, prompts, filler):
    """Sum of the log-probabilities of what follows the prompt, a row each."""
    ids, mask = pad(rows, filler)
    logprobs = F.log_softmax(model(input_ids=ids, attention_mask=mask).logits[:, :-1], -1)
    each = logprobs.gather(-1, ids[:, 1:, None])[..., 0]
    place = torch.arange(ids.shape[1] - 1)[None]
    counted = (place >= torch.tensor(prompts)[:, None] - 1) & (mask[:, 1:] == 1)
    return (each * counted).sum(-1)


def preference(name, beta=0.1):
    """DPO with the LoRA adapter of `lora/before` as policy and the base as reference, averaged over pairs."""
    tokenizer = tokenizer_of(name)
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids  # noqa: E731
    pairs = [
        {"prompt": encode(context), "chosen": encode(options[0]), "rejected": encode(options[1])}
        for context, options in CONTINUATIONS
    ]
    model = PeftModel.from_pretrained(load(name), FIXTURES / name / "adapters/lora/before", is_trainable=True).eval()
    base, filler = load(name), pad_of(model)
    prompts = [len(pair["prompt"]) for pair in pairs]
    rows = {side: [pair["prompt"] + pair[side] for pair in pairs] for side in ("chosen", "rejected")}
    with torch.no_grad():
        reference = {side: summed(base, rows[side], prompts, filler) for side in rows}

    def loss_of(model, _):
        policy = {side: summed(model, rows[side], prompts, filler) for side in rows}
        margins = (policy["chosen"] - reference["chosen"]) - (policy["rejected"] - reference["rejected"])
        return -F.logsigmoid(beta * margins).mean()

    each = first_gradients(model, None, loss_of)
    with torch.no_grad():
        policy = {side: summed(model, rows[side], prompts, filler) for side in rows}
    return {
        "beta": beta, "pairs": pairs, "reference": reference, "policy": policy, "loss": loss_of(model, None).item(),
        "gradientNorms": each, "totalNorm": sum(value**2 for value in each.values()) ** 0.5,
        "training": trajectory(model, [{}], "adapter", loss_of),
    }  # fmt: skip


def main():
    for name in sys.argv[1:] or MODELS:
        tensors = {}
        value = {"full": full(name, tensors)}
        for method, config in methods(name).items():
            value[method] = adapter(name, method, config, tensors)
        value.update(classifiers(name, tensors))
        value["dpo"] = preference(name)
        write_golden(FIXTURES / name, "training", "adapters.py", value, tensors)
        for method, one in value.items():
            one = one.get("training", one)
            print(name, method, [round(x, 4) for x in one["losses"][::6]], one["lossSensitivity"], one["trainedCount"])


if __name__ == "__main__":
    main()
