"""``{lab_figure} fig-04-spiral``: a figure of the chapter's lab, on the page.

The picture is the one that the executed lab holds, with the lab's alt text; the content
of the directive is the caption, and without it the lab's caption is used.
"""

import os
from base64 import b64decode
from pathlib import Path

import nbformat
from docutils import nodes
from docutils.parsers.rst import directives
from jupyter_cache import get_cache
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from coursework.layout import ROOT

LOGGER = logging.getLogger(__name__)


class LabFigure(SphinxDirective):
    """Show a figure of the chapter's executed lab."""

    required_arguments = 1
    has_content = True
    option_spec = {"width": directives.unchanged}  # noqa: RUF012

    def run(self):
        name = self.arguments[0]
        stem = Path(self.env.docname).name
        self.env.note_dependency(str(ROOT / "chapters" / f"{stem}.ipynb"))
        cache = get_cache(self.env.mystnb_config.execution_cache_path)
        cell = find_figure(cache, ROOT / "chapters" / f"{stem}.ipynb", name)
        if cell is None:
            LOGGER.warning(
                "the lab %s has no figure %s", stem, name, location=self.get_location()
            )
            return []
        kind, data, alt, caption = cell
        folder = Path(self.env.app.outdir).parent / "lab_figures"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{name}.{kind}"
        file.write_bytes(b64decode(data))
        uri = os.path.relpath(file, Path(self.env.doc2path(self.env.docname)).parent)
        image = nodes.image(uri=Path(uri).as_posix(), alt=alt)
        if "width" in self.options:
            image["width"] = self.options["width"]
        figure = nodes.figure("", image, align="center")
        lines = list(self.content) or caption.splitlines()
        parsed = self.parse_text_to_nodes("\n".join(lines))
        text = parsed[0].children if parsed else [nodes.Text(caption)]
        figure += nodes.caption("", "", *text)
        self.set_source_info(figure)
        figure["names"].append(f"page-{name}")
        self.state.document.note_explicit_target(figure, figure)
        return [figure]


def find_figure(cache, lab, name):
    """Return (kind, base64 data, alt, caption) of an executed lab's figure, or None."""
    try:
        notebook = nbformat.read(lab, as_version=4)
        executed = cache.get_cache_bundle(cache.match_cache_notebook(notebook).pk).nb
    except (FileNotFoundError, KeyError):
        return None
    # Outputs come from the cache, alt text and captions from the lab as it is now.
    for cell, done in zip(notebook.cells, merged(notebook, executed), strict=True):
        render = cell["metadata"].get("mystnb", {})
        if render.get("figure", {}).get("name") != name:
            continue
        for output in done:
            for kind in ("png", "gif"):
                data = output.get("data", {}).get(f"image/{kind}")
                if data:
                    alt = render.get("image", {}).get("alt", "")
                    return kind, data, alt, render["figure"].get("caption", "")
    return None


def merged(notebook, executed):
    """Yield the cached outputs of each cell; the cache keeps only code cells."""
    outputs = (cell.outputs for cell in executed.cells if cell.cell_type == "code")
    for cell in notebook.cells:
        yield next(outputs, []) if cell.cell_type == "code" else []


def labs_first(app, env, docnames):
    """Read labs before pages, so that their figures exist when pages show them."""
    docnames.sort(key=lambda name: (not name.startswith("chapters/"), name))
