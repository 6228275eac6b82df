"""Random cells against PyTorch's autograd: the same equations, computed and differentiated by other code.

    python -m venv pt && pt/bin/pip install torch
    node --conditions=source --import ./scripts/typescript.mjs test/fuzz/export-cells.ts 900 1 | pt/bin/python test/fuzz/pytorch.py

Reads lines of JSON as export-cells.ts writes them (900 cells from seed 1): equations as trees, what they are given, and values
and gradients of the program on the reference backend. Computes all of it again in float64, prints what differs, and ends with
code 1 if anything does.
"""

import json
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

ALLOWED = 1e-9


# At kinks and ties: relu′(0) = 0, abs′(0) = 0, and max and min pass the gradient to their first argument.
def greatest(a, b):
    return torch.where(a >= b, a, b)


def least(a, b):
    return torch.where(a <= b, a, b)


def normalize(a):
    centered = a - a.mean(-1, keepdim=True)
    return centered / torch.sqrt((centered * centered).mean(-1, keepdim=True) + 1e-5)


def hard_sigmoid(a, slope=1 / 6, offset=1 / 2):
    zero, one = torch.zeros(1), torch.ones(1)
    return least(greatest(slope * a + offset, zero), one)


FUNCTIONS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "softplus": lambda a: F.softplus(a, threshold=100),
    "softsign": F.softsign,
    "logsigmoid": F.logsigmoid,
    "silu": F.silu,
    "gelu": F.gelu,
    "elu": lambda a, alpha=1.0: torch.where(a > 0, a, alpha * torch.expm1(least(a, torch.zeros(1)))),
    "leaky_relu": lambda a, slope=0.01: torch.where(a > 0, a, slope * a),
    "hard_sigmoid": hard_sigmoid,
    "exp": torch.exp,
    "log": torch.log,
    "sin": torch.sin,
    "cos": torch.cos,
    "abs": torch.abs,
    "sqrt": torch.sqrt,
    "min": least,
    "max": greatest,
    "clip": lambda a, lo, hi: least(greatest(a, lo), hi),
    "where": lambda condition, a, b: torch.where(condition != 0, a, b),
    "sum": lambda a: a.sum(-1, keepdim=True),
    "mean": lambda a: a.mean(-1, keepdim=True),
    "rms": lambda a, epsilon=1e-5: torch.sqrt((a * a).mean(-1, keepdim=True) + epsilon),
    "softmax": lambda a: torch.softmax(a, -1),
    "normalize": normalize,
    "stop": lambda a: a.detach(),
}

SIGNS = {
    "+": torch.add,
    "-": torch.sub,
    "*": torch.mul,
    "/": torch.div,
    "<": lambda a, b: (a < b).to(a.dtype),
    ">": lambda a, b: (a > b).to(a.dtype),
}


def step(lines, x, states, parameters):
    """Values of all lines; a line waits for those it names."""
    written = {line["name"]: line["value"] for line in lines}
    values = {}

    def named(name):
        if name in written:
            if name not in values:
                values[name] = value(written[name])
            return values[name]
        return x if name == "x" else states[name] if name in states else parameters[name]

    def value(node):
        kind = node["kind"]
        if kind == "number":
            return torch.tensor([float(node["value"])])
        if kind == "name":
            return named(node["name"] + ("'" if node["primed"] else ""))
        if kind == "call":
            return FUNCTIONS[node["of"]](*map(value, node["inputs"]), *node.get("numbers", []))
        if kind == "binary":
            return SIGNS[node["sign"]](value(node["left"]), value(node["right"]))
        if kind == "negation":
            return -value(node["of"])
        if kind == "product":
            return value(node["vector"]) @ parameters[node["matrix"]].T
        if kind == "concatenation":
            parts = [value(part) for part in node["parts"]]
            return torch.cat([part.expand(x.shape[0], -1) for part in parts], -1)
        raise ValueError(kind)

    for name in written:
        named(name)
    return values


def output_name(lines):
    names = [line["name"] for line in lines]
    states = [name for name in names if name.endswith("'")]
    return next(name for name in ["y", "y'", "h'", states[0]] if name in names)


