"""Writes test/golden/forecast-rules.json: the simple rules of Hyndman & Athanasopoulos (fpp3, 5.2 and 5.5), written out in numpy."""
import json
from pathlib import Path

import numpy as np
from scipy import stats

rng = np.random.default_rng(1)
LEVELS = [0.05, 0.5, 0.9]


def forecasts(past, season, horizon):
    steps, ahead = len(past), np.arange(1, horizon + 1)
    slope = (past[-1] - past[0]) / (steps - 1)
    k = (ahead - 1) // season
    formulas = {
        "naive": (np.full(horizon, past[-1]), np.diff(past), 0, 1, np.sqrt(ahead)),
        "seasonal naive": (past[steps + ahead - season * (k + 1) - 1], past[season:] - past[:-season], 0, season, np.sqrt(k + 1)),
        "drift": (past[-1] + ahead * slope, np.diff(past) - slope, 1, 1, np.sqrt(ahead * (1 + ahead / (steps - 1)))),
        "mean": (np.full(horizon, past.mean()), past - past.mean(), 1, 0, np.full(horizon, np.sqrt(1 + 1 / steps))),
    }
    for name, (point, residuals, parameters, unknown, growth) in formulas.items():
        sigma = np.sqrt((residuals**2).sum() / (steps - parameters - unknown)) * growth
        quantiles = {str(level): (point + stats.norm.ppf(level) * sigma).tolist() for level in LEVELS}
        yield {"name": name, "point": point.tolist(), "deviation": sigma.tolist(), "quantiles": quantiles}


def case(steps, season, horizon):
    past = np.round(10 + 0.3 * np.arange(steps) + 4 * np.sin(2 * np.pi * np.arange(steps) / season) + rng.normal(0, 1, steps), 3)
    return {"past": past.tolist(), "season": season, "horizon": horizon, "forecasts": list(forecasts(past, season, horizon))}


content = {"cases": [case(*sizes) for sizes in [(30, 7, 16), (9, 4, 3), (50, 12, 30)]]}
(Path(__file__).parent / "forecast-rules.json").write_text(json.dumps(content) + "\n")
