"""A chapter's page and its labs, linked section by section.

Nobody types an address. A section of a lab belongs to the section of the page

1. that it names itself, in a line ``**On the page** The largest ball`` below its
   heading (below the lab's title: for the lab as a whole),
2. else that has the same heading,
3. else that shows its figure,
4. else that prints a ``plain_…`` function which it calls,
5. else to the one that the lab as a whole belongs to ("Try it" excepted).

Both get a line below their headings; a section without a place gets none, and a page
names a lab that belongs to one of its sections once, not each section of it.
"""

import re

from docutils import nodes
from sphinx.util import logging

from companion.places import link

LOGGER = logging.getLogger(__name__)

DOCUMENT = re.compile(r"(book|chapters)/(\d\d)_")
NAMED = "On the page"
LAST = "Try it"
PLAIN = re.compile(r"\bplain_\w+")


def remember(app, doctree):
    """Keep the sections of a page or a lab: heading, anchor and what is in them."""
    env = app.env
    if not DOCUMENT.match(env.docname):
        return
    is_lab, parts = env.docname.startswith("chapters/"), []
    for section in doctree.findall(nodes.section):
        inside = list(section.findall(nodes.Element))
        if not is_lab:  # a section of the page without those below it
            inside = [node for node in inside if nearest(node) is section]
        elif section.parent is doctree:  # a lab as a whole has only what it names
            inside = []
        signs = list(dict.fromkeys(sign for node in inside for sign in signs_of(node)))
        place = section[0].astext(), section["ids"][0]
        parts.append((*place, signs, named(section)))
    env.__dict__.setdefault("companion_parts", {})[env.docname] = parts
    app.__dict__.setdefault("companion_fresh", set()).add(env.docname)


def nearest(node):
    """Return the section that a node stands in."""
    node = node.parent
    while node is not None and not isinstance(node, nodes.section):
        node = node.parent
    return node


def signs_of(node):
    """Yield what a section can be known by: its figures, its plain functions."""
    if isinstance(node, nodes.figure):
        yield from (name.removeprefix("page-") for name in node["names"])
    elif isinstance(node, nodes.literal_block) and "python" in node.get("language", ""):
        printed = re.findall(r"^def (plain_\w+)", node.astext(), re.MULTILINE)
        yield from printed or PLAIN.findall(node.astext())


def named(section):
    """Take off the line that names a section of the page; return the name, or None."""
    for line in section.children:
        text = line.astext() if isinstance(line, nodes.paragraph) else ""
        if text.startswith(f"{NAMED} ") and next(line.findall(nodes.strong), None):
            section.remove(line)
            return text.removeprefix(NAMED).strip()
    return None


def place(part, page):
    """Return the section of the page that a lab's section belongs to, or None."""
    title, _, signs, name = part
    if name is not None or title in [heading for heading, *_ in page]:
        return next((p for p in page if p[0] == (name or title)), None)
    figures = [s for s in signs if not s.startswith("plain_")]
    signs = [*figures, *(s for s in signs if s not in figures)]
    for sections in (page[1:], page[:1]):  # a figure at the top is the whole page's
        for sign in signs:
            found = next((p for p in sections if sign in p[2]), None)
            if found:
                return found
    return None


def pairs(env, number):
    """Yield (lab, its section, page, its section, own) of the chapter with a number.

    `own` is false for a section whose place is that of the lab as a whole.
    """
    known = getattr(env, "companion_parts", {})
    page = next((d for d in known if d.startswith(f"book/{number}_")), None)
    labs = sorted(d for d in known if d.startswith(f"chapters/{number}_"))
    for lab in labs if page else []:
        whole = place(known[lab][0], known[page])
        for part in known[lab]:
            found = place(part, known[page])
            if found:
                yield lab, part, page, found, True
            elif part[3]:
                message = "%s: the page has no section %r"
                LOGGER.warning(message, part[0], part[3], location=lab)
            elif whole and part[0] != LAST:
                yield lab, part, page, whole, False


def add_lines(app, doctree, docname):
    """Below the headings of a page and a lab: the sections that belong to them."""
    match = DOCUMENT.match(docname)
    if not match:
        return
    lines = {}
    for lab, there, page, here, own in pairs(app.env, match[2]):
        if docname == page and own:
            lines.setdefault(here[1], []).append((there[0], lab, there[1]))
        elif docname == lab:
            lines.setdefault(there[1], []).append((here[0], page, here[1]))
    label = "In the lab: " if match[1] == "book" else "On the page: "
    for section in doctree.findall(nodes.section):
        links = lines.get(section["ids"][0])
        if links:
            line = nodes.paragraph("", label, classes=["section-links"])
            for i, target in enumerate(links):
                line += [nodes.Text(" · ")] * bool(i) + [link(*target)]
            section.insert(1, line)


def chapter_again(app, env):
    """When a page or a lab was read, its whole chapter is written anew."""
    fresh = {DOCUMENT.match(d)[2] for d in app.__dict__.pop("companion_fresh", ())}
    return [d for d in env.found_docs if (m := DOCUMENT.match(d)) and m[2] in fresh]


def forget(app, env, docname):
    """Drop what is known of a page before it is read again."""
    env.__dict__.setdefault("companion_parts", {}).pop(docname, None)
