"""Ten steps of every optimiser by torch.optim: Tests/FormantTrainingTests/Golden/optimisers.json.

    python tools/golden/optimisers.py Tests/FormantTrainingTests/Golden/optimisers.json

Written with torch 2.15.0. Five weights, ten given gradients; the weights after each step, in double precision.
Settings have the names of torch.optim.
"""
import json
import sys

import torch

START = [0.5, -1.0, 2.0, 0.0, -0.25]
# Multiples of 1/32, so that they are exact in single precision; of both signs, of several sizes, and one that is zero
# in half of the steps.
GRADIENTS = [
    [((7 * step + 3) % 11 - 5) / 32, ((5 * step + 1) % 13 - 6) / 8, 3 / 4, (step % 2) * -1 / 2, (step - 4) / 16]
    for step in range(10)
]

CASES = [
    ("sgd", "SGD", dict(lr=0.1)),
    ("sgd with momentum", "SGD", dict(lr=0.1, momentum=0.9)),
    ("sgd with nesterov momentum", "SGD", dict(lr=0.1, momentum=0.9, nesterov=True)),
    ("sgd with weight decay", "SGD", dict(lr=0.1, weight_decay=0.01)),
    ("sgd with momentum and weight decay", "SGD", dict(lr=0.05, momentum=0.8, weight_decay=0.1)),
    ("adam", "Adam", dict(lr=0.01, betas=(0.9, 0.999), eps=1e-8)),
    ("adam with weight decay", "Adam", dict(lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1)),
    ("adamw", "AdamW", dict(lr=0.01, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1)),
    ("adadelta", "Adadelta", dict(lr=1.0, rho=0.95, eps=1e-6)),
    ("adadelta with weight decay", "Adadelta", dict(lr=0.5, rho=0.9, eps=1e-6, weight_decay=0.01)),
]

cases = []
for name, kind, settings in CASES:
    weight = torch.nn.Parameter(torch.tensor(START, dtype=torch.float64))
    optimiser = getattr(torch.optim, kind)([weight], **settings)
    after = []
    for gradient in GRADIENTS:
        weight.grad = torch.tensor(gradient, dtype=torch.float64)
        optimiser.step()
        after.append(weight.detach().tolist())
    cases.append({"name": name, "kind": kind, "settings": settings, "after": after})

with open(sys.argv[1], "w") as file:
    json.dump({"torch": torch.__version__, "start": START, "gradients": GRADIENTS, "cases": cases}, file, indent=1)
    file.write("\n")
