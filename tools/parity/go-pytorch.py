"""The recipe go-policy in PyTorch, on the positions that formant wrote: accuracy and time side by side.

    formant go train GAMES --recipe go-policy --seed 1 --json --out RUN
    for part in train validation test; do formant go features GAMES --part $part --out arrays/$part; done
    python tools/parity/go-pytorch.py arrays

The same network, start, planes, symmetries, batches, softmax over legal points, AdamW, schedule, averaging of weights and choice
of the epoch; only chance differs. Times are of training alone. Written with torch 2.15.0.
"""
import argparse
import copy
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


def blending(decay):
    """A moving average of weights, with a shorter memory at first."""

    @torch.no_grad()
    def blend(averages, values, count):
        if torch.is_floating_point(averages[0]):
            torch._foreach_lerp_(averages, values, 1 - min(decay, int(count + 1) / int(count + 10)))
        else:
            torch._foreach_copy_(averages, values)

    return blend


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
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--filters", type=int, default=64)
    parser.add_argument("--blocks", type=int, default=5)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=0.01)
    parser.add_argument("--averaging", type=float, default=0.999)
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
            nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")
    # The first update of an AveragedModel copies; here the average begins with the weights of the start.
    average = AveragedModel(model, multi_avg_fn=blending(options.averaging), use_buffers=True)
    average.n_averaged.fill_(1)
    weights = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim == 1]
    optimiser = torch.optim.AdamW(
        [{"params": weights, "weight_decay": 1e-4}, {"params": others, "weight_decay": 0}], lr=options.rate)
    forward = torch.compile(model) if options.compile else model
    steps = math.ceil(len(training) / options.batch)
    warm, final = 0.1, 0.01

    def factor(progress):
        """The schedule, after so many epochs."""
        if progress < warm:
            return (progress + 0.01) / (warm + 0.01)
        share = (progress - warm) / (options.epochs - warm)
        return final + (1 - final) * (1 + math.cos(math.pi * share)) / 2

    seconds, step, best = 0.0, 0, None
    for epoch in range(options.epochs):
        model.train()
        started = time.monotonic()
        order = chance.permutation(len(training))
        for start in range(0, len(order), options.batch):
            planes, legal, moves = training.batch(order[start : start + options.batch], chance)
            for group in optimiser.param_groups:
                group["lr"] = options.rate * factor(step / steps)
            optimiser.zero_grad(set_to_none=True)
            loss = F.cross_entropy(masked(forward(planes), legal), moves)
            loss.backward()
            optimiser.step()
            average.update_parameters(model)
            step += 1
            if step % 200 == 0:
                print(f"step {step} of {options.epochs * steps}, loss {loss.item():.3f}", flush=True)
        seconds += time.monotonic() - started
        figures = judge(average, validation, 8192)
        print(f"epoch {epoch + 1}, {seconds:.0f} s, validation {figures}", flush=True)
        if best is None or figures["top1"] > best[0]:
            best = figures["top1"], copy.deepcopy(average.state_dict())
    average.load_state_dict(best[1])
    speed = options.epochs * len(training) / seconds
    print(f"{seconds:.0f} s of training, {speed:.0f} positions/s, test {judge(average, test)}")


if __name__ == "__main__":
    main()
