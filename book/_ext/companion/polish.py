"""The last touch: every page passes here once, as HTML, before it is written.

Scripts that a page does not need go; labels of equations and of results in docstrings
and comments become links with numbers; what a screen reader meets has a name.
"""

import html
import re
import struct
from pathlib import Path

from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.util import logging

from companion.places import definitions, equation, result
from companion.room import with_room

LOGGER = logging.getLogger(__name__)

SCRIPT = re.compile(r"\s*<script(?:\s[^>]*)?>.*?</script>", re.DOTALL)
UNUSED = ("thebe", "togglebutton", "toggleHint", "toggleOpenOnPrint", "fontawesome")
# what serves those, and icons of firms and in outline: the page shows none of them
LINKS = re.compile(r"\s*<link[^>]*(?:thebe|togglebutton|fa-brands|fa-regular)[^>]*>")
MATHJAX = re.compile(r'<script[^>]*src="([^"]*mathjax/)tex-chtml\.js[^"]*"></script>')
FONTS = ("Main-Regular", "Math-Italic", "Size1-Regular", "Size2-Regular")
MATHS = re.compile(r'class="math |class="output text_latex|\\\(')
BODY = re.compile(r"<body.*</body>", re.DOTALL)
EQUATION = re.compile(r"\{eq\}(?:`|<cite>)eq:([\w-]+)(?:`|</cite>)|\(eq:([\w-]+)\)")
RESULT = re.compile(r"\{prf:ref\}(?:`|<cite>)([\w-]+)(?:`|</cite>)")
COMMENT = re.compile(r'<span class="(?:c1|sd)">[^<]*</span>')  # or a method's docstring
FILE = re.compile(r'(<h1>|<p class="prev-next-title">)(\w+/[\w/.]*)')
CITE = re.compile(r"<cite>([A-Za-z_]\w*)</cite>")
TAG = re.compile(r"<[^>]*>")
FORMULA = re.compile(
    r'(\(?)(<span class="math notranslate nohighlight">.*?</span>)'
    r"([.,;:!?)’”]+|-[a-z]+[.,;:]?)?",
    re.DOTALL,
)
SOLUTION = re.compile(
    r'(<details class="[^"]*solution[^>]*>\s*)'
    r'<p class="admonition-title"[^>]*>(.*?)</p>',
    re.DOTALL,
)
IMAGE = re.compile(r'<img (?=[^>]*src="[^"]*_images/([^"]*)")(?![^>]*loading=)')
SVG = re.compile(r"<svg[^>]*>")


class PolishedPages(BuiltinTemplateLoader):
    """Sphinx's own templates, and the last touch."""

    def init(self, builder, *arguments, **options):
        self.builder = builder
        super().init(builder, *arguments, **options)

    def render(self, template, context):
        page = super().render(template, context)
        if not template.endswith(".html") or "pagename" not in context:
            return page
        page = without_unused_scripts(page)
        page = with_names(page)
        page = BODY.sub(lambda body: with_room(together(body[0])), page)
        page = IMAGE.sub(self.with_size, page).replace(" ± ", "&nbsp;±&nbsp;")
        # the name of a file may be wider than a phone
        page = FILE.sub(lambda m: m[1] + re.sub("([/_])", r"\1<wbr/>", m[2]), page)
        name = context["pagename"]
        if name.startswith(("api/", "tests/", "reference/")):
            return self.with_links(page, name)
        # elsewhere only listings have labels
        return COMMENT.sub(lambda c: self.with_links(c[0], name), page)

    def with_size(self, match):
        """Say how large a picture is before it is there, so that nothing moves."""
        size = ""
        for source, name in self.builder.images.items():
            if name == match[1]:
                sizes = picture_size(Path(self.builder.srcdir) / source)
                size = "".join(f'{k}="{v:.0f}" ' for k, v in sizes.items())
        return f'<img loading="lazy" {size}'

    def with_links(self, page, name):
        """Labels of equations and results, and names of functions, as links."""
        env = self.builder.env

        def uri(target, anchor):
            base = self.builder.get_relative_uri(name, target)
            return html.escape(f"{base}#{anchor}")

        def to_equation(match):
            place = equation(env, match[1] or match[2])
            if place is None:
                LOGGER.warning("%s: no equation has the label %s", name, match[0])
                return match[0]
            return f'<a href="{uri(*place[:2])}">{place[2]}</a>'

        def to_result(match):
            place = result(env, match[1])
            if place is None:
                LOGGER.warning("%s: no result has the label %s", name, match[1])
                return match[0]
            return f'<a href="{uri(*place[:2])}">{place[2]}</a>'

        def to_function(match):
            known = definitions().get(match[1])
            entry = env.get_domain("py").objects.get(known.target) if known else None
            if entry is None:
                return f"<code>{match[1]}</code>"
            address = uri(entry.docname, known.target)
            return f'<a href="{address}"><code>{match[1]}</code></a>'

        page = EQUATION.sub(to_equation, page)
        page = RESULT.sub(to_result, page)
        return CITE.sub(to_function, page)


