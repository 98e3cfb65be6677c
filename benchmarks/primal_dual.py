"""Primal-dual training of a perceptron beside the same in PyTorch on the CPU.

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python -m benchmarks.primal_dual

PyTorch is not needed by the book: `pip install -r requirements-torch.txt`. Two hidden
layers of 256 units, Adam, a weight 1 + λ for each sample. Both sides have one thread,
and processor time is counted, so that other programs disturb less. PyTorch runs in
double precision, as ours does, and in single, its default; as it comes, and with the
fastest of the three forms of its Adam. On the same data and batches in double precision
the gradients of both are compared, and the duals after the training.
"""

import json
import platform
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.timing import alternate
from reference.acquisition import Mlp
from reference.primal_dual import pdcl

RESULTS = Path(__file__).parent / "results"
SAMPLES, CLASSES, ROUNDS, BOUND, RATE, STEP = 512, 10, 6, 0.2, 0.05, 1e-3
FORMS = {"single": {"foreach": False}, "foreach": {"foreach": True},
         "fused": {"fused": True}}  # fmt: skip
CASES = [(20, 16), (20, 32), (20, 64), (20, 256), (784, 64)]  # inputs, batch


def data_of(inputs):
    """Return inputs and classes that a network can learn."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((SAMPLES, inputs))
    return X, (X @ rng.standard_normal((inputs, CLASSES))).argmax(axis=1)


def our_model(inputs, batch):
    """Return a fresh perceptron."""
    sizes = (inputs, 256, 256, CLASSES)
    rng = np.random.default_rng(1)
    return Mlp(sizes, rng=rng, step_size=STEP, batch_size=batch)


def torch_model(model, dtype):
    """Return the same network in PyTorch, with the same parameters."""
    import torch

    parts = []
    for layer in model.layers:
        linear = torch.nn.Linear(*layer.weights.shape, dtype=dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(layer.weights.T.copy()))
            linear.bias.copy_(torch.from_numpy(layer.shift.copy()))
        parts += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*parts[:-1])


def torch_pdcl(network, X, y, batch, rng, form):
    """Return the duals of the same training; `form` chooses Adam's."""
    import torch

    optimizer = torch.optim.Adam(network.parameters(), lr=STEP, **form)
    loss_of = torch.nn.CrossEntropyLoss(reduction="none")
    duals = torch.zeros(len(X), dtype=X.dtype)
    for _ in range(ROUNDS):
        for part in np.array_split(rng.permutation(len(X)), -(-len(X) // batch)):
            rows = torch.from_numpy(part)
            optimizer.zero_grad()
            losses = loss_of(network(X[rows]), y[rows])
            ((1.0 + duals[rows]) * losses).mean().backward()
            optimizer.step()
        with torch.no_grad():
            slacks = loss_of(network(X), y) - BOUND
            duals = torch.clamp(duals + RATE * slacks, min=0.0)
    return duals.numpy()


def agreement(inputs, batch):
    """Return how far gradients and duals of the two are apart in double precision."""
    import torch

    X, y = data_of(inputs)
    model = our_model(inputs, batch)
    weights = 1.0 + np.random.default_rng(2).random(SAMPLES)
    _, ours = model.loss_and_gradient(X, y, weights)
    network = torch_model(model, torch.float64)
    losses = torch.nn.CrossEntropyLoss(reduction="none")(
        network(torch.from_numpy(X)), torch.from_numpy(y)
    )
    (torch.from_numpy(weights) * losses).sum().backward()
    theirs = np.concatenate([p.grad.numpy().T.ravel() for p in network.parameters()])
    answer = pdcl(model, X, y, BOUND, rounds=ROUNDS, dual_rate=RATE)
    duals = torch_pdcl(
        torch_model(model, torch.float64), torch.from_numpy(X), torch.from_numpy(y),
        batch, our_model(inputs, batch).rng, {},
    )  # fmt: skip
    return {
        "gradients_apart": float(np.abs(ours - theirs).max() / np.abs(theirs).max()),
        "duals_apart": float(np.abs(answer.duals - duals).max()),
        "largest_dual": float(duals.max()),
    }


def compare(inputs, batch, repeats):
    """Return ratios of medians, PyTorch over ours."""
    import torch

    X, y = data_of(inputs)
    model = our_model(inputs, batch)
    y_torch = torch.from_numpy(y)

    def ours():
        pdcl(model, X, y, BOUND, rounds=ROUNDS, dual_rate=RATE)

    found = {"inputs": inputs, "batch": batch}
    for precision, dtype in (("double", torch.float64), ("single", torch.float32)):
        X_torch = torch.from_numpy(X).to(dtype)

        def other(form, dtype=dtype, X_torch=X_torch):
            rng = np.random.default_rng(1)
            network = torch_model(model, dtype)
            torch_pdcl(network, X_torch, y_torch, batch, rng, form)

        seconds = {}
        for name, form in FORMS.items():
            times = []
            for _ in range(3):
                start = time.process_time()
                other(form)
                times.append(time.process_time() - start)
            seconds[name] = min(times)
        best = min(seconds, key=seconds.get)
        for kind, form in (("as it comes", {}), ("fastest", FORMS[best])):
            times = alternate(
                ours, lambda f=form, run=other: run(f), repeats=repeats,
                clock=time.process_time,
            )  # fmt: skip
            found[f"{precision}, {kind}"] = times | {"adam": best}
    return found


def shares(inputs, batch, ours):
    """Return which part of our time goes into Adam, and which into matrix products."""
    model, rng = our_model(inputs, batch), np.random.default_rng(0)
    gradient = rng.standard_normal(len(model.theta))
    sides = [  # of each layer: A, W and the slopes E
        (rng.standard_normal((batch, len(layer.weights))), layer.weights,
         rng.standard_normal((batch, len(layer.shift))))
        for layer in model.layers
    ]  # fmt: skip

    def products():
        for l, (A, W, E) in enumerate(sides):
            A @ W, A.T @ E, (E @ W.T if l else None)

    found, steps = {}, ROUNDS * SAMPLES // batch
    for name, part in (
        ("adam", lambda: model.optimizer.step(model.theta, gradient)),
        ("products", products),
    ):
        times = []
        for _ in range(9):
            start = time.process_time()
            for _ in range(20):
                part()
            times.append((time.process_time() - start) / 20)
        found[f"{name}_share"] = float(np.median(times)) * steps / ours
    return found


def main():
    """Time all cases, compare the numbers, and save both."""
    import torch

    torch.set_num_threads(1)
    cases = []
    for inputs, batch in CASES:
        case = compare(inputs, batch, 9 if inputs == 20 else 5)
        ours = case["double, as it comes"]["ours"]
        case |= shares(inputs, batch, ours)
        cases.append(case | agreement(inputs, batch))
        print(
            {k: v["ratio"] if isinstance(v, dict) else v for k, v in cases[-1].items()}
        )
    record = {
        "command": "OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python -m "
        "benchmarks.primal_dual",
        "seeds": [0, 1, 2],
        "python": platform.python_version(),
        "versions": {p: version(p) for p in ("numpy", "scipy", "torch")},
        "results": {"samples": SAMPLES, "rounds": ROUNDS, "cases": cases},
    }
    path = RESULTS / "primal_dual.json"
    path.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    print(f"wrote benchmarks/results/{path.name}")


if __name__ == "__main__":
    main()
