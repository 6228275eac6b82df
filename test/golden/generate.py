"""Golden numbers from PyTorch: recurrent layers, training runs, and modules saved as safetensors.

    python -m venv pt && pt/bin/pip install torch numpy safetensors
    pt/bin/python test/golden/generate.py

Writes layer-*.json, training.json and import/*.safetensors beside this file; README.md says what is in them.
All arithmetic is float64 on one thread. Weights and inputs are decimals of three digits drawn by Python's own generator,
so that a run gives the same files on every machine and with every version of PyTorch that computes the same.
"""

import itertools
import json
import pathlib
import random

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

HERE = pathlib.Path(__file__).parent


def decimals(rng, shape, size=1.0):
    """A tensor of numbers in (-size, size) with three digits behind the point."""
    count = torch.Size(shape).numel()
    return torch.tensor([round(rng.uniform(-size, size), 3) for _ in range(count)]).reshape(shape)


def fill(module, rng, size):
    """Gives every parameter of the module new values, in the order of its state_dict."""
    with torch.no_grad():
        for parameter in module.state_dict().values():
            parameter.copy_(decimals(rng, parameter.shape, size))


def packed(tensor):
    """A tensor as JSON: its shape and its numbers in rows, to 13 digits."""
    numbers = [float(f"{x:.13g}") for x in tensor.detach().flatten().tolist()]
    return {"shape": list(tensor.shape), "data": [int(x) if x == int(x) else x for x in numbers]}


def write(path, content):
    path = HERE / path
    path.write_text(json.dumps(content, separators=(",", ":")) + "\n")
    print(f"{path.stat().st_size:>9,}  {path.relative_to(HERE)}")


# Recurrent layers: outputs and every gradient.

INPUT, HIDDEN, BATCH, TIME = 3, 5, 3, 7

KINDS = {
    "rnn-tanh": lambda **options: nn.RNN(INPUT, HIDDEN, nonlinearity="tanh", **options),
    "rnn-relu": lambda **options: nn.RNN(INPUT, HIDDEN, nonlinearity="relu", **options),
    "lstm": lambda **options: nn.LSTM(INPUT, HIDDEN, **options),
    "lstm-projected": lambda **options: nn.LSTM(INPUT, HIDDEN, proj_size=2, **options),
    "gru": lambda **options: nn.GRU(INPUT, HIDDEN, **options),
}


def layer_case(kind, layers, bidirectional, lengths, initial):
    rng = random.Random(f"{kind} {layers} {bidirectional} {lengths} {initial}")
    module = KINDS[kind](num_layers=layers, bidirectional=bidirectional)
    fill(module, rng, 0.6)
    if kind == "rnn-relu":
        # With biases of either sign most of its units would never be awake.
        for name, parameter in module.named_parameters():
            parameter.data = parameter.data.abs() if name.startswith("bias") else parameter.data
    stacked = layers * (2 if bidirectional else 1)
    sizes = {"h": getattr(module, "proj_size", 0) or HIDDEN}
    if kind.startswith("lstm"):
        sizes["c"] = HIDDEN
    x = decimals(rng, (TIME, BATCH, INPUT)).requires_grad_()
    begin = {f"{s}0": decimals(rng, (stacked, BATCH, n)).requires_grad_() for s, n in sizes.items()} if initial else {}
    given = None if not begin else (begin["h0"], begin["c0"]) if "c0" in begin else begin["h0"]

    sequence = pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False) if lengths else x
    y, last = module(sequence, given)
    if lengths:
        y, _ = pad_packed_sequence(y, total_length=TIME)
    results = {"y": y, **dict(zip(["hn", "cn"], last if isinstance(last, tuple) else [last]))}

    adjoints = {f"d{name}": decimals(rng, value.shape) for name, value in results.items()}
    sum((adjoints[f"d{name}"] * value).sum() for name, value in results.items()).backward()
    return {
        "layers": layers,
        "bidirectional": bidirectional,
        "lengths": lengths,
        "weights": {name: packed(value) for name, value in module.state_dict().items()},
        "given": {name: packed(value) for name, value in {"x": x, **begin}.items()},
        "results": {name: packed(value) for name, value in results.items()},
        "adjoints": {name: packed(value) for name, value in adjoints.items()},
        "gradients": {
            **{name: packed(value.grad) for name, value in module.named_parameters()},
            **{name: packed(value.grad) for name, value in {"x": x, **begin}.items()},
        },
    }


