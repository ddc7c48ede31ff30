"""PyTorch's side of the local engine's benchmarks.

    bench_torch.py train  '{"model": {...}, "method": "lora", "batch": 4, "length": 256, "threads": 2, "steps": 20}'
    bench_torch.py decode '{"model": {...}, "prompt": 64, "tokens": 64, "batch": 1, "threads": 2}'
    bench_torch.py encode '{"folder": "path", "texts": "file.json", "batch": 32, "threads": 2}'

`model` is the configuration of a Hugging Face model (`model_type` llama, qwen3, gpt2, bert, …), with random weights, or `{"folder": path}`; `encode`
may take `model` with `count` and `length` in place of texts, to leave out the tokenizer.
`method`: full, lora (q_proj and v_proj), lora-all-linear, soft-prompt, classifier (whole model, head on top) or head (head alone).
Other keys of `train`: `classes` (2), `rank` (8), `virtualTokens` (20), `optimizer` (the faster of plain and fused AdamW, or "plain", "fused"), `supervised` (1: the
share of tokens at the end of each row that carry loss), `attention` ("sdpa").

With `steps` one line of JSON is printed: tokensPerSecond, millisecondsPerStep, cpuMillisecondsPerStep, peakMegabytes (with importedMegabytes, what
the imports alone take), losses and what ran. Without it the process
prints a first line when it is ready, then for each line N on standard input does N steps and prints their cost, so that another process can take turns with it.
"""

import json
import resource
import sys
import time
import warnings

import torch

warnings.filterwarnings("ignore")


def peak_megabytes():
    """The largest resident size of the process so far; on Linux the kernel counts in KiB, on macOS in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def start(threads):
    """Versions, and the memory that the imports alone take, which a comparison should take off the peak."""
    import peft
    import transformers

    torch.set_num_threads(threads)
    versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
    return {"engine": "torch", "versions": versions, "threads": threads, "importedMegabytes": peak_megabytes()}


def model_of(settings, kind):
    import transformers

    transformers.logging.set_verbosity_error()
    described = dict(settings["model"])
    folder = described.pop("folder", None)
    attention = settings.get("attention", "sdpa")
    extra = {"num_labels": settings.get("classes", 2)} if kind.endswith("SequenceClassification") else {}
    torch.manual_seed(0)
    if folder:
        return getattr(transformers, kind).from_pretrained(folder, dtype=torch.float32, attn_implementation=attention, **extra)
    config = transformers.AutoConfig.for_model(**described, **extra)
    return getattr(transformers, kind).from_config(config, attn_implementation=attention, dtype=torch.float32)


def trainable(settings):
    """The model with its method on, dropout as its configuration says."""
    import peft

    method, rank = settings["method"], settings.get("rank", 8)
    if method in ("classifier", "head"):
        model = model_of(settings, "AutoModelForSequenceClassification")
        if model.config.pad_token_id is None:
            model.config.pad_token_id = 0
        if method == "head":
            heads = ("score.", "classifier.")
            for name, one in model.named_parameters():
                one.requires_grad = name.startswith(heads)
        return model.train()
    model = model_of(settings, "AutoModelForCausalLM")
    if method == "full":
        return model.train()
    if method == "soft-prompt":
        config = peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=settings.get("virtualTokens", 20))
    elif method in ("lora", "lora-all-linear"):
        attention = ["c_attn"] if model.config.model_type == "gpt2" else ["q_proj", "v_proj"]
        target = "all-linear" if method == "lora-all-linear" else attention
        config = peft.LoraConfig(r=rank, lora_alpha=2 * rank, lora_dropout=0.0, target_modules=target, task_type="CAUSAL_LM")
    else:
        raise SystemExit(f"unknown method {method}: full, lora, lora-all-linear, soft-prompt, classifier or head")
    return peft.get_peft_model(model, config).train()


def batch_of(settings, model):
    generator = torch.Generator().manual_seed(1)
    shape = (settings["batch"], settings["length"])
    ids = torch.randint(1, model.config.vocab_size, shape, generator=generator)
    if settings["method"] in ("classifier", "head"):
        labels = torch.randint(0, settings.get("classes", 2), shape[:1], generator=generator)
    else:
        labels = ids.clone()
        labels[:, : round(shape[1] * (1 - settings.get("supervised", 1)))] = -100
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": labels}


def train(settings):
    about = start(settings.get("threads", 1))
    model = trainable(settings)
    batch = batch_of(settings, model)
    trained = [one for one in model.parameters() if one.requires_grad]

    def adamw(fused):
        return torch.optim.AdamW(trained, lr=settings.get("learningRate", 1e-4), weight_decay=0.01, fused=fused)

    def run(optimizer, steps):
        losses, begun = [], (time.process_time(), time.perf_counter())
        for _ in range(steps):
            optimizer.zero_grad()
            loss = model(**batch).loss
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        cpu, wall = (now - then for now, then in zip((time.process_time(), time.perf_counter()), begun))
        return 1000 * cpu, 1000 * wall, losses

    choice = settings.get("optimizer", "fastest")
    sides = {name: adamw(name == "fused") for name in (["plain", "fused"] if choice == "fastest" else [choice])}
    for side in sides.values():
        run(side, 2)
    name = min(sides, key=lambda one: min(run(sides[one], 1)[1] for _ in range(3))) if len(sides) > 1 else choice
    for other in set(sides) - {name}:
        del sides[other]
    tokens = settings["batch"] * settings["length"]
    about |= {
        "method": settings["method"], "optimizer": name, "tokens": tokens,
        "parameters": sum(one.numel() for one in model.parameters()), "trained": sum(one.numel() for one in trained),
    }  # fmt: skip

    def cost(steps):
        cpu, wall, losses = run(sides[name], steps)
        return {
            "millisecondsPerStep": wall / steps, "cpuMillisecondsPerStep": cpu / steps, "tokensPerSecond": 1000 * tokens * steps / wall,
            "peakMegabytes": peak_megabytes(), "losses": losses,
        }  # fmt: skip

    answer(settings.get("steps"), about, cost)


@torch.no_grad()
def decode(settings):
    """Greedy tokens with transformers' own cache, a batch at once; `steps` is the number of repetitions."""
    about = start(settings.get("threads", 1))
    model = model_of(settings, "AutoModelForCausalLM").eval()
    batch, prompt, count = settings.get("batch", 1), settings.get("prompt", 64), settings.get("tokens", 64)
    ids = torch.randint(1, model.config.vocab_size, (batch, prompt), generator=torch.Generator().manual_seed(1))

    def once():
        begun = time.perf_counter()
        out = model(ids, use_cache=True, logits_to_keep=1)
        first, middle = out.logits[:, -1].argmax(-1, keepdim=True), time.perf_counter()
        for _ in range(count - 1):
            out = model(first, past_key_values=out.past_key_values, use_cache=True)
            first = out.logits[:, -1].argmax(-1, keepdim=True)
        return 1000 * (middle - begun), 1000 * (time.perf_counter() - middle)

    once()
    about |= {"batch": batch, "prompt": prompt, "tokens": count}

    def cost(steps):
        prefill, rest = (sum(each) / steps for each in zip(*(once() for _ in range(steps))))
        return {
            "prefillMilliseconds": prefill, "millisecondsPerToken": rest / (count - 1),
            "tokensPerSecond": 1000 * batch * (count - 1) / rest, "peakMegabytes": peak_megabytes(),
        }  # fmt: skip

    answer(settings.get("steps"), about, cost)


