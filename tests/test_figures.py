"""Figures of the labs as drawings: one for the page, one for a phone."""

import re

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

from coursework.layout import ROOT
from tools.figures import LARGEST, PAGE, PHONE, PHONE_TYPE, bundle


@pytest.fixture(autouse=True)
def style():
    with plt.style.context(ROOT / "book/style.mplstyle"):
        yield
    plt.close("all")


def size(text):
    found = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', text)
    return [float(number) / 72 for number in found.groups()]


def panels(count, **options):
    figure, axes = plt.subplots(1, count, **options)
    for panel in np.atleast_1d(axes):
        panel.plot([0, 1, 4])
        panel.set(title="a panel", xlabel="x")
    np.atleast_1d(axes)[0].set_ylabel("y")
    return figure


def test_panels_stand_one_below_the_other_on_a_phone():
    figure = panels(3, figsize=(10.2, 3.7), sharey=True)
    found = bundle(figure)
    wide, tall = size(found["image/svg+xml"]), size(found[PHONE_TYPE])
    assert wide[0] <= PAGE + 0.3
    assert tall[0] <= PHONE + 0.3
    assert tall[1] > 2 * tall[0]
    assert found[PHONE_TYPE].count("<!-- y -->") == 3  # each panel has its label


def test_many_small_pictures_stand_four_across_on_a_phone():
    found = bundle(panels(8, figsize=(9.0, 1.4)))
    tall = size(found[PHONE_TYPE])
    assert tall[0] <= PHONE + 0.3
    assert tall[1] < 1.2 * tall[0]  # two rows of four


def test_a_drawing_is_the_same_at_every_run_and_has_no_ground():
    first, second = (bundle(panels(1))["image/svg+xml"] for _ in range(2))
    assert first == second
    assert "#ffffff" not in first


def test_large_drawings_are_left_to_bitmaps():
    figure, axes = plt.subplots()
    rng = np.random.default_rng(0)
    axes.plot(*rng.random((2, LARGEST // 20)))
    assert bundle(figure) == {}
