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


def ranking(truth, scores, curves):
    """Per label average precision and ROC area (None where not defined), means over the labels that have them."""
    n, k = truth.shape
    precisions, areas = [], []
    for j in range(k):
        found = int(truth[:, j].sum())
        precisions.append(float(metrics.average_precision_score(truth[:, j], scores[:, j])) if found else None)
        areas.append(float(metrics.roc_auc_score(truth[:, j], scores[:, j])) if 0 < found < n else None)
    flat = truth.ravel()
    present = truth[:, truth.any(axis=0)], scores[:, truth.any(axis=0)]
    both = (truth.any(axis=0)) & (~truth.all(axis=0))
    out = {
        "average_precision": precisions,
        "roc_auc": areas,
        "mean_average_precision":
            float(metrics.average_precision_score(*present, average="macro")) if truth.any() else None,
        "micro_average_precision":
            float(metrics.average_precision_score(flat, scores.ravel())) if truth.any() else None,
        "macro_roc_auc": float(numpy.mean([metrics.roc_auc_score(truth[:, j], scores[:, j])
                                           for j in numpy.flatnonzero(both)])) if both.any() else None,
        "micro_roc_auc":
            float(metrics.roc_auc_score(flat, scores.ravel())) if truth.any() and not truth.all() else None,
    }
    if curves and truth.any() and not truth.all():
        fpr, tpr, _ = metrics.roc_curve(flat, scores.ravel(), drop_intermediate=False)
        precision, recall, _ = metrics.precision_recall_curve(flat, scores.ravel())
        out["roc"] = [fpr.tolist(), tpr.tolist()]
        out["precision_recall"] = [recall[::-1].tolist(), precision[::-1].tolist()]
    return out


def calibration(confidence, right):
    """Expected calibration error of 15 bins: of equal width, open below; and of equal number."""
    def error(parts):
        return float(sum(abs(right[part].sum() - confidence[part].sum()) for part in parts if len(part)) / len(right))
    edges = numpy.linspace(0, 1, 16)
    place = numpy.clip(numpy.searchsorted(edges, confidence, side="left") - 1, 0, 14)
    return {
        "expected_calibration_error": error([numpy.flatnonzero(place == b) for b in range(15)]),
        "adaptive_calibration_error": error(numpy.array_split(numpy.argsort(confidence, kind="stable"), 15)),
    }


def agreement(truth, prediction, k):
    kappa = metrics.cohen_kappa_score(truth, prediction, labels=list(range(k)))
    return {"kappa": None if numpy.isnan(kappa) else float(kappa),
            "matthews": float(metrics.matthews_corrcoef(truth, prediction))}


def single(rng, curves):
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
            **ranking(numpy.eye(k, dtype=int)[truth], p, curves),
            **calibration(p.max(axis=1), (truth == prediction).astype(float)),
            **agreement(truth, prediction, k),
            "brier": float(metrics.brier_score_loss(numpy.eye(k, dtype=int)[truth], p, scale_by_half=False)
                           if k > 2 else 2 * metrics.brier_score_loss(truth, p[:, 1], labels=[0, 1])),
        }
    return out


def multi(rng, curves):
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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        further = ranking(truth, p, curves)
    return {
        **further,
        **calibration(p.ravel(), truth.ravel().astype(float)),
        "brier": float(((p - truth) ** 2).mean()),
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
    problems = [single(rng, i % 6 == 0) for i in range(60)] + [multi(rng, i % 8 == 0) for i in range(40)]
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
