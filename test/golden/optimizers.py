"""Golden numbers of optimizers, schedules and clipping from PyTorch, in float64.

    python test/golden/optimizers.py > test/golden/optimizers.json

The problem: f(p) = sum a_i (p_i - b_i)^2, 20 steps from p = start.
"""

import json
import sys

import torch

torch.set_default_dtype(torch.float64)

A = [0.5, 1.0, 3.0, 0.01, 20.0, 0.2, 1e-4]
B = [1.0, -2.0, 0.3, 5.0, 0.0, -0.7, 100.0]
START = [0.0, 0.5, -1.0, 2.0, 0.1, -0.7, 3.0]
STEPS = 20

CASES = [
    ("sgd", torch.optim.SGD, {"lr": 0.01}),
    ("sgd", torch.optim.SGD, {"lr": 0.01, "weight_decay": 0.1}),
    ("sgd", torch.optim.SGD, {"lr": 0.01, "momentum": 0.9}),
    ("sgd", torch.optim.SGD, {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.05}),
    ("sgd", torch.optim.SGD, {"lr": 0.01, "momentum": 0.9, "dampening": 0.3}),
    ("sgd", torch.optim.SGD, {"lr": 0.01, "momentum": 0.9, "nesterov": True}),
    ("sgd", torch.optim.SGD, {"lr": 0.01, "momentum": 0.8, "nesterov": True, "weight_decay": 0.05}),
    ("rmsprop", torch.optim.RMSprop, {}),
    ("rmsprop", torch.optim.RMSprop, {"lr": 0.02, "alpha": 0.9, "eps": 1e-4}),
    ("rmsprop", torch.optim.RMSprop, {"lr": 0.02, "weight_decay": 0.1}),
    ("rmsprop", torch.optim.RMSprop, {"lr": 0.003, "momentum": 0.9}),
    ("rmsprop", torch.optim.RMSprop, {"lr": 0.003, "centered": True}),
    ("rmsprop", torch.optim.RMSprop, {"lr": 0.003, "centered": True, "momentum": 0.5, "weight_decay": 0.02, "alpha": 0.95}),
    ("adagrad", torch.optim.Adagrad, {}),
    ("adagrad", torch.optim.Adagrad, {"lr": 0.1, "lr_decay": 0.05}),
    ("adagrad", torch.optim.Adagrad, {"lr": 0.1, "initial_accumulator_value": 0.1, "eps": 1e-6}),
    ("adagrad", torch.optim.Adagrad, {"lr": 0.1, "weight_decay": 0.1}),
    ("adadelta", torch.optim.Adadelta, {}),
    ("adadelta", torch.optim.Adadelta, {"lr": 2.0, "rho": 0.8, "eps": 1e-3}),
    ("adadelta", torch.optim.Adadelta, {"lr": 2.0, "eps": 1e-3, "weight_decay": 0.1}),
    ("adamax", torch.optim.Adamax, {}),
    ("adamax", torch.optim.Adamax, {"lr": 0.05, "betas": [0.8, 0.95], "eps": 1e-3}),
    ("adamax", torch.optim.Adamax, {"lr": 0.05, "weight_decay": 0.1}),
    ("nadam", torch.optim.NAdam, {}),
    ("nadam", torch.optim.NAdam, {"lr": 0.05, "betas": [0.8, 0.95], "eps": 1e-3, "momentum_decay": 0.2}),
    ("nadam", torch.optim.NAdam, {"lr": 0.05, "weight_decay": 0.1}),
    ("nadam", torch.optim.NAdam, {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("adam", torch.optim.Adam, {}),
    ("adam", torch.optim.Adam, {"lr": 0.05, "amsgrad": True}),
    ("adam", torch.optim.Adam, {"lr": 0.3, "betas": [0.5, 0.6], "amsgrad": True, "weight_decay": 0.1}),
    ("adamW", torch.optim.AdamW, {"lr": 0.3, "betas": [0.5, 0.6], "amsgrad": True, "weight_decay": 0.1}),
    ("adam", torch.optim.Adam, {"lr": 0.05, "betas": [0.8, 0.95], "eps": 1e-5}),
    ("adam", torch.optim.Adam, {"lr": 0.05, "weight_decay": 0.1}),
    ("adamW", torch.optim.AdamW, {}),
    ("adamW", torch.optim.AdamW, {"lr": 0.05, "weight_decay": 0.1, "betas": [0.8, 0.95]}),
]


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def optimize(make, options):
    a, b = torch.tensor(A), torch.tensor(B)
    p = torch.nn.Parameter(torch.tensor(START))
    options = {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
    optimizer = make([p], **options)
    parameters, losses = [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = (a * (p - b) ** 2).sum()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        parameters.append(p.detach().tolist())
    return {"losses": losses, "parameters": parameters}


def rates(make, steps, lr=0.1, losses=None):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)
    scheduler = make(optimizer)
    result = []
    for i in range(steps):
        result.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(*([] if losses is None else [losses[i]]))
    return result


def clipped(values, clip):
    p = torch.nn.Parameter(torch.zeros(len(values)))
    p.grad = torch.tensor(values)
    clip(p)
    return p.grad.tolist()


S = torch.optim.lr_scheduler
LOSSES = [3.0, 2.5, 2.4, 2.4, 2.41, 2.4, 2.39999, 2.39, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.3, 2.31, 2.32, 2.33, 2.34, 2.35, 2.36, 2.37, 2.38, 2.4]
GRADIENT = [3.0, -4.0, 0.0, 12.0, 1e-3]

golden = {
    "torch": torch.__version__.split("+")[0],
    "problem": {"a": A, "b": B, "start": START},
    "optimizers": [
        {"name": name, "options": {camel(k): v for k, v in options.items()}, **optimize(make, options)}
        for name, make, options in CASES
    ],
    "schedules": [
        {"name": "stepDecay", "options": {"from": 0.1, "factor": 0.5, "every": 7}, "unit": "epochs",
         "lr": rates(lambda o: S.StepLR(o, 7, 0.5), 30)},
        {"name": "exponential", "options": {"from": 0.1, "factor": 0.9}, "unit": "steps",
         "lr": rates(lambda o: S.ExponentialLR(o, 0.9), 30)},
        {"name": "cosine", "options": {"from": 0.1, "to": 0.01, "over": 25}, "unit": "steps",
         "lr": rates(lambda o: S.CosineAnnealingLR(o, 25, 0.01), 26)},
        {"name": "warmup", "options": {"steps": 8, "then": {"name": "constant", "options": {"lr": 0.1}}}, "unit": "steps",
         "lr": rates(lambda o: S.LinearLR(o, 1 / 8, 1.0, 7), 20)},
        {"name": "constant", "options": {"lr": 0.1}, "unit": "steps",
         "lr": rates(lambda o: S.ConstantLR(o, 1.0), 10)},
        {"name": "warmup", "options": {"steps": 5, "then": {"name": "exponential", "options": {"from": 0.1, "factor": 0.8}}}, "unit": "steps",
         "lr": rates(lambda o: S.ChainedScheduler([S.LinearLR(o, 1 / 5, 1.0, 4), S.ExponentialLR(o, 0.8)]), 20)},
        {"name": "warmup", "options": {"steps": 6, "then": {"name": "cosine", "options": {"from": 0.1, "over": 20}}}, "unit": "steps",
         "lr": rates(lambda o: S.ChainedScheduler([S.LinearLR(o, 1 / 6, 1.0, 5), S.CosineAnnealingLR(o, 20)]), 21)},
        {"name": "cosine", "options": {"from": 0.1, "to": 0.01, "warmup": 6, "over": 26}, "unit": "steps",
         "lr": rates(lambda o: S.SequentialLR(o, [S.LinearLR(o, 1 / 6, 1.0, 5), S.CosineAnnealingLR(o, 20, 0.01)], [6]), 27)},
        {"name": "cosine", "options": {"from": 0.1, "over": 12}, "unit": "steps",
         "lr": rates(lambda o: S.CosineAnnealingLR(o, 12), 13)},
        {"name": "stepDecay", "options": {"from": 0.1, "every": 4}, "unit": "epochs",
         "lr": rates(lambda o: S.StepLR(o, 4), 20)},
        {"name": "stepDecay", "options": {"from": 0.1, "factor": 0.9, "every": 1, "after": 5}, "unit": "epochs",
         "lr": rates(lambda o: S.MultiStepLR(o, list(range(6, 30)), 0.9), 20)},
        {"name": "plateau", "options": {"from": 0.1, "factor": 0.5, "threshold": 0, "patience": 0}, "losses": LOSSES,
         "lr": rates(lambda o: S.ReduceLROnPlateau(o, factor=0.5, patience=0, threshold=0), len(LOSSES), losses=LOSSES)},
        {"name": "plateau", "options": {"from": 0.1}, "losses": LOSSES * 3,
         "lr": rates(lambda o: S.ReduceLROnPlateau(o), 3 * len(LOSSES), losses=LOSSES * 3)},
        {"name": "plateau", "options": {"from": 0.1, "factor": 0.5, "patience": 2}, "losses": LOSSES,
         "lr": rates(lambda o: S.ReduceLROnPlateau(o, factor=0.5, patience=2), len(LOSSES), losses=LOSSES)},
        {"name": "plateau", "options": {"from": 0.1, "factor": 0.1, "patience": 1, "threshold": 0.01, "cooldown": 2, "to": 0.002}, "losses": LOSSES,
         "lr": rates(lambda o: S.ReduceLROnPlateau(o, factor=0.1, patience=1, threshold=0.01, cooldown=2, min_lr=0.002), len(LOSSES), losses=LOSSES)},
    ],
    "clipping": {
        "gradient": GRADIENT,
        "cases": [
            {"name": "norm", "max": 5.0, "clipped": clipped(GRADIENT, lambda p: torch.nn.utils.clip_grad_norm_([p], 5.0))},
            {"name": "norm", "max": 50.0, "clipped": clipped(GRADIENT, lambda p: torch.nn.utils.clip_grad_norm_([p], 50.0))},
            {"name": "value", "max": 3.5, "clipped": clipped(GRADIENT, lambda p: torch.nn.utils.clip_grad_value_([p], 3.5))},
        ],
    },
}

json.dump(golden, sys.stdout, separators=(",", ":"))
print()
