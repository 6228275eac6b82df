"""Golden numbers of what judges or pools whole sequences, from PyTorch in float64:

    python test/golden/sequence_losses.py > test/golden/sequence-losses.json

`linearChain`: a plain forward algorithm over scores `[time, batch, labels]`, its gradients by PyTorch's own autograd, alone and behind
a bidirectional LSTM. `ctc`: torch.nn.functional.ctc_loss. `attentionPooling`: the equations of Yang et al. 2016.
"""

import json
import random
import sys

import torch
from torch import nn

from cases import draws

torch.set_default_dtype(torch.float64)


def told(tensor):
    return {"shape": list(tensor.shape), "data": [float(f"{v:.13g}") for v in tensor.detach().flatten().tolist()]}


def slope(tensor):
    """A gradient, told; zero where nothing flows."""
    return told(torch.zeros_like(tensor) if tensor.grad is None else tensor.grad)


def minus_log_p(scores, targets, lengths, transitions, begin, end):
    """−log p(targets) of each sequence: log Z by the forward algorithm, less the score."""
    losses = []
    for b, length in enumerate(lengths):
        y = targets[:length, b]
        score = begin[y[0]] + end[y[-1]] + sum(scores[t, b, y[t]] for t in range(length))
        score = score + sum(transitions[y[t - 1], y[t]] for t in range(1, length))
        alpha = begin + scores[0, b]
        for t in range(1, length):
            alpha = torch.logsumexp(alpha[:, None] + transitions, 0) + scores[t, b]
        losses.append(torch.logsumexp(alpha + end, 0) - score)
    return torch.stack(losses)


def chain_parameters(rng, labels):
    return {
        "transitions": draws(rng, (labels, labels), 2.0).requires_grad_(),
        "begin": draws(rng, (labels,), 2.0).requires_grad_(),
        "end": draws(rng, (labels,), 2.0).requires_grad_(),
    }


def linear_chains():
    cases = []
    for time, lengths, labels, size in [(5, [5, 2, 4], 3, 3.0), (1, [1], 4, 3.0), (9, [9, 9], 7, 3.0), (6, [6, 1, 5], 2, 60.0)]:
        rng = random.Random(f"chain {time} {lengths} {labels}")
        scores = draws(rng, (time, len(lengths), labels), size).requires_grad_()
        targets = torch.tensor([[rng.randrange(labels) for _ in lengths] for _ in range(time)])
        own = chain_parameters(rng, labels)
        losses = minus_log_p(scores, targets, lengths, **own)
        losses.sum().backward()
        cases.append({
            "lengths": lengths, "targets": targets.tolist(), "output": told(scores), "losses": told(losses),
            "parameters": {name: told(value) for name, value in own.items()},
            "gradients": {"output": slope(scores), **{name: slope(value) for name, value in own.items()}},
        })
    return cases


def tagger():
    """A bidirectional LSTM, a linear layer, and a chain."""
    rng = random.Random("tagger")
    lengths, labels = [6, 3, 5], 4
    lstm, fc = nn.LSTM(3, 4, bidirectional=True), nn.Linear(8, labels)
    modules = {"rnn": lstm, "fc": fc}
    for module in modules.values():
        for parameter in module.parameters():
            parameter.data = draws(rng, parameter.shape, 0.8)
    x = draws(rng, (max(lengths), len(lengths), 3), 1.5)
    targets = torch.tensor([[rng.randrange(labels) for _ in lengths] for _ in range(max(lengths))])
    own = chain_parameters(rng, labels)
    packed, _ = lstm(nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False))
    scores = fc(nn.utils.rnn.pad_packed_sequence(packed)[0])
    losses = minus_log_p(scores, targets, lengths, **own)
    losses.sum().backward()
    weights = {f"{name}.{key}": value for name, module in modules.items() for key, value in module.named_parameters()}
    return {
        "lengths": lengths, "targets": targets.tolist(), "x": told(x), "losses": told(losses),
        "weights": {name: told(value) for name, value in weights.items()},
        "parameters": {name: told(value) for name, value in own.items()},
        "gradients": {name: slope(value) for name, value in {**weights, **own}.items()},
    }


def ctc():
    cases = []
    for time, lengths, targets, columns, blank, size in [
        (6, [6, 4, 5], [[1, 2], [3], [2, 2, 1]], 4, 0, 3.0),
        (5, [5, 3], [[0, 1], []], 3, 2, 3.0),
        (8, [8, 8, 7], [[1, 1, 1, 1], [2, 1, 2], [1]], 3, 0, 3.0),
        (7, [7], [[1, 2, 3]], 4, 0, 60.0),
    ]:
        rng = random.Random(f"ctc {time} {lengths} {columns}")
        output = draws(rng, (time, len(lengths), columns), size).requires_grad_()
        wide = max(len(one) for one in targets)
        padded = torch.tensor([one + [0 if blank != 0 else 1] * (wide - len(one)) for one in targets])
        losses = nn.functional.ctc_loss(
            output.log_softmax(2), padded, torch.tensor(lengths), torch.tensor([len(one) for one in targets]), blank=blank, reduction="none",
        )
        losses.sum().backward()
        cases.append({
            "lengths": lengths, "targets": targets, "blank": blank, "output": told(output), "losses": told(losses),
            "gradients": {"output": slope(output)},
        })
    return cases


def attention_pooling():
    rng = random.Random("attention pooling")
    lengths, columns, size = [5, 1, 3], 4, 3
    parameters = {
        "weight": draws(rng, (size, columns), 1.0).requires_grad_(),
        "bias": draws(rng, (size,), 1.0).requires_grad_(),
        "v": draws(rng, (1, size), 2.0).requires_grad_(),
    }
    x = draws(rng, (max(lengths), len(lengths), columns), 2.0).requires_grad_()
    scores = torch.tanh(x @ parameters["weight"].T + parameters["bias"]) @ parameters["v"].T
    there = torch.arange(max(lengths))[:, None] < torch.tensor(lengths)[None]
    weights = torch.softmax(scores[..., 0].masked_fill(~there, -torch.inf), 0)
    output = (weights[..., None] * x).sum(0)
    adjoint = draws(rng, output.shape, 1.0)
    (output * adjoint).sum().backward()
    return {
        "lengths": lengths, "x": told(x), "parameters": {name: told(value) for name, value in parameters.items()},
        "output": told(output), "weights": told(weights), "adjoint": told(adjoint),
        "gradients": {"x": slope(x), **{name: slope(value) for name, value in parameters.items()}},
    }


json.dump(
    {"torch": torch.__version__.split("+")[0], "linearChain": linear_chains(), "tagger": tagger(), "ctc": ctc(), "attentionPooling": attention_pooling()},
    sys.stdout,
)
print()
