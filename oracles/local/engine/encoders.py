"""Goldens of the encoders: `golden.json` and `golden.safetensors` beside each checkpoint.

    python encoders.py
    python encoders.py bert-mean
"""

import json
import sys

import torch
import torch.nn.functional as F
from sentence_transformers import CrossEncoder, SentenceTransformer
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer, logging

import texts
from decoder_inputs import tokenizer_of
from record import FIXTURES, difference, write_golden
from training import trajectory

logging.set_verbosity_error()
EMBEDDERS, CLASSIFIERS = ["bert-mean", "bert-cls", "xlmr-mean"], ["bert-classifier", "xlmr-reranker"]


def tokenization(name):
    tokenizer, wrapped = tokenizer_of(name), AutoTokenizer.from_pretrained(FIXTURES / name)
    single, pairs = [], []
    for text in texts.ENCODED:
        ids = tokenizer.encode(text).ids
        assert ids == wrapped(text)["input_ids"], (name, text)
        single.append({"text": text, "ids": ids, "decoded": tokenizer.decode(ids, skip_special_tokens=True)})
    for first, second in texts.PAIRS:
        encoded = tokenizer.encode(first, second)
        assert encoded.ids == wrapped(first, second)["input_ids"], (name, first)
        pairs.append({"texts": [first, second], "ids": encoded.ids, "typeIds": encoded.type_ids})
    return {"single": single, "pairs": pairs}


def inputs_of(name, rows):
    tokenizer = AutoTokenizer.from_pretrained(FIXTURES / name)
    settings = FIXTURES / name / "sentence_bert_config.json"
    longest = json.loads(settings.read_text())["max_seq_length"] if settings.exists() else 64
    return dict(tokenizer(rows, padding=True, truncation=True, max_length=longest, return_tensors="pt"))


def pooled(name, model, batch):
    hidden, mask = model(**batch).last_hidden_state, batch["attention_mask"][..., None]
    vectors = hidden[:, 0] if name == "bert-cls" else (hidden * mask).sum(1) / mask.sum(1)
    return F.normalize(vectors, dim=-1)


def contrastive(name, model):
    """MultipleNegativesRanking: cosine of each query with every passage, times 20, cross-entropy to its own passage."""
    queries, passages = (inputs_of(name, list(side)) for side in zip(*PARAPHRASES))
    model.zero_grad()
    scores = 20 * pooled(name, model, queries) @ pooled(name, model, passages).T
    loss = F.cross_entropy(scores, torch.arange(len(scores)))
    loss.backward()
    norms = {key: one.grad.double().norm().item() for key, one in model.named_parameters() if one.grad is not None}
    small = {f"gradient.{k}": p.grad for k, p in model.named_parameters() if p.grad is not None and p.numel() <= 48}
    total = sum(value**2 for value in norms.values()) ** 0.5
    value = {"queries": queries, "passages": passages, "scale": 20, "scores": scores, "loss": loss.item()}
    return {**value, "totalNorm": total, "norms": norms}, small


PARAPHRASES = [
    ("I lost my card", "my card is lost"),
    ("什么时候到账", "转账还没有到账"),
    ("the weather in the north", "cold rain in winter"),
    ("法国的首都", "巴黎"),
]


