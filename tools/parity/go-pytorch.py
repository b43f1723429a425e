"""The recipe go-policy in PyTorch, on the positions that formant wrote: accuracy and time side by side.

    for part in train validation test; do formant go features D --part $part --out arrays/$part; done
    formant go train D --recipe go-policy --seed 1 --json --out RUN
    python tools/parity/go-pytorch.py arrays --epochs 3

The same network, planes, symmetries, batches, softmax over legal points, AdamW, schedule and averaging of weights; only
chance differs. --positions N trains on the first N of an order of chance, to measure time. Written with torch 2.15.0.
"""
import argparse
import math
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.optim.swa_utils import AveragedModel


class Block(nn.Module):
    def __init__(self, filters):
        super().__init__()
        self.first, self.second = (nn.Conv2d(filters, filters, 3, padding=1, bias=False) for _ in range(2))
        self.norms = nn.ModuleList(nn.BatchNorm2d(filters) for _ in range(2))

    def forward(self, x):
        y = F.relu(self.norms[0](self.first(x)))
        return F.relu(x + self.norms[1](self.second(y)))


class Policy(nn.Module):
    def __init__(self, planes, filters, blocks):
        super().__init__()
        self.first = nn.Conv2d(planes, filters, 5, padding=2, bias=False)
        self.norm = nn.BatchNorm2d(filters)
        self.blocks = nn.Sequential(*(Block(filters) for _ in range(blocks)))
        self.last = nn.Conv2d(filters, 1, 1)

    def forward(self, planes):
        return self.last(self.blocks(F.relu(self.norm(self.first(planes))))).flatten(1)


class Positions:
    """The arrays of a folder, read as they are wanted."""

    def __init__(self, folder):
        self.planes = np.load(f"{folder}/planes.npy", mmap_mode="r")
        self.legal = np.load(f"{folder}/legal.npy", mmap_mode="r")
        self.moves = np.load(f"{folder}/moves.npy")
        self.size = self.planes.shape[-1]

    def __len__(self):
        return len(self.moves)

    def batch(self, numbers, chance=None):
        """Planes, legal points and moves, each position in one of eight ways where there is chance."""
        numbers = np.sort(numbers)
        planes = np.asarray(self.planes[numbers])
        legal = np.asarray(self.legal[numbers])
        moves = np.zeros_like(legal)
        points = self.moves[numbers].astype(np.int64)
        moves.reshape(len(numbers), -1)[np.arange(len(numbers)), points] = 1
        if chance is not None:
            for i, way in enumerate(chance.integers(0, 8, len(numbers))):
                for array in (planes, legal, moves):
                    turned = np.rot90(array[i], way % 4, (-2, -1))
                    array[i] = (turned[..., ::-1] if way >= 4 else turned).copy()
        return (
            torch.from_numpy(planes).float().to(memory_format=torch.channels_last),
            torch.from_numpy(legal).flatten(1).bool(),
            torch.from_numpy(moves).flatten(1).argmax(1),
        )


@torch.no_grad()
def blend(averages, values, count):
    """The recipe's moving average, with a shorter memory at first."""
    if torch.is_floating_point(averages[0]):
        torch._foreach_lerp_(averages, values, 1 - min(0.999, (1 + int(count)) / (10 + int(count))))
    else:
        torch._foreach_copy_(averages, values)


def masked(logits, legal):
    return logits.masked_fill(~legal, -math.inf)


@torch.no_grad()
def judge(model, positions, limit=None):
    model.eval()
    count = min(limit or len(positions), len(positions))
    numbers = np.arange(count) * len(positions) // count
    first = five = loss = 0
    for start in range(0, count, 256):
        planes, legal, moves = positions.batch(numbers[start : start + 256])
        logits = masked(model(planes), legal)
        loss += F.cross_entropy(logits, moves, reduction="sum").item()
        best = logits.topk(5).indices == moves[:, None]
        first += best[:, 0].sum().item()
        five += best.sum().item()
    return {"n": count, "top1": first / count, "top5": five / count, "logLikelihood": -loss / count}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("arrays", help="a folder with train, validation and test")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--positions", type=int, help="of an epoch")
    parser.add_argument("--filters", type=int, default=64)
    parser.add_argument("--blocks", type=int, default=5)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=0.002)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--compile", action="store_true")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    if options.threads:
        torch.set_num_threads(options.threads)
    chance = np.random.default_rng(options.seed)
    training, validation, test = (Positions(f"{options.arrays}/{part}") for part in ("train", "validation", "test"))
    model = Policy(training.planes.shape[1], options.filters, options.blocks).to(memory_format=torch.channels_last)
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
    average = AveragedModel(model, multi_avg_fn=blend, use_buffers=True)
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=1e-4)
    forward = torch.compile(model) if options.compile else model
    steps = math.ceil(min(options.positions or len(training), len(training)) / options.batch)
    warm, final = 0.1 * steps, 0.01

    def factor(step):
        if step < warm:
            return (step + 1) / warm
        share = (step - warm) / (options.epochs * steps - warm)
        return final + (1 - final) * (1 + math.cos(math.pi * share)) / 2

    started, step = time.monotonic(), 0
    for epoch in range(options.epochs):
        model.train()
        order = chance.permutation(len(training))[: options.positions]
        for start in range(0, len(order), options.batch):
            planes, legal, moves = training.batch(order[start : start + options.batch], chance)
            for group in optimiser.param_groups:
                group["lr"] = options.rate * factor(step)
            optimiser.zero_grad(set_to_none=True)
            loss = F.cross_entropy(masked(forward(planes), legal), moves)
            loss.backward()
            optimiser.step()
            average.update_parameters(model)
            step += 1
            if step % 100 == 0:
                seconds = time.monotonic() - started
                print(f"step {step}, loss {loss.item():.3f}, {step * options.batch / seconds:.0f} positions/s", flush=True)
        print(f"epoch {epoch + 1}, {time.monotonic() - started:.0f} s, validation {judge(average, validation, 8192)}", flush=True)
    print(f"{time.monotonic() - started:.0f} s in all, test {judge(average, test)}")


if __name__ == "__main__":
    main()
