"""The files of the reference code and of the tests as pages of the book.

Every function stands in a block of its own, with its decorators, its line numbers and
a line of links back to the theorem, the page, the documentation and the tests. Lines
have identifiers, but no anchors that a keyboard would stop at.
"""

import html

from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from companion.checked_by import boxes_with
from companion.listings import listings_of
from companion.places import (
    SHARED,
    all_definitions,
    all_tests,
    code_files,
    definitions,
    file_definitions,
    home,
    page_title,
    result,
    test_files,
    test_page,
    tests_of,
    words,
)
from coursework.layout import ROOT


def code_pages(app):
    """Yield a page for each file of the reference code and of the tests."""
    for files in (code_files(), test_files()):
        for i, file in enumerate(files):
            before = files[i - 1] if i else None
            after = files[i + 1] if i + 1 < len(files) else None
            yield code_page(app, file, before, after)


def code_page(app, file, before, after):
    """Return (page name, context, template) of one file."""
    name = file.removesuffix(".py")
    source = (ROOT / file).read_text("utf-8")
    lines = highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    lines = lines.splitlines()
    top = [d for d in file_definitions(file) if "." not in d.name]
    parts, start = [], 1
    for item in top:
        parts.append(block(lines, start, item.first - 1))
        links = links_back(app, name, item)
        label = html.escape(item.name)
        parts.append(
            f'<section class="code-part" id="{label}" aria-label="{label}">{links}'
            f"{block(lines, item.first, item.last, methods(file, item))}</section>"
        )
        start = item.last + 1
    parts.append(block(lines, start, len(lines)))

    def neighbour(other):
        uri = app.builder.get_relative_uri(name, other.removesuffix(".py"))
        return {"link": uri, "title": other}

    context = {
        "title": file,
        "body": f'<h1>{file}</h1>\n<div class="code-page">{"".join(parts)}</div>',
        "parents": [],
        "prev": neighbour(before) if before else None,
        "next": neighbour(after) if after else None,
    }
    return name, context, "page.html"


def methods(file, item):
    """Return {line: identifier} of the methods of a class."""
    inner = [d for d in file_definitions(file) if d.name.startswith(f"{item.name}.")]
    return {d.first: d.name for d in inner}


def block(lines, first, last, names=()):
    """Return lines `first` to `last` as highlighted HTML, without blank ends."""
    while first <= last and not lines[first - 1].strip():
        first += 1
    while first <= last and not lines[last - 1].strip():
        last -= 1
    if first > last:
        return ""
    shown = []
    for number in range(first, last + 1):
        mark = f'<a id="{names[number]}"></a>' if number in names else ""
        text = lines[number - 1]
        shown.append(f'<span class="line" id="line-{number}">{mark}{text}\n</span>')
    count = f"counter-reset: line {first - 1}"
    body = "".join(shown)
    return (
        f'<div class="highlight"><pre style="{count}" tabindex="0">{body}</pre></div>'
    )


# ----------------------------------------------------------------------- links back


def links_back(app, page, item):
    """Return the line of links above a function, as HTML."""
    if page.startswith("tests/"):
        groups = test_links(app, item)
    else:
        groups = code_links(app.env, item)

    def anchor(text, target, anchor):
        uri = app.builder.get_relative_uri(page, target) if target != page else ""
        uri += f"#{anchor}" if anchor else ""
        return f'<a href="{uri}">{html.escape(text)}</a>'

    shown = [
        f"{html.escape(label)} {', '.join(anchor(*one) for one in links)}"
        for label, links in groups
        if links
    ]
    return f'<p class="code-links">{" · ".join(shown)}</p>' if shown else ""


def results_of(env, numbers):
    """Return (text, page, anchor) of the results whose boxes name the numbers."""
    found = {}
    for docname, anchor, labels, title in boxes_with(env, numbers):
        for label in labels:
            page, target, name, heading = result(env, label)
            text = f"{name} ({heading})" if heading else name
            found[page, target] = (text, page, target)
        if not labels:
            found[docname, anchor] = (f"section “{title}”", docname, anchor)
    return list(found.values())


