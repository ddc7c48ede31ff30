"""Goldens of the decoders: `golden.json` and `golden.safetensors` beside each checkpoint.

    python decoders.py            # all
    python decoders.py llama gpt2
"""

import sys

import torch
import torch.nn.functional as F
from transformers import AutoTokenizer

import texts
from decoder_inputs import DECODERS, IGNORED, batch_of, load, pad, pad_of, supervised, tokenizer_of
from record import FIXTURES, difference, write_golden


def tokenization(name):
    tokenizer, wrapped, cases = tokenizer_of(name), AutoTokenizer.from_pretrained(FIXTURES / name), []
    for text in texts.ENCODED:
        ids = tokenizer.encode(text).ids
        assert ids == wrapped(text)["input_ids"], (name, text)
        cases.append(
            {
                "text": text,
                "ids": ids,
                "idsWithoutSpecial": tokenizer.encode(text, add_special_tokens=False).ids,
                "decoded": tokenizer.decode(ids, skip_special_tokens=True),
            }
        )
    return cases


def chat(name):
    tokenizer = AutoTokenizer.from_pretrained(FIXTURES / name)
    if not tokenizer.chat_template:
        return []

    def render(messages, **options):
        text = tokenizer.apply_chat_template(messages, tokenize=False, **options)
        ids = tokenizer_of(name).encode(text, add_special_tokens=False).ids
        return {"messages": messages, "options": options, "text": text, "ids": ids}

    cases = [render(one, add_generation_prompt=add) for one in texts.DIALOGUES for add in (False, True)]
    if "tools" in tokenizer.chat_template:
        cases.append(render(texts.DIALOGUES[0], add_generation_prompt=True, enable_thinking=False))
        cases.append(render(texts.TOOL_DIALOGUE, add_generation_prompt=True, tools=texts.TOOLS))
        marked = tokenizer.apply_chat_template(
            texts.DIALOGUES[1], tokenize=True, return_dict=True, return_assistant_tokens_mask=True
        )
        cases.append({"messages": texts.DIALOGUES[1], "ids": marked["input_ids"], "assistantMask": marked["assistant_masks"]})
    return cases


@torch.no_grad()
def logits(name, model, tensors):
    prompts = [tokenizer_of(name).encode(text).ids for text in texts.PROMPTS]
    alone = [model(torch.tensor([ids])).logits[0] for ids in prompts]
    spread = {}
    for side in ("left", "right"):
        ids, mask = pad(prompts, pad_of(model), side)
        positions = (mask.cumsum(-1) - 1).clamp(min=0)
        out = model(ids, attention_mask=mask, position_ids=positions).logits
        spread[side] = max(difference(out[row][mask[row] == 1], alone[row]) for row in range(len(prompts)))
        assert spread[side] < 1e-4, (name, side, spread)
    for index, one in enumerate(alone):
        tensors[f"logits.{index}"] = one
    hidden = model(torch.tensor([prompts[0]]), output_hidden_states=True).hidden_states
    for index, one in enumerate(hidden):
        tensors[f"hidden.{index}"] = one[0]
    return {"prompts": prompts, "tensors": ["logits.0", "logits.1"], "paddedDifference": spread}


@torch.no_grad()
def greedy(name, model, steps=24):
    cases = []
    for text in texts.PROMPTS:
        prompt = tokenizer_of(name).encode(text).ids
        ids, chosen, logprobs, margin = list(prompt), [], [], float("inf")
        for _ in range(steps):
            last = model(torch.tensor([ids])).logits[0, -1]
            best = last.topk(2)
            margin = min(margin, (best.values[0] - best.values[1]).item())
            chosen.append(best.indices[0].item())
            logprobs.append(F.log_softmax(last, -1)[chosen[-1]].item())
            ids.append(chosen[-1])
        generated = model.generate(
            torch.tensor([prompt]), max_new_tokens=steps, min_new_tokens=steps, do_sample=False, repetition_penalty=1.0,
            temperature=None, top_p=None, top_k=None, eos_token_id=-1, pad_token_id=0,
        )  # fmt: skip
        assert generated[0, len(prompt) :].tolist() == chosen, (name, text)
        assert margin > 1e-3, (name, text, margin)
        cases.append({"prompt": prompt, "ids": chosen, "logprobs": logprobs, "smallestMargin": margin})
    return cases


