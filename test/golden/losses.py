"""Golden numbers of losses from PyTorch, in float64: the mean over all positions, and its gradient by every output.

    python test/golden/losses.py > test/golden/losses.json

Outputs are `[time, batch, columns]`, targets `[time, batch]` or `[time, batch, columns]`.
"""

import json
import random
import sys

import torch
from torch import nn

from cases import case, draws

torch.set_default_dtype(torch.float64)

TIME, BATCH = 4, 3


def numbers(columns):
    """Outputs and targets of a regression; errors of exactly 0, 0.5 and 1 among them."""
    rng = random.Random(f"numbers {columns}")
    output, target = draws(rng, (TIME, BATCH, columns), 2.0), draws(rng, (TIME, BATCH, columns), 2.0)
    flat = target.view(-1)
    for at, error in enumerate([0.0, 0.5, -0.5, 1.0, -1.0, 40.0, -40.0]):
        output.view(-1)[at] = 0.25
        flat[at] = 0.25 - error
    return output, target


def answers(columns):
    """Logits, some of them far out, and answers: no, yes, or between."""
    rng = random.Random(f"answers {columns}")
    output = draws(rng, (TIME, BATCH, columns), 3.0)
    target = torch.tensor([float(rng.randrange(2)) for _ in range(output.numel())]).reshape(output.shape)
    for at, (logit, answer) in enumerate([(60.0, 1.0), (60.0, 0.0), (-60.0, 1.0), (-60.0, 0.0), (0.0, 1.0), (1.5, 0.25)]):
        output.view(-1)[at], target.view(-1)[at] = logit, answer
    return output, target


def classes(columns, ignore=None):
    """Logits, some of them far out, and classes; of these a third is `ignore`, if that is given."""
    rng = random.Random(f"classes {columns} {ignore}")
    output = draws(rng, (TIME, BATCH, columns), 3.0)
    output[0, 0] += 80.0
    output[0, 1, 0] = -70.0
    target = [rng.randrange(columns) for _ in range(TIME * BATCH)]
    target[:3] = [0, 0, columns - 1]
    if ignore is not None:
        target[1::3] = [ignore] * len(target[1::3])
    return output, torch.tensor(target).reshape(TIME, BATCH)


def rows_of(loss):
    """PyTorch wants the classes before the other axes: one axis of rows before them suits it."""
    return lambda output, target: loss(output.flatten(0, 1), target.flatten())


WEIGHTS = [0.5, 2.0, 1.0, 0.25, 3.0]
CASES = [
    ("meanSquaredError", {}, nn.MSELoss(), numbers(3)),
    ("meanAbsoluteError", {}, nn.L1Loss(), numbers(3)),
    ("smoothL1", {}, nn.SmoothL1Loss(), numbers(3)),
    ("smoothL1", {"beta": 0.5}, nn.SmoothL1Loss(beta=0.5), numbers(2)),
    ("smoothL1", {"beta": 0}, nn.SmoothL1Loss(beta=0.0), numbers(2)),
    ("huber", {}, nn.HuberLoss(), numbers(3)),
    ("huber", {"delta": 0.5}, nn.HuberLoss(delta=0.5), numbers(1)),
    ("binaryCrossEntropy", {}, nn.BCEWithLogitsLoss(), answers(3)),
    ("binaryCrossEntropy", {}, nn.BCEWithLogitsLoss(), answers(1)),
    ("binaryCrossEntropy", {"positiveWeight": 3}, nn.BCEWithLogitsLoss(pos_weight=torch.tensor(3.0)), answers(2)),
    ("binaryCrossEntropy", {"positiveWeight": [0.5, 1, 4]}, nn.BCEWithLogitsLoss(pos_weight=torch.tensor([0.5, 1.0, 4.0])), answers(3)),
]
for options in [
    {},
    {"labelSmoothing": 0.1},
    {"labelSmoothing": 1},
    {"weights": WEIGHTS},
    {"weights": [0, 0, 1, 2, 0]},
    {"ignore": -100},
    {"ignore": 3},
    {"weights": WEIGHTS, "ignore": -100},
    {"labelSmoothing": 0.1, "weights": WEIGHTS},
    {"labelSmoothing": 0.1, "ignore": -100},
    {"labelSmoothing": 0.3, "weights": WEIGHTS, "ignore": 2},
]:
    loss = nn.CrossEntropyLoss(
        label_smoothing=options.get("labelSmoothing", 0.0),
        weight=torch.tensor(options["weights"], dtype=torch.float64) if "weights" in options else None,
        ignore_index=options.get("ignore", -100),
    )
    CASES.append(("crossEntropy", options, rows_of(loss), classes(5, options.get("ignore"))))


json.dump(
    {
        "torch": torch.__version__.split("+")[0],
        "time": TIME,
        "batch": BATCH,
        "cases": [case(name, options, loss, *given) for name, options, loss, given in CASES],
    },
    sys.stdout,
    separators=(",", ":"),
)
print()
