"""How hard the bundled sample is, judged from outside: scikit-learn's TF-IDF with a linear SVM, trained on train, tested on test.

Needs scikit-learn. Run: python oracles/samples/judge.py
"""
import csv
import pathlib
from collections import Counter

import sklearn
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

folder = pathlib.Path(__file__).parents[2] / "packages" / "cli" / "samples"


def rows(split):
    with open(folder / f"service-desk.{split}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


train, test = rows("train"), rows("test")
x, y = [r["text"] for r in train], [r["intent"] for r in train]
tx, ty = [r["text"] for r in test], [r["intent"] for r in test]
words = lambda: TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), token_pattern=r"(?u)[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+")
characters = lambda: TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 5))
judges = {
    "majority": DummyClassifier(),
    "words, 10 nearest by cosine": make_pipeline(words(), KNeighborsClassifier(10, weights="distance", metric="cosine")),
    "words, linear SVM": make_pipeline(words(), LinearSVC()),
    "words and characters, linear SVM": make_pipeline(make_union(words(), characters()), LinearSVC()),
    "words and characters, logistic regression": make_pipeline(make_union(words(), characters()), LogisticRegression(C=30, max_iter=2000)),
}
print(f"scikit-learn {sklearn.__version__}; {len(train)} train, {len(test)} test rows")
for name, judge in judges.items():
    said = judge.fit(x, y).predict(tx)
    by_language = {
        lang: accuracy_score([e for e, r in zip(ty, test) if r["lang"] == lang], [s for s, r in zip(said, test) if r["lang"] == lang])
        for lang in ("en", "zh")
    }
    print(f"{name}: accuracy {accuracy_score(ty, said):.3f} (en {by_language['en']:.3f}, zh {by_language['zh']:.3f}), macro F1 {f1_score(ty, said, average='macro'):.3f}")
wrong = Counter((e, s) for e, s in zip(ty, said) if e != s)
print("most confused:", ", ".join(f"{e} → {s} {n}" for (e, s), n in wrong.most_common(14)))
