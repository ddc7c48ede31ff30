"""PyTorch's value and gradients of every operator, as a fixture for packages/autograd.

Each case is computed in float64 at two sizes of its symbolic dimensions (b, l). The scalar that is differentiated is
sum(output * dy). Run from anywhere: python3 operators.py > ../../packages/autograd/src/fixtures/operators.json
"""

import json
import math
import platform
import sys

import numpy as np
import torch
import torch.nn.functional as F

SIZES = [{"b": 2, "l": 3}, {"b": 3, "l": 5}]
CASES = {}


def case(name, /, **inputs):
    def register(function):
        CASES[name] = (inputs, function)
        return function

    return register


def normal(*shape):
    return {"kind": "normal", "shape": shape}


def positive(*shape):
    return {"kind": "positive", "shape": shape}


def whole(high, *shape):
    return {"kind": "int64", "high": high, "shape": shape}


def different(high, *shape):
    return {"kind": "different", "high": high, "shape": shape}


def ascending(*shape):
    return {"kind": "ascending", "shape": shape}


def truth(*shape):
    return {"kind": "bool", "shape": shape}


X = normal("b", "l", 3)
case("add", x=X, y=normal(3))(lambda x, y: x + y)
case("add.outer", x=normal("b", 1), y=normal(1, "l"))(lambda x, y: x + y)
case("add.number", x=X)(lambda x: x + 2.5)
case("sub", x=X, y=normal("b", 1, 3))(lambda x, y: x - y)
case("sub.number", x=X)(lambda x: 1 - x)
case("mul", x=X, y=normal("l", 1))(lambda x, y: x * y)
case("mul.same", x=X)(lambda x: x * x)
case("div", x=X, y=positive("b", 1, 3))(lambda x, y: x / y)
case("neg", x=X)(lambda x: -x)
case("abs", x=X)(torch.abs)
case("exp", x=X)(torch.exp)
case("log", x=positive("b", "l"))(torch.log)
case("sqrt", x=positive("b", "l"))(torch.sqrt)
case("rsqrt", x=positive("b", "l"))(torch.rsqrt)
case("pow", x=positive("b", "l"))(lambda x: x**2.5)
case("pow.square", x=X)(lambda x: x**2)
case("pow.inverse", x=positive("b", "l"))(lambda x: x**-1)
case("tanh", x=X)(torch.tanh)
case("erf", x=X)(torch.erf)
case("sigmoid", x=X)(torch.sigmoid)
case("softplus", x=X)(F.softplus)
case("relu", x=X)(torch.relu)
case("silu", x=X)(F.silu)
case("swiglu", x=X, y=X)(lambda x, y: F.silu(x) * y)
case("logSigmoid", x=X)(F.logsigmoid)
case("gelu", x=X)(F.gelu)
case("gelu.tanh", x=X)(lambda x: F.gelu(x, approximate="tanh"))

case("matMul", x=normal("b", "l", 4), w=normal(4, 3))(lambda x, w: x @ w)
case("matMul.transposeA", x=normal("b", 4, "l"), w=normal("b", 4, 3))(lambda x, w: x.mT @ w)
case("matMul.transposeB", x=normal("b", "l", 4), w=normal("b", 3, 4))(lambda x, w: 0.5 * (x @ w.mT))
case("matMul.transposeBoth", x=normal("b", 4, "l"), w=normal("b", 3, 4))(lambda x, w: 2 * (x.mT @ w.mT))
case("matMul.broadcast", x=normal("b", 2, "l", 4), w=normal(2, 4, 3))(lambda x, w: x @ w)
case("matMul.lowRank", x=normal("b", "l", 4), a=normal("b", 2, 4), b=normal("b", 5, 2))(lambda x, a, b: x @ a.mT @ b.mT)
case("linear", x=normal("b", "l", 4), w=normal(3, 4), bias=normal(3))(lambda x, w, bias: F.linear(x, w, bias))

