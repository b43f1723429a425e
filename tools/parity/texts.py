"""The sentences of a run of formant, by its splits.csv (FILE:LINE, label, split): what both parity scripts read."""
import csv


def read(folder, table, after, encoding):
    """Text and label of each example: {"train": [...], "validation": [...], "test": [...]}.

    after: what stands before the text in a line, or None.
    """
    files, parts = {}, {"train": [], "validation": [], "test": []}
    for row in csv.DictReader(open(table, newline="")):
        name, _, line = row["id"].rpartition(":")
        if name not in files:
            files[name] = open(f"{folder}/{name}", "rb").read().split(b"\n")
        text = files[name][int(line) - 1].decode(encoding)
        if after:
            text = text.partition(after)[2]
        parts[row["split"]].append((text, row["label"]))
    return parts