def layers():
    for kind in KINDS:
        cases = [
            layer_case(kind, layers, bidirectional, lengths, initial=True)
            for layers, bidirectional, lengths in itertools.product([1, 2, 3], [False, True], [None, [4, 7, 1]])
        ]
        cases.append(layer_case(kind, 2, True, [7, 4, 1], initial=False))
        sizes = {"input": INPUT, "hidden": HIDDEN, "batch": BATCH, "time": TIME}
        if kind == "lstm-projected":
            sizes["projection"] = 2
        write(f"layer-{kind}.json", {"torch": torch.__version__, "kind": kind, "sizes": sizes, "cases": cases})


# Training: the losses of twenty steps of a small language model.

SYMBOLS, EMBEDDING, WIDTH = 11, 6, 8
STEPS, WINDOW, SEQUENCES = 20, 6, 4

OPTIMIZERS = [
    ("SGD", {"lr": 0.5}, None),
    ("SGD", {"lr": 0.5, "weight_decay": 0.01}, None),
    ("SGD", {"lr": 0.2, "momentum": 0.9}, None),
    ("SGD", {"lr": 0.2, "momentum": 0.9, "weight_decay": 0.01}, None),
    ("SGD", {"lr": 0.2, "momentum": 0.9, "nesterov": True}, None),
    ("SGD", {"lr": 0.2, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}, None),
    ("SGD", {"lr": 1.0, "momentum": 0.9}, 0.25),
    ("RMSprop", {"lr": 0.01}, None),
    ("RMSprop", {"lr": 0.01, "alpha": 0.9, "momentum": 0.5, "centered": True, "weight_decay": 0.01}, None),
    ("Adagrad", {"lr": 0.1}, None),
    ("Adagrad", {"lr": 0.1, "weight_decay": 0.01}, None),
    ("Adam", {"lr": 0.02}, None),
    ("Adam", {"lr": 0.02, "weight_decay": 0.01}, None),
    ("Adam", {"lr": 0.02, "betas": [0.8, 0.99]}, 0.2),
    ("AdamW", {"lr": 0.02}, None),
    ("AdamW", {"lr": 0.02, "weight_decay": 0.2}, None),
]


class LanguageModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(SYMBOLS, EMBEDDING)
        self.lstm = nn.LSTM(EMBEDDING, WIDTH)
        self.linear = nn.Linear(WIDTH, SYMBOLS)

    def forward(self, ids):
        return self.linear(self.lstm(self.embedding(ids))[0])


def language_model():
    model = LanguageModel()
    fill(model, random.Random("language model"), 0.5)
    # A cell has one bias a gate. With PyTorch's second one held at zero both train the same.
    model.lstm.bias_hh_l0.data.zero_()
    model.lstm.bias_hh_l0.requires_grad_(False)
    return model


