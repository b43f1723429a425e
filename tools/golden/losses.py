"""Losses and their gradients by torch: Tests/FormantTrainingTests/Golden/losses.json.

    python tools/golden/losses.py Tests/FormantTrainingTests/Golden/losses.json

Written with torch 2.15.0, in double precision. Four examples, five classes. The loss of a batch is the mean over the
examples, each with its weight: sum of w * loss / sum of w. Over several outputs the loss of an example is their mean.
"""
import json
import sys

import torch
from torch.nn import functional

# Multiples of 1/8, so that they are exact in single precision.
OUTPUTS = [[((7 * i + 5 * j + 3) % 19 - 9) / 8 * (1 + i) for j in range(5)] for i in range(4)]
LABELS = [2, 0, 4, 2]
SEVERAL = [[1, 3], [], [0, 1, 2, 3, 4], [4]]
VALUES = [[((3 * i + 11 * j) % 17 - 8) / 4 for j in range(5)] for i in range(4)]
CLASS_WEIGHTS = [0.5, 1.0, 2.0, 0.25, 1.5]
WEIGHTS = [1.0, 0.25, 0.0, 3.0]
ONES = [1.0] * 4


def softmax(outputs, smoothing=0.0):
    return functional.cross_entropy(outputs, torch.tensor(LABELS), label_smoothing=smoothing, reduction="none")


def binary(outputs):
    wanted = torch.zeros_like(outputs)
    for row, labels in enumerate(SEVERAL):
        wanted[row, labels] = 1
    return functional.binary_cross_entropy_with_logits(outputs, wanted, reduction="none").mean(1)


def squared(outputs):
    return functional.mse_loss(outputs, torch.tensor(VALUES, dtype=torch.float64), reduction="none").mean(1)


CASES = [
    ("softmax cross-entropy", "softmaxCrossEntropy", 0.0, "label", ONES, [], softmax),
    ("with label smoothing", "softmaxCrossEntropy", 0.125, "label", ONES, [], lambda z: softmax(z, 0.125)),
    ("with class weights", "softmaxCrossEntropy", 0.0, "label", ONES, CLASS_WEIGHTS, softmax),
    ("with example weights", "softmaxCrossEntropy", 0.0, "label", WEIGHTS, [], softmax),
    ("with all of them", "softmaxCrossEntropy", 0.125, "label", WEIGHTS, CLASS_WEIGHTS, lambda z: softmax(z, 0.125)),
    ("binary cross-entropy", "binaryCrossEntropy", 0.0, "labels", ONES, [], binary),
    ("binary, with example weights", "binaryCrossEntropy", 0.0, "labels", WEIGHTS, [], binary),
    ("mean squared error", "meanSquaredError", 0.0, "values", ONES, [], squared),
    ("squared, with example weights", "meanSquaredError", 0.0, "values", WEIGHTS, [], squared),
]

cases = []
for name, kind, smoothing, targets, weights, class_weights, function in CASES:
    outputs = torch.tensor(OUTPUTS, dtype=torch.float64, requires_grad=True)
    scales = torch.tensor(weights, dtype=torch.float64)
    if class_weights:
        scales = scales * torch.tensor([class_weights[label] for label in LABELS], dtype=torch.float64)
    loss = (scales * function(outputs)).sum() / scales.sum()
    if class_weights and weights == ONES and smoothing == 0:  # torch has this one itself
        own = functional.cross_entropy(
            outputs, torch.tensor(LABELS), weight=torch.tensor(class_weights, dtype=torch.float64))
        assert abs(own.item() - loss.item()) < 1e-12
    loss.backward()
    cases.append(
        {
            "name": name, "kind": kind, "labelSmoothing": smoothing, "targets": targets, "weights": weights,
            "classWeights": class_weights, "loss": loss.item(), "gradient": outputs.grad.flatten().tolist(),
        })

with open(sys.argv[1], "w") as file:
    json.dump(
        {
            "torch": torch.__version__, "outputs": sum(OUTPUTS, []), "label": LABELS, "labels": SEVERAL,
            "values": VALUES, "cases": cases,
        }, file, indent=1)
    file.write("\n")
