"""Golden numbers from PyTorch: classifiers on the final states of both directions, cat(h_n[-2], h_n[-1]).

    pt/bin/python test/golden/classifier.py

Writes classifier.json beside this file; README.md says what is in it. Numbers are drawn as in generate.py.
"""

import random

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from generate import BATCH, HIDDEN, INPUT, TIME, decimals, fill, packed, write

CLASSES = 4


def case(kind, layers, bidirectional, lengths):
    rng = random.Random(f"classifier {kind} {layers} {bidirectional} {lengths}")
    rnn = getattr(nn, kind)(INPUT, HIDDEN, num_layers=layers, bidirectional=bidirectional)
    module = nn.ModuleDict({"rnn": rnn, "fc": nn.Linear(HIDDEN * (2 if bidirectional else 1), CLASSES, bias=False)})
    fill(module, rng, 0.6)
    x = decimals(rng, (TIME, BATCH, INPUT)).requires_grad_()
    sequence = pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False) if lengths else x
    _, last = rnn(sequence)
    hn = last[0] if isinstance(last, tuple) else last
    logits = module["fc"](torch.cat([hn[-2], hn[-1]], 1) if bidirectional else hn[-1])
    adjoint = decimals(rng, logits.shape)
    (adjoint * logits).sum().backward()
    return {
        "kind": kind,
        "layers": layers,
        "bidirectional": bidirectional,
        "lengths": lengths,
        "weights": {name: packed(value) for name, value in module.state_dict().items()},
        "x": packed(x),
        "logits": packed(logits),
        "adjoint": packed(adjoint),
        "gradients": {**{name: packed(p.grad) for name, p in module.named_parameters()}, "x": packed(x.grad)},
    }


if __name__ == "__main__":
    cases = [
        case(kind, layers, bidirectional, lengths)
        for kind, layers, bidirectional in [("LSTM", 1, True), ("LSTM", 2, True), ("GRU", 1, True), ("GRU", 2, False)]
        for lengths in [None, [4, 7, 1]]
    ]
    sizes = {"input": INPUT, "hidden": HIDDEN, "batch": BATCH, "time": TIME, "classes": CLASSES}
    write("classifier.json", {"torch": torch.__version__, "sizes": sizes, "cases": cases})
