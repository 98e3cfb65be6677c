"""The built book as a browser meets it: a server, a driver, and links as read.

Nothing here leaves the machine: the pages are served from ``_build/html`` on this
computer, and Chromium and its driver are the system's own.
"""

import contextlib
import functools
import http.server
import importlib
import re
import shutil
import threading
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from coursework.layout import ROOT, chapter_order, toc_pages
from tools.book import BUILD, BUILT, book_hash

HTML = BUILD / "html"
AXE = ROOT / "node_modules/axe-core/axe.min.js"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = """--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run
--disable-background-networking --disable-component-update --disable-sync
--disable-extensions --force-prefers-reduced-motion --hide-scrollbars
--window-size=1280,900"""


def missing():
    """Return what these tests need and do not find, with the cure; or None."""
    if not any(map(shutil.which, CHROMIUM)) or not shutil.which("chromedriver"):
        return (
            "no Chromium with its driver: install your system's packages "
            "(Debian, Ubuntu: apt-get install chromium chromium-driver)"
        )
    if not AXE.exists():
        return "no axe-core: run npm ci in the book's folder"
    if not BUILT.exists() or BUILT.read_text() != book_hash():
        return "the book is not built as it is now: run make book"
    return None


# --------------------------------------------------------------------- links, as read


@dataclass
class Page:
    """What a page offers to be linked to, and what it links."""

    name: str
    ids: set = field(default_factory=set)
    links: list = field(default_factory=list)  # (parents, classes, page, anchor)
    boxes: dict = field(default_factory=dict)  # {box: labels of the results above it}
    empty: int = 0  # links without a name


class Reader(HTMLParser):
    """Collect identifiers and links; know the nearest identified parents of each."""

    VOID = frozenset(
        [
            "area",
            "base",
            "br",
            "col",
            "embed",
            "hr",
            "img",
            "input",
            "link",
            "meta",
            "source",
            "wbr",
        ]
    )

    def __init__(self, name):
        super().__init__()
        self.page, self.stack, self.named = Page(name), [], None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        ids = [attributes[k] for k in ("id", "name") if attributes.get(k)]
        if tag != "meta":
            self.page.ids.update(ids)
        if attributes.get("data-results"):
            self.page.boxes[ids[0]] = attributes["data-results"].split()
        if tag not in self.VOID:
            self.stack.append((tag, ids, attributes.get("class") or ""))
        if tag == "a" and "href" in attributes:
            url, anchor = urldefrag(attributes["href"])
            if not urlsplit(url).scheme:
                target = unquote(urljoin(self.page.name, url)) if url else None
                parents = frozenset(i for _, ids, _ in self.stack for i in ids)
                classes = frozenset(c for _, _, cs in self.stack for c in cs.split())
                target = target or self.page.name
                self.page.links.append((parents, classes, target, unquote(anchor)))
            self.named = bool(attributes.get("aria-label"))
        elif self.named is False and attributes.get("alt"):
            self.named = True

    def handle_data(self, data):
        if self.named is False and data.strip():
            self.named = True

    def handle_endtag(self, tag):
        if tag == "a" and self.named is not None:
            self.page.empty += not self.named
            self.named = None
        while any(tag == open_tag for open_tag, _, _ in self.stack):
            if self.stack.pop()[0] == tag:
                break


@functools.cache
def read_site(folder=HTML):
    """Return every page of the build by its path, with its identifiers and links."""
    pages = {}
    for file in sorted(folder.rglob("*.html")):
        name = file.relative_to(folder).as_posix()
        if "_static" not in name:
            reader = Reader(name)
            reader.feed(file.read_text("utf-8"))
            pages[name] = reader.page
    return pages


def broken_links(folder=HTML):
    """Return a line for each link to a page, a file or an anchor that is not there."""
    pages, broken = read_site(folder), []
    for page in pages.values():
        for _, _, target, anchor in page.links:
            if target not in pages:
                if not (folder / target).is_file():
                    broken.append(f"{page.name}: {target}")
            elif anchor and anchor not in pages[target].ids:
                broken.append(f"{page.name}: {target}#{anchor}")
    return sorted(set(broken))


def page_names(folder=HTML):
    """Return the pages that a reader is led to, table of contents first."""
    inner = [f"{page}.html" for page in toc_pages()]
    return inner + sorted(set(read_site(folder)) - set(inner) - {"index.html"})


class CodeReader(HTMLParser):
    """Collect the code in running text that is in no link and in no heading."""

    CLOSED = ("a", "pre", "h1", "h2", "h3", "summary")

    def __init__(self):
        super().__init__()
        self.inside, self.text, self.found = [], None, []

    def handle_starttag(self, tag, attributes):
        if tag in self.CLOSED:
            self.inside.append(tag)
        elif tag == "code":
            self.text = ""

    def handle_data(self, data):
        if self.text is not None and not self.inside:
            self.text += data

    def handle_endtag(self, tag):
        if tag in self.inside:
            self.inside.remove(tag)
        elif tag == "code" and self.text is not None:
            self.found.append(self.text)
            self.text = None


def unlinked_code(name, folder=HTML):
    """Return the code on a page that names a public function and is no link.

    A name counts alone, or where it is called: ``fista`` in ``solver="fista"`` is the
    name of an option.
    """
    public = {
        name
        for chapter in chapter_order()
        for name in importlib.import_module(f"reference.{chapter}").__all__
    }
    reader = CodeReader()
    text = (folder / name).read_text("utf-8")
    reader.feed(text[text.find("<article") : text.rfind("</article>")])
    return [
        code
        for code in reader.found
        if {code, *re.findall(r"(?<![\w.])\w+(?=\()", code)} & public
    ]


# ------------------------------------------------------------------------ the browser


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serve files without a line for each on the terminal."""

    def log_message(self, *arguments):
        pass


class Slow(Quiet):
    """Send a page row by row of its first tables, as a slow line does."""

    def copyfile(self, source, outputfile):
        *rows, rest = source.read().split(b"</tr>", 6)
        for row in rows:
            outputfile.write(row + b"</tr>")
            outputfile.flush()
            time.sleep(0.3 * self.path.endswith(".html"))
        outputfile.write(rest)


@contextlib.contextmanager
def served(folder=HTML, kind=Quiet):
    """Yield the address of a server of the built pages."""
    handler = functools.partial(kind, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


@contextlib.contextmanager
def chromium():
    """Yield a driver of the system's Chromium, without a window."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = next(filter(None, map(shutil.which, CHROMIUM)))
    for flag in FLAGS.split():
        options.add_argument(flag)
    options.set_capability(
        "goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"}
    )
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    driver.set_script_timeout(120)
    try:
        yield driver
    finally:
        driver.quit()
