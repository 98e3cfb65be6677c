"""Figures of the labs as drawings: one for the page, one for a phone."""

import itertools
import re

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

from coursework.layout import ROOT
from tools.figures import (
    LARGEST,
    PAGE,
    PHONE,
    PHONE_TYPE,
    bundle,
    covers,
    make_room,
)


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


def test_a_table_of_pictures_stays_a_table_on_a_phone():
    figure, axes = plt.subplots(2, 6, figsize=(6, 2.4))
    for row, name in zip(axes, ("plain", "noisy"), strict=True):
        row[0].set_ylabel(name)
    found = bundle(figure)
    tall = size(found[PHONE_TYPE])
    assert tall[0] <= PHONE + 0.3
    assert tall[1] < tall[0]
    assert found[PHONE_TYPE].count("<!-- noisy -->") == 1


def test_a_drawing_is_the_same_at_every_run_and_has_no_ground():
    first, second = (bundle(panels(1))["image/svg+xml"] for _ in range(2))
    assert first == second
    assert "#ffffff" not in first


def test_large_drawings_are_left_to_bitmaps():
    figure, axes = plt.subplots()
    rng = np.random.default_rng(0)
    axes.plot(*rng.random((2, LARGEST // 20)))
    assert bundle(figure) == {}


def test_a_legend_leaves_the_data():
    figure, axes = plt.subplots(figsize=(9, 3.3))
    x = np.arange(10)
    for k in range(4):
        axes.plot(x, (x * (3 + k)) % 10, label=f"a method, number {k}")
    axes.set_title("a title")
    axes.legend(loc="lower left")
    figure.draw_without_rendering()
    assert covers(axes)
    before = figure.get_size_inches()[1]
    make_room(figure)
    figure.draw_without_rendering()
    legend, title = axes.get_legend().get_window_extent(), axes.title
    assert not covers(axes)
    assert legend.y0 >= title.get_window_extent().y1 - 1
    assert figure.get_size_inches()[1] > before


def test_a_legend_at_a_place_of_its_own_comes_back_into_its_panel():
    figure, axes = plt.subplots()
    axes.plot([0, 1], [0.4, 0.4], label="a line")
    axes.legend(loc="center right", bbox_to_anchor=(1, 0.4))
    axes.set_ylim(0, 1)
    make_room(figure)
    figure.draw_without_rendering()
    legend, panel = axes.get_legend().get_window_extent(), axes.get_window_extent()
    assert not covers(axes)
    assert panel.x0 <= legend.x0
    assert legend.x1 <= panel.x1


def test_a_legend_that_is_off_the_data_stays():
    figure, axes = plt.subplots()
    axes.plot([0, 1], [0, 1], label="a line")
    axes.axhline(0.9)  # a rule is no data
    axes.legend(loc="upper left")
    figure.draw_without_rendering()
    before = axes.get_legend().get_window_extent().bounds
    make_room(figure)
    assert axes.get_legend().get_window_extent().bounds == before


def test_a_legend_leaves_points_and_bars():
    figure, (points, bars) = plt.subplots(1, 2)
    points.scatter([0, 1], [0, 1], label="points")
    points.legend(loc="upper right", borderaxespad=0)
    bars.bar([0, 1, 2], [1, 1, 3], label="bars")
    bars.legend(loc="upper right")
    figure.draw_without_rendering()
    assert covers(points)
    assert covers(bars)
    make_room(figure)
    assert not covers(points)
    assert not covers(bars)


def test_labels_of_ticks_do_not_touch():
    figure, (words, numbers) = plt.subplots(1, 2, figsize=(4, 3))
    words.bar(range(4), [1, 2, 3, 4])
    words.set_xticks(range(4), ["undecided", "not strict", "not unique", "smooth"])
    numbers.plot([-1, 1], [0, 1])
    numbers.locator_params(axis="x", nbins=9)
    make_room(figure)
    assert {label.get_rotation() for label in words.get_xticklabels()} == {40.0}
    figure.draw_without_rendering()
    boxes = [a.get_window_extent() for a in numbers.get_xticklabels() if a.get_text()]
    assert all(a.x1 < b.x0 for a, b in itertools.pairwise(boxes))


def test_a_figure_of_page_and_lab_has_one_number(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book/_ext")
    from companion.figure_numbers import renumber

    page = {"page-fig-cone": (4, 1), "page-fig-line": (4, 2)}
    labs = [
        {"fig-own": (4, 3), "fig-line": (4, 4)},
        {"fig-cone": (4, 5), "fig-last": (4, 6)},
    ]
    renumber(page, labs)
    assert labs[0] == {"fig-own": (4, 3), "fig-line": (4, 2)}
    assert labs[1] == {"fig-cone": (4, 1), "fig-last": (4, 4)}


def test_a_legend_above_its_panel_keeps_markers_and_error_bars():
    figure, axes = plt.subplots(figsize=(3, 2))
    line = np.linspace(0, 1, 300)
    axes.errorbar(line, np.sin(60 * line), 0.2, fmt="s--", label="a mean")
    axes.legend()
    make_room(figure)
    lines = axes.get_legend().findobj(matplotlib.lines.Line2D)
    assert "s" in [line.get_marker() for line in lines]
    assert "--" in [line.get_linestyle() for line in lines]
