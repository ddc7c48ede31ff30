"""Counts repeated and leaked texts of a labelled CSV pair with Python's csv and unicodedata: the outside judge of prepareExamples.

Run: python3 oracles/data/count_repeats.py train.csv test.csv text category
"""

import collections
import csv
import re
import sys
import unicodedata

train_path, test_path, input_column, label_column = sys.argv[1:5]


def key(text):
    return re.sub(r'\s+', ' ', unicodedata.normalize('NFKC', text).lower()).strip()


def rows(path):
    with open(path, encoding='utf-8-sig', newline='') as file:
        return [(key(row[input_column]), row[label_column].strip()) for row in csv.DictReader(file)]


train, test = rows(train_path), rows(test_path)
tested = {text for text, _ in test}
for name, part in [('train', train), ('test', test)]:
    pairs = collections.Counter(part)
    labels = collections.defaultdict(set)
    for text, label in pairs:
        labels[text].add(label)
    print(name, len(part), 'rows,', len({label for _, label in part}), 'labels')
    print('  repeated with the same label:', sum(count - 1 for count in pairs.values()))
    print('  texts with several labels:', sum(len(found) > 1 for found in labels.values()))
print('training rows whose text is a test text:', sum(text in tested for text, _ in train))