@torch.no_grad()
def scores(name, model):
    tokenizer, cases = tokenizer_of(name), []
    for context, continuations in texts.CONTINUATIONS:
        before = tokenizer.encode(context).ids
        for continuation in continuations:
            after = tokenizer.encode(continuation, add_special_tokens=False).ids
            logprobs = F.log_softmax(model(torch.tensor([before + after])).logits[0], -1)
            each = [logprobs[len(before) + index - 1, token].item() for index, token in enumerate(after)]
            cases.append({"context": before, "continuation": after, "logprobs": each, "total": sum(each)})
    return cases


def norms(model):
    return {name: one.grad.double().norm().item() for name, one in model.named_parameters()}


def gradients(name, model, tensors):
    """Mean token loss over the labels that are not -100, as transformers shifts them, and its gradient."""
    batch = batch_of(supervised(name), pad_of(model))
    model.zero_grad()
    loss = model(**batch).loss
    loss.backward()
    each = norms(model)
    for key, one in model.named_parameters():
        if one.numel() <= 96 or ("layers.0" in key or "h.0" in key) and one.numel() <= 1024:
            tensors[f"gradient.{key}"] = one.grad
    counted = int((batch["labels"][:, 1:] != IGNORED).sum())
    total = sum(value**2 for value in each.values()) ** 0.5
    return {**batch, "lossTokens": counted, "loss": loss.item(), "totalNorm": total, "norms": each}


def packing(name, model):
    """Three documents in one row. Attention stays inside a document, positions start again, first tokens carry no loss."""
    examples = supervised(name, longest=15, offset=1)
    ids = [token for one in examples for token in one["ids"]]
    positions = [index for one in examples for index in range(len(one["ids"]))]
    documents = [index for index, one in enumerate(examples) for _ in one["ids"]]
    labels = [label for one in examples for label in [IGNORED, *one["labels"][1:]]]
    row = torch.tensor(documents)
    place = torch.arange(len(ids))
    seen = (row[:, None] == row[None, :]) & (place[:, None] >= place[None, :])
    window = getattr(model.config, "sliding_window", None)
    if window:
        seen &= place[:, None] - place[None, :] < window
    mask = torch.where(seen, 0.0, torch.finfo(torch.float32).min)[None, None]
    packed = model(torch.tensor([ids]), attention_mask=mask, position_ids=torch.tensor([positions])).logits[0]
    apart = torch.cat([model(torch.tensor([one["ids"]])).logits[0] for one in examples])
    assert difference(packed, apart) < 1e-4, (name, difference(packed, apart))
    model.zero_grad()
    loss = F.cross_entropy(packed[:-1], torch.tensor(labels[1:]), ignore_index=IGNORED)
    loss.backward()
    each = norms(model)
    model.zero_grad()
    batch = batch_of(examples, pad_of(model))
    unpacked = model(**batch).loss
    unpacked.backward()
    spread = max(abs(norm - each[key]) / (each[key] + 1e-6) for key, norm in norms(model).items())
    assert abs(unpacked.item() - loss.item()) < 1e-5 and spread < 1e-3, (name, unpacked, loss, spread)
    return {
        "examples": examples, "ids": ids, "positions": positions, "documents": documents, "labels": labels,
        "loss": loss.item(), "norms": each, "logitsDifference": difference(packed, apart),
    }  # fmt: skip


def main():
    for name in sys.argv[1:] or DECODERS:
        model, tensors = load(name), {}
        value = {
            "tokenization": tokenization(name), "chat": chat(name), "logits": logits(name, model, tensors),
            "greedy": greedy(name, model), "scores": scores(name, model), "gradients": gradients(name, model, tensors),
            "packing": packing(name, model),
        }  # fmt: skip
        write_golden(FIXTURES / name, "golden", "decoders.py", value, tensors)
        print(name, value["logits"]["paddedDifference"], [one["smallestMargin"] for one in value["greedy"]],
              value["gradients"]["loss"], value["gradients"]["totalNorm"])  # fmt: skip


if __name__ == "__main__":
    main()
