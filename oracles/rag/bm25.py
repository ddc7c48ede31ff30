"""Scores of BM25 (Lucene's variant) by bm25s, as a fixture for packages/rag/src/bm25.test.ts.

Needs bm25s and numpy. Run: python oracles/rag/bm25.py > packages/rag/src/fixtures/bm25-lucene.json
The words are drawn with a fixed seed; the documents mean nothing.
"""
import json
import platform
import random

import bm25s
import numpy

source = random.Random(2026)
vocabulary = [f"w{i}" for i in range(60)] + ["退款", "包裹", "订单"]
weights = [1 / (rank + 1) for rank in range(len(vocabulary))]
documents = [source.choices(vocabulary, weights, k=source.randint(1, 30)) for _ in range(80)]
queries = [source.choices(vocabulary, weights, k=source.randint(1, 8)) for _ in range(12)] + [["w0", "w0", "退款"], ["unknown", "w3"]]


def scores(k1, b):
    index = bm25s.BM25(method="lucene", k1=k1, b=b, dtype="float64")
    index.index(documents, show_progress=False)
    return [[float(score) for score in index.get_scores([term for term in query if term in index.vocab_dict])] for query in queries]


settings = [(1.2, 0.75), (0.5, 0.75), (2.0, 0.0), (1.5, 1.0)]
print(json.dumps({
    "madeWith": {"bm25s": bm25s.__version__, "numpy": numpy.__version__, "python": platform.python_version(), "method": "lucene"},
    "documents": documents,
    "queries": queries,
    "runs": [{"k1": k1, "b": b, "scores": scores(k1, b)} for k1, b in settings],
}, ensure_ascii=False))
