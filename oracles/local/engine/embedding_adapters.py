"""Goldens of LoRA on the embedding table, beside queries and values.

    python embedding_adapters.py

Writes into each checkpoint's folder `embedding-adapter.json`, `embedding-adapter.safetensors` and `adapters/lora-embedding/before|after`.
"""

import json

import torch
from peft import LoraConfig, PeftModel, TaskType, get_peft_model

from adapters import KEPT, attached, batches, first_gradients, merged, save, scatter
from decoder_inputs import load, pad_of
from record import FIXTURES, difference, write_golden
from training import trajectory

# The tables of llama and gpt2 are their output projections too: PEFT adapts the reading of tokens alone, and warns.
MODELS = {"llama": ["embed_tokens", "q_proj", "v_proj"], "llama-untied": ["embed_tokens", "q_proj"], "gpt2": ["wte", "c_attn"]}
METHOD = "lora-embedding"


@torch.no_grad()
def halved(model, prompt):
    """All of the adapter at half its strength: PEFT's `scale_layer` leaves out what is on the table."""
    scaled = [module.scaling for module in model.modules() if hasattr(module, "scale_layer")]
    for scaling in scaled:
        scaling["default"] *= 0.5
    logits = model(prompt[None]).logits[0][-KEPT:]
    for scaling in scaled:
        scaling["default"] *= 2
    return logits


def main():
    for name, targets in MODELS.items():
        tensors = {}
        config = LoraConfig(
            r=4, lora_alpha=6, target_modules=targets, task_type=TaskType.CAUSAL_LM, init_lora_weights=False,
            fan_in_fan_out=name == "gpt2", rank_pattern={targets[0]: 3},
        )  # fmt: skip
        torch.manual_seed(0)
        model = get_peft_model(load(name), config).eval()
        scatter(model, 20)
        folder = save(model, name, METHOD, "before")
        value = attached(model, name, METHOD, tensors)
        tensors[f"logits.{METHOD}.half"] = halved(model, value["prompt"])
        reloaded = PeftModel.from_pretrained(load(name), folder).eval()
        prompt = torch.tensor([value["prompt"].tolist()])
        assert difference(reloaded(prompt).logits[0], model(prompt).logits[0]) < 1e-5
        if not model.config.tie_word_embeddings:
            value["merged"] = merged(folder, name, METHOD, tensors)
        work = batches(name, pad_of(model))
        value["firstGradientNorms"] = first_gradients(model, work[0])
        value.update(trajectory(model, work, "adapter"))
        save(model, name, METHOD, "after")
        # PEFT's beginning, for those who begin anew.
        fresh = get_peft_model(load(name), LoraConfig(r=4, target_modules=targets[:1], task_type=TaskType.CAUSAL_LM))
        value["begins"] = {key: [one.abs().max().item() > 0, list(one.shape)] for key, one in fresh.named_parameters() if one.requires_grad}
        write_golden(FIXTURES / name, "embedding-adapter", "embedding_adapters.py", value, tensors)
        print(name, [round(x, 4) for x in value["losses"][::6]], value["lossSensitivity"], value["trainedCount"], json.dumps(value["begins"]))


if __name__ == "__main__":
    main()
