"""Golden numbers from PyTorch: an encoder and decoder with additive attention.

    pt/bin/python test/golden/translator.py

Writes translator.json beside this file; README.md says what is in it. Numbers are drawn as in generate.py.
"""

import random

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from generate import decimals, fill, packed, write

SOURCE_SYMBOLS, TARGET_SYMBOLS, SIZE, HIDDEN, LAYERS = 5, 4, 3, 4, 2
BATCH, SOURCE, TIME = 3, 5, 4
SOURCE_LENGTHS, LENGTHS = [3, 5, 1], [4, 2, 3]


class Translator(nn.Module):
    """Bahdanau's scores; the context and the decoder's output are joined as Luong's are. Packed sequences, plain loops."""

    def __init__(self, fed):
        super().__init__()
        self.fed = fed
        self.source = nn.Embedding(SOURCE_SYMBOLS, SIZE)
        self.target = nn.Embedding(TARGET_SYMBOLS, SIZE)
        self.encoder = nn.LSTM(SIZE, HIDDEN, num_layers=LAYERS, bidirectional=True)
        self.bridge = nn.Linear(2 * HIDDEN, 2 * LAYERS * HIDDEN)
        self.decoder = nn.LSTM(SIZE + (HIDDEN if fed else 0), HIDDEN, num_layers=LAYERS)
        self.query = nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.key = nn.Linear(2 * HIDDEN, HIDDEN, bias=False)
        self.v = nn.Linear(HIDDEN, 1, bias=False)
        self.join = nn.Linear(3 * HIDDEN, HIDDEN, bias=False)
        self.output = nn.Linear(HIDDEN, TARGET_SYMBOLS)

    def attend(self, h, memory, there):
        scores = self.v(torch.tanh(self.query(h) + self.key(memory))).squeeze(-1)
        weights = torch.softmax(scores.masked_fill(~there, float("-inf")), 0)
        context = (weights.unsqueeze(-1) * memory).sum(0)
        return torch.tanh(self.join(torch.cat([context, h], -1))), weights

    def forward(self, source, x):
        packs = pack_padded_sequence(self.source(source), torch.tensor(SOURCE_LENGTHS), enforce_sorted=False)
        outputs, (hn, _) = self.encoder(packs)
        memory, _ = pad_packed_sequence(outputs, total_length=SOURCE)
        there = torch.arange(SOURCE).unsqueeze(1) < torch.tensor(SOURCE_LENGTHS)
        # Of each decoder layer its h, then its c.
        first = torch.tanh(self.bridge(torch.cat([hn[-2], hn[-1]], -1))).split(HIDDEN, -1)
        state = (torch.stack(first[0::2]), torch.stack(first[1::2]))
        given = torch.zeros(BATCH, HIDDEN)
        logits, looks = [], []
        for step in self.target(x):
            into = torch.cat([step, given], -1) if self.fed else step
            h, state = self.decoder(into.unsqueeze(0), state)
            given, weights = self.attend(h[0], memory, there)
            logits.append(self.output(given))
            looks.append(weights)
        return torch.stack(logits), torch.stack(looks)


def case(fed):
    rng = random.Random(f"translator {fed}")
    module = Translator(fed)
    fill(module, rng, 0.6)
    with torch.no_grad():
        # One bias a gate.
        for name, parameter in module.named_parameters():
            if "bias_hh" in name:
                parameter.zero_()
    source = torch.tensor([[rng.randrange(SOURCE_SYMBOLS) for _ in range(BATCH)] for _ in range(SOURCE)])
    x = torch.tensor([[rng.randrange(TARGET_SYMBOLS) for _ in range(BATCH)] for _ in range(TIME)])
    logits, looks = module(source, x)
    counts = (torch.arange(TIME).unsqueeze(1) < torch.tensor(LENGTHS)).unsqueeze(-1)
    adjoint = decimals(rng, logits.shape) * counts
    (adjoint * logits).sum().backward()
    own = {name: p for name, p in module.named_parameters() if "bias_hh" not in name}
    return {
        "fed": fed,
        "weights": {name: packed(p) for name, p in own.items()},
        "source": packed(source),
        "x": packed(x),
        "logits": packed(logits * counts),
        "alignment": packed(looks * counts.squeeze(-1).unsqueeze(1)),
        "adjoint": packed(adjoint),
        "gradients": {name: packed(p.grad) for name, p in own.items()},
    }


if __name__ == "__main__":
    sizes = {
        "symbols": [SOURCE_SYMBOLS, TARGET_SYMBOLS],
        "size": SIZE,
        "hidden": HIDDEN,
        "layers": LAYERS,
        "lengths": LENGTHS,
        "sourceLengths": SOURCE_LENGTHS,
    }
    write("translator.json", {"torch": torch.__version__, "sizes": sizes, "cases": [case(False), case(True)]})
