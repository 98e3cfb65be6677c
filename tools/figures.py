"""Figures of the labs for the book: as drawings, and once more for a phone.

While the book is built, every figure that a lab shows is kept as SVG, at most as wide
as the page, so that text has one size everywhere, and a second time with its panels
one below the other. There, as on the page, a legend that came to lie on the data moves
off them, and labels of ticks that touch get room. A reader's own Jupyter shows figures
as ever.
"""

import io
import itertools
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
    for made in (figure, tall):
        if made is not None:
            make_room(made)
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
    """Return a copy for a phone, or None: panels in one column, in two or in four."""
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
        copy.set_size_inches(PHONE, PHONE * min(max(1.15 * ratio, 0.6), 1.2))
        return copy
    if grid.nrows > 1 and 4 < grid.ncols <= 6:  # a table of pictures stays a table
        copy.set_size_inches(PHONE, PHONE * height / width)
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
    many = 2 if len(order) > 6 else 1
    across = 4 if grid.ncols > 4 else many  # many small pictures stay small
    rows = -(-len(order) // across)
    places = copy.add_gridspec(rows, across)
    for place, axes in enumerate(order):
        axes.set_subplotspec(places[place // across, place % across])
    copy.set_size_inches(PHONE, PHONE / across * min(ratio, 1.1) * rows)
    return copy


def make_room(figure):
    """Move legends off the data, and labels of ticks off each other."""
    figure.draw_without_rendering()
    for axes in figure.axes:
        spread_ticks(axes)
    moved = [axes for axes in figure.axes if covers(axes)]
    for axes in moved:
        axes.get_legend().set_bbox_to_anchor(None)
        axes.get_legend().set_loc("best")
    figure.draw_without_rendering()
    for axes in moved:
        if covers(axes):
            legend_above(axes)


def covers(axes):
    """Return whether the legend of a panel lies on a line, a point, a bar or a text."""
    legend = axes.get_legend()
    if legend is None:
        return False
    box = legend.get_window_extent()
    for line in axes.lines:
        transform = line.get_transform()
        if not all(transform.contains_branch_seperately(axes.transData)):
            continue  # a rule across the panel, not data
        path = transform.transform_path(line.get_path())
        drawn = line.get_linestyle() not in ("None", "", " ")
        if box.count_contains(path.vertices) or (
            drawn and path.intersects_bbox(box, filled=False)
        ):
            return True
    for group in axes.collections:
        places = group.get_offset_transform().transform(group.get_offsets())
        if box.count_contains(places):
            return True
    bars = [part for group in axes.containers for part in group]
    boxes = [bar for bar in bars if hasattr(bar, "get_bbox")] + axes.texts[:]
    return any(part.get_window_extent().overlaps(box) for part in boxes)


def legend_above(axes):
    """Put the legend of a panel above it, and above its title; the figure grows."""
    legend, figure = axes.get_legend(), axes.figure
    texts = [text.get_text() for text in legend.get_texts()]
    top = 1.0
    if axes.get_title():
        title = axes.title.get_window_extent()
        top = axes.transAxes.inverted().transform(title.corners()).max(axis=0)[1]
    handles, title = legend.legend_handles, legend.get_title().get_text() or None
    given, names = axes.get_legend_handles_labels()
    if names == texts:  # with their markers and error bars, which a legend's lack
        handles = given
    size, room = legend.get_texts()[0].get_fontsize(), axes.get_window_extent().width
    for columns in (4, 3, 2, 1):
        legend = axes.legend(
            handles,
            texts,
            title=title,
            fontsize=size,
            loc="lower center",
            bbox_to_anchor=(0.5, top + 0.01),
            ncols=columns,
        )
        if legend.get_window_extent().width <= room:
            break
    width, height = figure.get_size_inches()
    more = legend.get_window_extent().height / figure.dpi
    figure.set_size_inches(width, height + more)


def spread_ticks(axes):
    """Where labels below a panel touch, show fewer numbers, or turn the words."""
    from matplotlib.ticker import MaxNLocator

    labels = [label for label in axes.get_xticklabels() if label.get_text()]
    boxes = sorted(
        (label.get_window_extent() for label in labels if label.get_visible()),
        key=lambda box: box.x0,
    )
    turned = any(label.get_rotation() for label in labels)
    if turned or all(a.x1 + 2 < b.x0 for a, b in itertools.pairwise(boxes)):
        return
    if isinstance(axes.xaxis.get_major_locator(), MaxNLocator):
        axes.locator_params(axis="x", nbins=4)
        return
    for label in labels:
        if not label.get_text().startswith("$"):
            label.set(rotation=40, ha="right", rotation_mode="anchor")
