"""Figures with their numbers, headings with their links: read off the built pages."""

import re

from tests.browser.site import HTML, read_site

FIGURE = re.compile(r'<figure[^>]*\bid="([^"]+)"(.*?)</figure>', re.DOTALL)
NUMBER = re.compile(r'<span class="caption-number">([^<]*)</span>')
HEADING = re.compile(r'<h([23])>(.*?)</h\1>\s*(<p class="section-links">)?', re.DOTALL)


def article(name, folder=HTML):
    """Return the HTML of a page's own part."""
    text = (folder / name).read_text("utf-8")
    return text[text.find("<article") : text.rfind("</article>")]


def numbers(folder=HTML):
    """Return {name: {(page, id): number}} of the figures of pages and labs.

    A figure's name is the one that it has in the lab.
    """
    found = {}
    for page in read_site(folder):
        if re.match(r"(book|chapters)/\d\d_", page):
            for name, rest in FIGURE.findall(article(page, folder)):
                number = NUMBER.search(rest)
                places = found.setdefault(name.removeprefix("page-"), {})
                places[page, name] = number[1].strip() if number else ""
    return found


def headings(name, folder=HTML):
    """Return (text, HTML, has a line of links) of the headings below the title."""
    return [
        (re.sub("<[^>]*>", "", inner).strip(" #\n"), inner, bool(line))
        for _, inner, line in HEADING.findall(article(name, folder))
    ]
