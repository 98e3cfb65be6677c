r"""Training with a constant kernel, in closed form.

The residual e = y - f of a linear model loses each mode at a rate of its own,

.. math::

    \dot e = -\Theta e \;\Rightarrow\; e_k(t) = e^{-\lambda_k t} e_k(0), \qquad
    e_{t+1} = (I - \eta \Theta) e_t \;\Rightarrow\;
    e_k(t) = (1 - \eta \lambda_k)^t e_k(0) .

What the model has learned by then are coefficients a with
:math:`f(z) = f_0(z) + \Theta(z, X) \, a`: in each mode the lost share of the residual
over the eigenvalue. Stopping early is a filter on modes, as a ridge is.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_real, as_vector
from reference.ntk.spectrum import KernelModes, kernel_modes

__all__ = ["descent_coefficients", "fastest_step", "flow_coefficients"]


def flow_coefficients(
    kernel: ArrayLike, residual: ArrayLike, times: ArrayLike
) -> np.ndarray:
    r"""Return the coefficients that gradient flow has reached at given times.

    .. math::

        a(t) = \sum_k \frac{1 - e^{-\lambda_k t}}{\lambda_k} \,
            (v_k^\top e_0) \, v_k

    Parameters
    ----------
    kernel : array_like, shape (n, n)
        Symmetric positive semidefinite; modes of eigenvalue 0 stay where they are.
    residual : array_like, shape (n,)
        :math:`e_0 = y - f_0(X)`.
    times : array_like, shape (T,)
        Not negative.

    Returns
    -------
    ndarray, shape (T, n)
        a at each time; outputs are :math:`f_0 + \Theta a`.

    Raises
    ------
    ValueError
        For bad input, or a kernel with a negative direction.

    Notes
    -----
    Implements (eq:ntk-flow); O(n³ + T n²).

    References
    ----------
    Jacot, Gabriel and Hongler (2018), section 5; Lee et al. (2019).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.ntk import flow_coefficients
    >>> flow_coefficients(np.diag([1.0, 0.0]), [1.0, 1.0], [0.0, 1.0]).round(4)
    array([[0.    , 0.    ],
           [0.6321, 1.    ]])
    """
    modes, shares = _modes_of(kernel, residual)
    times = _counts(times, "times")
    rates = modes.values[None, :]
    lost = -np.expm1(-times[:, None] * rates)
    learned = _per_rate(lost, rates, times[:, None])  # (eq:ntk-flow)
    return (learned * shares) @ modes.vectors.T


def descent_coefficients(
    kernel: ArrayLike, residual: ArrayLike, counts: ArrayLike, *, step: float
) -> np.ndarray:
    r"""Return the coefficients that gradient descent has reached after given steps.

    .. math::

        a_t = \sum_k \frac{1 - (1 - \eta \lambda_k)^t}{\lambda_k} \,
            (v_k^\top e_0) \, v_k

    Parameters
    ----------
    kernel : array_like, shape (n, n)
        Symmetric positive semidefinite.
    residual : array_like, shape (n,)
        :math:`e_0 = y - f_0(X)`.
    counts : array_like, shape (T,)
        Numbers of steps.
    step : float
        η on ½‖f - y‖², below 2/λ_max.

    Returns
    -------
    ndarray, shape (T, n)

    Raises
    ------
    ValueError
        For bad input, or a step with which descent runs away.

    Notes
    -----
    Implements (eq:ntk-descent-modes); O(n³ + T n²), however many the steps.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.ntk import descent_coefficients
    >>> K = np.diag([1.0, 4.0])
    >>> K @ descent_coefficients(K, [8.0, 8.0], [2], step=0.25)[0]
    array([3.5, 8. ])
    """
    modes, shares = _modes_of(kernel, residual)
    counts = _counts(counts, "counts")
    if (counts != np.floor(counts)).any():
        raise ValueError(f"counts must hold whole numbers of steps, got {counts}")
    step = as_real(step, "step", low=0.0, open_low=True)
    if step * modes.values[-1] >= 2.0:
        raise ValueError(
            f"step must be below 2/λ_max = {2.0 / modes.values[-1]:.6g}, got {step:g}: "
            "the mode of the largest eigenvalue would grow"
        )
    rates = step * modes.values[None, :]
    # By logarithms where the factor 1 - ηλ is positive: no digit of a small λ is lost.
    slow = -np.expm1(counts[:, None] * np.log1p(-np.minimum(rates, 0.5)))
    fast = 1.0 - (1.0 - rates) ** counts[:, None]
    lost = np.where(rates <= 0.5, slow, fast)
    learned = _per_rate(lost, modes.values[None, :], step * counts[:, None])
    return (learned * shares) @ modes.vectors.T  # (eq:ntk-descent-modes)


def fastest_step(kernel: ArrayLike) -> tuple[float, float]:
    r"""Return the step with the best rate on all modes, and that rate.

    .. math::

        \eta = \frac{2}{\lambda_1 + \lambda_n}, \qquad
        \|e_{t+1}\|^2 \le \Bigl( \frac{\kappa - 1}{\kappa + 1} \Bigr)^2 \|e_t\|^2,
        \qquad \kappa = \frac{\lambda_n}{\lambda_1}

    Parameters
    ----------
    kernel : array_like, shape (n, n)
        Symmetric positive semidefinite, not zero.

    Returns
    -------
    step : float
    rate : float
        The factor on the squared residual, 1 for a singular kernel.

    Raises
    ------
    ValueError
        For bad input, or the zero kernel.

    Notes
    -----
    Implements (eq:ntk-best-step). The largest stable step is 2/λ_max.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.ntk import fastest_step
    >>> fastest_step(np.diag([1.0, 4.0]))
    (0.4, 0.36)
    """
    values = kernel_modes(kernel).values
    if values[-1] < np.finfo(np.float64).tiny:  # the step would be infinite
        raise ValueError(
            f"kernel must not be zero, got a largest eigenvalue of {values[-1]:.3g}"
        )
    low, high = float(values[0]), float(values[-1])
    ratio = low / high  # (sums of the two may overflow)
    return 2.0 / (1.0 + ratio) / high, ((1.0 - ratio) / (1.0 + ratio)) ** 2


def _modes_of(kernel: ArrayLike, residual: ArrayLike) -> tuple[KernelModes, np.ndarray]:
    """Return the modes, and the residual's share in each."""
    modes = kernel_modes(kernel)
    e = as_vector(residual, "residual", size=len(modes.values))
    return modes, modes.vectors.T @ e


def _counts(values: ArrayLike, name: str) -> np.ndarray:
    found = as_vector(values, name)
    if (found < 0.0).any():
        raise ValueError(f"{name} must not be negative, got {found.min():g}")
    return found


def _per_rate(lost: np.ndarray, rates: np.ndarray, limit: np.ndarray) -> np.ndarray:
    """Return lost/λ, and its limit where λ = 0."""
    limit = np.broadcast_to(limit, lost.shape).copy()
    return np.divide(lost, rates, out=limit, where=rates > 0.0)
