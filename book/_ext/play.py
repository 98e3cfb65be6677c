"""Figures to play with: ``{play} polygon``, with a caption as its content.

The scripts stand in ``book/_static/play``; a page loads those of its own figures only.
They are ``.mjs`` so that the theme does not load them on every page, and plain scripts,
not modules, so that they run when the book is opened from a folder. Without scripts the
figure stays hidden: what it shows stands beside it as an ordinary figure.
"""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

SCRIPTS = {
    "polygon": ["common", "polygon"],
    "patterns": ["common", "patterns"],
    "spiral": ["common", "spiral_networks", "spiral"],
    "cuts": ["common", "cuts_run", "cuts"],
}


class play(nodes.General, nodes.Element):
    """The place where a figure to play with comes to life."""


class Play(SphinxDirective):
    """Show a figure to play with."""

    required_arguments = 1
    has_content = True

    def run(self):
        name = self.arguments[0]
        if name not in SCRIPTS:
            raise self.error(f"no figure to play with is called {name}")
        node = play(name=name)
        node += self.parse_content_to_nodes()
        return [node]


def visit_html(translator, node):
    """Open the figure, hidden until its script has drawn it."""
    translator.body.append(
        f'<figure class="play" hidden><div data-play="{node["name"]}"></div>'
        "<figcaption>"
    )


def depart_html(translator, node):
    """Close the figure and load its scripts."""
    depth = translator.builder.current_docname.count("/")
    root = "../" * depth + "_static/play/"
    scripts = "".join(
        f'<script defer src="{root}{name}.mjs"></script>'
        for name in SCRIPTS[node["name"]]
    )
    translator.body.append(f"</figcaption></figure>{scripts}")


def skip(translator, node):
    """Leave the figure out of everything that is not a web page."""
    raise nodes.SkipNode


def setup(app):
    """Register the directive."""
    app.add_node(play, html=(visit_html, depart_html), latex=(skip, None))
    app.add_directive("play", Play)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
