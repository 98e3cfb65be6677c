"""The book's own Sphinx extension, one idea a file.

``checked_by``   the box under a theorem: its tests, and the functions they check
``code_pages``   code and tests as pages, with links back to theorem and page
``figure_numbers``  one number for a figure of page and lab
``lab_figures``  a figure of the lab on the page
``lab_links``    page and labs, linked section by section
``letters``      indices and powers in the documentation
``listings``     a function on the page, without its docstring
``names``        code names, numbers of properties and chapters as links
``plain_maths``  formulas in the statements of the tests
``polish``       the last touch to every page
``results``      folded proofs and solutions, the index of results
``places``       where things stand
``room``         space for a formula until it is drawn
``tested``       results of the tests and versions, on the status page and in the boxes
``words``        terms of the glossary and known facts as links
"""

import sys
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from companion import (
    checked_by,
    code_pages,
    figure_numbers,
    lab_figures,
    lab_links,
    listings,
    names,
    places,
)
from companion.letters import SetLetters
from companion.results import setup_results
from companion.tested import setup_tested
from companion.words import LinkWords


def setup(app):
    """Register the directives, the links and the pages of the code."""
    app.setup_extension("sphinx_proof")
    app.setup_extension("sphinx_exercise")
    app.add_node(places.page_link)
    app.add_node(checked_by.details, html=checked_by.visit("details"))
    app.add_node(checked_by.checked_box, html=checked_by.visit("details"))
    app.add_node(checked_by.summary, html=checked_by.visit("summary"))
    app.add_directive("checked_by", checked_by.CheckedBy)
    app.add_directive("lab_figure", lab_figures.LabFigure)
    app.add_directive("reference_modules", listings.ReferenceModules)
    app.add_directive("whole_module", listings.WholeModule)
    app.add_directive("face", listings.Face)
    app.add_directive("literalinclude", listings.Listing, override=True)
    app.add_post_transform(names.LinkNames)
    app.add_post_transform(LinkWords)
    app.add_post_transform(SetLetters)
    setup_results(app)
    setup_tested(app)
    app.connect("env-before-read-docs", lab_figures.labs_first)
    app.connect("env-purge-doc", checked_by.forget)
    app.connect("env-purge-doc", lab_links.forget)
    app.connect("env-purge-doc", listings.forget)
    app.connect("doctree-read", checked_by.remember)
    app.connect("doctree-read", lab_figures.phone_figures, priority=400)
    app.connect("doctree-read", lab_links.remember)
    app.connect("env-updated", code_pages.api_again)
    app.connect("env-updated", lab_links.chapter_again)
    app.connect("env-get-updated", figure_numbers.number_once, priority=900)
    app.connect("missing-reference", places.resolve_face)
    app.connect("doctree-resolved", lab_links.add_lines)
    app.connect("doctree-resolved", figure_numbers.add_ways)
    app.connect("doctree-resolved", places.resolve_links)
    app.connect("doctree-resolved", code_pages.add_links)
    app.connect("html-collect-pages", code_pages.code_pages)
    app.config.template_bridge = "companion.polish.PolishedPages"
    # A change of this extension is a change of every page.
    files = sorted(Path(__file__).parent.glob("*.py"))
    return {
        "env_version": zlib.crc32(b"".join(file.read_bytes() for file in files)),
        "parallel_read_safe": False,
        "parallel_write_safe": True,
    }
