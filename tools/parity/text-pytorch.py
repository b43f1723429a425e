"""The recipes kim-rand and kim-nonstatic in PyTorch, on the split of a run of formant: accuracy and time side by side.

    formant train corpora/trec-6.yaml --root D/text --recipe kim-rand --seed 1 --json --out RUN
    python tools/parity/text-pytorch.py D/text RUN/splits.csv --after ' ' --seeds 1 2 3

RUN/splits.csv says which line of which file is in which part (FILE:LINE, label, split); the texts are read from the
files. The same network, clean-up, margin, batches, Adam, averaging of weights (0.99) and patience as the recipe; only
chance differs. --vectors FILE (GloVe or word2vec text) starts the table from word vectors, as kim-nonstatic does.
--folds takes one splits.csv per fold. Written with torch 2.15.0.
"""
import argparse
import re
import statistics
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

from texts import read


def clean(text):
    """The clean-up of Kim 2014."""
    text = re.sub(r"[^A-Za-z0-9(),!?'`]", " ", text)
    text = re.sub(r"('s|'ve|n't|'re|'d|'ll)", r" \1", text)
    text = re.sub(r"([,!?()])", r" \1 ", text)
    return text.split()


class Kim(nn.Module):
    def __init__(self, table, classes):
        super().__init__()
        self.table = nn.Embedding.from_pretrained(table, freeze=False, padding_idx=0)
        self.filters = nn.ModuleList(nn.Conv1d(table.shape[1], 100, width) for width in (3, 4, 5))
        self.out = nn.Linear(300, classes)

    def forward(self, ids):
        x = self.table(ids).transpose(1, 2)
        x = torch.cat([F.relu(f(x)).amax(2) for f in self.filters], 1)
        return self.out(F.dropout(x, 0.5, self.training))


def batches(examples, size, shuffle):
    """Batches of one padded length each, as formant forms them."""
    lengths = {}
    order = torch.randperm(len(examples)).tolist() if shuffle else range(len(examples))
    for i in order:
        lengths.setdefault(len(examples[i][0]), []).append(examples[i])
    result = [group[i : i + size] for group in lengths.values() for i in range(0, len(group), size)]
    if shuffle:
        result = [result[i] for i in torch.randperm(len(result)).tolist()]
    for batch in result:
        yield torch.tensor([ids for ids, _ in batch]), torch.tensor([label for _, label in batch])


@torch.no_grad()
def score(model, examples):
    model.eval()
    right, loss = 0, 0.0
    for ids, labels in batches(examples, 500, False):
        logits = model(ids)
        right += (logits.argmax(1) == labels).sum().item()
        loss += F.cross_entropy(logits, labels, reduction="sum").item()
    return right / len(examples), loss / len(examples)


def vectors(path, words, generator):
    known = {}
    for line in open(path, encoding="utf-8"):
        word, *values = line.rstrip().split(" ")
        if len(values) > 2:
            known[word] = [float(v) for v in values]
    dimension = len(next(iter(known.values())))
    found = torch.tensor([known[w] for w in words if w in known])
    width = (3 * found.var()).sqrt()
    table = (torch.rand(len(words) + 2, dimension, generator=generator) * 2 - 1) * width
    for i, word in enumerate(words):
        row = known.get(word) or known.get(word.lower())
        if row:
            table[i + 2] = torch.tensor(row)
    return table


def run(parts, seed, options):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    words = sorted({word for text, _ in parts["train"] for word in clean(text)})
    number = {word: i + 2 for i, word in enumerate(words)}
    labels = sorted({label for part in parts.values() for _, label in part})

    def padded(text):
        ids = [0] * 4 + [number.get(word, 1) for word in text[:512]] + [0] * 4
        return ids + [0] * (-len(ids) % 8)

    data = {name: [(padded(clean(t)), labels.index(l)) for t, l in part] for name, part in parts.items()}
    if options.vectors:
        table = vectors(options.vectors, words, generator)
    else:
        table = (torch.rand(len(words) + 2, 300, generator=generator) * 2 - 1) * 0.25
    table[0] = 0
    model = Kim(table, len(labels))
    average = Kim(table.clone(), len(labels))
    average.load_state_dict(model.state_dict())
    optimiser = torch.optim.Adam(model.parameters(), 0.001)
    best, patience, seconds, step = None, 0, [], 0
    for _ in range(options.epochs):
        start = time.time()
        model.train()
        for ids, wanted in batches(data["train"], 50, True):
            optimiser.zero_grad()
            F.cross_entropy(model(ids), wanted).backward()
            optimiser.step()
            with torch.no_grad():
                norm = model.out.weight.norm(dim=1, keepdim=True).clamp(min=1e-12)
                model.out.weight.mul_((3 / norm).clamp(max=1))
                step += 1
                keep = min(0.99, (1 + step) / (10 + step))
                for a, b in zip(average.parameters(), model.parameters()):
                    a.lerp_(b, 1 - keep)
        seconds.append(time.time() - start)
        accuracy, loss = score(average, data["validation"])
        patience += 1
        if best is None or (accuracy, -loss) > best[:2]:
            best, patience = (accuracy, -loss, {k: v.clone() for k, v in average.state_dict().items()}), 0
        if patience >= 6:
            break
    average.load_state_dict(best[2])
    return score(average, data["test"])[0], best[0], statistics.mean(seconds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("splits", nargs="+")
    parser.add_argument("--after", help="what stands before the text in a line")
    parser.add_argument("--encoding", default="iso-8859-1")
    parser.add_argument("--vectors")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    tests = []
    for table in options.splits:
        parts = read(options.folder, table, options.after, options.encoding)
        for seed in options.seeds:
            test, validation, seconds = run(parts, seed, options)
            tests.append(test)
            print(f"{table} seed {seed}: test {test:.4f}, validation {validation:.4f}, {seconds:.2f} s per epoch")
    spread = statistics.stdev(tests) if len(tests) > 1 else 0
    print(f"mean {statistics.mean(tests):.4f} ± {spread:.4f}")
