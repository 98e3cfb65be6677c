"""What is measured on a page in the browser: width, names, contrast, requests."""

import contextlib
import json
from urllib.parse import urlsplit

from tests.browser.site import AXE

# Formulas are drawn after the page has loaded; the fonts come after that.
READY = """
const done = arguments[0];
const drawn = (window.MathJax && MathJax.startup) ? MathJax.startup.promise : null;
Promise.resolve(drawn).then(() => window.formulasFit && formulasFit())
  .then(() => document.fonts.ready)
  .then(() => requestAnimationFrame(() => setTimeout(() => done(true), 30)));
"""

# Folded parts are opened first: what nobody sees cannot overflow.
OPEN = """
const done = arguments[0];
document.querySelectorAll('.bd-article details').forEach(d => { d.open = true; });
setTimeout(() => Promise.resolve(window.formulasFit && formulasFit())
  .then(() => setTimeout(() => done(true), 30)), 60);
"""

WIDTHS = """
const page = document.documentElement, report = {displays: [], inline: [], cut: []};
const name = e => (e.id || e.className || e.tagName) + ': '
  + e.textContent.trim().slice(0, 60);
for (const e of document.querySelectorAll('.bd-article div.math mjx-container')) {
  const over = e.scrollWidth - e.clientWidth;
  if (over > 1) report.displays.push([over, name(e)]);
}
const column = document.querySelector('.bd-article');
const edge = column ? column.getBoundingClientRect().right : 0;
for (const e of document.querySelectorAll('.bd-article span.math mjx-math')) {
  const over = Math.round(e.getBoundingClientRect().right - edge);
  if (over > 1 && !e.closest('table')) report.inline.push([over, name(e)]);
}
for (const e of document.querySelectorAll('.bd-article *')) {
  if (e.scrollWidth - e.clientWidth < 3 || e.clientWidth < 20) continue;
  if (e.closest('mjx-container, svg')) continue;
  if (getComputedStyle(e).display === 'inline') continue;
  if (getComputedStyle(e).overflowX === 'hidden') report.cut.push(name(e));
}
report.page = page.scrollWidth - page.clientWidth;
return report;
"""

# How far the first screen moved while the page was drawn (Chromium's own measure).
# Nobody touches the page; that a window has a size of its own counts as input.
SHIFT = """
const done = arguments[0];
let sum = 0;
new PerformanceObserver(list => {
  for (const e of list.getEntries()) sum += e.value;
}).observe({type: 'layout-shift', buffered: true});
setTimeout(() => done(sum), 60);
"""

# What a page fetches, pictures aside, in megabytes; and when it stood, in seconds.
WEIGHT = """
const kinds = ['navigation', 'resource'];
const all = kinds.flatMap(k => performance.getEntriesByType(k));
const picture = /\\.(svg|png|gif|jpe?g|webp)(\\?|$)/;
const sum = all.filter(e => !picture.test(e.name))
  .reduce((total, e) => total + e.decodedBodySize, 0);
return {weight: sum / 1e6, loaded: all[0].loadEventEnd / 1000,
        drawn: performance.now() / 1000};
"""

# Formulas that are still TeX, or that MathJax could not read.
UNDRAWN = """
const left = [...document.querySelectorAll('.bd-article .math')]
  .filter(e => !e.querySelector('mjx-container'));
const failed = [...document.querySelectorAll('mjx-merror')];
return [...left, ...failed].map(e => e.textContent.slice(0, 80));
"""

NAMES = """
const seen = e => e.offsetParent !== null
  && getComputedStyle(e).visibility !== 'hidden';
const named = e => (e.textContent.trim() || e.getAttribute('aria-label')
  || e.title || (e.querySelector('[alt]') || {}).alt);
const all = [...document.querySelectorAll('*')].filter(e => e.tabIndex >= 0 && seen(e));
return {stops: all.length,
        formulas: all.filter(e => e.closest('mjx-container')).length,
        empty: [...document.querySelectorAll('a[href]')].filter(e => !named(e)).length};
"""

# Formulas stand as a word: their thousands of parts have the colour of the text.
RULES = """
const done = arguments[0];
document.querySelectorAll('mjx-container').forEach(e => e.replaceWith('formula'));
axe.run(document, {resultTypes: ['violations'],
                   runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice']})
  .then(r => done(r.violations.map(v => ({
    rule: v.id, impact: v.impact, nodes: v.nodes.length,
    first: v.nodes.slice(0, 3).map(n => n.html.slice(0, 160))}))));
"""


# What a lecture would take: from the title to the first "Further", folded parts as
# they come. Formulas are no words.
LECTURE = r"""
const article = document.querySelector('.bd-article');
const end = [...article.querySelectorAll('h2')].find(
  h => /Further|Exercises/.test(h.textContent));
const before = e => !end
  || (e.compareDocumentPosition(end) & Node.DOCUMENT_POSITION_FOLLOWING);
const open = e => before(e) && !e.closest('details:not([open])');
const texts = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
let words = 0;
while (texts.nextNode()) {
  const node = texts.currentNode, box = node.parentElement;
  if (box.closest('pre, script, style, mjx-container, .headerlink')) continue;
  const folded = box.closest('details:not([open])');
  if (before(node) && (!folded || box.closest('summary')))
    words += (node.textContent.match(/[\p{L}\p{N}][\p{L}\p{N}’'.,-]*/gu) || []).length;
}
const figure = article.querySelector('figure');
const top = e => e.getBoundingClientRect().top;
return {words,
        formulas: [...article.querySelectorAll('div.math')].filter(open).length,
        listings: [...article.querySelectorAll('div.highlight')].filter(open).length,
        screens: figure ? (top(figure) - top(article)) / innerHeight : null};
"""


def look(driver, width, height=900):
    """Give the window a size, a phone's manners under 600 px."""
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {
            "width": width,
            "height": height,
            "deviceScaleFactor": 1,
            "mobile": width < 600,
        },
    )


def visit(driver, url, dark=False):
    """Open a page and wait until its formulas stand."""
    mode = "dark" if dark else "light"
    script = f"localStorage.mode = '{mode}'; localStorage.theme = '{mode}'"
    old = getattr(driver, "mode_script", None)
    if old is None or old[0] != mode:
        if old:
            driver.execute_cdp_cmd(
                "Page.removeScriptToEvaluateOnNewDocument", {"identifier": old[1]}
            )
        added = driver.execute_cdp_cmd(
            "Page.addScriptToEvaluateOnNewDocument", {"source": script}
        )
        driver.mode_script = (mode, added["identifier"])
    driver.get(url)
    driver.execute_async_script(READY)


@contextlib.contextmanager
def empty_cache(driver):
    """Let the browser fetch everything, as on a reader's first visit."""
    driver.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
    yield
    driver.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": False})


def axe(driver):
    """Return the violations of the accessibility rules on the open page."""
    driver.execute_script(AXE.read_text("utf-8"))
    return driver.execute_async_script(RULES)


def console_errors(driver):
    """Return what the console called an error since the last question."""
    return [
        entry["message"]
        for entry in driver.get_log("browser")
        if entry["level"] == "SEVERE"
    ]


def outside_requests(driver):
    """Return the addresses outside this machine that were asked for."""
    found = set()
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = urlsplit(message["params"]["request"]["url"])
            if url.scheme in ("http", "https") and url.hostname != "127.0.0.1":
                found.add(url.geturl())
    return sorted(found)
