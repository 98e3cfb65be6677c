"""One number for a figure that stands on a page and in a lab.

Sphinx numbers the figures of a chapter in the order of the table of contents: the page
first, then its labs. Here a figure of a lab that the page shows gets the page's number,
the others go on after the page's last, and captions lead from one place to the other.
"""

from docutils import nodes

from companion.places import link
from coursework.layout import chapters, toc_pages


def places(chapter):
    """Return the page of a chapter and its labs, in reading order."""
    labs = [p for p in toc_pages() if p.startswith(f"chapters/{chapter.stem}")]
    return f"book/{chapter.stem}", labs


def number_once(app, env):
    """Number the figures of the labs again, when Sphinx has numbered all."""
    for chapter in chapters():
        page, labs = places(chapter)
        numbers = [env.toc_fignumbers.get(doc, {}).get("figure", {}) for doc in labs]
        shown = env.toc_fignumbers.get(page, {}).get("figure", {})
        renumber(shown, numbers)
    return []


def renumber(page, labs):
    """Give the figures of labs, dicts from name to number, the numbers of the page."""
    count = len(page)
    for figures in labs:
        for name, number in figures.items():
            twin = page.get(f"page-{name}")
            count += twin is None
            figures[name] = twin or (*number[:-1], count)


def other_place(env, docname, name):
    """Return (words, page, anchor) of the other place of a figure, or None."""
    for chapter in chapters():
        page, labs = places(chapter)
        if docname == page:
            twin = name.removeprefix("page-")
            lab = next((d for d in labs if is_figure(env, d, twin)), None)
            return ("In the lab", lab, twin) if lab else None
        if docname in labs and is_figure(env, page, f"page-{name}"):
            return "On the page", page, f"page-{name}"
    return None


def is_figure(env, docname, name):
    """Has a document a figure of that name?"""
    return name in env.toc_fignumbers.get(docname, {}).get("figure", {})


def add_ways(app, doctree, docname):
    """End the caption of a figure with the way to its other place."""
    for figure in doctree.findall(nodes.figure):
        caption = next(iter(figure.findall(nodes.caption)), None)
        found = other_place(app.env, docname, figure["ids"][0]) if caption else None
        if found:
            caption += [nodes.Text(" "), link(*found), nodes.Text(".")]
