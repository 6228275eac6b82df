"""PyTorch: python peers/pytorch.py '{case}'. Says what ../peer.mjs expects; of the ways to run Adam the faster one counts."""

import json
import sys
import time as clock
from array import array

WINDOWS = 50


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


def number(value):
    return value if value == value and abs(value) != float("inf") else str(value)


def main():
    case = json.loads(sys.argv[-1])
    try:
        import torch
    except ImportError as error:
        return say(event="unable", reason=f"PyTorch is not installed ({error})")
    torch.manual_seed(1)
    hidden, vocabulary, batch, time = case["hidden"], case["vocabulary"], case["batch"], case["time"]

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[case["cell"]]
            self.embedding = torch.nn.Embedding(vocabulary, hidden)
            self.recurrent = kind(hidden, hidden, case["layers"])
            self.output = torch.nn.Linear(hidden, vocabulary)

        def forward(self, ids, state):
            y, state = self.recurrent(self.embedding(ids), state)
            return self.output(y), state

    def create():
        """The model with the weights that every peer begins with."""
        values = array("f")
        with open(case["weights"], "rb") as file:
            values.frombytes(file.read())
        model, at = Model(), 0
        flat = torch.tensor(values)
        with torch.no_grad():
            for weights in model.state_dict().values():
                weights.copy_(flat[at : at + weights.numel()].view(weights.shape))
                at += weights.numel()
            merge_biases(model.recurrent)
        return model

    def merge_biases(recurrent):
        """
        PyTorch gives each gate two biases, which Adam moves twice as fast as the one of the equations. So that all learn the
        same, step by step, the first takes the value of both and the second stays zero; only a GRU's candidate needs both.
        """
        for name, second in recurrent.named_parameters():
            if not name.startswith("bias_hh"):
                continue
            first = getattr(recurrent, name.replace("_hh", "_ih"))
            if case["cell"] == "gru":
                merged = 2 * hidden
                mask = torch.ones_like(second)
                mask[:merged] = 0
                second.register_hook(lambda gradient, mask=mask: gradient * mask)
            else:
                merged = len(second)
                second.requires_grad_(False)
            first[:merged] += second[:merged]
            second[:merged] = 0

    def training(fused):
        stream = WINDOWS * time
        symbols = torch.tensor(text(batch * stream + 1, vocabulary))
        inputs = symbols[:-1].view(batch, stream).t().contiguous()
        targets = symbols[1:].view(batch, stream).t().contiguous()
        model = create()
        optimizer = torch.optim.Adam(model.parameters(), lr=2e-3, **({"fused": True} if fused else {}))
        count, state = 0, None

        def turn():
            nonlocal count, state
            at = count % WINDOWS * time
            if at == 0:
                state = None
            count += 1
            optimizer.zero_grad(set_to_none=True)
            logits, state = model(inputs[at : at + time], state)
            state = tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()
            loss = torch.nn.functional.cross_entropy(logits.view(-1, vocabulary), targets[at : at + time].reshape(-1))
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5)
            optimizer.step()
            return loss.item()

        def turns(amount):
            return [turn() for _ in range(amount)]

        return turns, None

    def inference():
        model = create().eval()
        if case["kind"] == "forward":
            stream = WINDOWS * time
            symbols = torch.tensor(text(batch * stream + 1, vocabulary))
            ids = symbols[:-1].view(batch, stream).t()[:time].contiguous()
            targets = symbols[1:].view(batch, stream).t()[:time].reshape(-1)

            def turns(amount):
                with torch.inference_mode():
                    for _ in range(amount):
                        model(ids, None)
                return []

            with torch.inference_mode():
                logits = model(ids, None)[0].view(-1, vocabulary)
            return turns, torch.nn.functional.cross_entropy(logits, targets).item()
        symbols = torch.tensor(text(257, vocabulary))
        steps = [symbols[i : i + 1].view(1, 1) for i in range(256)]
        state, at = None, 0

        def turns(amount):
            nonlocal state, at
            with torch.inference_mode():
                for _ in range(amount):
                    _, state = model(steps[at & 255], state)
                    at += 1
            return []

        with torch.inference_mode():
            logits = model(symbols[:64].view(64, 1), None)[0].view(-1, vocabulary)
        return turns, torch.nn.functional.cross_entropy(logits, symbols[1:65]).item()

    def prepare(fused):
        return training(fused) if case["kind"] == "train" else inference()

    def fused_is_there():
        """Only newer versions have a fused Adam for the CPU."""
        try:
            weight = torch.nn.Parameter(torch.zeros(1))
            weight.grad = torch.ones(1)
            torch.optim.Adam([weight], fused=True).step()
            return True
        except (RuntimeError, TypeError, ValueError):
            return False

    def fused_is_faster():
        taken = []
        for fused in [False, True]:
            turns, _ = prepare(fused)
            start = clock.perf_counter()
            turns(1)
            once = clock.perf_counter() - start
            # So long a step has nothing to warm up.
            times = [once] if once > 4 else []
            for _ in range(0 if once > 4 else 1 if once > 1 else 5):
                start = clock.perf_counter()
                turns(1)
                times.append(clock.perf_counter() - start)
            taken.append(min(times))
        return taken[1] < taken[0]

    threads = case["threads"]
    torch.set_num_threads(threads)
    fused = case["kind"] == "train" and fused_is_there() and fused_is_faster()
    turns, check = prepare(fused)

    notes = [blas(torch), "fused Adam" if fused else None]
    checked = {} if check is None else {"check": check}
    say(event="ready", version=torch.__version__, threads=threads, note=", ".join(filter(None, notes)), **checked)
    for line in sys.stdin:
        amount = json.loads(line)["run"]
        start = clock.perf_counter()
        losses = turns(amount)
        elapsed = (clock.perf_counter() - start) * 1000
        say(event="round", turns=amount, elapsedMs=elapsed, losses=[number(loss) for loss in losses])


main()
