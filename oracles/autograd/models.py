"""The two reference models of packages/autograd/src/reference-models.ts in PyTorch; parameters are a flat dict by name."""

import torch
import torch.nn.functional as F


def decoder_shapes(s):
    head = s["size"] // s["heads"]
    shapes = {"embedding": [s["vocabulary"], s["size"]]}
    for i in range(s["layers"]):
        shapes[f"{i}.norm1"] = [s["size"]]
        shapes[f"{i}.q"] = [s["size"], s["size"]]
        shapes[f"{i}.k"] = [s["keyHeads"] * head, s["size"]]
        shapes[f"{i}.v"] = [s["keyHeads"] * head, s["size"]]
        shapes[f"{i}.o"] = [s["size"], s["size"]]
        shapes[f"{i}.norm2"] = [s["size"]]
        shapes[f"{i}.gate"] = [s["hidden"], s["size"]]
        shapes[f"{i}.up"] = [s["hidden"], s["size"]]
        shapes[f"{i}.down"] = [s["size"], s["hidden"]]
        if s.get("rank"):
            for part in "qv":
                shapes[f"{i}.{part}.a"] = [s["rank"], s["size"]]
                shapes[f"{i}.{part}.b"] = [shapes[f"{i}.{part}"][0], s["rank"]]
    shapes["norm"] = [s["size"]]
    return shapes


def classifier_shapes(s):
    size = s["size"]
    shapes = {"tokens": [s["vocabulary"], size], "positions": [s["positions"], size]}

    def dense(name, rows, columns):
        shapes[f"{name}.weight"], shapes[f"{name}.bias"] = [rows, columns], [rows]

    def norm(name):
        shapes[f"{name}.weight"], shapes[f"{name}.bias"] = [size], [size]

    norm("norm")
    for i in range(s["layers"]):
        for part in "qkvo":
            dense(f"{i}.{part}", size, size)
        norm(f"{i}.norm1")
        dense(f"{i}.up", s["hidden"], size)
        dense(f"{i}.down", size, s["hidden"])
        norm(f"{i}.norm2")
    dense("classes", s["classes"], size)
    return shapes


def decays(name):
    """Gains and biases are not decayed."""
    return "norm" not in name and not name.endswith(".bias")


def split_heads(x, heads):
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


def decoder_loss(p, s, ids, labels):
    half = s["size"] // s["heads"] // 2
    angles = torch.arange(ids.shape[1]).to(p["norm"])[:, None] * 10000.0 ** (-torch.arange(half).to(p["norm"]) / half)
    cos, sin = angles.cos(), angles.sin()
    x = F.embedding(ids, p["embedding"])

    def adapted(h, name):
        y = F.linear(h, p[name])
        return y + F.linear(F.linear(h, p[f"{name}.a"]), p[f"{name}.b"]) if s.get("rank") else y

    for i in range(s["layers"]):
        h = F.rms_norm(x, (s["size"],), p[f"{i}.norm1"], 1e-5)
        q = rotate(split_heads(adapted(h, f"{i}.q"), s["heads"]), cos, sin)
        k = rotate(split_heads(F.linear(h, p[f"{i}.k"]), s["keyHeads"]), cos, sin)
        v = split_heads(adapted(h, f"{i}.v"), s["keyHeads"])
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        x = x + F.linear(seen.transpose(1, 2).flatten(2), p[f"{i}.o"])
        h = F.rms_norm(x, (s["size"],), p[f"{i}.norm2"], 1e-5)
        x = x + F.linear(F.silu(F.linear(h, p[f"{i}.gate"])) * F.linear(h, p[f"{i}.up"]), p[f"{i}.down"])
    logits = F.linear(F.rms_norm(x, (s["size"],), p["norm"], 1e-5), p["embedding"])
    return F.cross_entropy(logits.flatten(0, 1), labels.flatten())


def classifier_loss(p, s, ids, labels):
    def dense(x, name):
        return F.linear(x, p[f"{name}.weight"], p[f"{name}.bias"])

    def norm(x, name):
        return F.layer_norm(x, (s["size"],), p[f"{name}.weight"], p[f"{name}.bias"], 1e-5)

    seen = ids != 0
    x = norm(F.embedding(ids, p["tokens"]) + p["positions"][: ids.shape[1]], "norm")
    for i in range(s["layers"]):
        q, k, v = (split_heads(dense(x, f"{i}.{part}"), s["heads"]) for part in "qkv")
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=seen[:, None, None])
        x = norm(x + dense(a.transpose(1, 2).flatten(2), f"{i}.o"), f"{i}.norm1")
        x = norm(x + dense(F.gelu(dense(x, f"{i}.up")), f"{i}.down"), f"{i}.norm2")
    counts = seen.to(x)[..., None]
    return F.cross_entropy(dense((x * counts).sum(1) / counts.sum(1), "classes"), labels)


def adamw(p, learning_rate, weight_decay, fused=None):
    groups = [
        {"params": [t for n, t in p.items() if decays(n)], "weight_decay": weight_decay},
        {"params": [t for n, t in p.items() if not decays(n)], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=learning_rate, fused=fused)
