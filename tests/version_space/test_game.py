"""Properties of chapter 1: the cutting-plane game and its accounting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.common import Infeasible, NotConverged
from reference.version_space import (
    chebyshev_center,
    polygon_centroid,
    polygon_vertices,
    version_space,
)
from tests import strategies


@st.composite
def tasks(draw, d=None):
    """A pool, its offsets, and the labels of weights inside the box."""
    n = draw(st.integers(1, 10))
    d = d or draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(strategies.seeds))
    X = rng.standard_normal((n, d))
    offset = draw(st.sampled_from([0.0, 0.3])) * rng.standard_normal(n)
    theta = rng.uniform(-1, 1, d)
    y = np.where(X @ theta + offset >= 0, 1.0, -1.0)
    if n > 2 and draw(st.booleans()):
        X[1], offset[1], y[1] = X[0], offset[0], y[0]  # a duplicate
    return X, offset, y, draw(strategies.seeds)


class Seller:
    """Sells labels and writes down which."""

    def __init__(self, y):
        self.y, self.sold = y, []

    def __call__(self, i):
        self.sold.append(i)
        return self.y[i]


def exact_centroid(A, b):
    return polygon_centroid(polygon_vertices(A, b)).point


queries = st.sampled_from(["min_margin", "local_margin", "max_margin", "random"])


@pytest.mark.prop("P1.6", "every centre classifies all labels bought so far correctly")
@given(
    task=tasks(),
    query=queries,
    center=st.sampled_from(["chebyshev", "centroid"]),
    box=st.sampled_from([1.0, 10.0]),
)
def test_centers_are_consistent(subject, task, query, center, box):
    cutting_plane_game = subject("version_space.cutting_plane_game")
    X, offset, y, seed = task
    rng = np.random.default_rng(seed)
    game = cutting_plane_game(
        X, lambda i: y[i], budget=len(X), rng=rng, center=center, query=query,
        offset=offset, box=box,
    )  # fmt: skip
    assert game.centers.shape == (len(X) + 1, X.shape[1])
    for t, theta in enumerate(game.centers):
        bought = game.queried[:t]
        margins = y[bought] * (X[bought] @ theta + offset[bought])
        assert (margins > 0).all(), f"after {t} labels a margin of {margins.min()}"
        assert np.abs(theta).max() < box


@pytest.mark.prop(
    "P1.19", "labels bought are counted: no more, no fewer, none twice", stage="plain"
)
@given(task=tasks(), query=queries, share=st.floats(0, 1))
def test_accounting(subject, task, query, share):
    cutting_plane_game = subject("version_space.cutting_plane_game")
    X, offset, y, seed = task
    budget = int(share * len(X))
    seller = Seller(y)
    rng = np.random.default_rng(seed)
    game = cutting_plane_game(
        X, seller, budget=budget, rng=rng, query=query, offset=offset
    )
    assert seller.sold == game.queried.tolist()
    assert len(game.queried) == len(set(seller.sold)) == budget
    assert game.labels.tolist() == y[game.queried].tolist()
    output = np.array(
        [X[i] @ c + offset[i] for i, c in zip(game.queried, game.centers, strict=False)]
    )
    assert game.mistakes.tolist() == (game.labels * output <= 0).tolist()
    A, b = version_space(X, y, offset=offset)
    rows = [*range(2 * X.shape[1]), *(2 * X.shape[1] + game.queried)]
    assert np.allclose(game.A, A[rows])
    assert np.allclose(game.b, b[rows])


@pytest.mark.prop("P1.20", "queries have the margins they claim; ties fall at random")
@given(task=tasks())
def test_query_rules(subject, task):
    cutting_plane_game = subject("version_space.cutting_plane_game")
    X, offset, y, seed = task
    budget = len(X)
    for query in ("min_margin", "max_margin", "local_margin"):
        rng = np.random.default_rng(seed)
        game = cutting_plane_game(
            X, lambda i: y[i], budget=budget, rng=rng, query=query, offset=offset
        )
        rows = 2 * X.shape[1]
        for t, i in enumerate(game.queried):
            theta = game.centers[t]
            score = np.abs(X @ theta + offset)
            if query == "local_margin":  # distance in units of the Dikin ellipsoid
                A, b = game.A[: rows + t], game.b[: rows + t]
                H = sum(
                    np.outer(a, a) / (beta - a @ theta) ** 2
                    for a, beta in zip(A, b, strict=True)
                )
                score = score / [np.sqrt(x @ np.linalg.inv(H) @ x) for x in X]
            if query == "max_margin":
                score = -score
            left = np.setdiff1d(np.arange(len(X)), game.queried[:t])
            assert score[i] <= score[left].min() + 1e-9, f"{query} chose {i}"


@pytest.mark.prop("P1.20", "queries have the margins they claim; ties fall at random")
@pytest.mark.parametrize("query", ["min_margin", "random"])
def test_the_first_query_is_not_always_the_first_sample(subject, query):
    cutting_plane_game = subject("version_space.cutting_plane_game")
    X = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    first = [
        cutting_plane_game(
            X, lambda i: 1, budget=1, rng=np.random.default_rng(seed), query=query
        ).queried[0]
        for seed in range(30)
    ]
    assert np.bincount(first, minlength=3).min() >= 3, f"first queries: {first}"


@pytest.mark.prop("P1.25", "local margins do not see how long the samples are")
@given(task=tasks())
def test_local_margins_are_invariant(subject, task):
    cutting_plane_game = subject("version_space.cutting_plane_game")
    X, offset, y, seed = task
    X, offset = X[:6], offset[:6] + 0.01 * np.arange(len(offset[:6]))  # no ties
    stretch = np.exp(np.random.default_rng(seed).normal(0, 1, len(X)))
    y = np.where(X @ np.full(X.shape[1], 0.3) + offset >= 0, 1.0, -1.0)
    plain, stretched = (
        cutting_plane_game(
            s[:, None] * X, lambda i: y[i], budget=len(X), query="local_margin",
            rng=np.random.default_rng(seed), offset=s * offset,
        )
        for s in (np.ones(len(X)), stretch)
    )  # fmt: skip
    assert plain.queried.tolist() == stretched.queried.tolist()
    assert np.allclose(plain.centers, stretched.centers, atol=1e-6)


@pytest.mark.prop("P1.6", "the centre is the one that was asked for")
def test_the_centre_that_was_asked_for(subject):
    """What z_1 + z_2 <= 0 leaves of the square has centroid (-1/3, -1/3)."""
    cutting_plane_game = subject("version_space.cutting_plane_game")
    centers = {
        center: cutting_plane_game(
            [[1.0, 1.0]], lambda i: -1, budget=1, rng=np.random.default_rng(0),
            center=center,
        ).centers
        for center in ("chebyshev", "centroid")
    }  # fmt: skip
    ball = np.full(2, 1 - np.sqrt(2))  # a radius from both walls
    assert centers["chebyshev"][-1] == pytest.approx(ball, abs=1e-6)
    assert centers["centroid"][-1] == pytest.approx([-1 / 3, -1 / 3], abs=0.04)
    assert np.abs(centers["centroid"][-1] - ball).max() > 1e-3


@pytest.mark.prop("P1.21", "with the exact centroid each mistake keeps at most 5/9")
@given(task=tasks(d=2), query=queries)
def test_mistakes_are_bounded_by_the_volume(subject, task, query):
    cutting_plane_game = subject("version_space.cutting_plane_game")
    X, offset, y, seed = task
    rng = np.random.default_rng(seed)
    game = cutting_plane_game(
        X, lambda i: y[i], budget=len(X), rng=rng, center=exact_centroid, query=query,
        offset=offset,
    )  # fmt: skip
    areas = []
    for t in range(len(X) + 1):
        A, b = game.A[: 4 + t], game.b[: 4 + t]
        areas.append(polygon_centroid(polygon_vertices(A, b)).area)
    ratios = np.array(areas[1:]) / areas[:-1]
    assert (ratios <= 1 + 1e-9).all(), "the version space grew"
    worst = ratios[game.mistakes].max(initial=0)
    assert worst <= 5 / 9 + 1e-6, f"a mistake kept {worst} of the area"
    bound = np.log(areas[0] / areas[-1]) / np.log(9 / 5)
    assert game.mistakes.sum() <= bound + 1e-6


@pytest.mark.prop("P1.22", "labels that contradict each other are refused with a proof")
@given(
    task=tasks(),
    query=queries,
    gap=st.sampled_from([0.0, 0.5]),
    center=st.sampled_from(["chebyshev", lambda A, b: chebyshev_center(A, b).point]),
)
def test_contradictions(subject, task, query, gap, center):
    cutting_plane_game = subject("version_space.cutting_plane_game")
    X, offset, y, seed = task
    # the same half-space bought with both signs, or two that lie apart by the gap
    X, offset = np.vstack([X, 2 * X[:1]]), np.append(offset, 2 * offset[0] + gap * y[0])
    y = np.append(y, -y[0])
    with pytest.raises(Infeasible) as caught:
        cutting_plane_game(
            X, lambda i: y[i], budget=len(X), rng=np.random.default_rng(seed),
            query=query, offset=offset, center=center,
        )  # fmt: skip
    weights = np.asarray(caught.value.certificate)
    assert weights.shape == y.shape
    assert (weights >= 0).all()
    assert weights.max() > 1e-9
    # the largest sum of weights_n y_n f(x_n) over the box
    most = np.abs((weights * y) @ X).sum() + (weights * y) @ offset
    assert most <= 1e-6 * weights.max(), f"weights in the box reach {most} > 0"


@pytest.mark.prop("P1.22", "labels that contradict each other are refused with a proof")
@pytest.mark.parametrize("far", [1e3, 1e10, 1e14])
def test_a_label_that_says_nothing_empties_nothing(subject, far):
    cutting_plane_game = subject("version_space.cutting_plane_game")
    game = cutting_plane_game(
        np.eye(2), lambda i: 1, budget=2, rng=np.random.default_rng(0),
        offset=[far, 0.0],
    )  # fmt: skip
    assert sorted(game.queried.tolist()) == [0, 1]
    assert np.abs(game.centers[-1] - [0, 0.5]).max() <= 0.5
    assert (game.A @ game.centers[-1] < game.b).all()


@pytest.mark.prop(
    "P1.23",
    "a point is in the version space iff it classifies all samples",
    stage="plain",
)
@given(task=tasks(), box=st.sampled_from([0.5, 1.0, 4.0]))
def test_version_space(subject, task, box):
    version_space = subject("version_space.version_space")
    X, offset, y, seed = task
    rng = np.random.default_rng(seed)
    A, b = version_space(X, y, offset=offset, box=box)
    d = X.shape[1]
    assert A.shape == (2 * d + len(X), d)
    for theta in rng.uniform(-1.5 * box, 1.5 * box, (40, d)):
        agrees = np.append(y * (X @ theta + offset) >= 0, np.abs(theta) <= box)
        inside = A @ theta <= b
        assert inside.all() == agrees.all(), f"{theta} is misjudged"
        assert (inside[2 * d :] == agrees[: len(X)]).all()
    plain, zero = version_space(X, y)
    assert np.allclose(plain[2 * d :], -y[:, None] * X)
    assert (zero[2 * d :] == 0).all()
    assert (zero[: 2 * d] == 1).all()


@pytest.mark.prop(
    "P1.24",
    "the ellipsoid's centre is inside, the set inside the ellipsoid",
    stage="plain",
)
@given(
    polytope=strategies.polytopes(max_dimension=3, max_cuts=6), seed=strategies.seeds
)
def test_ellipsoid_center(subject, polytope, seed):
    ellipsoid_center = subject("version_space.ellipsoid_center")
    A, b, inside = polytope
    d = len(inside)
    # a small copy of the set away from the origin, so that cuts are needed
    shift = np.random.default_rng(seed).uniform(-2, 2, d)
    b = b * 0.2 + A @ shift
    radius = 0.2 * np.sqrt(d) + np.linalg.norm(shift)
    found = ellipsoid_center(A, b, radius=radius)
    assert (A @ found.center < b).all(), "the centre is not strictly inside"
    rng = np.random.default_rng(seed)
    points = shift + 0.2 * rng.uniform(-1, 1, (500, d))
    points = np.vstack([points, shift + 0.2 * inside])
    points = points[(points @ A.T <= b).all(axis=1)]
    gap = points - found.center
    worst = np.einsum("ij,ji->i", gap, np.linalg.solve(found.shape, gap.T)).max()
    assert worst <= 1 + 1e-6, f"a point of the set lies at {worst} > 1"


@pytest.mark.prop(
    "P1.24",
    "the ellipsoid's centre is inside, the set inside the ellipsoid",
    stage="plain",
)
@given(d=st.integers(2, 4), side=st.floats(0.05, 0.3))
def test_ellipsoid_center_takes_few_steps(subject, d, side):
    ellipsoid_center = subject("version_space.ellipsoid_center")
    low = np.full(d, 0.9 - side)
    A, b = np.vstack([np.eye(d), -np.eye(d)]), np.append(low + side, -low)
    radius = np.sqrt(d)
    # volume: each cut removes a factor exp(-1 / (2 (d + 1))) at least
    ratio = np.pi ** (d / 2) * radius**d / side**d  # more than that of the volumes
    steps = int(np.ceil(2 * (d + 1) * np.log(ratio)))
    found = ellipsoid_center(A, b, radius=radius, max_steps=steps)
    assert (A @ found.center < b).all()
    small = np.sqrt(np.linalg.det(found.shape))
    assert small < radius**d, "the cuts did not shrink the ball"


@pytest.mark.prop("I1.10", "the game asks for a sound pool, budget, query and centre")
def test_bad_input_to_the_game(subject):
    cutting_plane_game = subject("version_space.cutting_plane_game")
    rng = np.random.default_rng(0)

    def play(X=((1.0, 0.0), (0.0, 1.0)), label=lambda i: 1, budget=1, **options):
        options = {"rng": rng, **options}
        return cutting_plane_game(np.array(X), label, budget=budget, **options)

    for match, options in (
        ("budget", {"budget": 3}),
        ("budget", {"budget": -1}),
        ("query", {"query": "nearest"}),
        ("center", {"center": "middle"}),
        ("center", {"center": lambda A, b: np.array([2.0, 0.0])}),
        ("offset", {"offset": [1.0]}),
        ("box", {"box": 0.0}),
        ("zero row", {"X": ((0.0, 0.0), (1.0, 0.0))}),
        ("label", {"label": lambda i: 0}),
        ("label", {"label": [1, 1]}),
        ("center", {"center": lambda A, b: "the middle"}),
        ("budget", {"budget": 1.0}),
        ("rng", {"rng": 0}),
    ):
        with pytest.raises(ValueError, match=match):
            play(**options)


@pytest.mark.prop(
    "I1.11", "version_space refuses zero rows and labels other than +1, -1"
)
def test_bad_input_to_version_space(subject):
    version_space = subject("version_space.version_space")
    with pytest.raises(ValueError, match="zero row"):
        version_space([[0.0, 0.0]], [1])
    with pytest.raises(ValueError, match="y"):
        version_space([[1.0, 0.0]], [2])
    with pytest.raises(ValueError, match="box"):
        version_space([[1.0, 0.0]], [1], box=-1)


@pytest.mark.prop("I1.12", "ellipsoid_center names an empty set and gives up loudly")
def test_bad_input_to_ellipsoid_center(subject):
    ellipsoid_center = subject("version_space.ellipsoid_center")
    A = np.array([[1.0, 0.0], [-1.0, 0.0]])
    with pytest.raises(Infeasible):
        ellipsoid_center(A, [-0.1, -0.1], radius=1.0)
    with pytest.raises(NotConverged):
        ellipsoid_center(A, [0.5, -0.49], radius=1.0, max_steps=2)
    with pytest.raises(ValueError, match="radius"):
        ellipsoid_center(A, [1.0, 1.0], radius=0.0)
    assert chebyshev_center(A, [0.5, -0.49]).radius > 0


@pytest.mark.prop("P1.41", "a set without interior is refused with its proof")
def test_ellipsoid_center_of_a_flat_set(subject):
    ellipsoid_center = subject("version_space.ellipsoid_center")
    A = np.array([[1.0, 0.0], [-1.0, 0.0]])
    with pytest.raises(Infeasible) as caught:  # z_1 = 0.3 exactly: flat
        ellipsoid_center(A, [0.3, -0.3], radius=1.0)
    y = caught.value.certificate
    assert (y >= 0).all()
    assert y.max() > 0
    assert np.abs(A.T @ y).max() <= 1e-12
    assert abs(y @ [0.3, -0.3]) <= 1e-12
    with pytest.raises(Infeasible) as caught:  # a row that says 0 <= -1
        ellipsoid_center([[1.0, 0.0], [0.0, 0.0]], [1.0, -1.0], radius=1.0)
    assert caught.value.certificate.tolist() == [0, 1]
    square = [[1.0, 0], [0, 1], [-1, 0], [0, -1], [1, 1], [-1, -1]]
    with pytest.raises(Infeasible):  # a diagonal of the square
        ellipsoid_center(square, [1.0, 1, 1, 1, 0, 0], radius=2.0)
    skew = np.array([[35, -13], [2, 3], [-2, 0.75], [-3, 1], [-2, -3], [-4, -3]])
    b = np.array([9.25, 1.75, 0.25, 0.0625, -1.75, -2.875])
    with pytest.raises(Infeasible):  # an ellipsoid without a width, by rounding
        ellipsoid_center(skew, b, radius=64.0)
    with pytest.raises(NotConverged):  # thinner than the digits of an ellipsoid
        a = np.array([0.8, 0.6])
        ellipsoid_center([a, -a], [0.3 + 1e-12, -0.3], radius=1e6)
