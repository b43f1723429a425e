"""One training step of four networks by PyTorch: the golden files of Tests/FormantNetworkTests/Golden.

    python tools/golden/training_step.py Tests/FormantNetworkTests/Golden

Written with torch 2.15.0 and safetensors 0.8.0; each file names the versions in its metadata.

Weights, inputs and labels come from a formula that the test computes too, so that a file holds only what is expected:
the loss, the logits, the gradient of every weight, the weights after one step of SGD (rate 0.1, momentum 0.9) and the
running statistics of the batch norms. The step is worked out in double precision from weights and inputs rounded to
single, and stored in single precision. Of tensors of more than 10,000 weights every fourth is kept after the step
(in the order of memory); the gradients are whole.

The formula: value i of tensor NAME is u(i) = the (i + 1)-th output of SplitMix64 started at the FNV-1a hash of NAME,
its upper 24 bits as a fraction of 1, put to 2 u - 1, and times
- 1 / sqrt(fan-in) for weights of convolutions and dense layers, 0.25 for the table of an embedding;
- 0.25, plus 1, for the gains of batch norms; 0.1 for biases;
- sqrt(3) for the input. Ids are 2 + floor(u * (rows - 2)). The label of example n is 7 n modulo the classes.
"""
import math
import sys

import safetensors
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file

MASK = (1 << 64) - 1


def fractions(name, count):
    """count fractions u of the stream NAME, as double."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = ((state ^ byte) * 0x100000001B3) & MASK
    values = torch.empty(count, dtype=torch.float64)
    for i in range(count):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        values[i] = ((z ^ (z >> 31)) >> 40) / (1 << 24)
    return values


def stream(name, shape, scale, offset=0.0):
    values = (2 * fractions(name, math.prod(shape)) - 1) * scale + offset
    return values.reshape(shape).float().double()


class Lecture(nn.Module):
    """Two convolutions with pooling, two dense layers."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 25, 3), nn.Conv2d(25, 50, 3)
        self.dense1, self.dense2 = nn.Linear(1250, 100), nn.Linear(100, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.dense2(F.relu(self.dense1(x.flatten(1))))


class Keywords(nn.Module):
    """Four 3 x 3 convolutions with batch norm, three poolings, a mean over all positions."""

    def __init__(self):
        super().__init__()
        for i, (a, b) in enumerate([(1, 32), (32, 64), (64, 128), (128, 128)], 1):
            self.add_module(f"conv{i}", nn.Conv2d(a, b, 3, padding=1, bias=False))
            self.add_module(f"norm{i}", nn.BatchNorm2d(b))
        self.dense = nn.Linear(128, 35)

    def forward(self, x):
        for i in range(1, 5):
            x = F.relu(getattr(self, f"norm{i}")(getattr(self, f"conv{i}")(x)))
            if i < 4:
                x = F.max_pool2d(x, 2)
        return self.dense(x.mean((2, 3)))


class Sentences(nn.Module):
    """Embedding, filters of 3, 4 and 5 words, the maximum over time, a dense layer. Kim 2014."""

    def __init__(self, rows=200, dimension=50):
        super().__init__()
        self.table = nn.Embedding(rows, dimension)
        for width in (3, 4, 5):
            self.add_module(f"conv{width}", nn.Conv1d(dimension, 100, width))
        self.dense = nn.Linear(300, 2)

    def forward(self, ids):
        x = self.table(ids).transpose(1, 2)
        return self.dense(torch.cat([F.relu(getattr(self, f"conv{w}")(x)).amax(2) for w in (3, 4, 5)], 1))


class Temporal(nn.Module):
    """Residual convolutions along time over 40 bands. Choi et al. 2019."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv1d(40, 16, 3, padding=1, bias=False)
        for i, (a, b) in enumerate([(16, 24), (24, 32), (32, 48)], 1):
            self.add_module(f"conv{i}a", nn.Conv1d(a, b, 9, 2, 4, bias=False))
            self.add_module(f"norm{i}a", nn.BatchNorm1d(b))
            self.add_module(f"conv{i}b", nn.Conv1d(b, b, 9, 1, 4, bias=False))
            self.add_module(f"norm{i}b", nn.BatchNorm1d(b))
            self.add_module(f"skip{i}", nn.Conv1d(a, b, 1, 2, bias=False))
            self.add_module(f"normskip{i}", nn.BatchNorm1d(b))
        self.dense = nn.Linear(48, 12)

    def forward(self, x):
        x = self.first(x)
        for i in range(1, 4):
            part = {name: getattr(self, name) for name in self._modules}
            h = F.relu(part[f"norm{i}a"](part[f"conv{i}a"](x)))
            h = part[f"norm{i}b"](part[f"conv{i}b"](h))
            x = F.relu(h + F.relu(part[f"normskip{i}"](part[f"skip{i}"](x))))
        return self.dense(x.mean(2))


def initialise(network):
    for name, weight in network.named_parameters():
        if name.startswith("norm"):
            scale, offset = (0.25, 1.0) if name.endswith("weight") else (0.1, 0.0)
        elif name == "table.weight":
            scale, offset = 0.25, 0.0
        elif name.endswith("bias"):
            scale, offset = 0.1, 0.0
        else:
            scale, offset = 1 / math.sqrt(math.prod(weight.shape[1:])), 0.0
        weight.data = stream(name, weight.shape, scale, offset)


def step(name, network, shape, classes, rows=None):
    network = network.double().train()
    initialise(network)
    if rows:
        x = (2 + fractions("input", math.prod(shape)).reshape(shape) * (rows - 2)).long()
    else:
        x = stream("input", shape, math.sqrt(3))
    labels = torch.arange(shape[0]) * 7 % classes
    optimiser = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    logits = network(x)
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    result = {"loss": loss.detach().reshape(1), "logits": logits.detach()}
    for key, weight in network.named_parameters():
        result[f"gradient.{key}"] = weight.grad.clone()
    optimiser.step()
    for key, weight in network.named_parameters():
        kept = weight.data.flatten()
        result[f"after.{key}"] = kept[::4].clone() if kept.numel() > 10_000 else weight.data.clone()
    for key, value in network.named_buffers():
        if "running" in key:
            result[f"after.{key}"] = value
    result = {key: value.float().contiguous() for key, value in result.items()}
    metadata = {"torch": torch.__version__, "safetensors": safetensors.__version__}
    save_file(result, f"{sys.argv[1]}/{name}.safetensors", metadata)
    print(name, "loss", loss.item(), "values", sum(v.numel() for v in result.values()))


if __name__ == "__main__":
    torch.set_num_threads(1)
    step("mnist", Lecture(), (8, 1, 28, 28), 10)
    step("kws", Keywords(), (4, 1, 64, 100), 35)
    step("kim", Sentences(), (8, 20), 2, rows=200)
    step("tcres", Temporal(), (6, 40, 101), 12)
