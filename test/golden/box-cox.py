"""Box-Cox transforms of scipy: the likeliest lambda of some values, and what the values become. Writes test/golden/box-cox.json."""
import json
import pathlib
import random

import numpy
import scipy
from scipy import special, stats

random.seed(20)
cases = []
for name, draw in {
    "lognormal": lambda: round(random.lognormvariate(1, 0.6), 3) + 0.001,
    "gamma": lambda: round(random.gammavariate(3, 2), 3) + 0.001,
    "square of a normal around 9": lambda: round(random.gauss(9, 1) ** 2, 3),
    "normal, far from 0": lambda: round(random.gauss(100, 30), 3),
}.items():
    values = [draw() for _ in range(200)]
    transformed, likeliest = stats.boxcox(numpy.array(values))
    cases.append(
        {
            "name": name,
            "values": values,
            "lambda": float(likeliest),
            "transformed": [float(f"{value:.13g}") for value in transformed[:20]],
        }
    )
grid = [
    {"lambda": lam, "value": value, "forward": float(special.boxcox(value, lam)), "inverse": float(special.inv_boxcox(value, lam))}
    for lam in (0.0, 1e-6, 0.25, 1.0, 2.0)
    for value in (1e-3, 0.5, 1.0, 7.25, 40.0)
]
path = pathlib.Path(__file__).parent / "box-cox.json"
path.write_text(json.dumps({"scipy": scipy.__version__, "cases": cases, "grid": grid}) + "\n")
