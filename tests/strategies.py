"""Hypothesis strategies that several chapters share."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

seeds = st.integers(0, 2**32 - 1)


@st.composite
def general_position(draw, max_rows=8, max_columns=4, min_rows=1):
    """Gaussian data: any `rank` of its rows are linearly independent."""
    n = draw(st.integers(min_rows, max_rows))
    d = draw(st.integers(1, max_columns))
    return np.random.default_rng(draw(seeds)).standard_normal((n, d))


@st.composite
def degenerate(draw, max_rows=8, max_columns=4, min_rows=1):
    """Small integers: zero, duplicate, opposite and dependent rows are common."""
    shape = (draw(st.integers(min_rows, max_rows)), draw(st.integers(1, max_columns)))
    return draw(hnp.arrays(np.float64, shape, elements=st.integers(-2, 2).map(float)))


def any_data(max_rows=8, max_columns=4, min_rows=1):
    """Data in general position or degenerate."""
    return st.one_of(
        general_position(max_rows, max_columns, min_rows),
        degenerate(max_rows, max_columns, min_rows),
    )


@st.composite
def labels(draw, n):
    """A vector of n labels +1 and -1."""
    return np.array(
        draw(st.lists(st.sampled_from([-1.0, 1.0]), min_size=n, max_size=n))
    )


@st.composite
def polytopes(draw, max_dimension=4, max_cuts=12):
    """A bounded polytope {z : A z <= b} with a box and an interior point.

    Returns A (m, d), b (m,) and a strictly interior point (d,).
    """
    d = draw(st.integers(1, max_dimension))
    k = draw(st.integers(0, max_cuts))
    rng = np.random.default_rng(draw(seeds))
    inside = rng.uniform(-0.5, 0.5, d)
    normals = rng.standard_normal((k, d))
    A = np.vstack([np.eye(d), -np.eye(d), normals])
    b = np.concatenate([np.ones(2 * d), normals @ inside + rng.uniform(0.05, 1.0, k)])
    return A, b, inside


@st.composite
def scaled_polytopes(draw, max_dimension=3, max_rows=6):
    """Small integers in awkward units: A (m, d) and b (m,) of {z : A z <= b}.

    Empty, flat, unbounded, far and redundantly described sets are common. Rows and
    columns are multiplied by powers of two up to 2^40 either way, which no verdict
    may depend on; rational arithmetic decides every case exactly.
    """
    d, m = draw(st.integers(1, max_dimension)), draw(st.integers(1, max_rows))
    rng = np.random.default_rng(draw(seeds))
    A = rng.integers(-2, 3, (m, d)).astype(float)
    b = rng.integers(-2, 5, m).astype(float)
    if draw(st.booleans()):  # a box
        A = np.vstack([A, np.eye(d), -np.eye(d)])
        b = np.append(b, np.full(2 * d, float(rng.integers(1, 4))))
    if draw(st.booleans()):  # one row with equality, or a gap
        A, b = np.vstack([A, -A[:1]]), np.append(b, -b[0] - draw(st.integers(0, 1)))
    if draw(st.booleans()):  # a row that says less than another
        A, b = np.vstack([A, A[-1]]), np.append(b, b[-1] + 2.0 ** rng.integers(0, 40))
    b = b + A @ rng.integers(-(2 ** draw(st.sampled_from([0, 10, 20]))), 2, d)
    power = draw(st.sampled_from([0, 10, 40]))
    rows = 2.0 ** rng.integers(-power, power + 1, len(A))
    columns = 2.0 ** rng.integers(-power, power + 1, d)
    return rows[:, None] * A * columns, rows * b


def beside_a_wall():
    """Return six samples and targets with an optimum whose blocks nearly agree.

    At 0.01491417 of the critical regularisation two neighbours differ by 0.003 in
    direction, and two blocks that are zero have dual norms within 5e-6 of λ.
    """
    X = np.array([
        [0.9231303649042921, 0.0246989006006239],
        [-0.053867646368221916, 1.8016062630179037],
        [0.8167958710655321, -0.1187399980553171],
        [0.38273032919341504, -1.388240000186965],
        [0.2858320077986626, -0.23346648315596702],
        [-0.02029525227696368, -0.7696083638337331],
    ])  # fmt: skip
    y = np.array([
        1.2748253271835068, 0.838813605343904, -1.16210337487825,
        0.3946083095469406, -0.7999960358817522, -0.42615735532865173,
    ])  # fmt: skip
    return X, y
