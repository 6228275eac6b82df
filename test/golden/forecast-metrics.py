"""Writes test/golden/forecast-metrics.json: errors of forecasts, as their definitions say in numpy, and scores of scoringrules and properscoring."""
import json
import math
from pathlib import Path

import numpy as np
import properscoring
import scoringrules
from scipy import stats

rng = np.random.default_rng(0)


def rounded(values):
    return np.round(np.asarray(values, dtype=float), 3)


def metrics(season, horizon, past, zeros, masked):
    levels = [0.1, 0.25, 0.5, 0.9]
    actual = rounded(rng.normal(3, 4, horizon))
    point = rounded(actual + rng.normal(0, 2, horizon))
    if zeros:
        actual[[0, 2]] = 0
        point[0] = 0
    quantiles = rounded(np.sort(point + rng.normal(0, 3, (len(levels), horizon)), 0))
    history = rounded(rng.normal(3, 4, past))
    missing = rng.random(horizon) < 0.3 if masked else np.zeros(horizon, bool)
    gone = rng.random(past) < 0.2 if masked else np.zeros(past, bool)
    y, f, q = actual[~missing], point[~missing], quantiles[:, ~missing]
    lagged = np.where(gone, np.nan, history)
    scale = np.nanmean(np.abs(lagged[season:] - lagged[:-season]))
    size = np.abs(y) + np.abs(f)
    losses = np.array([scoringrules.quantile_score(y, own, level) for own, level in zip(q, levels)])
    return {
        "season": season,
        "history": history.tolist(),
        "gone": gone.astype(int).tolist(),
        "actual": actual.tolist(),
        "missing": missing.astype(int).tolist(),
        "point": point.tolist(),
        "levels": levels,
        "quantiles": quantiles.tolist(),
        "found": {
            "mae": np.abs(y - f).mean(),
            "mse": ((y - f) ** 2).mean(),
            "rmse": math.sqrt(((y - f) ** 2).mean()),
            "scale": scale,
            "mase": np.abs(y - f).mean() / scale,
            "smape": np.divide(2 * np.abs(y - f), size, out=np.zeros_like(size), where=size > 0).mean(),
            "crps": 2 * losses.mean(),
            # gluonts.evaluation: mean over levels of the summed quantile loss over the summed absolute target.
            "weightedQuantileLoss": (2 * losses.sum(1) / np.abs(y).sum()).mean(),
            "coverage": ((q[0] <= y) & (y <= q[-1])).mean(),
        },
    }


def samples(count):
    drawn = rounded(rng.normal(1, 2, count))
    actual = float(rounded(rng.normal(1, 3)))
    fair = scoringrules.crps_ensemble(actual, drawn, estimator="fair")
    # properscoring has the pairs of a sample with itself among them.
    pairs = np.abs(drawn[:, None] - drawn).sum() / (2 * count**2)
    assert abs(fair - (properscoring.crps_ensemble(actual, drawn) + pairs - pairs * count / (count - 1))) < 1e-12
    return {"samples": drawn.tolist(), "actual": actual, "crps": float(fair)}


content = {
    "metrics": [
        metrics(season, horizon, past, zeros, masked)
        for season, horizon, past, zeros, masked in [(1, 6, 20, False, False), (4, 12, 30, True, False), (7, 9, 40, True, True)]
    ],
    "samples": [samples(count) for count in [2, 3, 50]],
    "normal": [[p, stats.norm.ppf(p)] for p in [1e-6, 0.001, 0.025, 0.1, 0.4, 0.5, 0.75, 0.9, 0.975, 0.999, 1 - 1e-6]],
}
(Path(__file__).parent / "forecast-metrics.json").write_text(json.dumps(content) + "\n")
