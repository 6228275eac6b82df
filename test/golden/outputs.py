"""Golden numbers of what forecasters say of a value: losses and gradients from torch.distributions, quantiles and more from scipy.

    python test/golden/outputs.py > test/golden/outputs.json

Everything in float64. `cases` are as in losses.json: outputs `[time, batch, perValue * values]` in blocks, targets `[time, batch, values]`
(of counts one column more, the scale), the mean loss, and its gradient by every output. `distributions` are of single values: the `output` of one,
and what is said of it. `extremes`, of single values too, are losses and gradients by mpmath in 60 digits, where float64 itself would lose some;
so are `functions`, with values and derivatives at `x`. All inputs are numbers that float32 holds exactly.
"""

import json
import random
import sys

import mpmath
import numpy
import scipy
import scipy.stats
import torch
from mpmath import mpf
from torch.distributions import NegativeBinomial, Normal, StudentT
from torch.nn.functional import logsigmoid, softplus

from cases import case, draws

torch.set_default_dtype(torch.float64)
mpmath.mp.dps = 60

TIME, BATCH = 4, 3
LEVELS = [1e-12, 1e-6, 0.001, 0.025, 0.1, 0.3, 0.5, 0.75, 0.9, 0.99, 0.9999]


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


def student(output, target):
    location, spread, freedom = blocks(output, 3)
    return -StudentT(2 + softplus(freedom), location, 1e-3 + softplus(spread)).log_prob(target).mean()


def counts(name, per_value, values):
    """Outputs, and counts with their scale: some of none, some of many."""
    rng = random.Random(f"{name} {per_value} {values}")
    output, _ = numbers(name, per_value, values)
    target = torch.tensor([float(rng.choice([0, 0, 1, 2, 5, 17, 40])) for _ in range(TIME * BATCH * values)])
    scale = torch.tensor([rng.choice([0.25, 1.0, 7.5, 20.0]) for _ in range(TIME * BATCH)])
    return output, torch.cat([target.reshape(TIME, BATCH, values), scale.reshape(TIME, BATCH, 1)], -1)


def of_counts(output, target):
    """log p of each count, and the counts."""
    mean, shape = blocks(output, 2)
    count, scale = target[..., :-1], target[..., -1:]
    mean, alpha = scale * (1e-6 + softplus(mean)), (1e-3 + softplus(shape)) / scale.sqrt()
    return NegativeBinomial(1 / alpha, logits=torch.log(alpha * mean)).log_prob(count), count


def negative_binomial(output, target):
    return -of_counts(output, target)[0].mean()


