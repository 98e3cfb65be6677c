"""Welch's test against scipy.stats, and what the published tables can tell."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import stats

from coursework.layout import ROOT
from reference.acquisition import holm
from tests import strategies

FILE = ROOT / "experiments/results/three_trials.json"
TABLES = json.loads(FILE.read_text("utf-8"))["results"]["published"]


@pytest.mark.prop("P17.16", "t, degrees of freedom and p are those of scipy.stats")
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_welch_is_that_of_scipy(subject, seed):
    welch = subject("semi_supervised.welch")
    rng = np.random.default_rng(seed)
    n, m = (int(k) for k in rng.integers(2, 8, 2))
    unit = 10.0 ** rng.uniform(-12, 12)
    first = unit * rng.standard_normal((n, 3))
    second = unit * (0.5 + 3.0 * rng.standard_normal((m, 3)))
    want = stats.ttest_ind(first, second, equal_var=False)
    got = welch(
        first.mean(axis=0), first.std(axis=0, ddof=1), n,
        second.mean(axis=0), second.std(axis=0, ddof=1), m,
    )  # fmt: skip
    np.testing.assert_allclose(got.t, want.statistic, rtol=1e-9)
    np.testing.assert_allclose(got.freedom, want.df, rtol=1e-9)
    np.testing.assert_allclose(got.p_values, want.pvalue, rtol=1e-7, atol=1e-12)


@pytest.mark.prop("P17.16", "the needed difference is the one whose p is the level")
def test_needed_difference(subject):
    welch = subject("semi_supervised.welch")
    for level in (0.05, 0.01):
        first = welch(1.0, 0.3, 3, 0.0, 0.2, 4, level=level)
        again = welch(float(first.needed), 0.3, 3, 0.0, 0.2, 4)
        np.testing.assert_allclose(again.p_values, level, rtol=1e-9)


@pytest.mark.prop("P17.16", "the unit of the means does not matter")
@pytest.mark.parametrize("unit", [1e-200, 1e-12, 1e12, 1e200])
def test_unit_of_the_means(subject, unit):
    welch = subject("semi_supervised.welch")
    want = stats.ttest_ind_from_stats(2.0, 1.0, 3, 1.0, 0.5, 4, equal_var=False)
    got = welch(2 * unit, unit, 3, unit, unit / 2, 4)
    np.testing.assert_allclose(got.p_values, want.pvalue, rtol=1e-9)


@pytest.mark.prop("P17.16", "one side without spread: the other's trials count")
def test_one_side_without_spread(subject):
    welch = subject("semi_supervised.welch")
    found = welch(3.0, 0.0, 5, 1.0, 1.0, 4)
    np.testing.assert_allclose(found.t, 4.0)
    np.testing.assert_allclose(found.freedom, 3.0)


@pytest.mark.prop(
    "P17.17", "of the published leads over random labels few are evidence"
)
def test_published_tables(subject):
    welch = subject("semi_supervised.welch")
    p = {}
    for name in ("table_1", "table_2"):
        rows = TABLES[name]
        ours, theirs = rows["NPC"], rows["Passive"]
        p[name] = welch(
            [m for m, _ in ours], [s for _, s in ours], 3,
            [m for m, _ in theirs], [s for _, s in theirs], 3,
        ).p_values  # fmt: skip
    assert (p["table_1"] > 0.05).all(), p
    assert (p["table_2"] > 0.04).all(), p
    np.testing.assert_allclose(p["table_1"], [0.36, 0.17, 0.14], atol=0.02)


def test_after_correction_only_badge_is_evidence():
    leads = json.loads(FILE.read_text("utf-8"))["results"]["leads"]
    cells = [(t, s, p) for t in leads for s in leads[t] for p in leads[t][s]["p"]]
    adjusted = holm([p for *_, p in cells])
    kept = [cell[:2] for cell, p in zip(cells, adjusted, strict=True) if p < 0.05]
    assert kept == [("table_2", "BADGE")] * 4, kept


@pytest.mark.prop("P17.17", "two cells of table 1 are the same number twice")
def test_the_repeated_cell(subject):
    welch = subject("semi_supervised.welch")
    cells = TABLES["table_1"]["Margin"]
    assert cells[1] == cells[2]
    same = welch(cells[1][0], cells[1][1], 3, cells[2][0], cells[2][1], 3)
    assert same.t == 0.0


@pytest.mark.prop("I17.4", "spreads below zero, and none at all, are refused by name")
def test_bad_spreads(subject):
    welch = subject("semi_supervised.welch")
    with pytest.raises(ValueError, match="deviations"):
        welch(1.0, -0.1, 3, 0.0, 0.1, 3)
    with pytest.raises(ValueError, match="other_deviations"):
        welch(1.0, 0.1, 3, 0.0, -0.1, 3)
    with pytest.raises(ValueError, match="deviations"):
        welch(1.0, 0.0, 3, 0.0, 0.0, 3)
    with pytest.raises(ValueError, match="trials"):
        welch(1.0, 0.1, 1, 0.0, 0.1, 3)
    with pytest.raises(ValueError, match="other_means"):
        welch([1.0, 2.0], [0.1, 0.1], 3, 0.0, 0.1, 3)
    with pytest.raises(ValueError, match="deviations needs the shape"):
        welch([1.0, 2.0], 0.1, 3, [0.0, 0.0], [0.1, 0.1], 3)
