"""``{lab_figure} fig-04-spiral``: a figure of the chapter's labs, on the page.

The picture is the one that the executed lab holds (the chapter's own, or a further one,
whose file name goes on), with the lab's alt text; the content of the directive is the
caption, and without it the lab's caption is used.
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
from tools.figures import PHONE_TYPE

LOGGER = logging.getLogger(__name__)


class LabFigure(SphinxDirective):
    """Show a figure of one of the chapter's executed labs."""

    required_arguments = 1
    has_content = True
    option_spec = {"width": directives.unchanged}  # noqa: RUF012

    def run(self):
        name = self.arguments[0]
        stem, found = Path(self.env.docname).name, None
        for lab in sorted((ROOT / "chapters").glob(f"{stem}*.ipynb")):
            self.env.note_dependency(str(lab))
            found = found or find_figure(self.env, lab.stem, name)
        if found is None:
            LOGGER.warning(
                "no lab of %s has a figure %s", stem, name, location=self.get_location()
            )
            return []
        files, alt, caption = found
        figure = nodes.figure("", *images(self.env, files, alt), align="center")
        if "width" in self.options and len(figure) == 1:
            figure[0]["width"] = self.options["width"]
        lines = list(self.content) or caption.splitlines()
        parsed = self.parse_text_to_nodes("\n".join(lines))
        text = parsed[0].children if parsed else [nodes.Text(caption)]
        figure += nodes.caption("", "", *text)
        self.set_source_info(figure)
        figure["names"].append(f"page-{name}")
        self.state.document.note_explicit_target(figure, figure)
        return [figure]


def images(env, files, alt):
    """Return the images of a figure: one for the page and, if there is, for a phone."""
    here = Path(env.doc2path(env.docname)).parent
    kinds = [["wide"], ["phone"]] if len(files) > 1 else [[]]
    return [
        nodes.image(
            uri=Path(os.path.relpath(file, here)).as_posix(), alt=alt, classes=kind
        )
        for file, kind in zip(files, kinds, strict=True)
    ]


def phone_figures(app, doctree):
    """Give a phone the figures made for it: the labs', and ``name-phone.svg``."""
    env = app.env
    stem, here = Path(env.docname).name, Path(env.doc2path(env.docname)).parent
    for figure in doctree.findall(nodes.figure):
        if env.docname.startswith("chapters/"):
            found = [find_figure(env, stem, name) for name in figure["names"]]
        elif "wide" in figure[0]["classes"]:
            found = []  # a lab's figure on a page, which has both already
        else:
            file = here / figure[0].get("uri", "")
            both = [file, file.with_name(f"{file.stem}-phone.svg")]
            found = [(both, figure[0].get("alt", ""))] if both[1].exists() else []
        for files, alt, *_ in filter(None, found):
            if len(files) > 1:
                # in place of the output in all its types, in whichever order they come
                figure[0:1] = images(env, files, alt)


def find_figure(env, stem, name):
    """Return (files, alt, caption) of an executed lab's figure, or None."""
    cache = get_cache(env.mystnb_config.execution_cache_path)
    try:
        notebook = nbformat.read(ROOT / "chapters" / f"{stem}.ipynb", as_version=4)
        executed = cache.get_cache_bundle(cache.match_cache_notebook(notebook).pk).nb
    except (FileNotFoundError, KeyError):
        return None
    # Outputs come from the cache, alt text and captions from the lab as it is now.
    for cell, done in zip(notebook.cells, merged(notebook, executed), strict=True):
        render = cell["metadata"].get("mystnb", {})
        if render.get("figure", {}).get("name") != name:
            continue
        for output in done:
            files = written(env, name, output.get("data", {}))
            if files:
                alt = render.get("image", {}).get("alt", "")
                return files, alt, render["figure"].get("caption", "")
    return None


def written(env, name, data):
    """Write the pictures of one output as files; return them, the page's first."""
    folder = Path(env.app.outdir).parent / "lab_figures"
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [("image/svg+xml", f"{name}.svg"), (PHONE_TYPE, f"{name}-phone.svg")]
    files = []
    for kind, file in drawn:
        if kind in data:
            (folder / file).write_text(data[kind], "utf-8")
            files.append(folder / file)
    for kind in ("png", "gif"):
        if not files and f"image/{kind}" in data:
            files.append(folder / f"{name}.{kind}")
            files[0].write_bytes(b64decode(data[f"image/{kind}"]))
    return files


def merged(notebook, executed):
    """Yield the cached outputs of each cell; the cache keeps only code cells."""
    outputs = (cell.outputs for cell in executed.cells if cell.cell_type == "code")
    for cell in notebook.cells:
        yield next(outputs, []) if cell.cell_type == "code" else []


def labs_first(app, env, docnames):
    """Read labs before pages, so that their figures exist when pages show them."""
    docnames.sort(key=lambda name: (not name.startswith("chapters/"), name))
