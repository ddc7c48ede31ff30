"""Writes the figures that @modeshift/eval must reproduce, computed by scikit-learn, SciPy, statsmodels and numpy."""
import json
import warnings
from pathlib import Path

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy import stats
from sklearn import metrics
from sklearn.calibration import calibration_curve
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

warnings.filterwarnings("ignore")
OUT = Path(__file__).resolve().parents[2] / "packages" / "eval" / "src" / "fixtures" / "oracle.json"
LABELS = ["billing", "delivery", "发票", "退款", "other"]


def answers(rng, n, labels, skill, invalid):
    weights = 1 / np.arange(1, len(labels) + 1)
    expected = rng.choice(labels, size=n, p=weights / weights.sum())
    predicted = np.where(rng.random(n) < skill, expected, rng.choice(labels, size=n))
    return [str(e) for e in expected], [None if rng.random() < invalid else str(p) for p in predicted]


def classification(expected, predicted):
    given = ["<none>" if p is None else p for p in predicted]
    labels = sorted(set(expected) | {p for p in predicted if p is not None})
    precision, recall, f1, support = metrics.precision_recall_fscore_support(expected, given, labels=labels, zero_division=0)
    score = lambda average: metrics.f1_score(expected, given, labels=labels, average=average, zero_division=0)
    return {
        "expected": expected,
        "predicted": predicted,
        "accuracy": metrics.accuracy_score(expected, given),
        "balancedAccuracy": metrics.balanced_accuracy_score(expected, given),
        "macroF1": score("macro"),
        "microF1": score("micro"),
        "weightedF1": score("weighted"),
        # Without invalid answers, the defaults of scikit-learn must say the same.
        "macroF1Default": None if None in predicted else metrics.f1_score(expected, given, average="macro"),
        "perLabel": [
            {"label": l, "precision": float(p), "recall": float(r), "f1": float(f), "support": int(s)}
            for l, p, r, f, s in zip(labels, precision, recall, f1, support)
        ],
    }


def calibrated(rng, n, labels, sharpness):
    logits = rng.normal(size=(n, len(labels))) * sharpness
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    expected = np.array([rng.choice(len(labels), p=0.7 * row + 0.3 / len(labels)) for row in p])
    predicted = p.argmax(axis=1)
    confidence = p.max(axis=1)
    correct = (expected == predicted).astype(int)
    share, mean = calibration_curve(correct, confidence, n_bins=15, strategy="uniform")
    edges = np.linspace(0, 1, 16)
    counts = np.bincount(np.searchsorted(edges[1:-1], confidence), minlength=15)
    filled = counts[counts > 0]
    onehot = np.eye(len(labels))[expected]
    return {
        "labels": labels,
        "expected": [labels[i] for i in expected],
        "predicted": [labels[i] for i in predicted],
        "probabilities": p.tolist(),
        "ece": float(np.sum(filled / n * np.abs(share - mean))),
        "counts": counts.tolist(),
        "brier": float(((p - onehot) ** 2).sum(axis=1).mean()),
        "nll": float(metrics.log_loss(expected, p, labels=range(len(labels)))),
    }


def macro_f1_interval(rng, expected, predicted, rounds):
    e, p = np.array(expected), np.array(predicted)
    draws = []
    for _ in range(rounds):
        pick = rng.integers(0, len(e), len(e))
        draws.append(metrics.f1_score(e[pick], p[pick], average="macro", zero_division=0))
    return [float(x) for x in np.percentile(draws, [2.5, 97.5])]


def main():
    rng = np.random.default_rng(20261123)
    sets = [
        classification(*answers(rng, 200, LABELS, 0.7, 0)),
        classification(*answers(rng, 200, LABELS, 0.4, 0.15)),
        classification(["a", "a", "b"], ["a", "c", "c"]),  # a label that is only answered, one that is never found
        classification(["a", "a", "a"], ["a", "a", "a"]),
        classification(*answers(rng, 400, [f"label {i}" for i in range(40)], 0.6, 0.02)),
    ]
    tables = [(0, 1), (2, 10), (5, 5), (1, 12), (12, 13), (30, 52), (3, 22), (500, 610), (40000, 40600)]
    mc = []
    for b, c in tables:
        table = [[100, b], [c, 100]]
        k, n = min(b, c), b + c
        mc.append({
            "b": b, "c": c,
            "exact": float(mcnemar(table, exact=True).pvalue),
            "chi-squared": float(mcnemar(table, exact=False, correction=True).pvalue),
            "mid-p": float(min(1, 2 * stats.binom.cdf(k, n, 0.5) - stats.binom.pmf(k, n, 0.5))),
        })
    ps = [[0.01, 0.04, 0.03], [0.2, 0.001, 0.04, 0.04, 0.9], [1, 1], [0.02]]
    e, p = answers(rng, 300, LABELS, 0.7, 0)
    p2 = [str(x) for x in np.where(rng.random(300) < 0.8, e, p)]
    ea = np.array([x == y for x, y in zip(e, p)], float)
    eb = np.array([x == y for x, y in zip(e, p2)], float)
    paired = stats.bootstrap((ea - eb,), np.mean, n_resamples=20000, method="percentile", random_state=rng).confidence_interval
    values = rng.exponential(size=101).tolist()
    fixture = {
        "made": {"sklearn": sklearn.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
        "classification": sets,
        "calibration": [calibrated(rng, 300, LABELS, 2.0), calibrated(rng, 120, LABELS[:2], 0.8)],
        "wilson": [
            {"successes": s, "trials": n, "confidence": c, "interval": [float(x) for x in proportion_confint(s, n, 1 - c, "wilson")]}
            for s, n in [(0, 10), (10, 10), (1, 3), (90, 100), (873, 1000), (99999, 100000)] for c in (0.8, 0.95, 0.999)
        ],
        "quantiles": [[q, float(stats.norm.ppf(q))] for q in (1e-12, 1e-6, 0.01, 0.2, 0.5, 0.6, 0.93, 0.975, 0.9999)],
        "erfc": [[x, float(scipy.special.erfc(x))] for x in (0, 0.1, 0.7, 1.4, 1.49999, 1.5, 2, 3.3, 6, 12)],
        "logGamma": [[x, float(scipy.special.gammaln(x))] for x in (0.5, 1, 2, 3.7, 12, 150, 1e5)],
        "mcnemar": mc,
        "holm": [{"p": p_, "adjusted": multipletests(p_, method="holm")[1].tolist()} for p_ in ps],
        "bootstrap": {
            "expected": e, "a": p, "b": p2,
            "macroF1A": macro_f1_interval(rng, e, p, 5000),
            "accuracyDifference": [float(paired.low), float(paired.high)],
        },
        "percentiles": {"values": values, "at": [[q, float(np.percentile(values, q))] for q in (0, 5, 50, 95, 99.5, 100)]},
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(fixture, ensure_ascii=False), encoding="utf-8")


main()
