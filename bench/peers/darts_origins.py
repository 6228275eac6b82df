"""How long a thousand forecasts take Darts' RNNModel: python bench/peers/darts_origins.py [THREADS]

The same as the case `forecast` of bench/topologies.mjs: a GRU of 2 × 64 that reads 96 steps and says 24, each seeing the one before, from 1,000
origins. pip install "u8darts[torch]".
"""

import logging
import statistics
import sys
import time
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

import darts  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import torch  # noqa: E402
from darts import TimeSeries  # noqa: E402
from darts.models import RNNModel  # noqa: E402

CONTEXT, HORIZON, ORIGINS = 96, 24, 1000

torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else torch.get_num_threads())
steps = np.arange(CONTEXT + HORIZON + 2 * ORIGINS)
values = (np.sin(2 * np.pi * steps / 24) + np.sin(steps * 12.9898) / 5).astype(np.float32)
series = TimeSeries.from_times_and_values(pd.date_range("2026-01-01", periods=len(steps), freq="h"), values)
quiet = {key: False for key in ("enable_progress_bar", "logger", "enable_checkpointing", "enable_model_summary")}
model = RNNModel(
    input_chunk_length=CONTEXT,
    training_length=CONTEXT + HORIZON,
    model="GRU",
    hidden_dim=64,
    n_rnn_layers=2,
    n_epochs=1,
    batch_size=256,
    pl_trainer_kwargs={"accelerator": "cpu", **quiet},
)
model.fit(series[: -(HORIZON + ORIGINS - 1)])
asked = series[-(CONTEXT + HORIZON + ORIGINS - 1) :]


def turn():
    start = time.perf_counter()
    found = model.historical_forecasts(
        asked,
        start=asked.time_index[CONTEXT],
        forecast_horizon=HORIZON,
        stride=1,
        retrain=False,
        last_points_only=False,
        verbose=False,
    )
    assert len(found) == ORIGINS
    return (time.perf_counter() - start) * 1000


turn()
print(f"Darts {darts.__version__}: {statistics.median(turn() for _ in range(5)):.0f} ms")
