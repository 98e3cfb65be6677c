"""Generated data sets: the two-armed spiral of the chapters, and harder ones."""

import numpy as np

__all__ = ["harder_spiral", "spiral"]


def spiral():
    r"""Return the two-armed spiral of the active-learning experiments.

    Arm :math:`s = \pm 1` has the points :math:`i = 0, \dots, 49`, with
    :math:`t = 50 i / 99`, angle :math:`\varphi = \pi t / 16` and radius
    :math:`r = 6.5\,(104 - t) / 104`:

    .. math::

        p = \left(\frac{s\, r \cos\varphi}{13} + \tfrac12,\;
                  \frac{s\, r \sin\varphi}{13} + \tfrac12\right),
        \qquad x = (2 p - 1,\; 1).

    That is, angle :math:`\varphi` and radius :math:`(104 - t)/104` around the origin.
    The angle only reaches three quarters of a turn and the radius never falls below
    0.76, so it is an easy spiral; :func:`harder_spiral` turns further.

    Returns
    -------
    X : ndarray, shape (100, 3)
        Points in the square [-1, 1]², and a column of ones.
    y : ndarray, shape (100,)
        The arm, +1 (first 50 rows) or -1.

    Notes
    -----
    One arm is the other one turned by 180 degrees, so (a, b, 1) in class +1 always
    has its partner (-a, -b, 1) in class -1.

    References
    ----------
    Zhang, Zhang and Pilanci (2024), arXiv:2410.02145, experiments on the spiral.

    Examples
    --------
    >>> from companion_data.synthetic import spiral
    >>> X, y = spiral()
    >>> X.shape, int((y == 1).sum())
    ((100, 3), 50)
    >>> X[[0, 50]]
    array([[ 1.,  0.,  1.],
           [-1., -0.,  1.]])
    """
    t = 50 * np.arange(50) / 99
    return _two_arms(np.pi * t / 16, (104 - t) / 104)


def harder_spiral(points_per_arm, turns, *, noise=0.0, rng=None):
    r"""Return a two-armed spiral with any number of points, turns and noise.

    With :math:`u_i = \sqrt{i/m}`, :math:`i = 1, \dots, m`, arm :math:`s = \pm 1` has
    angle :math:`2 \pi T u_i` and radius :math:`(1 + 12 u_i)/13`: linear in the angle
    as in :func:`spiral`, from 1/13 near the middle to 1. The square root keeps the
    points about equally far apart along the arm.

    Parameters
    ----------
    points_per_arm : int
        m, at least 1; the data set has 2 m points.
    turns : float
        T > 0, full turns of each arm.
    noise : float
        Standard deviation of the Gaussian noise added to both coordinates.
    rng : numpy.random.Generator, optional
        Needed when there is noise.

    Returns
    -------
    X : ndarray, shape (2 * points_per_arm, 3)
        Points, and a column of ones.
    y : ndarray, shape (2 * points_per_arm,)
        The arm, +1 (first half of the rows) or -1.

    Raises
    ------
    ValueError
        If a number is out of range, or there is noise and no generator.

    Examples
    --------
    >>> import numpy as np
    >>> from companion_data.synthetic import harder_spiral
    >>> X, y = harder_spiral(200, 2.0, noise=0.01, rng=np.random.default_rng(0))
    >>> X.shape, int((y == 1).sum())
    ((400, 3), 200)
    """
    if isinstance(points_per_arm, bool) or points_per_arm != int(points_per_arm):
        raise ValueError(f"points_per_arm must be an integer, got {points_per_arm!r}")
    if points_per_arm < 1:
        raise ValueError(f"points_per_arm must be at least 1, got {points_per_arm}")
    if not 0 < turns < np.inf:
        raise ValueError(f"turns must be positive, got {turns}")
    if not 0 <= noise < np.inf:
        raise ValueError(f"noise must be zero or positive, got {noise}")
    if noise > 0 and not isinstance(rng, np.random.Generator):
        raise ValueError("noise needs rng, a numpy.random.Generator")
    u = np.sqrt(np.arange(1, points_per_arm + 1) / points_per_arm)
    X, y = _two_arms(2 * np.pi * turns * u, (1 + 12 * u) / 13)
    if noise > 0:
        X[:, :2] += noise * rng.standard_normal((len(X), 2))
    return X, y


def _two_arms(angle, radius):
    arm = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    points = np.vstack([arm, -arm])
    y = np.repeat([1.0, -1.0], len(arm))
    return np.column_stack([points, np.ones(len(points))]), y