def embedder(name):
    model = AutoModel.from_pretrained(FIXTURES / name, dtype=torch.float32, attn_implementation="eager").eval()
    wrapped = SentenceTransformer(str(FIXTURES / name), device="cpu")
    batch = inputs_of(name, texts.EMBEDDED)
    tensors = {}
    with torch.no_grad():
        hidden = model(**batch, output_hidden_states=True).hidden_states
        alone = [model(**inputs_of(name, [text])).last_hidden_state[0] for text in texts.EMBEDDED]
        for row, one in enumerate(alone):
            tensors[f"hidden.{row}"] = one
        tensors["embeddingOutput.1"] = hidden[0][1][batch["attention_mask"][1] == 1]
        spread = max(
            difference(hidden[-1][row][batch["attention_mask"][row] == 1], one) for row, one in enumerate(alone)
        )
        assert spread < 1e-5, (name, spread)
        vectors = pooled(name, model, batch)
    embeddings = torch.from_numpy(wrapped.encode(texts.EMBEDDED, batch_size=6))
    assert difference(vectors, embeddings) < 1e-5, name
    tensors["embeddings"] = embeddings
    prompts = {key: value for key, value in wrapped.prompts.items() if value}
    for key in prompts:
        tensors[f"embeddings.{key}"] = torch.from_numpy(wrapped.encode(texts.EMBEDDED, prompt_name=key))
    long = " ".join(texts.CORPUS)
    tensors["embeddings.truncated"] = torch.from_numpy(wrapped.encode([long]))[0]
    loss, small = contrastive(name, model)
    tensors.update(small)
    value = {
        "tokenization": tokenization(name), "texts": texts.EMBEDDED, "inputs": batch, "paddedDifference": spread,
        "prompts": prompts, "truncated": {"text": long, "maxTokens": wrapped.max_seq_length}, "contrastive": loss,
    }  # fmt: skip
    write_golden(FIXTURES / name, "golden", "encoders.py", value, tensors)
    print(name, spread, loss["loss"], loss["totalNorm"], wrapped.max_seq_length)


def labelled(name, labels):
    rows = [texts.CORPUS[index] for index in (1, 2, 8, 4, 9, 10, 3, 7)]
    batches = []
    for start in (0, 4):
        batch = inputs_of(name, [text[:40] for text in rows[start : start + 4]])
        target = [(start + index) % labels for index in range(4)]
        if labels == 1:
            batch["labels"] = torch.tensor([[1.0], [0.0], [1.0], [0.0]])
        else:
            batch["labels"] = torch.tensor(target)
        batches.append(batch)
    return batches


def loss_of(model, batch):
    logits = model(**{key: one for key, one in batch.items() if key != "labels"}).logits
    if logits.shape[-1] == 1:
        return F.binary_cross_entropy_with_logits(logits, batch["labels"])
    return F.cross_entropy(logits, batch["labels"])


def classifier(name):
    model = AutoModelForSequenceClassification.from_pretrained(
        FIXTURES / name, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    tokenizer = AutoTokenizer.from_pretrained(FIXTURES / name)
    pairs = dict(tokenizer([list(pair) for pair in texts.PAIRS], padding=True, return_tensors="pt"))
    with torch.no_grad():
        single = model(**inputs_of(name, texts.EMBEDDED)).logits
        double = model(**pairs).logits
    wrapped = CrossEncoder(str(FIXTURES / name), device="cpu", model_kwargs={"dtype": torch.float32})
    predicted = torch.from_numpy(wrapped.predict(texts.PAIRS))
    expected = torch.sigmoid(double)[:, 0] if model.config.num_labels == 1 else double
    assert difference(predicted, expected) < 1e-5, name
    batches = labelled(name, model.config.num_labels)
    model.zero_grad()
    loss_of(model, batches[0]).backward()
    norms = {key: one.grad.double().norm().item() for key, one in model.named_parameters()}
    small = {f"gradient.{key}": one.grad.clone() for key, one in model.named_parameters() if one.numel() <= 48}
    value = {
        "tokenization": tokenization(name), "texts": texts.EMBEDDED, "logits": single,
        "probabilities": torch.sigmoid(single) if model.config.num_labels == 1 else single.softmax(-1),
        "pairs": {"texts": texts.PAIRS, "inputs": pairs, "logits": double, "crossEncoder": predicted},
        "firstGradientNorms": norms, "training": trajectory(model, batches, "classifier", loss_of),
    }  # fmt: skip
    write_golden(FIXTURES / name, "golden", "encoders.py", value, small)
    one = value["training"]
    print(name, [round(x, 4) for x in one["losses"][::6]], one["lossSensitivity"], list(one["undetermined"]))


def main():
    for name in sys.argv[1:] or EMBEDDERS + CLASSIFIERS:
        (embedder if name in EMBEDDERS else classifier)(name)


if __name__ == "__main__":
    main()
