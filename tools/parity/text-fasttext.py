"""fastText beside formant on the split of a run: accuracy, time to train, and sentences classified per CPU second.

    formant train corpora/trec-6.yaml --root D/text --recipe kim-rand --seed 1 --json --out RUN
    python tools/parity/text-fasttext.py D/text RUN/splits.csv --after ' '

For each setting: accuracy on the validation and the test part, and the seconds of CPU and of the clock that training
took; the setting to believe is the one that is best on validation. With --predict FILE, the best one classifies the
lines of FILE; `formant classify RUN FILE --format csv >/dev/null` does the same. One thread each, unless --threads.
Texts are lower-cased and marks of punctuation set apart, as fastText's documentation advises. Written with
fasttext-wheel 0.9.2.
"""
import argparse
import re
import tempfile
import time

import fasttext

from texts import read


def clean(text):
    return re.sub(r"([.!?,'/()])", r" \1 ", text).lower().strip()


def accuracy(model, examples):
    found, _ = model.predict([clean(text) for text, _ in examples])
    return sum(f[0] == f"__label__{label}" for f, (_, label) in zip(found, examples)) / len(examples)


def timed(work):
    clock, cpu = time.time(), time.process_time()
    return work(), time.time() - clock, time.process_time() - cpu


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("splits")
    parser.add_argument("--after", help="what stands before the text in a line")
    parser.add_argument("--encoding", default="iso-8859-1")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--predict", help="a file of sentences, one a line")
    options = parser.parse_args()
    parts = read(options.folder, options.splits, options.after, options.encoding)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        for text, label in parts["train"]:
            file.write(f"__label__{label} {clean(text)}\n")
        file.flush()
        best = None
        for grams in (1, 2, 3):
            for epochs in (5, 25, 50):
                model, clock, cpu = timed(
                    lambda: fasttext.train_supervised(
                        file.name, lr=0.5, epoch=epochs, wordNgrams=grams, dim=100, thread=options.threads,
                        seed=options.seed, verbose=0))
                validation, test = accuracy(model, parts["validation"]), accuracy(model, parts["test"])
                print(f"word n-grams {grams}, {epochs} epochs: validation {validation:.4f}, test {test:.4f}, "
                      f"{clock:.2f} s, {cpu:.2f} CPU s")
                if best is None or validation > best[0]:
                    best = (validation, test, model)
    print(f"chosen by validation: {best[0]:.4f}, test {best[1]:.4f}")
    if options.predict:
        lines = [line.rstrip("\n") for line in open(options.predict, encoding="utf-8")]
        _, _, cpu = timed(lambda: best[2].predict([clean(line) for line in lines]))
        _, _, alone = timed(lambda: best[2].predict(lines))
        print(f"{len(lines)} sentences: {len(lines) / cpu:.0f} per CPU second with the clean-up in Python, "
              f"{len(lines) / alone:.0f} without")