def over_time(cell, prefix, x, given, widths, reverse):
    """One direction of one layer: outputs, zero past a sequence's length, and the states after its last step."""
    lines, lengths = cell["lines"], cell["lengths"]
    names = [line["name"][:-1] for line in lines if line["name"].endswith("'")]
    states = {name: given[f"state.{prefix}{name}"] for name in names}
    parameters = {name[len(prefix):]: tensor for name, tensor in given.items() if name.startswith(prefix)}
    time, batch = x.shape[:2]
    outputs = [None] * time
    for t in reversed(range(time)) if reverse else range(time):
        values = step(lines, x[t], states, parameters)
        open_ = torch.ones(batch, 1, dtype=torch.bool)
        if lengths is not None:
            open_ = (t < torch.tensor(lengths))[:, None]
        states = {
            name: torch.where(open_, values[f"{name}'"].expand(batch, widths[prefix + name]), old)
            for name, old in states.items()
        }
        outputs[t] = torch.where(open_, values[output_name(lines)], torch.zeros(1))
    return outputs, {f"state.{prefix}{name}": state for name, state in states.items()}


def there(cell, x):
    """A sequence, zero past its length."""
    if cell["lengths"] is None:
        return x
    open_ = torch.arange(x.shape[0])[:, None] < torch.tensor(cell["lengths"])
    return torch.where(open_[..., None], x, torch.zeros(1))


def run(cell):
    """All results of a cell by the names that ours have."""
    given = {name: torch.tensor(it["data"], dtype=torch.float64).reshape(it["shape"]) for name, it in cell["given"].items()}
    for name, tensor in given.items():
        if not name.startswith("adjoint.") and name != "lengths":
            tensor.requires_grad_()
    widths = {state["name"]: state["columns"] for state in cell["states"]}
    directions = ["forward.", "backward."] if cell["bidirectional"] else ["forward."]
    plain = cell["layers"] == 1 and not cell["bidirectional"]
    results = {}
    x = given["x"]
    for layer in range(cell["layers"]):
        outputs = []
        for direction in directions:
            prefix = "" if plain else f"layers.{layer}.{direction}"
            sides, states = over_time(cell, prefix, x, given, widths, direction == "backward.")
            outputs.append(torch.stack(sides))
            results.update(states)
        made = torch.cat(outputs, -1)
        x = there(cell, x) + made if cell["residual"] and x.shape == made.shape else made
    results["output"] = x
    seeds = {name: given[f"adjoint.{name.removeprefix('state.')}"] for name in results}
    loss = sum((value * seeds[name]).sum() for name, value in results.items())
    wrt = {name: tensor for name, tensor in given.items() if tensor.requires_grad}
    gradients = torch.autograd.grad(loss, list(wrt.values()), allow_unused=True) if loss.requires_grad else [None] * len(wrt)
    for name, gradient in zip(wrt, gradients):
        state = name.startswith("state.")
        key = f"adjoint.{name.removeprefix('state.')}" if state or name == "x" else f"gradient.{name}"
        results[key] = torch.zeros(1) if gradient is None else gradient
    return results


def difference(cell):
    """What is most off, as a share of the largest number of its kind; where all is 0, what should cancel may leave rounding."""
    wanted = run(cell)
    floor = 1e-3 * max(tensor.detach().abs().max().item() for tensor in wanted.values()) or 1e-3
    worst = (0.0, "")
    for name, tensor in wanted.items():
        right = tensor.detach().flatten()
        got = torch.tensor(cell["results"].get(name, [0.0]), dtype=torch.float64)
        if got.numel() != right.numel() and right.abs().max() == 0:
            right = torch.zeros(got.numel())
        if got.numel() != right.numel():
            return (float("inf"), f"{name} has {got.numel()} numbers, not {right.numel()}")
        off = (got - right).abs().max().item() / max(floor, right.abs().max().item(), 1e-300)
        if not off <= worst[0]:
            worst = (off, name)
    return worst


def main():
    tried = wrong = 0
    for line in sys.stdin:
        cell = json.loads(line)
        tried += 1
        off, name = difference(cell)
        if not off <= ALLOWED:
            wrong += 1
            print(f"seed {cell['seed']}: {name} is off by {off:.3g}\n{cell['text']}\n")
    print(f"PyTorch {torch.__version__}: {tried} cells, {wrong} differ")
    sys.exit(1 if wrong or not tried else 0)


if __name__ == "__main__":
    main()
