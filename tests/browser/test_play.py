"""The figures to play with compute what the Python code computes, and can be used."""

import json

import numpy as np
import pytest

from companion_data.synthetic import harder_spiral
from reference.activation_patterns import enumerate_patterns
from reference.analytic_center import analytic_center
from reference.version_space import (
    chebyshev_center,
    clip_polygon,
    polygon_centroid,
)

PAGES = {
    "polygon": "book/01_version_space.html",
    "patterns": "book/03_activation_patterns.html",
    "spiral": "book/04_relu_lp.html",
    "cuts": "book/12_cutting_plane.html",
}


@pytest.fixture
def page(driver, address):
    """Return a function that opens the page of a figure and calls its formulas."""

    def opened(name):
        driver.get(address + PAGES[name])

        def evaluate(expression, *arguments):
            text = ", ".join(json.dumps(a) for a in arguments)
            return driver.execute_script(f"return ({expression})({text});")

        return evaluate

    return opened


def random_polygon(rng):
    """Return rows, right-hand sides and vertices of a cut square."""
    A, b = np.vstack([np.eye(2), -np.eye(2)]), np.ones(4)
    vertices = np.array([[1.0, 1], [-1, 1], [-1, -1], [1, -1]])
    for _ in range(rng.integers(1, 5)):
        normal = rng.standard_normal(2)
        offset = normal @ polygon_centroid(vertices).point + 0.1 * rng.random()
        vertices = clip_polygon(vertices, normal, offset)
        A, b = np.vstack([A, normal]), np.append(b, offset)
    return A, b, vertices


def test_polygons_agree_with_python(page):
    evaluate = page("polygon")
    for seed in range(20):
        rng = np.random.default_rng(seed)
        A, b, vertices = random_polygon(rng)
        exact = polygon_centroid(vertices)
        lists = [a.tolist() for a in (A, b, vertices)]
        normal = np.array([1.0, 0.5])
        offset = float(normal @ exact.point) + 0.01
        found = evaluate(
            "(A, b, V, n, o) => { const p = companion.polygon, m = p.centroid(V);"
            "return {area: p.area(V), centroid: m, ball: p.chebyshev(A, b),"
            "analytic: p.analytic(A, b, m), cut: p.clip(V, n, o)} }",
            *lists,
            normal.tolist(),
            offset,
        )
        assert found["area"] == pytest.approx(exact.area)
        assert found["centroid"] == pytest.approx(exact.point)
        radius = chebyshev_center(A, b).radius
        assert found["ball"]["radius"] == pytest.approx(radius, rel=1e-6)
        point = analytic_center(A, b, tol=1e-13).point
        assert found["analytic"] == pytest.approx(point, abs=1e-6)
        cut = polygon_centroid(clip_polygon(vertices, normal, offset))
        area = evaluate("V => companion.polygon.area(V)", found["cut"])
        assert area == pytest.approx(cut.area)


def test_patterns_agree_with_python(page):
    evaluate = page("patterns")
    for seed in range(20):
        rng = np.random.default_rng(seed)
        # Integers: parallel, opposite, equal and zero rows are among them.
        X = rng.integers(-2, 3, (5, 2)).astype(float)
        masks = enumerate_patterns(X).masks
        cones = evaluate("X => companion.patterns.cones(X)", X.tolist())
        found = [tuple(cone["mask"]) for cone in cones]
        assert len(found) == len(set(found)) == len(masks)
        assert set(found) == {tuple(mask) for mask in masks.tolist()}


def test_spiral_networks_agree_with_python(page):
    evaluate = page("spiral")
    data = evaluate("() => companion.spiralNetworks")
    X, y = harder_spiral(50, 1.0)
    assert np.array_equal(data["y"], y)
    tried = 0
    for networks in data["networks"].values():
        for network in filter(None, networks):
            hidden, output = np.array(network["hidden"]), np.array(network["output"])
            mine = np.maximum(X @ hidden.T, 0) @ output
            theirs = evaluate(
                "(f, X) => X.map(x => companion.spiral.output(f, x))",
                network,
                X[:, :2].tolist(),
            )
            assert theirs == pytest.approx(mine, abs=1e-9)
            assert (y * mine > 0.9).all()
            tried += 1
    assert tried >= 20


def test_the_run_of_cuts_is_right_on_what_it_bought(page):
    evaluate = page("cuts")
    data = evaluate("() => companion.cutsRun")
    X, y = harder_spiral(25, 1.0)
    assert np.array_equal(data["y"], y)
    assert len(data["blocks"]) == len(data["queried"]) + 1 == 31
    for k, blocks in enumerate(data["blocks"]):
        u, v = np.split(np.array(blocks), 2)
        mine = np.maximum(X @ u.T, 0).sum(1) - np.maximum(X @ v.T, 0).sum(1)
        theirs = evaluate(
            "(f, X) => X.map(x => companion.cuts.output(f, x))", blocks,
            X[:, :2].tolist(),
        )  # fmt: skip
        assert theirs == pytest.approx(mine, abs=1e-6 * (1 + np.abs(mine).max()))
        assert (y * mine > 0)[data["queried"][:k]].all()
    assert data["volumes"] == sorted(data["volumes"], reverse=True)


@pytest.mark.parametrize("name", PAGES)
def test_a_figure_answers_to_mouse_and_keyboard(page, driver, name):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    page(name)
    figure = driver.find_element(By.CSS_SELECTOR, "figure.play")
    says = figure.find_element(By.CSS_SELECTOR, ".play-says")
    canvas = figure.find_element(By.TAG_NAME, "canvas")
    assert figure.is_displayed()
    assert canvas.get_attribute("aria-label")
    before, picture = says.text, "return arguments[0].toDataURL();"
    drawn = driver.execute_script(picture, canvas)
    slider = figure.find_element(By.CSS_SELECTOR, "input[type=range]")
    slider.send_keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    assert driver.execute_script(picture, canvas) != drawn
    for button in figure.find_elements(By.TAG_NAME, "button"):
        button.send_keys(Keys.ENTER)
    assert says.text
    if name == "polygon":  # cut, then undo
        figure.find_element(By.XPATH, ".//button[text()='cut']").click()
        assert "after 1 cuts" in says.text
    assert before
