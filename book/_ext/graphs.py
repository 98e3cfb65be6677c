"""Two drawings made from the code: the map of the chapters, and a chapter's files.

``{chapter_map}``
    Every chapter with what it builds on, as the imports say; each box is a link.
``{call_graph} relu_lp``
    The files of a chapter with their public functions; arrows point to what a file
    uses. Each box links to the file's page.
"""

import ast
import html
import sys
import textwrap
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from coursework.layout import chapters, imports_of

WIDTH, LINE, GAP = 178, 17, 34  # of a box, a line of text, the way between layers


class drawing(nodes.General, nodes.Element):
    """Boxes in layers, with arrows from each to those it needs."""


def layers(needs):
    """Return the boxes in layers: each below everything that it needs."""
    depth = {}
    for box in needs:  # in reading order: what a box needs comes before it
        depth[box] = max((depth[other] + 1 for other in needs[box]), default=0)
    return [
        [b for b in depth if depth[b] == level] for level in sorted({*depth.values()})
    ]


def reduced(needs):
    """Return the arrows that no way over other boxes replaces."""

    def reach(box):
        return set(needs[box]).union(*(reach(other) for other in needs[box]))

    return {
        box: [o for o in mine if not any(o in reach(via) for via in mine if via != o)]
        for box, mine in needs.items()
    }


def way(start, rows, end):
    """Return the path of an arrow from a box to a lower one, around those between.

    A box is (left, top, height); in each row that it crosses it takes the gap that is
    nearest to the straight line.
    """
    x, y = start[0] + WIDTH / 2, start[1] + start[2] + 2
    goal, last = end[0] + WIDTH / 2, end[1]
    path = f"M{x:.0f},{y}"

    def bend(to, top):
        return f" C{x:.0f},{y + 20} {to:.0f},{top - 20} {to:.0f},{top}"

    for row in rows:
        lefts = sorted(left for left, _, _ in row)
        gaps = [left - 8 for left in lefts] + [lefts[-1] + WIDTH + 8]
        top, low = row[0][1], row[0][1] + max(height for *_, height in row)
        straight = x + (goal - x) * (top - y) / (last - y)
        to = min(gaps, key=lambda gap: abs(gap - straight))
        path += f"{bend(to, top)} L{to:.0f},{low}"
        x, y = to, low
    return path + bend(goal, last)


def svg(needs, lines, links, label, kind):
    """Return the drawing: `lines` are the texts of each box, the first one bold."""
    rows = layers(needs)
    widest = max(len(row) for row in rows)
    total = widest * (WIDTH + 16) + 16
    place, parts, y = {}, [], 8
    for row in rows:
        height = max(len(lines[box]) for box in row) * LINE + 14
        left = (total - len(row) * (WIDTH + 16) + 16) / 2
        for i, box in enumerate(row):
            place[box] = (left + i * (WIDTH + 16), y, height)
        y += height + GAP
    level = {box: i for i, row in enumerate(rows) for box in row}
    for box, others in reduced(needs).items():
        for other in others:
            between = rows[level[other] + 1 : level[box]]
            boxes = [[place[b] for b in row] for row in between]
            parts.append(f'<path d="{way(place[other], boxes, place[box])}"/>')
    for box, (x, top, height) in place.items():
        middle = f"{x + WIDTH / 2:.0f}"
        texts = "".join(
            f'<tspan x="{middle}" dy="{LINE}">{html.escape(line)}</tspan>'
            for line in lines[box]
        )
        parts.append(
            f'<a href="{links[box]}"><rect x="{x:.0f}" y="{top}" width="{WIDTH}" '
            f'height="{height}" rx="6"/><text y="{top + 3}">'
            f"{texts}</text></a>"
        )
    return (
        f'<div class="drawing-room"><svg class="drawing {kind}" '
        f'viewBox="0 0 {total} {y - GAP + 8}" role="group" '
        f'aria-label="{html.escape(label)}" '
        f'style="max-width: {total}px; --least: {min(total, 660)}px">'
        f"{''.join(parts)}</svg></div>"
    )


class ChapterMap(SphinxDirective):
    """Draw which chapter builds on which."""

    def run(self):
        names = [c.name for c in chapters()]
        needs = {
            c.name: sorted(
                {
                    target.partition(".")[0]
                    for file in c.files
                    for target in imports_of(c.room / f"{file}.py")
                }.intersection(names)
                - {c.name},
                key=names.index,
            )
            for c in chapters()
        }
        lines, pages = {}, {}
        for c in chapters():
            self.env.note_dependency(str(c.page))
            title = next(
                line[2:]
                for line in c.page.read_text("utf-8").splitlines()
                if line.startswith("# ")
            )
            lines[c.name] = textwrap.wrap(f"{c.number} · {title}", 22)
            pages[c.name] = f"book/{c.stem}"
        label = "Map of the chapters: each stands below those that its code builds on."
        return [drawing(needs=needs, lines=lines, pages=pages, label=label, kind="map")]


class CallGraph(SphinxDirective):
    """Draw the files of a chapter, with their public functions."""

    required_arguments = 1

    def run(self):
        (chapter,) = (c for c in chapters() if c.name == self.arguments[0])
        needs, lines, pages = {}, {}, {}
        for file in chapter.files:
            path = chapter.room / f"{file}.py"
            self.env.note_dependency(str(path))
            inner = [t.partition(".") for t in imports_of(path)]
            used = {file for name, _, file in inner if name == chapter.name and file}
            needs[file] = [f for f in chapter.files if f in used]
            public = sorted(names_on_face(chapter, file), key=lambda n: n[0].isupper())
            shown = public if len(public) <= 4 else [*public[:3], "…"]
            lines[file] = [f"{file}.py", *shown]
            pages[file] = f"api/reference/{chapter.name}/{file}/index"
        label = (
            f"The files of reference/{chapter.name}: each stands below those it uses."
        )
        return [
            drawing(needs=needs, lines=lines, pages=pages, label=label, kind="files")
        ]


def names_on_face(chapter, file):
    """Return the names that a chapter's face takes from one of its files."""
    for node in ast.parse(chapter.face.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module.endswith(f".{file}"):
            for alias in node.names:
                if alias.asname is None:
                    yield alias.name


def visit_html(translator, node):
    """Write the drawing with links relative to its page."""
    builder = translator.builder
    links = {
        box: builder.get_relative_uri(builder.current_docname, page)
        for box, page in node["pages"].items()
    }
    what = (node[key] for key in ("needs", "lines"))
    translator.body.append(svg(*what, links, node["label"], node["kind"]))
    raise nodes.SkipNode


def skip(translator, node):
    """Leave the drawing out of everything that is not a web page."""
    raise nodes.SkipNode


def setup(app):
    """Register the directives."""
    app.add_node(drawing, html=(visit_html, None), latex=(skip, None))
    app.add_directive("chapter_map", ChapterMap)
    app.add_directive("call_graph", CallGraph)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
