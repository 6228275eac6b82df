"""PyTorch: python peers/pytorch-train.py '{case}'. Says what ../peer.mjs expects; tries every number of threads first."""

import json
import os
import sys
import time as clock


def say(**answer):
    print(json.dumps(answer), flush=True)


def text(length, vocabulary):
    """The same text as ../task.mjs."""
    symbols, state, symbol = [], 1, 0
    for _ in range(length):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        drawn = state >> 8
        symbol = (7 * symbol + 3) % vocabulary if drawn % 10 < 7 else drawn // 10 % vocabulary
        symbols.append(symbol)
    return symbols


def blas(torch):
    """Which library does the products; with the reference one PyTorch is some ten times slower than it has to be."""
    if torch.backends.mkl.is_available():
        return "MKL"
    try:
        with open("/proc/self/maps") as maps:
            loaded = maps.read()
    except OSError:
        return None
    for mark, name in [("openblas", "OpenBLAS"), ("blis", "BLIS"), ("atlas", "ATLAS"), ("libblas", "reference BLAS: install OpenBLAS")]:
        if mark in loaded:
            return name
    return None


def main():
    case = json.loads(sys.argv[-1])
    try:
        import torch
    except ImportError as error:
        return say(event="unable", reason=f"PyTorch is not installed ({error})")
    hidden, vocabulary, batch, time = case["hidden"], case["vocabulary"], case["batch"], case["time"]

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[case["cell"]]
            self.embedding = torch.nn.Embedding(vocabulary, hidden)
            self.recurrent = kind(hidden, hidden, case["layers"])
            self.output = torch.nn.Linear(hidden, vocabulary)

        def forward(self, ids):
            y, _ = self.recurrent(self.embedding(ids))
            return self.output(y)

    windows = 50
    stream = windows * time + 1
    symbols = torch.tensor(text(batch * stream, vocabulary)).view(batch, stream).t().contiguous()

    def trainer():
        torch.manual_seed(1)
        model = Model()
        optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
        count = 0

        def turn():
            nonlocal count
            at = count % windows * time
            count += 1
            logits = model(symbols[at : at + time])
            targets = symbols[at + 1 : at + time + 1].reshape(-1)
            loss = torch.nn.functional.cross_entropy(logits.view(-1, vocabulary), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            return loss.item()

        return turn

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    tried = sorted({1, 2, 4, 8, 16, 32, cores} & set(range(1, cores + 1)))
    best = None
    turn = trainer()
    for threads in tried:
        torch.set_num_threads(threads)
        turn()
        times = []
        for _ in range(5):
            start = clock.perf_counter()
            turn()
            times.append(clock.perf_counter() - start)
        taken = sorted(times)[2]
        if best is None or taken < best[0]:
            best = (taken, threads)
    torch.set_num_threads(best[1])
    turn = trainer()

    def number(value):
        return value if value == value and abs(value) != float("inf") else str(value)

    say(event="ready", version=torch.__version__, threads=best[1], note=", ".join(filter(None, [blas(torch), f"best of {' and '.join(map(str, tried))}"])))
    for line in sys.stdin:
        turns = json.loads(line)["run"]
        start = clock.perf_counter()
        losses = [turn() for _ in range(turns)]
        elapsed = (clock.perf_counter() - start) * 1000
        say(event="round", characters=turns * batch * time, elapsedMs=elapsed, first=number(losses[0]), last=number(losses[-1]))


main()
