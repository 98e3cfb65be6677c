"""Strategies: the book's own functions, fed by a network."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from reference.acquisition import (
    albl,
    albl_start,
    albl_update,
    badge,
    k_center,
    least_confidence,
    run_active_learning,
)
from reference.ally import dual_picks
from reference.cifar_scale import FixMatch, ImageLearner, Settings
from reference.npc import npc


class Model:
    """A model whose factor is known."""

    def __init__(self, n, rank):
        self.rows = np.random.default_rng(0).standard_normal((n, rank))

    def factor(self, rows):
        return self.rows[rows[:, 0]]


@pytest.mark.prop(
    "P18.13", "npc is chapter 16's, on the part of the pool that was drawn"
)
@pytest.mark.parametrize("considered, seen", [(100, 30), (12, 12), (1, 4)])
def test_npc_by_the_kernel(subject, considered, seen):
    strategy_of = subject("cifar_scale.strategy_of")
    settings = Settings(strategy="npc", considered=considered, candidates=40)
    model, bought = Model(35, 20), np.array([3, 8, 1, 33, 20])
    indices = np.setdiff1d(np.arange(35), bought)
    picks = strategy_of(settings)(
        model=model, bought=bought, indices=indices, budget=4,
        rng=np.random.default_rng(7),
    )  # fmt: skip
    rng = np.random.default_rng(7)
    part = rng.permutation(30)[:seen]
    gram = model.rows @ model.rows.T
    expected = npc(
        gram=gram, labeled=bought, pool=indices[part], budget=4, candidates=40, rng=rng
    )
    assert sorted(indices[picks].tolist()) == sorted(expected.tolist())


@pytest.mark.prop("P18.13", "ALBL hears its rewards: the second round differs by them")
def test_the_bandit_remembers(subject):
    strategy_of = subject("cifar_scale.strategy_of")
    settings = Settings(strategy="albl", initial=4, query=3, budget=100)
    rng = np.random.default_rng(0)
    n = 20
    view = {
        "probabilities": rng.dirichlet(np.ones(3), n),
        "embeddings": rng.standard_normal((n, 2)),
        "labeled": rng.standard_normal((4, 2)),
        "labeled_probabilities": rng.dirichlet(np.ones(3), 4),
        "labels": rng.integers(3, size=4),
        "budget": 3,
    }
    strategy = strategy_of(settings)
    first = strategy(**view, rng=np.random.default_rng(1))
    assert len(set(first.tolist())) == 3
    # at first a third each, for the two strategies and for chance
    rng = np.random.default_rng(1)
    advice = np.zeros((2, n))
    advice[0, least_confidence(view["probabilities"], 3, rng=rng)] = 1 / 3
    known = {"labeled": view["labeled"], "rng": rng}
    advice[1, k_center(view["embeddings"], 3, **known)] = 1 / 3
    expected = albl(advice, 3, state=albl_start(2, n, 32), rng=rng)
    assert first.tolist() == expected.tolist()
    rng = np.random.default_rng(2)
    later = view | {
        "probabilities": view["probabilities"][3:],
        "embeddings": view["embeddings"][3:],
        "labels": rng.integers(3, size=7),
    }  # fmt: skip
    for right in (True, False):
        said = np.eye(3)[later["labels"]]
        wrong = slice(0, 4) if right else slice(4, 7)  # of the start, or of its own
        said[wrong] = np.roll(said[wrong], 1, axis=1)
        state = albl_update(albl_start(2, n, 32), advice, expected, [right] * 3)
        for seed in range(4):
            rng = np.random.default_rng(seed)
            newer = np.zeros((2, n - 3))
            known = {"labeled": later["labeled"], "rng": rng}
            newer[0, least_confidence(later["probabilities"], 3, rng=rng)] = 1 / 3
            newer[1, k_center(later["embeddings"], 3, **known)] = 1 / 3
            second = albl(newer, 3, state=state, rng=rng)
            twin = strategy_of(settings)
            twin(**view, rng=np.random.default_rng(1))
            got = twin(
                **later | {"labeled_probabilities": said},
                rng=np.random.default_rng(seed),
            )
            assert got.tolist() == second.tolist()


@pytest.mark.prop("P18.13", "every strategy runs in the loop and buys what it may")
@pytest.mark.parametrize(
    "name",
    ["random", "margin", "least_confidence", "entropy", "bald", "gradient_length",
     "k_center", "badge", "bait", "discriminative", "ally", "albl", "npc"],
)  # fmt: skip
def test_every_strategy_in_the_loop(subject, name):
    strategy_of = subject("cifar_scale.strategy_of")
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(256, (16, 3, 8, 8), generator=draw).byte()
    images[8:] = images[8:] // 4
    settings = Settings(
        strategy=name, trainer="pdcl" if name == "ally" else "fixmatch", depth=10,
        base=2, copies=2 if name == "bald" else 1, rounds=3, sketch=64, candidates=5,
        considered=10, initial=4, query=3, budget=7,
        fixmatch=FixMatch(steps=2, batch=4, ratio=1),
    )  # fmt: skip
    bought = []

    def label(i):
        bought.append(i)
        return int(i >= 8)

    run = run_active_learning(
        np.arange(16.0)[:, None], label, strategy_of(settings),
        ImageLearner(images, 2, settings), budget=7, initial=[0, 15, 3, 9], batch=3,
        rng=np.random.default_rng(0),
    )  # fmt: skip
    assert run.counts.tolist() == [4, 7]
    assert len(set(bought)) == len(bought) == 7


@pytest.mark.prop("P18.13", "direct strategies are the functions themselves")
def test_direct_strategies(subject):
    strategy_of = subject("cifar_scale.strategy_of")
    assert strategy_of(Settings(strategy="badge")) is badge
    bounded = Settings(strategy="ally", trainer="pdcl")
    assert strategy_of(bounded) is dual_picks


@pytest.mark.prop(
    "I18.14", "a strategy that is unknown, or lacks what it needs, says so"
)
@pytest.mark.parametrize(
    "settings, named",
    [({"strategy": "best"}, "strategy must be one of"),
     ({"strategy": "ally"}, "duals"), ({"strategy": "bald"}, "copies"),
     ({"strategy": "npc", "copies": 2}, "copies")],
)  # fmt: skip
def test_strategies_that_cannot_be(subject, settings, named):
    strategy_of = subject("cifar_scale.strategy_of")
    with pytest.raises(ValueError, match=named):
        strategy_of(Settings(**settings))
