"""The kernel of a network without its Jacobian, beside PyTorch's Jacobian.

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python -m benchmarks.ntk

PyTorch is not needed by the book: `pip install -r requirements-torch.txt`. The other
side is the recipe of its documentation, `vmap(jacrev)` over the samples and a product
of the Jacobians, in double precision. Perceptrons with two hidden layers and ten
outputs. Checked: the kernels agree to 1e-10 of the largest entry.
"""

import numpy as np

from benchmarks.primal_dual import torch_model
from benchmarks.timing import alternate, save
from reference.acquisition import Mlp
from reference.ntk import trace_ntk

SIZES = [(100, 20, 32), (200, 50, 64), (400, 64, 128)]  # samples, inputs, hidden units


def row(n, d, hidden):
    """Time the kernel of one perceptron on Gaussian data."""
    import torch
    from torch.func import functional_call, jacrev, vmap

    rng = np.random.default_rng(0)
    X, model = rng.standard_normal((n, d)), Mlp((d, hidden, hidden, 10), rng=rng)
    model.theta += 0.1 * rng.standard_normal(len(model.theta))  # shifts too
    network, found = torch_model(model, torch.float64), {}
    parameters = {k: v.detach() for k, v in network.named_parameters()}

    def outputs(values, x):
        return functional_call(network, values, (x[None],))[0]

    def ours():
        found["ours"] = trace_ntk(model, X)

    def other():
        jacobians = vmap(jacrev(outputs), (None, 0))(parameters, torch.from_numpy(X))
        flat = torch.cat([J.reshape(n, -1) for J in jacobians.values()], dim=1)
        found["other"] = (flat @ flat.T).numpy()

    times = alternate(ours, other)
    apart = np.abs(found["ours"] - found["other"]).max() / found["ours"].max()
    assert apart < 1e-10
    size = 8e-9 * n * 10 * len(model.theta)
    return times | {"n": n, "d": d, "hidden": hidden, "jacobian_gigabytes": size}


if __name__ == "__main__":
    save([row(*size) for size in SIZES], packages=("numpy", "scipy", "torch"))
