"""The built book in Chromium: every page on a phone, every kind of page closely."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser import measure
from tests.browser.site import Slow, page_names, read_site, served

# One page of each kind, the longest of its kind where that matters.
KINDS = {
    "landing": "book/index.html",
    "chapter": "book/02_analytic_center.html",
    "lab": "chapters/04_relu_lp.html",
    "errata": "book/errata.html",
    "failures": "book/when_it_does_not_work.html",
    "ledger": "book/reproduction.html",
    "status": "book/status.html",
    "modules": "book/reference_code.html",
    "bibliography": "book/bibliography.html",
    "notation": "book/notation.html",
    "results": "prf-prf.html",
    "index": "genindex.html",
    "search": "search.html",
}


def first(prefix):
    """Return the first page whose name begins so, beyond the folder's index."""
    return next(n for n in sorted(read_site()) if n.startswith(prefix))


def kinds():
    """Return one page of each kind, those with generated names included."""
    return KINDS | {
        "entry": first("api/reference/relu_lp/"),
        "code": first("reference/relu_lp"),
        "test": first("tests/"),
    }


@pytest.mark.parametrize("quarter", range(4))
def test_every_page_on_a_phone(driver, address, quarter):
    """No error, nothing from outside, formulas drawn, nothing too wide for 390 px."""
    wrong = {}
    measure.look(driver, 390, 844)
    driver.get_log("browser")
    for name in page_names()[quarter::4]:
        measure.visit(driver, address + name)
        driver.execute_async_script(measure.OPEN)
        page = driver.execute_script(measure.WIDTHS)
        found = {
            "errors": measure.console_errors(driver),
            "outside": measure.outside_requests(driver),
            "undrawn": driver.execute_script(measure.UNDRAWN),
            "page": page["page"] if page["page"] > 1 else 0,
            "cut": page["cut"],
            "inline": page["inline"],
            "displays": page["displays"],
        }
        if any(found.values()):
            wrong[name] = {k: v for k, v in found.items() if v}
    assert wrong == {}


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_pages_stand_still_while_they_are_drawn(driver, address, width):
    measure.look(driver, width)
    moved = {}
    for kind, name in kinds().items():
        measure.visit(driver, address + name)
        shift = driver.execute_async_script(measure.SHIFT)
        if shift >= 0.05:
            moved[kind] = round(shift, 3)
    assert moved == {}


def test_a_table_that_comes_row_by_row_stands_still(driver):
    measure.look(driver, 390)
    with served(kind=Slow) as address:
        measure.visit(driver, address + KINDS["ledger"])
        assert driver.execute_async_script(measure.SHIFT) < 0.05


def test_pages_are_light(driver, address):
    measure.look(driver, 1280)
    weights = {}
    for kind, name in kinds().items():
        with measure.empty_cache(driver):
            measure.visit(driver, address + name)
            weights[kind] = driver.execute_script(measure.WEIGHT)["weight"]
    assert min(weights.values()) > 0.01  # megabytes, without compression and figures
    assert {kind: w for kind, w in weights.items() if w > 2.5} == {}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_accessibility_rules_on_every_kind_of_page(driver, address, mode):
    wrong = {}
    measure.look(driver, 1280)
    for kind, name in kinds().items():
        measure.visit(driver, address + name, dark=mode == "dark")
        found = measure.axe(driver)
        found = [v for v in found if v["impact"] in ("serious", "critical")]
        if found:
            wrong[kind] = found
    assert wrong == {}


@pytest.mark.parametrize("selector", ["details.proof", "details.solution"])
def test_proofs_and_solutions_open_by_mouse_and_by_keyboard(driver, address, selector):
    measure.look(driver, 1280)
    measure.visit(driver, address + KINDS["chapter"])
    part = driver.find_element(By.CSS_SELECTOR, selector)
    line = part.find_element(By.TAG_NAME, "summary")
    inside = part.find_element(By.CSS_SELECTOR, "summary ~ *")
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", line)
    assert not inside.is_displayed()
    line.click()
    assert inside.is_displayed()
    for key in (Keys.ENTER, Keys.SPACE):
        was = inside.is_displayed()
        line.send_keys(key)
        assert inside.is_displayed() != was


def test_a_link_into_a_folded_part_opens_it(driver, address):
    measure.visit(driver, address + KINDS["chapter"])
    found = driver.execute_script(
        "return [...document.querySelectorAll('details [id]')].map(e => e.id)"
    )
    equation = next(i for i in found if i)
    measure.visit(driver, f"{address}{KINDS['chapter']}#{equation}")
    assert driver.execute_script(
        "return document.getElementById(arguments[0]).closest('details').open", equation
    )


