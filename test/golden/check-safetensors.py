"""Opens a safetensors file with the Python package and prints what is in it as JSON. Needs safetensors and numpy.

    python test/golden/check-safetensors.py model.safetensors

{"metadata": [its keys, sorted], "tensors": {name: {"dtype": "F32", "shape": [2, 3], "sum": 1.5}}}
The sum is null where numpy does not know the type.
"""

import json
import sys

from safetensors import safe_open


def total(file, name):
    try:
        return float(file.get_tensor(name).astype("float64").sum())
    except TypeError:
        return None


with safe_open(sys.argv[1], framework="np") as file:
    tensors = {}
    for name in sorted(file.keys()):
        stored = file.get_slice(name)
        tensors[name] = {"dtype": stored.get_dtype(), "shape": stored.get_shape(), "sum": total(file, name)}
    print(json.dumps({"metadata": sorted(file.metadata() or {}), "tensors": tensors}))
