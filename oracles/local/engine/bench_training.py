"""PyTorch's side of packages/providers/local/bench/train.ts: for each line N on standard input N training steps, and their cost.

    bench_training.py CHECKPOINT WORKLOAD_JSON
"""

import json
import resource
import sys
import time

import torch
from peft import LoraConfig, PromptTuningConfig, TaskType, get_peft_model
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, logging

logging.set_verbosity_error()
logging.disable_progress_bar()


def model_of(folder, spec):
    if spec.get("loss", {}).get("kind") == "classification":
        base = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32, num_labels=spec["loss"]["labels"])
        task = TaskType.SEQ_CLS
    else:
        base = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        task = TaskType.CAUSAL_LM
    base.config.use_cache = False
    if spec["method"] == "full":
        return base
    if spec["method"] == "soft-prompt":
        return get_peft_model(base, PromptTuningConfig(task_type=task, num_virtual_tokens=spec["softPrompt"]["tokens"]))
    lora = spec["lora"]
    targets = lora.get("targets", ["q_proj", "v_proj"])
    return get_peft_model(base, LoraConfig(task_type=task, r=lora["rank"], lora_alpha=2 * lora["rank"], target_modules=targets))


def inputs_of(batch):
    """Padded on the right to the longest, as transformers' collator does."""
    width = max(len(one["ids"]) for one in batch)
    fill = lambda values, filler: values + [filler] * (width - len(values))  # noqa: E731
    even = all(len(one["ids"]) == width for one in batch)
    inputs = {"input_ids": torch.tensor([fill(one["ids"], 0) for one in batch])}
    if not even:
        inputs["attention_mask"] = torch.tensor([fill([1] * len(one["ids"]), 0) for one in batch])
    if "label" in batch[0]:
        inputs["labels"] = torch.tensor([one["label"] for one in batch])
    else:
        inputs["labels"] = torch.tensor([fill(one.get("labels", one["ids"]), -100) for one in batch])
    return inputs


def main():
    work = json.load(open(sys.argv[2]))
    torch.set_num_threads(work["threads"])
    model = model_of(sys.argv[1], work["spec"]).train()
    inputs = inputs_of(work["batch"])
    parameters = [one for one in model.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.0, fused=True)

    def step():
        optimizer.zero_grad()
        loss = model(**inputs).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        return loss

    first = step().item()
    for _ in range(2):
        step()
    tokens = sum(len(one["ids"]) for one in work["batch"])
    trained = sum(one.numel() for one in parameters)
    print(json.dumps({"version": torch.__version__, "tokens": tokens, "loss": first, "trained": trained}), flush=True)
    for line in sys.stdin:
        begun = time.process_time(), time.perf_counter()
        for _ in range(int(line)):
            step()
        cpu, wall = (1000 * (now - then) for now, then in zip((time.process_time(), time.perf_counter()), begun))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"cpuMilliseconds": cpu, "milliseconds": wall, "peakMegabytes": peak}), flush=True)


main()
