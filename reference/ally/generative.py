r"""Generative mode: samples changed so that their predicted dual grows.

.. math::

    x \leftarrow \Pi_{[l, u]}\Big( x + t \, \frac{\nabla_x z(x)}{\|\nabla_x z(x)\|}
    \Big), \qquad z(x) = f_\omega(\phi_\theta(x)),

with a step that is taken only if z does not fall.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.acquisition import Mlp, input_gradients
from reference.ally.head import DualHead
from reference.common import as_integer, as_real, need_parts

__all__ = ["informative_samples"]

LONGEST = 1e100  # lengths grow where nothing moves; 0 times infinity is no step


def informative_samples(
    model: Mlp, head: DualHead, X: ArrayLike, *, low: float | None = None,
    high: float | None = None, step: float = 0.5, max_iter: int = 50,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    r"""Return samples on the way to larger predicted duals, and these duals.

    .. math::

        \max_{l \le x \le u} \; f_\omega(\phi_\theta(x)) \quad \text{from } x_0,
        \text{ by steps that never lower it}

    Parameters
    ----------
    model : Mlp
        Whose embeddings the head was trained on.
    head : DualHead
    X : array_like, shape (n, d)
        The starts.
    low, high : float, optional
        The box of inputs, such as the range of pixels; starts must be in it.
    step : float
        Length of the first steps, in the units of X. A step that would lower the
        dual is halved and tried again from the same place, one that is taken is
        followed by one of 1.2 times its length.
    max_iter : int
        Steps tried.

    Returns
    -------
    path : ndarray, shape (max_iter + 1, n, d)
        The starts, and where they are after each trial.
    duals : ndarray, shape (max_iter + 1, n)
        Predicted duals there; no column ever falls.

    Raises
    ------
    ValueError
        If an argument is malformed, or a start outside the box.

    Notes
    -----
    Implements (eq:ally-ascent). One pass forward and back for each trial.

    References
    ----------
    Elenter, NaderiAlizadeh and Ribeiro (2022), section 4.4.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import Mlp
    >>> from reference.ally import fit_dual_head, informative_samples
    >>> H = np.linspace(-1.0, 1.0, 40)[:, None]
    >>> rng = np.random.default_rng(0)
    >>> head = fit_dual_head(H, 1.0 + H[:, 0], hidden=(), rng=rng)
    >>> model = Mlp((1, 2), rng=rng)  # embeddings are the inputs
    >>> path, duals = informative_samples(model, head, [[-1.0]], high=0.5)
    >>> path[-1], bool((np.diff(duals[:, 0]) >= 0).all())
    (array([[0.5]]), True)
    """
    need_parts(model, "model", "an Mlp", "embed", "inputs", "sizes")
    need_parts(head, "head", "a DualHead", "scores", "slopes")
    here = model.inputs(X)
    low = -np.inf if low is None else as_real(low, "low")
    high = np.inf if high is None else as_real(high, "high", low=low)
    if here.min() < low or here.max() > high:
        raise ValueError(
            f"X must lie in [{low:g}, {high:g}], got {here.min():g} to {here.max():g}"
        )
    max_iter = as_integer(max_iter, "max_iter", low=0)
    lengths = np.full(len(here), as_real(step, "step", low=0.0, open_low=True))
    best = head.scores(model.embed(here))
    path, duals = [here], [head(model.embed(here))]
    for _ in range(max_iter):
        slopes = input_gradients(
            model, here, head.slopes(model.embed(here)), of="embedding"
        )
        norms = np.linalg.norm(slopes, axis=1, keepdims=True)
        ways = slopes / np.where(norms > 0.0, norms, 1.0)
        there = np.clip(here + lengths[:, None] * ways, low, high)  # (eq:ally-ascent)
        found = head.scores(model.embed(there))
        up = found >= best
        here = np.where(up[:, None], there, here)
        best = np.where(up, found, best)
        lengths = np.minimum(lengths * np.where(up, 1.2, 0.5), LONGEST)
        path.append(here)
        duals.append(head(model.embed(here)))
    return np.stack(path), np.stack(duals)
