"""Golden numbers of parameters that are frozen and of parameter groups with rates of their own, from PyTorch, in float64.

    python test/golden/groups.py > test/golden/groups.json

The network: Linear 3 -> 4, tanh, Linear 4 -> 4, tanh, Linear 4 -> 2; mean squared error, 20 steps on one batch, the norm of the
gradient held to 0.1. `first.weight` and `first.bias` are frozen (requires_grad=False); the rate of `last.*` is a quarter.
"""

import json
import random
import sys

import torch
from torch import nn

from cases import draws

torch.set_default_dtype(torch.float64)

STEPS, BATCH, CLIP = 20, 5, 0.1

CASES = [
    ("sgd", torch.optim.SGD, {"lr": 0.5}),
    ("sgd", torch.optim.SGD, {"lr": 0.5, "momentum": 0.9, "weight_decay": 0.05}),
    ("adam", torch.optim.Adam, {"lr": 0.05, "weight_decay": 0.1, "amsgrad": True}),
    ("adamW", torch.optim.AdamW, {"lr": 0.05, "weight_decay": 0.5}),
    ("nadam", torch.optim.NAdam, {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("adadelta", torch.optim.Adadelta, {"lr": 4.0, "weight_decay": 0.1}),
    ("adamax", torch.optim.Adamax, {"lr": 0.05}),
    ("adagrad", torch.optim.Adagrad, {"lr": 0.1, "lr_decay": 0.1}),
    ("rmsprop", torch.optim.RMSprop, {"lr": 0.01, "momentum": 0.5, "weight_decay": 0.1}),
]


def network():
    rng = random.Random("groups")
    layers = {"first": nn.Linear(3, 4), "middle": nn.Linear(4, 4), "last": nn.Linear(4, 2)}
    with torch.no_grad():
        for layer in layers.values():
            layer.weight.copy_(draws(rng, layer.weight.shape, 1.0))
            layer.bias.copy_(draws(rng, layer.bias.shape, 1.0))
    return layers, draws(rng, (BATCH, 3), 1.0), draws(rng, (BATCH, 2), 1.0)


def named(layers):
    return {f"{name}.{key}": value for name, layer in layers.items() for key, value in layer.named_parameters()}


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def run(name, make, options):
    layers, x, target = network()
    layers["first"].requires_grad_(False)
    lr = options["lr"]
    optimizer = make([{"params": layers["middle"].parameters()}, {"params": layers["last"].parameters(), "lr": lr / 4}], **options)
    losses, norms = [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        output = layers["last"](torch.tanh(layers["middle"](torch.tanh(layers["first"](x)))))
        loss = nn.functional.mse_loss(output, target)
        loss.backward()
        norms.append(nn.utils.clip_grad_norm_([p for p in named(layers).values() if p.requires_grad], CLIP).item())
        optimizer.step()
        losses.append(loss.item())
    return {
        "name": name,
        "options": {camel(key): value for key, value in options.items()},
        "losses": losses,
        "norms": norms,
        "parameters": {key: value.flatten().tolist() for key, value in named(layers).items()},
    }


layers, x, target = network()
json.dump(
    {
        "torch": torch.__version__.split("+")[0],
        "batch": BATCH,
        "clip": CLIP,
        "start": {key: {"shape": list(value.shape), "data": value.flatten().tolist()} for key, value in named(layers).items()},
        "x": x.tolist(),
        "target": target.tolist(),
        "runs": [run(*case) for case in CASES],
    },
    sys.stdout,
    separators=(",", ":"),
)
print()