def test_on_paper_all_is_open_drawn_and_light(driver, address):
    measure.visit(driver, address + KINDS["chapter"], dark=True)
    theme = "return document.documentElement.dataset.theme"
    count = "return document.querySelectorAll('.bd-article details:not([open])').length"
    assert driver.execute_script(theme) == "dark"
    driver.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    assert driver.execute_script(count) == 0
    assert driver.execute_script(measure.UNDRAWN) == []
    assert driver.execute_script(theme) == "light"
    driver.execute_script("window.dispatchEvent(new Event('afterprint'))")
    assert driver.execute_script(count) > 0
    assert driver.execute_script(theme) == "dark"


def test_folded_formulas_are_drawn_when_they_are_opened(driver, address):
    measure.visit(driver, address + KINDS["chapter"])
    left = driver.execute_script(measure.UNDRAWN)
    assert len(left) > 50  # time that no reader waits for
    assert driver.execute_script(
        "return [...document.querySelectorAll('.bd-article .math:not(.drawn)')]"
        ".every(e => e.closest('details:not([open])'))"
    )
    driver.execute_async_script(measure.OPEN)
    assert driver.execute_script(measure.UNDRAWN) == []


@pytest.mark.parametrize("size", [(7.5, 11.0), (7.3, 10.7)])
def test_listings_fit_on_paper(driver, address, size):
    """No line of a listing is wider than a sheet's text (Letter, A4, in inches)."""
    measure.look(driver, round(size[0] * 96))
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    measure.visit(driver, address + KINDS["chapter"])
    wide = driver.execute_script(
        """return [...document.querySelectorAll('.bd-article div.highlight pre')]
        .filter(e => { e.style.whiteSpace = 'pre';
                       return e.scrollWidth > e.clientWidth + 1; })
        .map(e => e.textContent.slice(0, 60))"""
    )
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert wide == []


@pytest.mark.parametrize("word", ["ellipsoid", "perceptron", "Woodbury"])
def test_search_finds(driver, address, word):
    driver.get(f"{address}search.html?q={word}")
    driver.implicitly_wait(15)
    hit = driver.find_element(By.CSS_SELECTOR, "ul.search li a")
    driver.implicitly_wait(0)
    assert hit.get_attribute("href")


def test_the_target_of_a_link_to_a_test_is_in_sight(driver, address):
    measure.look(driver, 1280)
    link = next(
        (target, anchor)
        for _, classes, target, anchor in read_site()[KINDS["chapter"]].links
        if "checked-by" in classes and target.startswith("tests/")
    )
    measure.visit(driver, f"{address}{link[0]}#{link[1]}")
    top, header = driver.execute_script(
        """const part = document.getElementById(arguments[0]);
        const bar = document.querySelector('.bd-header-article');
        const place = e => e.getBoundingClientRect();
        return [place(part).top, place(bar).bottom]""",
        link[1],
    )
    assert header - 2 <= top < 600


def test_formulas_are_no_stops_of_the_tab_key(driver, address):
    measure.look(driver, 1280)
    measure.visit(driver, address + KINDS["chapter"])
    assert driver.execute_script(measure.NAMES)["formulas"] == 0


def test_the_map_is_drawn_around_its_boxes_and_readable_on_a_phone(driver, address):
    measure.look(driver, 390, 844)
    measure.visit(driver, address + KINDS["landing"])
    crossed, letters, page = driver.execute_script(
        """const map = document.querySelector('svg.drawing.map');
        const boxes = [...map.querySelectorAll('rect')].map(r => r.getBBox());
        const crossed = [...map.querySelectorAll('path')].filter(path => {
          const length = path.getTotalLength();
          for (let at = 4; at < length - 4; at += 2) {
            const p = path.getPointAtLength(at);
            if (boxes.some(b => p.x > b.x + 1 && p.x < b.x + b.width - 1
                             && p.y > b.y + 1 && p.y < b.y + b.height - 1)) return true;
          }
        }).length;
        const line = map.querySelector('tspan').getBoundingClientRect().height;
        const root = document.documentElement;
        return [crossed, line, root.scrollWidth - root.clientWidth]"""
    )
    assert crossed == 0
    assert letters > 11  # pixels, with the space above and below
    assert page <= 1