def test_links(app, item):
    """Return the groups of links above a test."""
    marks = [p for p in all_tests() if p.test == item.name]
    marks = [p for p in marks if p.path == item.file]
    numbers = [p.id for p in marks]
    subjects = dict.fromkeys(s.rpartition(".")[2] for p in marks for s in p.subjects)
    known = [definitions()[s] for s in subjects if s in definitions()]
    return [
        (f"{' '.join(numbers)} checks", results_of(app.env, numbers)),
        ("through", [(d.name, api_page(app.env, d), d.target) for d in known]),
        ("code", [(f"line {d.first}", d.page, d.name) for d in known]),
    ]


def code_links(env, item):
    """Return the groups of links above a function of the reference code."""
    tests = tests_of(item.name)
    pages = listings_of(env, item.name)
    page = api_page(env, item)
    results = results_of(env, [p.id for p in tests])
    if item.public and not results and not pages:
        results = [home(item, env)]
    tests = [(p.id or p.statement, *test_place(p)) for p in first_of_each(tests)]
    return [
        ("documented at", [(item.name, page, item.target)] if page else []),
        ("listed in", [(page_title(p, env), p, a) for p, a in pages]),
        ("see", results),
        ("checked by", tests),
        *(class_links(env, item) if item.public and item.name[0].isupper() else []),
    ]


def class_links(env, item):
    """Return the groups of links of a class: functions that use it, its tests."""
    functions = [d for d in all_definitions() if d.public and d.name[0].islower()]
    found = [d for d in functions if item.name in words(d)]
    folder, _, file = item.page.removeprefix("reference/").rpartition("/")
    found.sort(key=lambda d: d.file.split("/")[1] != folder)
    name = f"tests/{folder}/test_{file}" if folder else SHARED.removesuffix(".py")
    return [
        ("met in", [(d.name, api_page(env, d), d.target) for d in found[:4]]),
        ("tested in", [(f"{name}.py", name, "")]),
    ]


def test_place(test):
    """Return the page and the anchor of a test."""
    return test_page(test), test.test


def first_of_each(tests):
    """Return the first test of each number."""
    return list({p.id or p.test: p for p in reversed(tests)}.values())[::-1]


def api_page(env, item):
    """Return the page that documents a function, or None."""
    entry = env.get_domain("py").objects.get(item.target)
    return entry.docname if entry else None


# ------------------------------------------------------------- below the API entries


def add_links(app, doctree, docname):
    """Below each entry of the API pages: lines, theorems, pages and tests."""
    if not docname.startswith("api/") or app.builder.format != "html":
        return
    for entry in doctree.findall(lambda n: n.tagname == "desc"):
        ids = [
            i for s in entry.children if s.tagname == "desc_signature" for i in s["ids"]
        ]
        known = next((d for d in all_definitions() if d.target in ids), None)
        if known is None or "." in known.name:
            continue
        line = nodes.paragraph(classes=["code-links"], ids=[f"about-{known.target}"])
        groups = code_links(app.env, known)[1:]
        code = [(f"lines {known.first} to {known.last}", known.page, known.name)]
        for label, links in [("source", code), *groups]:
            for i, (text, page, anchor) in enumerate(links):
                line += nodes.Text(
                    ", " if i else f" · {label} " if len(line) else f"{label} "
                )
                uri = app.builder.get_relative_uri(docname, page)
                uri += f"#{anchor}" if anchor else ""
                line += nodes.reference("", text, refuri=uri, internal=True)
        content = next(c for c in entry.children if c.tagname == "desc_content")
        content.insert(0, line)


def api_again(app, env):
    """The links on the API pages come from other pages: write them anew."""
    return [name for name in env.found_docs if name.startswith("api/")]