def run(name, options, clip, text):
    model = language_model()
    options = {key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = getattr(torch.optim, name)(parameters, **options)
    losses, norms = [], []
    for step in range(STEPS):
        optimizer.zero_grad()
        logits = model(text[step, :-1])
        loss = nn.functional.cross_entropy(logits.reshape(-1, SYMBOLS), text[step, 1:].reshape(-1))
        loss.backward()
        if clip is not None:
            norms.append(nn.utils.clip_grad_norm_(parameters, clip).item())
        optimizer.step()
        losses.append(loss.item())
    result = {"losses": losses}
    return result if clip is None else {**result, "norms": norms}


def training():
    rng = random.Random("text")
    # Mostly the symbol after the last one, so that there is something to learn.
    text = torch.zeros(STEPS, WINDOW + 1, SEQUENCES, dtype=torch.long)
    for step, sequence in itertools.product(range(STEPS), range(SEQUENCES)):
        symbol = rng.randrange(SYMBOLS)
        for position in range(WINDOW + 1):
            text[step, position, sequence] = symbol
            symbol = (symbol + 1) % SYMBOLS if rng.random() < 0.8 else rng.randrange(SYMBOLS)
    write(
        "training.json",
        {
            "torch": torch.__version__,
            "sizes": {"symbols": SYMBOLS, "embedding": EMBEDDING, "hidden": WIDTH, "time": WINDOW, "batch": SEQUENCES},
            "weights": {name: packed(value) for name, value in language_model().state_dict().items()},
            "ids": {"shape": [STEPS, WINDOW, SEQUENCES], "data": text[:, :-1].flatten().tolist()},
            "targets": {"shape": [STEPS, WINDOW, SEQUENCES], "data": text[:, 1:].flatten().tolist()},
            "runs": [
                {"optimizer": name, "options": options, "clip": clip, **run(name, options, clip, text)}
                for name, options, clip in OPTIMIZERS
            ],
        },
    )


# Modules as people save them, to be imported.


class Encoder(nn.Module):
    """One submodule more, so that names have two dots."""

    def __init__(self, name, recurrent):
        super().__init__()
        self.add_module(name, recurrent)
        self.name = name

    def forward(self, x):
        return getattr(self, self.name)(x)[0]


class Tagger(nn.Module):
    def __init__(self, name, recurrent, width):
        super().__init__()
        self.embedding = nn.Embedding(20, 6)
        self.encoder = Encoder(name, recurrent)
        self.fc = nn.Linear(width, 4)

    def forward(self, ids):
        return self.fc(self.encoder(self.embedding(ids)))


MODULES = {
    "lstm-tagger": ("lstm", lambda: nn.LSTM(6, 5, num_layers=2, bidirectional=True), 10),
    "lstm-projected-tagger": ("lstm", lambda: nn.LSTM(6, 5, num_layers=2, bidirectional=True, proj_size=3), 6),
    "gru-tagger": ("gru", lambda: nn.GRU(6, 5, num_layers=2), 5),
    "rnn-tagger": ("rnn", lambda: nn.RNN(6, 5, bias=False), 5),
}


def save(path, tensors, metadata):
    path = HERE / path
    path.parent.mkdir(exist_ok=True)
    save_file({name: value.detach().contiguous() for name, value in tensors.items()}, path, metadata)
    print(f"{path.stat().st_size:>9,}  {path.relative_to(HERE)}")


def modules():
    for file, (name, recurrent, width) in MODULES.items():
        rng = random.Random(file)
        module = Tagger(name, recurrent(), width)
        fill(module, rng, 0.6)
        # The weights that are saved are the weights that are run.
        module.float().double()
        save(f"import/{file}.safetensors", {n: v.float() for n, v in module.state_dict().items()}, {"format": "pt"})
        ids = torch.tensor([rng.randrange(20) for _ in range(9 * 4)]).reshape(9, 4)
        save(f"import/{file}.expected.safetensors", {"input": ids, "output": module(ids)}, {"format": "pt"})


def types():
    """One tensor of each type that a file may hold."""
    numbers = torch.tensor([[0.0, -1.0, 1.5], [0.333251953125, 100.0, -65504.0]])
    whole = torch.tensor([[0, 1, 2], [3, 100, 127]])
    save(
        "import/types.safetensors",
        {
            **{f"float.{n}": numbers.to(t) for n, t in {"64": torch.float64, "32": torch.float32, "16": torch.float16}.items()},
            "float.b16": numbers.to(torch.bfloat16),
            **{f"int.{n}": -whole.to(t) for n, t in {"64": torch.int64, "32": torch.int32, "16": torch.int16, "8": torch.int8}.items()},
            "uint.8": whole.to(torch.uint8),
            "bool": whole % 2 == 1,
            "scalar": torch.tensor(2.5),
            "empty": torch.zeros(0, 3),
        },
        {"format": "pt", "note": "one tensor of each type; naïve ☃ in UTF-8"},
    )


if __name__ == "__main__":
    layers()
    training()
    modules()
    types()
