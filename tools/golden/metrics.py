#!/usr/bin/env python3
"""Writes the figures scikit-learn computes for 100 random problems, as one compact JSON file.

    python3 tools/golden/metrics.py Tests/FormantEvaluationTests/Golden/metrics.json

Needs numpy and scikit-learn; the file names their versions. Scores are multiples of 1/1024 and written as those
integers, so that single and double precision hold the same numbers; many are equal, to test how ties are broken.
Every average is over all labels of a problem (`labels=range(k)`), with `zero_division=0`.
"""
import json
import sys
import warnings

import numpy
import sklearn
from sklearn import metrics

GRID = 1024


def averages(truth, prediction, labels=None):
    out = {}
    for average in ("macro", "micro", "weighted"):
        p, r, f, _ = metrics.precision_recall_fscore_support(
            truth, prediction, labels=labels, average=average, zero_division=0)
        out[average] = [float(p), float(r), float(f)]
    p, r, f, s = metrics.precision_recall_fscore_support(
        truth, prediction, labels=labels, average=None, zero_division=0)
    out["classes"] = [[float(a), float(b), float(c), int(d)] for a, b, c, d in zip(p, r, f, s)]
    return out


def single(rng):
    k = int(rng.integers(2, 10))
    n = int(rng.integers(1, 50))
    # Labels without examples, and labels that are never predicted, in every second problem.
    known = rng.choice(k, size=int(rng.integers(1, k + 1)), replace=False) if rng.random() < 0.5 else numpy.arange(k)
    truth = rng.choice(known, size=n)
    sharpness = rng.choice([0.3, 1.0, 4.0])
    logits = sharpness * rng.normal(size=(n, k))
    logits[numpy.arange(n), truth] += rng.choice([0.0, 1.0, 3.0])
    scores = numpy.exp(logits) / numpy.exp(logits).sum(axis=1, keepdims=True)
    coarse = int(rng.choice([1, 64]))  # 64: so coarse that equal scores are common
    grid = numpy.floor(scores * GRID / coarse).astype(int) * coarse
    grid[numpy.arange(n), rng.integers(0, k, size=n)] += GRID - grid.sum(axis=1)
    p = grid / GRID
    prediction = numpy.argmax(p, axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        out = {
            "scores": grid.tolist(),
            "truth": truth.tolist(),
            "accuracy": float(metrics.accuracy_score(truth, prediction)),
            "balanced_accuracy": float(metrics.balanced_accuracy_score(truth, prediction)),
            "log_loss": float(metrics.log_loss(truth, p, labels=list(range(k)))),
            "confusion": metrics.confusion_matrix(truth, prediction, labels=range(k)).tolist(),
            # scikit-learn gives a tie to the highest index: mirrored columns give it to the lowest.
            "top_k": [] if k == 2 else [
                float(metrics.top_k_accuracy_score(k - 1 - truth, p[:, ::-1], k=j, labels=range(k)))
                for j in range(1, k)],
            **averages(truth, prediction, labels=range(k)),
        }
    return out


def multi(rng):
    k = int(rng.integers(2, 9))
    n = int(rng.integers(1, 40))
    truth = (rng.random((n, k)) < rng.choice([0.1, 0.3, 0.6])).astype(int)
    if rng.random() < 0.5:
        truth[:, rng.integers(0, k)] = 0
    scores = 1 / (1 + numpy.exp(-(rng.normal(size=(n, k)) * 1.5 + (truth * 2 - 1) * rng.choice([0.0, 1.0, 2.0]))))
    grid = numpy.round(scores * GRID / 32).astype(int) * 32 if rng.random() < 0.5 else numpy.round(scores * GRID).astype(int)
    thresholds = numpy.full(k, GRID // 2) if rng.random() < 0.5 else rng.integers(1, 32, size=k) * 32
    prediction = (grid >= thresholds).astype(int)
    p = grid / GRID
    return {
        "scores": grid.tolist(),
        "truth_sets": [numpy.flatnonzero(row).tolist() for row in truth],
        "thresholds": thresholds.tolist(),
        "accuracy": float(metrics.accuracy_score(truth, prediction)),
        "hamming_loss": float(metrics.hamming_loss(truth, prediction)),
        "log_loss": float(metrics.log_loss(truth.ravel(), p.ravel(), labels=[0, 1])),
        **averages(truth, prediction),
    }


def main():
    rng = numpy.random.default_rng(20)
    problems = [single(rng) for _ in range(60)] + [multi(rng) for _ in range(40)]
    content = {
        "made_by": "tools/golden/metrics.py",
        "versions": {"numpy": numpy.__version__, "python": sys.version.split()[0], "scikit-learn": sklearn.__version__},
        "grid": GRID,
        "problems": problems,
    }
    rounded = json.loads(json.dumps(content), parse_float=lambda text: round(float(text), 10))
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(rounded, file, separators=(",", ":"), sort_keys=True)
        file.write("\n")


if __name__ == "__main__":
    main()
