#!/usr/bin/env python3
"""Writes what sed_eval says of 40 random problems of sound event detection, as one compact JSON file.

    python3 tools/golden/events.py Tests/FormantEvaluationTests/Golden/events.json

Needs sed_eval, dcase_util and numpy; the file names their versions. Times are multiples of 1/64 s and written as those
integers, so that both sides do arithmetic with the same numbers.
"""
import importlib.metadata
import json
import sys

import numpy
import sed_eval

GRID = 64
LABELS = ["a", "b", "c"]


def events(rng, count, length):
    out = []
    for _ in range(count):
        onset = int(rng.integers(0, length * GRID))
        out.append([int(rng.integers(0, len(LABELS))), onset, onset + int(rng.integers(1, 4 * GRID))])
    return out


def shifted(rng, reference, length):
    """Most of the events, moved a little, some with another label, and some that are not there."""
    out = []
    for label, onset, offset in reference:
        for _ in range(int(rng.choice([0, 1, 1, 1, 2]))):
            start = max(0, onset + int(rng.integers(-20, 21)))
            end = max(start + 1, offset + int(rng.integers(-60, 61)))
            out.append([label if rng.random() < 0.85 else int(rng.integers(0, len(LABELS))), start, end])
    return out + events(rng, int(rng.integers(0, 5)), length)


def listed(items):
    return [{"filename": "x", "event_label": LABELS[l], "onset": a / GRID, "offset": b / GRID} for l, a, b in items]


def figures(measure):
    return [float(measure[key]) if measure[key] == measure[key] else 0.0 for key in ("precision", "recall", "f_measure")]


def problem(rng):
    length = int(rng.integers(5, 60))
    event = sed_eval.sound_event.EventBasedMetrics(
        event_label_list=LABELS, t_collar=0.2, percentage_of_length=0.5, event_matching_type="optimal")
    segment = sed_eval.sound_event.SegmentBasedMetrics(event_label_list=LABELS, time_resolution=1.0)
    recordings = []
    for _ in range(2):
        reference = events(rng, int(rng.integers(1, 30)), length)
        found = shifted(rng, reference, length) or events(rng, 1, length)
        recordings.append({"reference": reference, "found": found})
        for metric in (event, segment):
            metric.evaluate(reference_event_list=listed(reference), estimated_event_list=listed(found))
    return {
        "recordings": recordings,
        "event": figures(event.overall_f_measure()),
        "segment": figures(segment.overall_f_measure()),
        "event_classes": [figures(event.class_wise_f_measure(label)) for label in LABELS],
        "segment_classes": [figures(segment.class_wise_f_measure(label)) for label in LABELS],
    }


def main():
    rng = numpy.random.default_rng(7)
    content = {
        "made_by": "tools/golden/events.py",
        "versions": {name: importlib.metadata.version(name) for name in ("sed_eval", "dcase_util", "numpy")},
        "grid": GRID,
        "labels": LABELS,
        "problems": [problem(rng) for _ in range(40)],
    }
    rounded = json.loads(json.dumps(content), parse_float=lambda text: round(float(text), 10))
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(rounded, file, separators=(",", ":"), sort_keys=True)
        file.write("\n")


if __name__ == "__main__":
    main()
