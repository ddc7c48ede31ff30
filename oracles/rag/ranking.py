"""Writes packages/rag/src/fixtures/ranking.json: rankings with graded relevance, judged by trec_eval (pytrec_eval), and
bootstrap intervals of means by numpy."""

import json
import random
from importlib.metadata import version

import numpy
import pytrec_eval

measures = {
    "recall@1": "recall_1",
    "recall@5": "recall_5",
    "recall@10": "recall_10",
    "precision@1": "P_1",
    "precision@5": "P_5",
    "ndcg@5": "ndcg_cut_5",
    "ndcg@10": "ndcg_cut_10",
    "mrr": "recip_rank",
    "map": "map",
    "map@10": "map_cut_10",
}
wanted = {"recall.1,5,10", "P.1,5", "ndcg_cut.5,10", "recip_rank", "map", "map_cut.10"}

random.seed(20261125)
documents = [f"d{i}" for i in range(30)]
cases = []
for number in range(40):
    relevance = {d: random.choice([0, 0, 1, 1, 2, 3]) for d in random.sample(documents, random.randint(1, 9))}
    relevance[random.choice(documents)] = 1
    ranking = random.sample(documents, random.randint(0, 20))
    cases.append({"relevance": relevance, "ranking": ranking})

qrels = {str(i): case["relevance"] for i, case in enumerate(cases)}
run = {str(i): {d: float(len(case["ranking"]) - r) for r, d in enumerate(case["ranking"])} for i, case in enumerate(cases)}
judged = pytrec_eval.RelevanceEvaluator(qrels, wanted).evaluate(run)
for i, case in enumerate(cases):
    figures = judged.get(str(i))
    # trec_eval leaves out a query that found nothing; its figures are 0.
    case["figures"] = {ours: (figures[theirs] if figures else 0.0) for ours, theirs in measures.items()}

generator = numpy.random.default_rng(0)
intervals = {}
for metric in ("recall@5", "ndcg@10", "map"):
    values = numpy.array([case["figures"][metric] for case in cases])
    means = generator.choice(values, (20000, len(values))).mean(axis=1)
    intervals[metric] = [float(numpy.percentile(means, 2.5)), float(numpy.percentile(means, 97.5))]

versions = {name: version(name) for name in ("pytrec_eval-terrier", "numpy")}
print(json.dumps({"versions": versions, "cases": cases, "intervals": intervals}))
