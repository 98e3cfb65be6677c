"""Independent routes: a residual network and strong views in NumPy, pixel by pixel.

And what several tests need: perceptrons in two libraries, a folder of small pictures,
and a run on them.
"""

import io

import numpy as np
from scipy.ndimage import map_coordinates
from scipy.signal import correlate2d

from reference.acquisition import Mlp

# A configuration of a whole run: two rounds of four steps, a narrow network.
TINY = """
strategy = "npc"
classes = [0, 1]
depth = 10
base = 2
shrink = 4
initial = 2
query = 2
budget = 4
sketch = 64
candidates = 5
considered = 8
device = "cpu"
[fixmatch]
steps = 4
batch = 4
ratio = 1
"""


def leaky(x):
    return np.where(x > 0.0, x, 0.1 * x)


def convolved(x, weight, stride):
    """Return the convolution of one image (c, h, w) with zeros around it."""
    size = weight.shape[-1]
    padded = np.pad(x, ((0, 0), (size // 2,) * 2, (size // 2,) * 2))
    maps = [
        sum(
            correlate2d(p, k, mode="valid")
            for p, k in zip(padded, kernels, strict=True)
        )
        for kernels in weight
    ]
    return np.stack(maps)[:, ::stride, ::stride]


def normalised(x, values, name):
    """Return batch norm in prediction, by the running moments."""
    get = {k: values[f"{name}.{k}"][:, None, None] for k in
           ("weight", "bias", "running_mean", "running_var")}  # fmt: skip
    scaled = (x - get["running_mean"]) / np.sqrt(get["running_var"] + 1e-5)
    return get["weight"] * scaled + get["bias"]


def residual_network(values, image, strides):
    """Return the logits of one image, from a table of the network's arrays."""
    x = convolved((image - 0.5) / 0.25, values["stem.weight"], 1)
    for k, stride in enumerate(strides):
        name = f"blocks.{k}"
        inner = leaky(normalised(x, values, f"{name}.norm1"))
        around = x
        if f"{name}.shortcut.weight" in values:
            around = convolved(inner, values[f"{name}.shortcut.weight"], stride)
        middle = convolved(inner, values[f"{name}.conv1.weight"], stride)
        middle = leaky(normalised(middle, values, f"{name}.norm2"))
        x = around + convolved(middle, values[f"{name}.conv2.weight"], 1)
    features = leaky(normalised(x, values, "norm")).mean((1, 2))
    return values["weight"][0] @ features + values["bias"][0]


def strong(view, draws):
    """Return the strong view of one weak view (3, h, w), by eight draws in [0, 1)."""
    height, width = view.shape[1:]
    kind, strength = int(5 * draws[0]), 2.0 * draws[1] - 1.0
    # in coordinates from -1 to 1, as the pixel that lands at (u, v) came from
    matrix, shift = np.eye(2), np.zeros(2)
    if kind == 1:
        c, s = np.cos(0.52 * strength), np.sin(0.52 * strength)
        matrix = np.array([[c, -s], [s, c]])
    elif kind == 2:
        matrix[0, 1] = 0.3 * strength
    elif kind == 3:
        matrix[1, 0] = 0.3 * strength
    elif kind == 4:
        shift[0] = 0.6 * strength
    down, right = np.mgrid[:height, :width]
    u, v = (2 * right + 1) / width - 1, (2 * down + 1) / height - 1
    x = matrix[0, 0] * u + matrix[0, 1] * v + shift[0]
    y = matrix[1, 0] * u + matrix[1, 1] * v + shift[1]
    at = [((y + 1) * height - 1) / 2, ((x + 1) * width - 1) / 2]
    view = np.stack([map_coordinates(c, at, order=1, mode="reflect") for c in view])
    kind, strength = int(5 * draws[2]), 2.0 * draws[3] - 1.0
    factor = 1.0 + 0.9 * strength
    if kind == 1:
        view = factor * view
    elif kind == 2:
        view = view.mean() + factor * (view - view.mean())
    elif kind == 3:
        grey = view.mean(0)
        view = grey + factor * (view - grey)
    elif kind == 4:
        view = np.where(view > 0.5 + 0.5 * strength, 1.0 - view, view)
    view = view.clip(0.0, 1.0)
    half = 0.25 * width * draws[6]
    inside = (abs(down + 0.5 - height * draws[4]) < half) & (
        abs(right + 0.5 - width * draws[5]) < half
    )
    return np.where(inside, 0.5, view)


def moved(image, down, right, flip):
    """Return an image (c, h, w) moved and mirrored, edges reflected."""
    height, width = image.shape[1:]
    found = np.empty_like(image)
    for i in range(height):
        for j in range(width):
            source = (width - 1 - j if flip else j) + right
            r, c = abs(i + down), abs(source)
            r, c = min(r, 2 * (height - 1) - r), min(c, 2 * (width - 1) - c)
            found[:, i, j] = image[:, r, c]
    return found


def twins(sizes, seed=0, **settings):
    """Return a perceptron of chapter 11, and a torch network with its parameters."""
    import torch

    model = Mlp(sizes, rng=np.random.default_rng(seed), **settings)
    parts = [torch.nn.Flatten()]
    with torch.no_grad():
        for layer in model.layers:
            linear = torch.nn.Linear(*layer.weights.shape).double()
            linear.weight.copy_(torch.as_tensor(layer.weights.T.copy()))
            linear.bias.copy_(torch.as_tensor(layer.shift.copy()))
            parts += [linear, torch.nn.ReLU()]
    return model, torch.nn.Sequential(*parts[:-1]).eval()


def write_pictures(folder, per_class=8):
    """Write a set of JPEG images as CIFAR-10's: each class a colour, with noise."""
    from PIL import Image

    rng = np.random.default_rng(0)
    colours = rng.integers(40, 216, (10, 3))
    arrays = {}
    for part, count in [("train", per_class), ("test", 3)]:
        y = rng.permutation(np.repeat(np.arange(10), count))
        files = []
        for c in y:
            noise = rng.integers(-25, 26, (32, 32, 3))
            pixels = (colours[c] + noise).clip(0, 255).astype(np.uint8)
            buffer = io.BytesIO()
            Image.fromarray(pixels).save(buffer, "JPEG")
            files.append(buffer.getvalue())
        arrays[f"jpeg_{part}"] = np.frombuffer(b"".join(files), np.uint8)
        arrays[f"offset_{part}"] = np.cumsum([0, *map(len, files)])
        arrays[f"y_{part}"] = y
    np.savez(folder / "cifar10_jpeg.npz", **arrays)