def zero_inflated(output, target):
    logit = blocks(output, 3)[-1]
    likely, count = of_counts(output[..., : output.shape[-1] // 3 * 2], target)
    other = logsigmoid(-logit) + likely
    return -torch.where(count == 0, torch.logaddexp(logsigmoid(logit), other), other).mean()


INFLATED = {"of": {"name": "negativeBinomial", "options": {}}}
OPTIONS = {"zeroInflated": INFLATED}
CASES = []
for values in (1, 3):
    CASES += [
        ("normal", {}, normal, numbers("normal", 2, values)),
        ("studentT", {}, student, numbers("student", 3, values)),
        ("negativeBinomial", {}, negative_binomial, counts("counts", 2, values)),
        ("zeroInflated", INFLATED, zero_inflated, counts("inflated", 3, values)),
    ]
for levels, middle in [([0.1, 0.5, 0.9], 1), ([0.05, 0.25, 0.4, 0.5, 0.99], 3), ([0.2, 0.4], 1), ([0.5], 0), ([0.25, 0.75], 0)]:
    for values in (1, 3):
        given = numbers("quantiles", len(levels), values)
        CASES.append(("quantiles", {"levels": levels}, quantiles(levels, middle), given))


def said(name, output, scale, distribution, density, at):
    """What a frozen distribution of scipy says."""
    return {
        "name": name,
        "options": OPTIONS.get(name, {}),
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


class Inflated:
    """A frozen distribution of counts, or 0."""

    def __init__(self, of, zero):
        self.of, self.zero = of, zero

    def mean(self):
        return (1 - self.zero) * self.of.mean()

    def std(self):
        return ((1 - self.zero) * (self.of.var() + self.zero * self.of.mean() ** 2)) ** 0.5

    def ppf(self, levels):
        return [self.of.ppf((level - self.zero) / (1 - self.zero)) if level > self.zero else 0 for level in levels]

    def logpmf(self, at):
        zero = numpy.log(self.zero + (1 - self.zero) * self.of.pmf(0))
        return [zero if count == 0 else numpy.log1p(-self.zero) + self.of.logpmf(count) for count in at]


DISTRIBUTIONS = []
for output in [[0.0, 0.0], [1.5, -3.0], [-2.0, 4.0], [0.25, -30.0]]:
    frozen = scipy.stats.norm(output[0], 1e-3 + plus(output[1]))
    DISTRIBUTIONS.append(said("normal", output, 1, frozen, frozen.logpdf, [-3.0, 0.0, 0.5, 12.0]))
for output in [[0.0, 0.0, 0.0], [1.5, -3.0, -2.0], [-2.0, 4.0, 30.0], [0.25, -30.0, 3.0], [1.0, 0.5, 4096.0]]:
    frozen = scipy.stats.t(2 + plus(output[2]), output[0], 1e-3 + plus(output[1]))
    DISTRIBUTIONS.append(said("studentT", output, 1, frozen, frozen.logpdf, [-3.0, 0.0, 0.5, 12.0]))
for *output, scale in [[0.0, 0.0, 1], [0.0, 0.0, 1024], [2.0, -3.0, 1024], [-3.0, 1.0, 0.5], [1.0, 4.0, 16], [5.0, -20.0, 1], [0.5, -20.0, 2**20]]:
    mean, alpha = scale * (1e-6 + plus(output[0])), (1e-3 + plus(output[1])) / scale**0.5
    frozen = scipy.stats.nbinom(1 / alpha, 1 / (1 + alpha * mean))
    at = [0, 1, 5, 1000]
    DISTRIBUTIONS.append(said("negativeBinomial", output, scale, frozen, frozen.logpmf, at))
    for logit in [0.0, -3.0, 1.0]:
        inflated = Inflated(frozen, 1 / (1 + numpy.exp(-logit)))
        DISTRIBUTIONS.append(said("zeroInflated", [*output, logit], scale, inflated, inflated.logpmf, at))


def plus_exactly(a):
    return mpmath.log1p(mpmath.exp(a))


def normal_exactly(o, y, _):
    sigma = mpf("1e-3") + plus_exactly(o[1])
    return mpmath.log(2 * mpmath.pi) / 2 + mpmath.log(sigma) + ((y - o[0]) / sigma) ** 2 / 2


def student_exactly(o, y, _):
    sigma, df = mpf("1e-3") + plus_exactly(o[1]), 2 + plus_exactly(o[2])
    gammas = mpmath.loggamma(df / 2) - mpmath.loggamma((df + 1) / 2)
    far = (df + 1) / 2 * mpmath.log1p(((y - o[0]) / sigma) ** 2 / df)
    return gammas + mpmath.log(mpmath.pi * df) / 2 + mpmath.log(sigma) + far


def counts_exactly(o, y, scale):
    mean, alpha = scale * (mpf("1e-6") + plus_exactly(o[0])), (mpf("1e-3") + plus_exactly(o[1])) / mpmath.sqrt(scale)
    r = 1 / alpha
    ways = mpmath.loggamma(r) + mpmath.loggamma(y + 1) - mpmath.loggamma(y + r)
    return ways + r * mpmath.log1p(alpha * mean) + y * mpmath.log1p(1 / (alpha * mean))


def inflated_exactly(o, y, scale):
    zero = 1 / (1 + mpmath.exp(-o[2]))
    return -mpmath.log((zero if y == 0 else 0) + (1 - zero) * mpmath.exp(-counts_exactly(o, y, scale)))


def exactly(name, function, output, target, scale=1.0):
    given = [float(numpy.float32(one)) for one in output]
    scale = float(numpy.float32(scale))
    at = [mpf(one) for one in given]
    slope = lambda i: mpmath.diff(lambda x: function([*at[:i], x, *at[i + 1 :]], mpf(target), mpf(scale)), at[i])
    return {
        "name": name,
        "options": OPTIONS.get(name, {}),
        "output": given,
        "target": target,
        "scale": scale,
        "loss": float(function(at, mpf(target), mpf(scale))),
        "gradient": [float(slope(i)) for i in range(len(at))],
    }


EXTREMES = []
for output, target in [([0.5, -80.0], 0.5), ([0.5, -80.0], 1.5), ([0.0, 1000.0], 3.0), ([-300.0, -4.0], 500.0), ([0.0, 0.0], 1e6)]:
    EXTREMES.append(exactly("normal", normal_exactly, output, target))
for freedom in (-80.0, -3.0, 3.0, 40.0, 1000.0, 1e5):
    for output, target in [([0.5, -80.0], 0.5), ([0.5, -80.0], 2.5), ([0.0, 0.0], 1.0), ([0.0, 300.0], 3.0), ([0.0, 1.0], 1e5)]:
        EXTREMES.append(exactly("studentT", student_exactly, [*output, freedom], target))
for first, second, scale in [
    (0.0, 0.0, 1.0), (0.0, 0.0, 5000.0), (0.5, -4.0, 5000.0), (0.5, -80.0, 5000.0), (-3.0, -80.0, 5000.0), (0.5, 60.0, 5000.0),
    (0.0, 0.0, 0.001), (0.0, -80.0, 0.001), (60.0, 60.0, 0.001), (-80.0, 0.0, 1.0), (3.0, -80.0, 1e6), (3.0, -7.0, 1e6),
]:  # fmt: skip
    for target in (0.0, 1.0, 3.0, 40.0, 4900.0, 5100.0, 1e6):
        EXTREMES.append(exactly("negativeBinomial", counts_exactly, [first, second], target, scale))
    for target in (0.0, 3.0, 5100.0):
        for logit in (-60.0, 0.5, 60.0):
            EXTREMES.append(exactly("zeroInflated", inflated_exactly, [first, second, logit], target, scale))


def stirling_error(a):
    return mpmath.loggamma(a + 1) - (a + 0.5) * mpmath.log(a) + a - mpmath.log(2 * mpmath.pi) / 2


def tabled(function, at):
    x = [float(numpy.float32(one)) for one in at]
    return {
        "x": x,
        "value": [float(function(mpf(one))) for one in x],
        "derivative": [float(mpmath.diff(function, mpf(one))) for one in x],
    }


POSITIVE = [10 ** (k / 4) for k in range(-12, 25)] + [1, 5.999, 6, 6.001]
NEAR = [sign * 10 ** (k / 2) for sign in (1, -1) for k in range(-14, 0)] + [0.19, 0.21, -0.19, -0.21, -0.9, -0.999]
FUNCTIONS = {
    "stirlingError": tabled(stirling_error, [1e-12, 1e-6, *POSITIVE]),
    "log1p": tabled(mpmath.log1p, [*NEAR, *POSITIVE]),
    "logGap": tabled(lambda a: a - mpmath.log1p(a), [*NEAR, *POSITIVE]),
}

json.dump(
    {
        "torch": torch.__version__.split("+")[0],
        "scipy": scipy.__version__,
        "time": TIME,
        "batch": BATCH,
        "cases": [case(name, options, loss, *given) for name, options, loss, given in CASES],
        "levels": LEVELS,
        "distributions": DISTRIBUTIONS,
        "extremes": EXTREMES,
        "functions": FUNCTIONS,
    },
    sys.stdout,
    separators=(",", ":"),
)
print()