case("reshape", x=normal("b", "l", 6))(lambda x: x.reshape(x.shape[0], x.shape[1], 2, 3))
case("reshape.merge", x=normal("b", "l", 2))(lambda x: x.reshape(-1, 2))
case("transpose", x=normal("b", "l", 2, 3))(lambda x: x.permute(0, 2, 1, 3))
case("transpose.last", x=X)(lambda x: x.mT)
case("expand", x=normal("b", 1, 3), y=X)(lambda x, y: x.expand(y.shape) * y)
case("slice", x=normal("b", "l", 5))(lambda x: x[:, :, 1:4])
case("slice.end", x=normal("b", "l", 2))(lambda x: x[:, -2:])
case("slice.head", x=normal("b", "l", 2))(lambda x: x[:, :-1])
case("split", x=normal("b", 6))(lambda x: x[:, :2] * x[:, 2:4])
case("concat", x=normal("b", 3), y=normal("b", 2))(lambda x, y: torch.cat([x, y], 1))
case("concat.symbolic", x=normal("b", "l", 2), y=normal("b", 1, 2))(lambda x, y: torch.cat([x, y, x], 1))

case("reduceSum", x=X)(lambda x: x.sum(1))
case("reduceSum.all", x=X)(lambda x: x.sum())
case("reduceMean", x=X)(lambda x: x.mean(1, keepdim=True))
case("reduceMean.all", x=X)(lambda x: x.mean())
case("reduceMax", x=X)(lambda x: x.amax(1))
case("sumSquares", x=X)(lambda x: (x * x).sum())
case("softmax", x=X)(lambda x: x.softmax(-1))
case("softmax.axis", x=X)(lambda x: x.softmax(1))
case("logSoftmax", x=X)(lambda x: x.log_softmax(-1))
case("layerNorm", x=normal("b", "l", 6), w=normal(6), bias=normal(6))(lambda x, w, bias: F.layer_norm(x, (6,), w, bias))
case("rmsNorm", x=normal("b", "l", 6), w=normal(6))(lambda x, w: F.rms_norm(x, (6,), w, 1e-6))
case("l2Normalize", x=normal("b", 6))(lambda x: F.normalize(x, dim=-1))

case("gather", table=normal(4, 3), ids=whole(4, "b", "l"))(lambda table, ids: table[ids])
case("selectRows", table=normal(6, 3), ids=different(6, "b"))(lambda table, ids: table[ids])
case("gatherElements", x=normal("b", "l", 4), ids=whole(4, "b", "l", 2))(lambda x, ids: x.gather(-1, ids))
case("segmentSum", x=normal("l", 3), segments=whole(4, "l"))(
    lambda x, segments: torch.zeros(4, 3, dtype=x.dtype).index_add(0, segments, x)
)
case("where", c=truth("b", "l", 1), x=X, y=normal(3))(lambda c, x, y: torch.where(c, x, y))
case("cast", x=X)(lambda x: x.float().double() * 2)
case("stopGradient", x=X)(lambda x: x * x.detach())


def murmur(x, *steps):
    for step in steps:
        if step[0] == "shift":
            x = x ^ (x >> np.uint32(step[1]))
        else:
            x = (x * np.uint32(step[1])).astype(np.uint32)
    return x


@case("dropout", x=normal("b", "l", 8))
def _(x):
    return x * dropped(x.shape, 0.25)


def dropped(shape, rate, seed=5, site=1):
    """The mask that ops/dropout.ts documents."""
    with np.errstate(over="ignore"):
        start = np.array([seed], np.uint32) + np.array([site], np.uint32) * np.uint32(0x9E3779B1)
        stream = murmur(murmur(start, ("times", 0x85EBCA6B)), ("shift", 15))
        place = np.arange(math.prod(shape), dtype=np.uint32) * np.uint32(0x9E3779B1) + stream
    mixed = murmur(place, ("shift", 16), ("times", 0x85EBCA6B), ("shift", 13), ("times", 0xC2B2AE35)).view(np.int32)
    keep = mixed < math.floor((0.5 - rate) * 2**32)
    return torch.from_numpy(keep.reshape(shape) / (1 - rate))


def rotate(x, positions, base):
    half = x.shape[-1] // 2
    angles = positions[..., None].double() * base ** (-torch.arange(half).double() / half)
    if positions.dim() == 2:
        angles = angles[:, None]
    cos, sin = angles.cos(), angles.sin()
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