def picture_size(file):
    """Return width and height of a drawing or a PNG, in pixels of a page."""
    head = file.read_bytes()[:2000]
    if file.suffix == ".png":
        return dict(
            zip(("width", "height"), struct.unpack(">2I", head[16:24]), strict=True)
        )
    found = (
        SVG.search(head.decode("utf-8", "ignore")) if file.suffix == ".svg" else None
    )
    sizes = re.findall(r'\b(width|height)="([\d.]+)pt"', found[0]) if found else ()
    return {side: float(points) * 4 / 3 for side, points in sizes}


def without_unused_scripts(page):
    """Each script once, none that serves a feature this book does not have."""
    seen = set()
    maths = MATHS.search(page[page.find("<article") :])

    def keep(match):
        script = match[0].strip()
        if "document.write" in script:  # builds the header where it stands
            return match[0]
        unused = any(word in script for word in UNUSED)
        if unused or script in seen or ("mathjax" in script.lower() and not maths):
            return ""
        seen.add(script)
        return match[0]

    page = SCRIPT.sub(keep, page)
    return LINKS.sub("", MATHJAX.sub(early_fonts, page))


def early_fonts(match):
    """Load MathJax without its menu (0.4 MB), and its fonts before they are asked for.

    A formula that is drawn in another font first makes its line jump.
    """
    fonts = f"{match[1]}output/chtml/fonts/woff-v2/MathJax_"
    links = "".join(
        '<link rel="preload" as="font" type="font/woff" crossorigin '
        f'href="{fonts}{name}.woff"/>\n'
        for name in FONTS
    )
    return f'{links}<script defer="defer" src="{match[1]}startup.js"></script>'


def with_names(page):
    """Give a name to what opens, a role that fits to what is listed."""
    page = page.replace(
        '<summary><span class="toctree-toggle"',
        '<summary aria-label="Show the sections"><span class="toctree-toggle"',
    )
    page = page.replace('role="doc-biblioentry"', 'role="listitem"')
    page = page.replace(
        '<div class="bd-sidebar-primary',
        '<div role="region" aria-label="The book" class="bd-sidebar-primary',
    )
    return SOLUTION.sub(opening_line, page)


def opening_line(match):
    """Return the title of a folded solution as the line that opens it, no links."""
    text = re.sub(r"</?a\b[^>]*>", "", match[2])
    return f'{match[1]}<summary class="admonition-title">{text}</summary>'


def together(body):
    """Keep a formula and the punctuation around it on one line."""

    def wrap(match):
        before, formula, after = match[1], match[2], match[3] or ""
        if not before and not after:
            return match[0]
        short = " short" if len(TAG.sub("", formula)) < 16 else ""
        return f'<span class="together{short}">{before}{formula}{after}</span>'

    return FORMULA.sub(wrap, body)
