#!/usr/bin/env python3
"""Reads a run as TensorBoard does and holds it against history.jsonl.

    tools/golden/tensorboard_events.py RUN

Written for tensorboard 2.21.0.
"""

import json
import pathlib
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

run = pathlib.Path(sys.argv[1])
history = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
events = EventAccumulator(str(run))
events.Reload()
columns = {
    "loss/train": "train_loss",
    "loss/validation": "validation_loss",
    "accuracy/validation": "validation_accuracy",
    "learning_rate": "learning_rate",
    "seconds": "seconds",
}
for tag, column in columns.items():
    scalars = events.Scalars(tag)
    expected = [(record["epoch"], record[column]) for record in history if column in record]
    assert [scalar.step for scalar in scalars] == [epoch for epoch, _ in expected], tag
    for scalar, (epoch, value) in zip(scalars, expected):
        assert abs(scalar.value - value) <= 1e-5 * abs(value) or column == "seconds", (tag, epoch, scalar.value, value)
print(f"{len(history)} epochs: {', '.join(sorted(events.Tags()['scalars']))}")
