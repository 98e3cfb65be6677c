"""Properties of the scores of batches, and of the best one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.linalg import lobpcg

from reference.npc import addition_scores, eigenvalue_caps
from reference.npc import min_eigenvalue_scores as reference_scores
from tests import strategies
from tests.npc.oracle import features, kinds, slack, smallest, split


def batches(seed, n, size=None):
    rng = np.random.default_rng([seed, 2])
    size = size or int(rng.integers(1, 5))
    return rng.integers(0, n, (int(rng.integers(1, 40)), size))


def as_argument(F, seed):
    """Either the Gram matrix or its features."""
    return {"gram": F @ F.T} if seed % 2 else {"factor": F}


@pytest.mark.prop("P16.4", "scores are the smallest eigenvalues of the whole blocks")
@settings(max_examples=40)
@given(seed=strategies.seeds, kind=kinds, power=st.integers(-12, 12))
def test_scores(subject, seed, kind, power):
    min_eigenvalue_scores = subject("npc.min_eigenvalue_scores")
    F = features(seed, kind, n=None, d=None) * 10.0 ** (power / 2)
    labeled, _ = split(seed, len(F))
    candidates = batches(seed, len(F))
    got = min_eigenvalue_scores(
        labeled=labeled, candidates=candidates, **as_argument(F, seed)
    )
    want = [smallest(F @ F.T, labeled, batch) for batch in candidates]
    np.testing.assert_allclose(got, want, rtol=0, atol=4 * slack(F @ F.T, len(F) + 4))


@pytest.mark.prop("P16.4", "scores beside many labels, whose high modes are eliminated")
@settings(max_examples=10)
@given(seed=strategies.seeds, size=st.sampled_from([1, 2, 7]))
def test_scores_with_many_labels(subject, seed, size):
    min_eigenvalue_scores = subject("npc.min_eigenvalue_scores")
    rng = np.random.default_rng(seed)
    F = rng.standard_normal((60, 64)) * rng.uniform(0.1, 1.0, 64)
    labeled = np.arange(40)
    candidates = 40 + batches(seed, 20, size)
    gram = F @ F.T
    got = min_eigenvalue_scores(gram=gram, labeled=labeled, candidates=candidates)
    want = [smallest(gram, labeled, batch) for batch in candidates]
    np.testing.assert_allclose(got, want, rtol=0, atol=slack(gram, 60))


@pytest.mark.prop("P16.4", "equal labelled eigenvalues, and members without a link")
def test_scores_of_many_equal_modes(subject):
    min_eigenvalue_scores = subject("npc.min_eigenvalue_scores")
    gram = np.eye(40)
    gram[30, 31] = gram[31, 30] = 0.5
    gram[0, 32] = gram[32, 0] = 0.25
    candidates = [[30, 31], [33, 34], [32, 33], [30, 30]]
    got = min_eigenvalue_scores(gram=gram, labeled=np.arange(30), candidates=candidates)
    np.testing.assert_allclose(got, [0.5, 1.0, 0.75, 0.0], atol=1e-13)
    hollow = np.diag(np.repeat([0.0, 1.0], 20))  # twenty labels that are zero
    got = min_eigenvalue_scores(
        gram=hollow, labeled=np.arange(25), candidates=[[30], [31]]
    )
    np.testing.assert_allclose(got, 0.0, atol=1e-13)


@pytest.mark.prop("P16.4", "many zero modes, and members that lean on them")
@pytest.mark.parametrize("seed", range(3))
def test_scores_of_dependent_labels(subject, seed):
    min_eigenvalue_scores = subject("npc.min_eigenvalue_scores")
    F = features(seed, "normal", n=40, d=3)
    candidates = batches(seed, 10, 3) + 30
    got = min_eigenvalue_scores(
        gram=F @ F.T, labeled=np.arange(30), candidates=candidates
    )
    np.testing.assert_allclose(got, 0.0, atol=slack(F @ F.T, 33))


@pytest.mark.prop("P16.4", "no labels at all, and a single sample")
def test_scores_without_labels(subject):
    min_eigenvalue_scores = subject("npc.min_eigenvalue_scores")
    gram = np.array([[2.0, 1.0], [1.0, 2.0]])
    got = min_eigenvalue_scores(gram=gram, labeled=[], candidates=[[0, 1], [1, 1]])
    np.testing.assert_allclose(got, [1.0, 0.0], atol=1e-15)
    one = min_eigenvalue_scores(gram=[[3.0]], labeled=[], candidates=[[0]])
    np.testing.assert_allclose(one, [3.0], rtol=1e-14)
    nothing = min_eigenvalue_scores(gram=[[0.0]], labeled=[0], candidates=[[0]])
    np.testing.assert_allclose(nothing, [0.0], atol=1e-300)
    indefinite = min_eigenvalue_scores(
        gram=[[0.0, 2.0], [2.0, 0.0]], labeled=[0], candidates=[[1]]
    )
    np.testing.assert_allclose(indefinite, [-2.0], rtol=1e-12)


@pytest.mark.prop("P16.1", "more samples never raise the smallest eigenvalue")
@settings(max_examples=25)
@given(seed=strategies.seeds, kind=kinds)
def test_interlacing(subject, seed, kind):
    min_eigenvalue_scores = subject("npc.min_eigenvalue_scores")
    F = features(seed, kind)
    gram = F @ F.T
    labeled, pool = split(seed, len(F))
    order = np.random.default_rng(seed).permutation(pool)
    scores = [
        float(
            min_eigenvalue_scores(gram=gram, labeled=labeled, candidates=[order[:k]])[0]
        )
        for k in range(1, len(order) + 1)
    ]
    tol = slack(gram, len(F))
    assert (np.diff(scores) <= tol).all(), scores
    for k, score in enumerate(scores, 1):
        caps = eigenvalue_caps(gram=gram, labeled=labeled, pool=pool, budget=k)
        assert score <= min(caps) + tol


@pytest.mark.prop("P16.2", "a sample twice makes the block singular, to rounding")
@settings(max_examples=25)
@given(seed=strategies.seeds, where=st.sampled_from(["batch", "label", "both", "copy"]))
def test_a_copy_scores_zero(subject, seed, where):
    min_eigenvalue_scores = subject("npc.min_eigenvalue_scores")
    rng = np.random.default_rng(seed)
    F = rng.standard_normal((9, 12)) * 10.0 ** rng.uniform(-6, 6)
    F[8] = F[7]
    labeled, batch = {
        "batch": ([0, 1], [4, 5, 4]),
        "label": ([0, 1], [4, 5, 1]),
        "both": ([0, 1, 0], [4, 5, 6]),
        "copy": ([0, 7], [4, 8, 5]),
    }[where]
    got = min_eigenvalue_scores(factor=F, labeled=labeled, candidates=[batch])
    top = np.linalg.norm(F[[*labeled, *batch]], 2) ** 2
    assert abs(got[0]) <= 20 * np.finfo(float).eps * top, got


@pytest.mark.prop("P16.3", "different kernel rows that are dependent: features 1 and 2")
def test_counterexample_to_the_papers_proposition(subject):
    min_eigenvalue_scores = subject("npc.min_eigenvalue_scores")
    gram = np.array([[1.0, 2.0], [2.0, 4.0]])
    assert (gram[0] != gram[1]).all(), "the hypothesis of the paper's proposition holds"
    got = min_eigenvalue_scores(gram=gram, labeled=[0], candidates=[[1]])
    np.testing.assert_allclose(got, [0.0], atol=1e-15)


@pytest.mark.prop("P16.5", "classes as blocks, rotations, units and numbering")
@settings(max_examples=20)
@given(seed=strategies.seeds, power=st.integers(-40, 40))
def test_invariances(subject, seed, power):
    min_eigenvalue_scores = subject("npc.min_eigenvalue_scores")
    rng = np.random.default_rng(seed)
    F = rng.standard_normal((8, 10))
    labeled, candidates = [0, 1, 2], np.array([[3, 4], [5, 6], [7, 3]])
    want = reference_scores(factor=F, labeled=labeled, candidates=candidates)
    turn = np.linalg.qr(rng.standard_normal((10, 10)))[0]
    got = min_eigenvalue_scores(factor=F @ turn, labeled=labeled, candidates=candidates)
    np.testing.assert_allclose(got, want, rtol=1e-8, atol=1e-12)
    unit = 2.0**power
    got = min_eigenvalue_scores(
        gram=unit * (F @ F.T), labeled=labeled, candidates=candidates
    )
    np.testing.assert_allclose(got, unit * want, rtol=1e-8, atol=unit * 1e-12)
    order = rng.permutation(8)
    place = np.argsort(order)
    got = min_eigenvalue_scores(
        factor=F[order], labeled=place[labeled], candidates=place[candidates]
    )
    np.testing.assert_allclose(got, want, rtol=1e-8, atol=1e-12)
    # Three classes, one block for each: the kernel of the last layer.
    three = np.kron(F @ F.T, np.eye(3))
    rows = lambda samples: 3 * np.asarray(samples)[..., None] + [0, 1, 2]  # noqa: E731
    got = min_eigenvalue_scores(
        gram=three, labeled=rows(labeled).ravel(),
        candidates=rows(candidates).reshape(3, 6),
    )  # fmt: skip
    np.testing.assert_allclose(got, want, rtol=1e-8, atol=1e-12)


@pytest.mark.prop("P16.7", "jitter shifts every score alike")
@settings(max_examples=15)
@given(seed=strategies.seeds, jitter=st.sampled_from([1e-3, 1.0, 1e3]))
def test_jitter(subject, seed, jitter):
    min_eigenvalue_scores = subject("npc.min_eigenvalue_scores")
    F = features(seed, "normal", n=10, d=12)
    gram, candidates = F @ F.T, batches(seed, 10, 3)
    want = reference_scores(gram=gram, labeled=[], candidates=candidates)
    for batch in candidates:
        batch[:] = np.sort(batch)
    distinct = [len(set(batch.tolist())) == 3 for batch in candidates]
    got = min_eigenvalue_scores(
        gram=gram + jitter * np.eye(10), labeled=[], candidates=candidates
    )
    tol = slack(gram + jitter * np.eye(10), 10)
    np.testing.assert_allclose(
        got[distinct], want[distinct] + jitter, rtol=0, atol=2 * tol
    )


@pytest.mark.prop("P16.15", "layers add up: the last one is below the whole network")
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_the_last_layer_is_a_lower_bound(subject, seed):
    min_eigenvalue_scores = subject("npc.min_eigenvalue_scores")
    rng = np.random.default_rng(seed)
    layers = [rng.standard_normal((7, 9)) for _ in range(3)]
    whole = sum(F @ F.T for F in layers)
    candidates = [[3, 4], [5, 6]]
    last = reference_scores(factor=layers[-1], labeled=[0, 1], candidates=candidates)
    all_ = min_eigenvalue_scores(gram=whole, labeled=[0, 1], candidates=candidates)
    assert (all_ >= last).all(), "the paper's inequality is the other way round"
    assert (all_ > last + 1e-6).any()


@pytest.mark.prop("P16.4", "the best batch is that of the largest eigenvalue")
@settings(max_examples=40)
@given(seed=strategies.seeds, kind=kinds, power=st.integers(-12, 12))
def test_best_batch(subject, seed, kind, power):
    best_batch = subject("npc.best_batch")
    F = features(seed, kind) * 10.0 ** (power / 2)
    gram = F @ F.T
    labeled, _ = split(seed, len(F))
    candidates = batches(seed, len(F))
    index, value = best_batch(
        labeled=labeled, candidates=candidates, **as_argument(F, seed)
    )
    scores = np.array([smallest(gram, labeled, batch) for batch in candidates])
    tol = 4 * slack(gram, len(F) + 4)
    assert scores[index] >= scores.max() - tol, (scores[index], scores.max())
    assert abs(value - scores.max()) <= tol, (value, scores.max())


@pytest.mark.prop("P16.4", "the best of hundreds, with the pool eliminated at once")
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [3, 12])
def test_best_of_hundreds(subject, seed, size):
    best_batch = subject("npc.best_batch")
    rng = np.random.default_rng(seed)
    F = rng.standard_normal((70, 90)) * rng.uniform(0.2, 1.0, (70, 1))
    gram, labeled = F @ F.T, np.arange(30)
    candidates = np.stack(
        [30 + rng.choice(40, size, replace=False) for _ in range(250)]
    )
    scores = np.array([smallest(gram, labeled, batch) for batch in candidates])
    candidates = candidates[np.argsort(scores)]  # each one a record: the worst order
    index, value = best_batch(gram=gram, labeled=labeled, candidates=candidates)
    assert index == 249
    np.testing.assert_allclose(value, scores.max(), rtol=1e-10)
    index, value = best_batch(gram=gram, labeled=labeled, candidates=candidates[::-1])
    assert index == 0


@pytest.mark.prop("P16.4", "the best batch is found wherever it stands in the list")
@pytest.mark.parametrize("place", [0, 1, 15, 16, 17, 31, 32, 33, 39])
def test_best_at_any_place(subject, place):
    best_batch = subject("npc.best_batch")
    # One orthogonal sample of length 1 among those with inner product 0.1 to 0.5.
    gram = np.eye(41)
    gram[0, 1:] = gram[1:, 0] = np.linspace(0.5, 0.1, 40)
    gram[0, 1 + place] = gram[1 + place, 0] = 0.0
    index, value = best_batch(
        gram=gram, labeled=[0], candidates=np.arange(1, 41)[:, None]
    )
    assert index == place
    np.testing.assert_allclose(value, 1.0, rtol=1e-13)


@pytest.mark.prop("P16.1", "a batch that reaches the cap ends the search")
def test_the_cap_is_reached(subject):
    best_batch = subject("npc.best_batch")
    gram = np.eye(50)
    gram[20, 21] = gram[21, 20] = 0.5
    candidates = [[20, 21], *[[22 + k % 20, 45] for k in range(40)]]
    index, value = best_batch(gram=gram, labeled=np.arange(20), candidates=candidates)
    assert index > 0
    np.testing.assert_allclose(value, 1.0, rtol=1e-12)


@pytest.mark.prop("P16.4", "one long sample costs the others no digits")
@pytest.mark.parametrize("power", [5, 7, 9, 12])
@pytest.mark.parametrize("form", ["gram", "factor"])
def test_a_long_sample_spoils_no_other(subject, power, form):
    min_eigenvalue_scores = subject("npc.min_eigenvalue_scores")
    rng = np.random.default_rng(0)
    F = rng.standard_normal((60, 60))
    F[59] *= 10.0**power
    gram, labeled = F @ F.T, np.arange(20)
    usual = [20 + rng.choice(39, 3, replace=False) for _ in range(40)]
    candidates = np.array([[57, 58, 59], *usual])
    args = {form: gram if form == "gram" else F, "labeled": labeled}
    got = min_eigenvalue_scores(candidates=candidates, **args)
    want = [smallest(gram, labeled, batch) for batch in usual]
    np.testing.assert_allclose(got[1:], want, rtol=1e-9)
    singles = min_eigenvalue_scores(candidates=np.arange(20, 60)[:, None], **args)
    roots = addition_scores(pool=np.arange(20, 60), **args)
    np.testing.assert_allclose(roots[:-1], singles[:-1], rtol=1e-9)


@pytest.mark.prop("P16.4", "the best of many beside one long sample")
@pytest.mark.parametrize("seed", range(4))
def test_best_beside_a_long_sample(subject, seed):
    best_batch = subject("npc.best_batch")
    rng = np.random.default_rng(seed)
    F = rng.standard_normal((60, 60))
    # Long, and a copy of a labelled sample: the last batch scores zero.
    F[59] = 1e8 * F[0]
    usual = [20 + rng.choice(39, 3, replace=False) for _ in range(80)]
    scores = [smallest(F @ F.T, np.arange(20), batch) for batch in usual]
    index, value = best_batch(
        factor=F, labeled=np.arange(20), candidates=[*usual, [57, 58, 59]]
    )
    assert index == int(np.argmax(scores))
    np.testing.assert_allclose(value, max(scores), rtol=1e-9)


@pytest.mark.prop("I16.1", "indices, shapes and matrices that are refused")
@pytest.mark.parametrize(
    "wrong, word",
    [
        ({"candidates": [[0, 4]]}, "candidates"),
        ({"candidates": [[0.5, 1.0]]}, "candidates"),
        ({"candidates": [0, 1]}, "candidates"),
        ({"labeled": [-1]}, "labeled"),
        ({"gram": np.ones((3, 2))}, "gram must be square"),
        ({"gram": np.triu(np.ones((4, 4)))}, "gram must be symmetric"),
        ({"factor": np.ones((4, 2))}, "got both"),
        ({"gram": None}, "got neither"),
    ],
)
def test_bad_scores(subject, wrong, word):
    min_eigenvalue_scores = subject("npc.min_eigenvalue_scores")
    args = {"gram": np.eye(4), "labeled": [0], "candidates": [[1, 2]]} | wrong
    with pytest.raises(ValueError, match=word):
        min_eigenvalue_scores(**args)


@pytest.mark.prop("P16.16", "LOBPCG stops far above scores that are exact here")
@pytest.mark.filterwarnings("ignore:Exited")
@pytest.mark.parametrize("seed", range(3))
def test_a_solver_that_stops_early(subject, seed):
    # Forty eigenvalues crowd at the low end, as those of a kernel do.
    eigenvalues = np.r_[np.linspace(0.01, 0.05, 40), np.geomspace(0.1, 100.0, 20)]
    K = np.diag(eigenvalues)
    start = np.random.default_rng(seed).standard_normal((60, 1))
    stopped = lobpcg(K, start, largest=False)[0][0]  # 20 iterations by default
    assert stopped > 2.0 * eigenvalues[0]
    (score,) = subject("npc.min_eigenvalue_scores")(
        gram=K, labeled=np.arange(30, 60), candidates=[np.arange(30)]
    )
    np.testing.assert_allclose(score, eigenvalues[0], rtol=1e-9)
