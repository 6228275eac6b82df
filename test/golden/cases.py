"""What the makers of golden numbers of losses share; run as `python test/golden/NAME.py`, Python finds it beside them."""

import torch


def draws(rng, shape, size):
    """Numbers that float32 holds exactly."""
    count = torch.Size(shape).numel()
    return torch.tensor([round(rng.uniform(-size, size) * 1024) / 1024 for _ in range(count)]).reshape(shape)


def case(name, options, loss, output, target):
    """A case of `name` with its inputs: what `loss` makes of them, and its gradient by every output."""
    output = output.clone().requires_grad_()
    value = loss(output, target)
    value.backward()
    return {
        "name": name,
        "options": options,
        "columns": output.shape[-1],
        "output": output.flatten().tolist(),
        "target": target.flatten().tolist(),
        "loss": value.item(),
        "gradient": output.grad.flatten().tolist(),
    }
