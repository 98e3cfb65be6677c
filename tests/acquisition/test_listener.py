"""Properties of ALBL with a memory, the strategy of the loop."""

import numpy as np
import pytest

from reference.acquisition import (
    Mlp,
    albl,
    albl_start,
    albl_update,
    k_center,
    least_confidence,
    run_active_learning,
)

START, BATCH, ROUNDS = 4, 3, 8


def rng(seed=0):
    return np.random.default_rng(seed)


def rounds_of_a_run(seed, size=24, count=3):
    """What the loop would show in a few rounds: views without the picks."""
    r, views = rng(seed), []
    for k in range(count):
        left, bought = size - START - k * BATCH, START + k * BATCH
        views.append(
            {
                "probabilities": r.dirichlet(np.ones(3), left),
                "embeddings": r.standard_normal((left, 2)),
                "labeled": r.standard_normal((bought, 2)),
                "labels": r.integers(3, size=bought),
                "labeled_probabilities": r.dirichlet(np.ones(3), bought),
            }
        )
    return views


def by_hand(views, failure=0.05):
    """The picks of each round and the states, by the three functions of the bandit."""
    state = albl_start(2, len(views[0]["probabilities"]), ROUNDS, failure=failure)
    picks, states, advice = [], [], None
    for k, view in enumerate(views):
        if k:
            guesses = view["labeled_probabilities"].argmax(axis=1)
            drawn = (guesses == view["labels"])[START:]
            state = albl_update(state, advice, picks[-1], drawn)
        r, n = rng(100 + k), len(view["probabilities"])
        unsure = least_confidence(view["probabilities"], BATCH, rng=r)
        far = k_center(view["embeddings"], BATCH, labeled=view["labeled"], rng=r)
        advice = [[(i in rows) / BATCH for i in range(n)] for rows in (unsure, far)]
        picks.append(albl(advice, BATCH, state=state, rng=r))
        states.append(state)
    return picks, states


@pytest.mark.prop("P11.93", "ALBL in the loop is the bandit with its state carried on")
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_memory(subject, seed):
    albl_strategy = subject("acquisition.albl_strategy")
    views, heard = rounds_of_a_run(seed), []
    strategy = albl_strategy(ROUNDS, failure=0.2, callback=heard.append)
    got = [
        np.asarray(strategy(budget=BATCH, rng=rng(100 + k), **view)).tolist()
        for k, view in enumerate(views)
    ]
    wanted, states = by_hand(views, failure=0.2)
    assert got == [picks.tolist() for picks in wanted]
    assert len(heard) == 3
    for found, state in zip(heard, states, strict=True):
        np.testing.assert_allclose(found.log_weights, state.log_weights, rtol=1e-12)
        np.testing.assert_allclose(found.chances, state.chances, rtol=1e-12)
        assert (found.pool_size, found.rounds) == (20, ROUNDS)


@pytest.mark.prop("P11.93", "each strategy has a memory of its own")
def test_two_runs_do_not_mix(subject):
    albl_strategy = subject("acquisition.albl_strategy")
    first, second = rounds_of_a_run(3), rounds_of_a_run(4)
    one, two = albl_strategy(ROUNDS), albl_strategy(ROUNDS)
    got = []
    for k, (a, b) in enumerate(zip(first, second, strict=True)):
        got.append(np.asarray(one(budget=BATCH, rng=rng(100 + k), **a)).tolist())
        two(budget=BATCH, rng=rng(100 + k), **b)
    assert got == [picks.tolist() for picks in by_hand(first)[0]]


@pytest.mark.prop("P11.8", "ALBL in the loop: labels counted, none twice, repeatable")
def test_in_the_loop(subject):
    albl_strategy = subject("acquisition.albl_strategy")
    X = np.linspace(-1.0, 1.0, 14)[:, None]
    y = (X[:, 0] > 0.3).astype(int)
    model = Mlp((1, 4, 2), rng=rng(), max_iter=3)

    def bought():
        found = run_active_learning(
            X, lambda i: int(y[i]), albl_strategy(4), model, budget=14, initial=2,
            batch=3, rng=rng(5),
        )  # fmt: skip
        return found.queried.tolist()

    first = bought()
    assert sorted(first) == list(range(14))  # the whole pool, copies of nothing
    assert bought() == first


@pytest.mark.prop("I11.50", "rounds, failure, callback and another run, by name")
def test_strategy_refuses_by_name(subject):
    albl_strategy = subject("acquisition.albl_strategy")
    for name, wrong in (("rounds", 0), ("failure", 0.0), ("callback", 1)):
        with pytest.raises(ValueError, match=name):
            albl_strategy(**{"rounds": 5} | {name: wrong})
    first, second, _ = rounds_of_a_run(0)
    strategy = albl_strategy(ROUNDS)
    strategy(budget=BATCH, rng=rng(), **first)
    with pytest.raises(ValueError, match=r"labels .* new one for each run"):
        strategy(budget=BATCH, rng=rng(), **first)
    strategy(budget=BATCH, rng=rng(), **second)  # the refusal changed nothing
    with pytest.raises(ValueError, match="budget"):
        albl_strategy(ROUNDS)(budget=99, rng=rng(), **first)
