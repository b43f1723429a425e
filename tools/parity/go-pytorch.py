"""The recipes go-lecture and go-pooling in PyTorch, on the split of a run of formant: top 1, top 5 and time side by side.

    formant go train D --recipe go-lecture --seed 1 --json --out RUN
    python tools/parity/go-pytorch.py D RUN/splits.csv --recipe go-lecture

RUN/splits.csv says which file is in which part. The same network, plane, symmetries, batches, Adam, rates and clipping as
the recipe; only chance differs, and the softmax leaves out occupied points alone, not those that ko or suicide forbid.
The reader takes records as KGS writes them: one game a file, no variations. Written with torch 2.15.0.
"""
import argparse
import csv
import json
import math
import pathlib
import re
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

SIZE = 19
NEIGHBOURS = [
    [q for q, there in ((p - SIZE, p >= SIZE), (p + SIZE, p < SIZE * (SIZE - 1)), (p - 1, p % SIZE > 0),
                        (p + 1, p % SIZE < SIZE - 1)) if there] for p in range(SIZE * SIZE)]


def point(text):
    return (ord(text[1]) - 97) * SIZE + ord(text[0]) - 97


def capture(board, start):
    """Takes the chain at a point off where it has no liberty."""
    chain, open_points, colour = {start}, [start], board[start]
    while open_points:
        for q in NEIGHBOURS[open_points.pop()]:
            if board[q] == 0:
                return
            if board[q] == colour and q not in chain:
                chain.add(q)
                open_points.append(q)
    for p in chain:
        board[p] = 0


def positions(path):
    """(plane, target) before each stone: 1 for stones of the player to move, −1 for the opponent's."""
    text = path.read_text()
    board = [0] * (SIZE * SIZE)
    for colour, value in (("AB", 1), ("AW", -1)):
        for group in re.findall(colour + r"((?:\[[a-s]{2}\]\s*)+)", text):
            for stone in re.findall(r"\[([a-s]{2})\]", group):
                board[point(stone)] = value
    for colour, place in re.findall(r";\s*([BW])\[([a-t]{2})?\]", text):
        if place in ("", "tt"):
            continue
        value, p = (1 if colour == "B" else -1), point(place)
        yield np.array(board, dtype=np.int8) * value, p
        board[p] = value
        for q in NEIGHBOURS[p]:
            if board[q] == -value:
                capture(board, q)


def network(recipe):
    def layers(count, channels=64):
        return [part for _ in range(count) for part in (nn.Conv2d(channels, 64, 3, padding=1), nn.ReLU())]

    first = [nn.Conv2d(1, 64, 5, padding=2), nn.ReLU()]
    if recipe == "go-lecture":
        return nn.Sequential(*first, *layers(4), nn.Conv2d(64, 1, 1), nn.Flatten())
    pool = nn.MaxPool2d(2, ceil_mode=True)
    return nn.Sequential(*first, *layers(1), pool, *layers(3), nn.Flatten(), nn.Linear(6400, SIZE * SIZE))


def turned(planes, targets, generator):
    """Each position in one of the eight ways of a square."""
    grid = torch.arange(SIZE * SIZE).view(SIZE, SIZE)
    ways = [torch.rot90(g, k, (0, 1)).flatten() for g in (grid, grid.flip(0)) for k in range(4)]
    inverse = [torch.argsort(way) for way in ways]
    choice = torch.randint(8, (len(planes),), generator=generator)
    table, back = torch.stack(ways)[choice], torch.stack(inverse)[choice]
    return planes.gather(1, table), back.gather(1, targets[:, None]).squeeze(1)


def logits(net, planes):
    return net(planes.view(-1, 1, SIZE, SIZE)).masked_fill(planes != 0, -math.inf)


def judge(net, planes, targets):
    net.eval()
    first = five = 0
    likelihood = 0.0
    with torch.no_grad():
        for start in range(0, len(planes), 512):
            rows = logits(net, planes[start:start + 512].float())
            wanted = targets[start:start + 512]
            best = rows.topk(5).indices
            first += (best[:, 0] == wanted).sum().item()
            five += (best == wanted[:, None]).any(1).sum().item()
            likelihood -= F.cross_entropy(rows, wanted, reduction="sum").item()
    n = max(1, len(planes))
    return {"n": len(planes), "top1": first / n, "top5": five / n, "log_likelihood": likelihood / n}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("splits", type=pathlib.Path)
    parser.add_argument("--recipe", choices=["go-lecture", "go-pooling"], default="go-lecture")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    generator = torch.Generator().manual_seed(options.seed)
    parts = {"train": [], "validation": [], "test": []}
    with options.splits.open() as rows:
        for row in csv.DictReader(rows):
            parts[row["split"]] += positions(options.folder / row["file"])
    data = {name: (torch.from_numpy(np.stack([p for p, _ in part])), torch.tensor([t for _, t in part]))
            for name, part in parts.items() if part}
    planes, targets = data["train"]
    net = network(options.recipe)
    optimiser = torch.optim.Adam(net.parameters(), lr=0.001)
    steps = math.ceil(len(planes) / 64)
    started = time.monotonic()
    for epoch in range(options.epochs):
        net.train()
        order = torch.randperm(len(planes), generator=generator)
        for step in range(steps):
            done = epoch + step / steps
            share = max(0.0, (done - 0.1) / (options.epochs - 0.1))
            rate = done / 0.1 if done < 0.1 else 0.01 + 0.99 * (1 + math.cos(math.pi * share)) / 2
            for group in optimiser.param_groups:
                group["lr"] = 0.001 * rate
            batch = order[step * 64:(step + 1) * 64]
            x, y = turned(planes[batch].float(), targets[batch], generator)
            loss = F.cross_entropy(logits(net, x), y)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5)
            optimiser.step()
    seconds = time.monotonic() - started
    print(json.dumps({
        "recipe": options.recipe, "seed": options.seed, "torch": torch.__version__, "seconds": round(seconds, 1),
        "positions_per_second": round(options.epochs * len(planes) / max(seconds, 1e-9)),
        "test": judge(net, *data["test"]) if "test" in data else None}))


main()
