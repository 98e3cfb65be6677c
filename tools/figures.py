"""Figures of the labs for the book: as drawings, and once more for a phone.

While the book is built, every figure that a lab shows is kept as SVG, at most as wide
as the page, so that text has one size everywhere, and a second time with its panels
one below the other. A reader's own Jupyter shows figures as ever.
"""

import io
import pickle
from pathlib import Path

PAGE, PHONE = 8.2, 4.6  # inches
LARGEST = 400_000  # characters; beyond that a bitmap is smaller
PHONE_TYPE = "application/x-companion-phone"

STARTUP = """\
from tools.figures import install

install(get_ipython())
"""


def prepare(folder):
    """Make an IPython directory whose kernels keep figures so; return its path."""
    startup = Path(folder) / "profile_default" / "startup"
    startup.mkdir(parents=True, exist_ok=True)
    (startup / "figures.py").write_text(STARTUP, "utf-8")
    return str(folder)


def install(shell):
    """Let a kernel show each figure as a drawing, wide and tall."""
    formatter = shell.display_formatter.mimebundle_formatter
    formatter.for_type_by_name("matplotlib.figure", "Figure", bundle)


def bundle(figure, include=None, exclude=None):
    """Return the drawings of a figure by their types; too large ones are left out."""
    tall = stacked(figure)
    width, height = figure.get_size_inches()
    if width > PAGE:
        figure.set_size_inches(PAGE, height * PAGE / width)
    wide = drawing(figure)
    if len(wide) > LARGEST:
        return {}
    found = {"image/svg+xml": wide}
    if tall is not None and len(text := drawing(tall)) <= LARGEST:
        found[PHONE_TYPE] = text
    return found


def drawing(figure):
    """Return a figure as the text of an SVG, the same at every run."""
    import matplotlib

    settings = {"svg.hashsalt": "companion", "svg.fonttype": "path"}
    with matplotlib.rc_context(settings):
        buffer = io.StringIO()
        figure.savefig(
            buffer,
            format="svg",
            transparent=True,
            bbox_inches="tight",
            metadata={"Date": None, "Creator": None},
        )
    return buffer.getvalue()


def stacked(figure):
    """Return a copy for a phone, panels one below the other or four across, or None."""
    try:
        copy = pickle.loads(pickle.dumps(figure))
    except Exception:  # a figure that cannot be copied is shown as it is
        return None
    panels = [axes for axes in copy.axes if axes.get_subplotspec() is not None]
    if not panels:
        return None
    grid = panels[0].get_subplotspec().get_gridspec()
    width, height = copy.get_size_inches()
    ratio = (height / grid.nrows) / (width / grid.ncols)
    if grid.nrows * grid.ncols == 1:
        copy.set_size_inches(PHONE, PHONE * min(1.15 * ratio, 1.2))
        return copy
    order = sorted(panels, key=lambda axes: axes.get_subplotspec().num1)
    specs = {axes: axes.get_subplotspec() for axes in order}
    for axes, spec in specs.items():
        # A label that stood once for a row or a column stands at each panel now.
        row = [a for a in order if specs[a].rowspan == spec.rowspan]
        below = [a for a in order if specs[a].colspan == spec.colspan]
        axes.set_ylabel(axes.get_ylabel() or row[0].get_ylabel())
        axes.set_xlabel(axes.get_xlabel() or below[-1].get_xlabel())
        if axes.axison:
            axes.tick_params(labelleft=True, labelbottom=True)
    across = 4 if grid.ncols > 4 else 1  # many small pictures stay small
    rows = -(-len(order) // across)
    places = copy.add_gridspec(rows, across)
    for place, axes in enumerate(order):
        axes.set_subplotspec(places[place // across, place % across])
    copy.set_size_inches(PHONE, PHONE / across * min(ratio, 1.1) * rows)
    return copy