case("rope", x=normal("b", 2, "l", 6))(lambda x: rotate(x, torch.arange(x.shape[2]), 10000.0))
case("rope.positions", x=normal("b", 2, "l", 6), positions=whole(9, "b", "l"))(lambda x, positions: rotate(x, positions, 100.0))

Q, KV = normal("b", 4, "l", 3), normal("b", 2, "l", 3)
case("attention", q=Q, k=normal("b", 4, "l", 3), v=normal("b", 4, "l", 3))(
    lambda q, k, v: F.scaled_dot_product_attention(q, k, v)
)
case("attention.causal", q=Q, k=KV, v=KV)(
    lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
)
case("attention.padding", q=Q, k=KV, v=KV, seen=truth("b", "l"))(
    lambda q, k, v, seen: F.scaled_dot_product_attention(
        q, k, v, attn_mask=torch.where(seen, 0.0, -1e30)[:, None, None].double(), enable_gqa=True, scale=0.7
    )
)
@case("attention.dropout", q=Q, k=KV, v=KV)
def _(q, k, v):
    k, v = (x.repeat_interleave(q.shape[1] // x.shape[1], 1) for x in (k, v))
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    p = scores.masked_fill(torch.ones_like(scores).triu(1).bool(), -math.inf).softmax(-1)
    return (p * dropped(p.shape, 0.25)) @ v


case("attention.cache", q=normal("b", 2, 2, 3), k=normal("b", 2, "l", 3), v=normal("b", 2, "l", 3))(
    lambda q, k, v: F.scaled_dot_product_attention(
        q, k, v, attn_mask=torch.arange(k.shape[2])[None] <= torch.arange(2)[:, None] + k.shape[2] - 2
    )
)

case("attention.documents", q=Q, k=KV, v=KV, documents=ascending("b", "l"))(
    lambda q, k, v, documents: F.scaled_dot_product_attention(
        q, k, v, attn_mask=(documents[:, None, :, None] == documents[:, None, None]).tril(), enable_gqa=True
    )
)

LOGITS, LABELS = normal("b", "l", 4), whole(4, "b", "l")


def labelled(function):
    def run(x, labels):

        labels = torch.where(labels == 3, -100, labels)
        return function(x.reshape(-1, x.shape[-1]), labels.reshape(-1))

    return run


case("crossEntropy", x=LOGITS, labels=LABELS)(labelled(F.cross_entropy))
case("crossEntropy.smoothing", x=LOGITS, labels=LABELS)(labelled(lambda x, y: F.cross_entropy(x, y, label_smoothing=0.1)))
case("crossEntropy.sum", x=LOGITS, labels=LABELS)(labelled(lambda x, y: F.cross_entropy(x, y, reduction="sum")))
case("crossEntropy.none", x=LOGITS, labels=LABELS)(
    lambda x, labels: F.cross_entropy(x.movedim(-1, 1), labels, reduction="none")
)
case("crossEntropy.weights", x=normal("b", 4), labels=whole(4, "b"), weights={**positive("b"), "constant": True})(
    lambda x, labels, weights: (F.cross_entropy(x, labels, reduction="none") * weights).sum() / weights.sum()
)
case("binaryCrossEntropy", x=normal("b", "l"), y=positive("b", "l"))(F.binary_cross_entropy_with_logits)
case("binaryCrossEntropy.weights", x=normal("b", "l"), y=positive("b", "l"), w=positive("b", "l"))(
    lambda x, y, w: (F.binary_cross_entropy_with_logits(x, y, reduction="none") * w).sum() / w.sum()
)
case("meanSquaredError", x=X, y=X)(F.mse_loss)


def preference(smoothing):
    def run(chosen, rejected, a, b):
        margin = 0.5 * (chosen - rejected - (a - b))
        return (-F.logsigmoid(margin) * (1 - smoothing) - F.logsigmoid(-margin) * smoothing).mean()

    return run


PAIRS = {"chosen": normal("b"), "rejected": normal("b")} | {key: {**normal("b"), "constant": True} for key in "ab"}
case("preferenceLoss", **PAIRS)(preference(0))
case("preferenceLoss.smoothing", **PAIRS)(preference(0.1))
case("checkpoint", x=normal("b", "l", 4), w=normal(4, 4))(lambda x, w: F.silu(F.linear(x, w)) * x.tanh())
case("checkpoint.nested", x=normal("b", "l", 4), w=normal(4, 4))(lambda x, w: F.silu(F.linear(x.tanh(), w)) * (2 * x))
case("klDivergence", x=X, y=X)(
    lambda x, y: F.kl_div(x.log_softmax(-1), y.log_softmax(-1), log_target=True, reduction="none").sum(-1).mean()
)


def contrast(q, k):
    return F.cross_entropy(F.normalize(q) @ F.normalize(k).T / 0.2, torch.arange(q.shape[0]))


case("contrastiveLoss", q=normal("b", 4), k=normal("b", 4))(contrast)
case("contrastiveLoss.symmetric", q=normal("b", 4), k=normal("b", 4))(lambda q, k: (contrast(q, k) + contrast(k, q)) / 2)
case("embeddingBag", table=normal(5, 3), ids=whole(5, "b", "l"), w=positive("b", "l"))(
    lambda table, ids, w: F.embedding_bag(ids, table, per_sample_weights=w, mode="sum")
)
case("embeddingBagFlat", table=normal(5, 3), ids=whole(5, "l"), segments=whole(2, "l"), w=positive("l"))(
    lambda table, ids, segments, w: torch.zeros(2, 3, dtype=w.dtype).index_add(0, segments, table[ids] * w[:, None])
)


def numbers(array):
    return [float(f"{value:.10g}") if isinstance(value, float) else int(value) for value in array.reshape(-1).tolist()]


def draw(spec, sizes, random):
    shape = [sizes.get(dim, dim) for dim in spec["shape"]]
    if spec["kind"] == "int64":
        return random.randint(0, spec["high"], shape)
    if spec["kind"] == "different":
        return random.permutation(spec["high"])[: math.prod(shape)].reshape(shape)
    if spec["kind"] == "ascending":
        return np.cumsum(random.randint(0, 2, shape), -1)
    if spec["kind"] == "bool":
        values = random.rand(*shape) < 0.6
        values.reshape(-1)[::3] = True
        return values
    values = random.randn(*shape) if spec["kind"] == "normal" else random.rand(*shape) * 1.5 + 0.25
    # Away from the kinks of relu and abs, and short in the file.
    return np.round(np.where(np.abs(values) < 0.02, 0.02, values), 4)


def main():
    cases = {}
    for name, (specs, function) in CASES.items():
        random = np.random.RandomState(sum(map(ord, name)))
        variants = []
        for sizes in SIZES:
            inputs = {key: torch.from_numpy(np.asarray(draw(spec, sizes, random))) for key, spec in specs.items()}
            floats = [t for key, t in inputs.items() if t.is_floating_point() and not specs[key].get("constant")]
            for tensor in floats:
                tensor.requires_grad_()
            output = function(*inputs.values())
            dy = torch.tensor(np.round(random.randn(*output.shape), 4))
            (output * dy).sum().backward()
            variants.append(
                {
                    "inputs": {key: {"shape": list(t.shape), "data": numbers(t.detach())} for key, t in inputs.items()},
                    "output": {"shape": list(output.shape), "data": numbers(output.detach())},
                    "dy": numbers(dy),
                    "gradients": {key: numbers(t.grad) for key, t in inputs.items() if t.grad is not None},
                }
            )
        kinds = {"normal": "float64", "positive": "float64", "int64": "int64", "bool": "bool"}
        kinds |= {"different": "int64", "ascending": "int64"}
        declared = {key: {"dtype": kinds[spec["kind"]], "shape": spec["shape"]} for key, spec in specs.items()}
        cases[name] = {"inputs": declared, "variants": variants}
    versions = {"torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version()}
    json.dump({"source": "oracles/autograd/operators.py", "versions": versions, "cases": cases}, sys.stdout, separators=(",", ":"))


main()
