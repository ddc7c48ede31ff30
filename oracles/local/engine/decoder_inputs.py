"""The batches that the goldens of decoders are computed on, and how the models are loaded."""

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, logging

from record import FIXTURES
from texts import CORPUS

logging.set_verbosity_error()
DECODERS = ["llama", "llama-untied", "mistral", "qwen2", "qwen3", "gpt2"]
IGNORED = -100


def load(name):
    model = AutoModelForCausalLM.from_pretrained(FIXTURES / name, dtype=torch.float32, attn_implementation="eager")
    return model.eval()


def tokenizer_of(name):
    return Tokenizer.from_file(str(FIXTURES / name / "tokenizer.json"))


def pad_of(model):
    """An id to fill with: the checkpoint's, else 0. It must not change any number of a decoder."""
    return model.config.pad_token_id if model.config.pad_token_id is not None else 0


def pad(sequences, filler, side="right"):
    width = max(map(len, sequences))
    rows, mask = [], []
    for ids in sequences:
        missing = width - len(ids)
        blank, zero, one = [filler] * missing, [0] * missing, [1] * len(ids)
        rows.append(list(ids) + blank if side == "right" else blank + list(ids))
        mask.append(one + zero if side == "right" else zero + one)
    return torch.tensor(rows), torch.tensor(mask)


def supervised(name, count=3, longest=22, offset=0):
    """Texts of the corpus cut to different lengths; the first third of each is prompt and carries no loss."""
    tokenizer = tokenizer_of(name)
    examples = []
    for index in range(count):
        ids = tokenizer.encode(CORPUS[(offset + index * 4) % len(CORPUS)]).ids[: longest - 5 * index]
        prompt = len(ids) // 3
        examples.append({"ids": ids, "labels": [IGNORED] * prompt + ids[prompt:]})
    return examples


def batch_of(examples, filler):
    ids, mask = pad([one["ids"] for one in examples], filler)
    labels, _ = pad([one["labels"] for one in examples], IGNORED)
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}