@torch.no_grad()
def encode(settings):
    """Texts by sentence-transformers, tokenizer and normalisation included; or given lengths of ids through the model alone."""
    about = start(settings.get("threads", 1))
    size = settings.get("batch", 32)
    if "folder" in settings:
        import sentence_transformers

        with open(settings["texts"]) as file:
            texts = json.load(file)
        wrapped = sentence_transformers.SentenceTransformer(settings["folder"], device="cpu")
        count = len(texts)
        tokens = sum(len(ids) for ids in wrapped.tokenizer(texts, truncation=True, max_length=wrapped.max_seq_length)["input_ids"])

        def once():
            wrapped.encode(texts, batch_size=size, show_progress_bar=False)
    else:
        model = model_of(settings, "AutoModel").eval()
        count = settings.get("count", 512)
        ids = torch.randint(5, model.config.vocab_size, (count, settings["length"]), generator=torch.Generator().manual_seed(1))
        tokens = ids.numel()

        def once():
            for start in range(0, count, size):
                hidden = model(ids[start : start + size]).last_hidden_state
                torch.nn.functional.normalize(hidden.mean(1), dim=-1)

    once()
    about |= {"texts": count, "tokens": tokens, "batch": size}

    def cost(steps):
        begun = time.perf_counter()
        for _ in range(steps):
            once()
        seconds = (time.perf_counter() - begun) / steps
        return {
            "milliseconds": 1000 * seconds, "textsPerSecond": count / seconds, "tokensPerSecond": tokens / seconds,
            "peakMegabytes": peak_megabytes(),
        }  # fmt: skip

    answer(settings.get("steps"), about, cost)


def answer(steps, about, cost):
    if steps:
        print(json.dumps({**about, **cost(steps)}))
        return
    print(json.dumps(about), flush=True)
    for line in sys.stdin:
        print(json.dumps(cost(int(line))), flush=True)


if __name__ == "__main__":
    works = {"train": train, "decode": decode, "encode": encode}
    if len(sys.argv) != 3 or sys.argv[1] not in works:
        raise SystemExit(__doc__)
    works[sys.argv[1]](json.loads(sys.argv[2]))
