"""Golden numbers of what forecasters say of a value: losses and gradients from torch.distributions, quantiles and more from scipy.

    python test/golden/outputs.py > test/golden/outputs.json

Everything in float64. `cases` are as in losses.json: outputs `[time, batch, perValue * values]` in blocks, targets `[time, batch, values]`
(of counts one column more, the scale), the mean loss, and its gradient by every output. `distributions` are of single values: the `output` of one,
and what is said of it.
"""

import json
import random
import sys

import scipy
import scipy.special
import scipy.stats
import torch
from torch.distributions import Normal
from torch.nn.functional import softplus

torch.set_default_dtype(torch.float64)

TIME, BATCH = 4, 3
LEVELS = [0.001, 0.025, 0.1, 0.3, 0.5, 0.75, 0.9, 0.99, 0.9999]


def draws(rng, shape, size):
    """Numbers that float32 holds exactly."""
    count = torch.Size(shape).numel()
    return torch.tensor([round(rng.uniform(-size, size) * 1024) / 1024 for _ in range(count)]).reshape(shape)


def numbers(name, per_value, values):
    """Outputs and targets, some numbers of the output far out on either side."""
    rng = random.Random(f"{name} {per_value} {values}")
    output = draws(rng, (TIME, BATCH, per_value * values), 2.0)
    for at, far in enumerate([20.0, -20.0, 4.0, -6.0]):
        # One number of one row after another, of each block in turn.
        output[at, at % BATCH, (at % per_value) * values] = far
        output[at, (at + 1) % BATCH, ((at + 1) % per_value) * values] = far
    return output, draws(rng, (TIME, BATCH, values), 2.0)


def blocks(output, per_value):
    return output.unflatten(-1, (per_value, -1)).unbind(-2)


def quantiles(levels, middle):
    def loss(output, target):
        block = list(blocks(output, len(levels)))
        above = torch.cumsum(torch.stack([block[middle], *map(softplus, block[middle + 1 :])]), 0)
        below = torch.cumsum(torch.stack([block[middle], *(-softplus(one) for one in reversed(block[:middle]))]), 0)
        q = torch.cat([below.flip(0)[:-1], above])
        level = torch.tensor(levels).reshape(-1, 1, 1, 1)
        error = target - q
        return torch.maximum(level * error, (level - 1) * error).mean()

    return loss


def normal(output, target):
    mean, spread = blocks(output, 2)
    return -Normal(mean, 1e-3 + softplus(spread)).log_prob(target).mean()


CASES = [
    ("normal", {}, normal, numbers("normal", 2, 3)),
    ("normal", {}, normal, numbers("normal", 2, 1)),
]
for levels, middle in [([0.1, 0.5, 0.9], 1), ([0.05, 0.25, 0.4, 0.5, 0.99], 3), ([0.2, 0.4], 1), ([0.5], 0), ([0.25, 0.75], 0)]:
    for values in (1, 3):
        given = numbers("quantiles", len(levels), values)
        CASES.append(("quantiles", {"levels": levels}, quantiles(levels, middle), given))


def case(name, options, loss, output, target):
    output = output.clone().requires_grad_()
    value = loss(output, target)
    value.backward()
    return {
        "name": name,
        "options": options,
        "columns": output.shape[-1],
        "output": output.flatten().tolist(),
        "target": target.flatten().tolist(),
        "loss": value.item(),
        "gradient": output.grad.flatten().tolist(),
    }


def said(name, output, scale, distribution, density, at):
    """What a frozen distribution of scipy says."""
    return {
        "name": name,
        "output": output,
        "scale": scale,
        "point": float(distribution.mean()),
        "deviation": float(distribution.std()),
        "quantiles": [float(q) for q in distribution.ppf(LEVELS)],
        "at": at,
        "surprises": [-float(one) for one in density(at)],
    }


def plus(a):
    return float(softplus(torch.tensor(a)))


DISTRIBUTIONS = []
for output in [[0.0, 0.0], [1.5, -3.0], [-2.0, 4.0], [0.25, -30.0]]:
    frozen = scipy.stats.norm(output[0], 1e-3 + plus(output[1]))
    DISTRIBUTIONS.append(said("normal", output, 1, frozen, frozen.logpdf, [-3.0, 0.0, 0.5, 12.0]))

json.dump(
    {
        "torch": torch.__version__.split("+")[0],
        "scipy": scipy.__version__,
        "time": TIME,
        "batch": BATCH,
        "cases": [case(name, options, loss, *given) for name, options, loss, given in CASES],
        "levels": LEVELS,
        "distributions": DISTRIBUTIONS,
    },
    sys.stdout,
    separators=(",", ":"),
)
print()
