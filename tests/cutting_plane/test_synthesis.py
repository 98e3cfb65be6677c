"""Properties of questions that are made up."""

import numpy as np
import pytest
from hypothesis import given, settings

from reference.activation_patterns import sample_patterns
from reference.common import Infeasible
from reference.cutting_plane import convex_final_solve
from tests import strategies
from tests.cutting_plane.oracle import arms, lifted_output, network_output

LOW, HIGH = np.array([-1.0, -1.0, 1.0]), np.array([1.0, 1.0, 1.0])


def disc(x):
    return 1.0 if x[0] ** 2 + x[1] ** 2 < 0.5 else -1.0


def gates_of(seed, count=25):
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.uniform(-1, 1, (15, 2)), np.ones(15)])
    return sample_patterns(X, count, rng=rng)


class Oracle:
    """Answers questions and writes them down."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def __call__(self, x):
        self.asked.append(np.array(x))
        return self.answer(x)


@pytest.mark.prop("P12.13", "questions lie in the box, none twice, and are all counted")
@settings(max_examples=6)
@given(seed=strategies.seeds)
def test_questions(subject, seed):
    synthesize_queries = subject("cutting_plane.synthesize_queries")
    patterns, oracle = gates_of(seed), Oracle(disc)
    rng = np.random.default_rng(seed)
    run = synthesize_queries(oracle, patterns, LOW, HIGH, budget=8, rng=rng)
    assert run.labels_bought == len(oracle.asked) == 8
    np.testing.assert_array_equal(run.queried, oracle.asked)
    assert (run.queried >= LOW).all()
    assert (run.queried <= HIGH).all()
    apart = np.linalg.norm(run.queried[:, None] - run.queried, axis=2)
    assert apart[~np.eye(8, dtype=bool)].min() > 1e-6
    labels = np.array([disc(x) for x in run.queried])
    for k, record in enumerate(run.history):
        theta = run.centers[record.center]
        net = network_output(run.queried[: k + 1], theta)
        assert (labels[: k + 1] * net > 0).all()
        before = run.centers[record.center - 1]
        f = lifted_output(run.queried[[k]], patterns.gates, before)[0]
        assert record.output == pytest.approx(f, abs=1e-9)
        assert record.label == labels[k]


@pytest.mark.prop(
    "P12.13", "the centre is undecided on its questions: f = 0, a neutral cut"
)
@pytest.mark.parametrize("seed", range(3))
def test_questions_are_undecided(subject, seed):
    synthesize_queries = subject("cutting_plane.synthesize_queries")
    patterns = gates_of(seed, 60)
    rng = np.random.default_rng(seed)
    run = synthesize_queries(disc, patterns, LOW, HIGH, budget=12, rng=rng)
    outputs = np.abs([record.output for record in run.history])
    scale = np.abs(run.network(run.queried)).max()
    later = outputs[2:]  # the first rounds know too little to have two signs
    assert (later <= 1e-9 * scale).mean() >= 0.8, outputs
    loose = synthesize_queries(
        disc, patterns, LOW, HIGH, budget=12, rng=rng, query="random"
    )
    assert (np.abs([r.output for r in loose.history])[2:] > 1e-9 * scale).mean() > 0.8


@pytest.mark.prop(
    "P12.13", "of the undecided ends the farthest from the others is asked"
)
def test_questions_spread(subject):
    synthesize_queries = subject("cutting_plane.synthesize_queries")
    patterns = gates_of(0, 60)

    def nearest(candidates):
        found = []
        for seed in range(3):
            rng = np.random.default_rng(seed)
            run = synthesize_queries(
                disc, patterns, LOW, HIGH, budget=12, rng=rng, candidates=candidates
            )
            apart = np.linalg.norm(run.queried[:, None] - run.queried, axis=2)
            apart[np.arange(12), np.arange(12)] = np.inf
            found.append(apart.min(axis=1).mean())
        return np.mean(found)

    assert nearest(24) > 1.3 * nearest(1)


@pytest.mark.prop(
    "P12.13", "made-up questions learn a disc, and the final solve is given them"
)
def test_learning(subject):
    synthesize_queries = subject("cutting_plane.synthesize_queries")
    patterns = gates_of(1, 150)
    rng = np.random.default_rng(0)
    run = synthesize_queries(disc, patterns, LOW, HIGH, budget=30, rng=rng)
    grid = np.random.default_rng(1).uniform(LOW, HIGH, (2000, 3))
    truth = np.array([disc(x) for x in grid])
    assert (truth * run.network(grid) > 0).mean() > 0.85
    again = synthesize_queries(
        disc, patterns, LOW, HIGH, budget=30, rng=np.random.default_rng(0),
        final_solve=convex_final_solve(1e-3),
    )  # fmt: skip
    np.testing.assert_array_equal(again.queried, run.queried)
    got = again.network(again.queried)
    assert (got * [disc(x) for x in again.queried] > 0).all()
    assert not np.allclose(got, run.network(run.queried))


@pytest.mark.prop(
    "P12.13", "in one dimension a zero may hide in a jump: the walk ends there"
)
def test_one_dimension(subject):
    synthesize_queries = subject("cutting_plane.synthesize_queries")
    rng = np.random.default_rng(0)
    X = np.column_stack([np.linspace(-1, 1, 15), np.ones(15)])
    patterns = sample_patterns(X, 60, rng=rng)
    oracle = Oracle(lambda x: 1.0 if abs(x[0]) > 0.5 else -1.0)
    run = synthesize_queries(
        oracle, patterns, [-1.0, 1.0], [1.0, 1.0], budget=10, rng=rng
    )
    assert run.labels_bought == 10
    assert (run.queried[:, 1] == 1.0).all()
    net = run.network(run.queried)
    assert (net * [oracle.answer(x) for x in run.queried] > 0).all()


@pytest.mark.prop("P12.4", "answers that no network on these gates gives are refused")
def test_infeasible_answers(subject):
    synthesize_queries = subject("cutting_plane.synthesize_queries")
    patterns = gates_of(0, 1)  # one gate: a linear rule on each of its sides
    patterns = type(patterns)(patterns.masks[:1], patterns.gates[:1])
    with pytest.raises(Infeasible):
        synthesize_queries(
            disc, patterns, LOW, HIGH, budget=40, rng=np.random.default_rng(0),
            query="random",
        )  # fmt: skip
    X, _, _ = arms(m=4)
    run = synthesize_queries(
        disc, patterns, LOW, HIGH, budget=10, rng=np.random.default_rng(0), slack=0.1
    )
    assert run.network(X).shape == (8,)
    active = run.queried @ patterns.gates.T > 0
    assert active.all(), "where no gate is active nothing can be learned"


@pytest.mark.prop("P12.7", "the same generator, the same questions")
def test_the_same_questions(subject):
    synthesize_queries = subject("cutting_plane.synthesize_queries")
    patterns = gates_of(2)
    one, two = (
        synthesize_queries(
            disc, patterns, LOW, HIGH, budget=5, rng=np.random.default_rng(3)
        )
        for _ in range(2)
    )
    np.testing.assert_array_equal(one.queried, two.queried)


@pytest.mark.prop("I12.7", "synthesis refuses bad boxes, counts and rules by name")
@pytest.mark.parametrize(
    "named, change",
    [
        ("low", {"low": HIGH}),
        ("low", {"low": HIGH, "high": LOW}),
        ("low", {"low": LOW[:2]}),
        ("high", {"high": np.full(3, np.nan)}),
        ("budget", {"budget": -1}),
        ("candidates", {"candidates": 0}),
        ("query", {"query": "extremes"}),
        ("center", {"center": lambda *a: None}),
        ("center", {"center": "middle"}),
        ("slack", {"slack": -1.0}),
        ("patterns", {"patterns": None}),
        ("patterns", {"patterns": gates_of(0), "high": [1.0, -0.999999, 1.0],
                      "low": [1.0, -1.0, 1.0]}),
        ("label", {"label": 3}),
        ("final_solve", {"final_solve": 3}),
        ("rng", {"rng": 0}),
    ],
)  # fmt: skip
def test_bad_arguments(subject, named, change):
    synthesize_queries = subject("cutting_plane.synthesize_queries")
    options = {
        "label": disc, "patterns": gates_of(0), "low": LOW, "high": HIGH, "budget": 2,
        "rng": np.random.default_rng(0),
    }  # fmt: skip
    if named == "patterns" and change["patterns"] is not None:
        gates = np.vstack([change["patterns"].gates, np.zeros(3)])
        masks = np.vstack([change["patterns"].masks, np.ones(15, dtype=bool)])
        change = {"patterns": type(change["patterns"])(masks, gates)}
    with pytest.raises(ValueError, match=named):
        synthesize_queries(**options | change)
