"""Room for a formula before it is drawn, so that the text around it does not jump.

MathJax draws formulas after the page has been shown. Until then each one keeps about
the space that it will need: a count of its signs, within a tenth as a rule.
"""

import html
import re

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|.", re.DOTALL)
RELATION = re.compile(
    r"\\(le|ge|leq|geq|ne|in|to|iff|implies|subseteq|sim|approx|leftarrow|gets|mapsto"
    r"|succeq|preceq)$|[=<>]$"
)
SUM = re.compile(r"\\(pm|cdot|times|odot|cap|cup)$|[+\-]$")
WORD = re.compile(r"\\(log|max|min|exp|det|arg|sup|lim)$")
NARROW = re.compile(r"[()\[\]|'!.,;/]$|\\[|{}]$")
SILENT = re.compile(
    r"\\(left|right|[bB]igg?[lr]?|text|operatorname|math\w+|textstyle|[td]?frac|hat|bar"
    r"|tilde)$|\\[,;!: ]$|[&\s]$"
)
TALL = re.compile(r"\\(d?frac|sum|max|min|prod|int|sqrt)\b|\\big|\\Big")
EM = 0.67  # of a letter, in the mean of this book's formulas

INLINE = re.compile(r'<span class="math notranslate nohighlight">\\\((.*?)\\\)</span>')
DISPLAY = re.compile(
    r'<div class="math notranslate nohighlight"( id="[^"]*")?>(.*?)</div>', re.DOTALL
)


def width(tex):
    """Return about how wide a formula will be, in units of the letter M."""
    total, small, pending = 0.0, [False], False
    for token in TOKEN.findall(tex):
        if token in "_^":
            pending = True
        elif token == "{":
            small.append(small[-1] or pending)
            pending = False
        elif token == "}":
            small = small[:-1] or [False]
        elif not SILENT.match(token):
            script, pending = small[-1] or pending, False
            if RELATION.match(token):
                total += 1.3 if script else 2.3
            elif SUM.match(token):
                total += 1.0 if script else 2.0
            else:
                wide = 3.4 if WORD.match(token) else 0.75 if NARROW.match(token) else 1
                total += wide * (0.7 if script else 1.0)
    return EM * total


def height(tex):
    """Return about how high a display will be, in lines of text."""
    rows = [row for row in re.split(r"\\\\(?![a-zA-Z])", tex) if row.strip()]
    return 1.2 + sum(2.4 if TALL.search(row) else 1.4 for row in rows)


def with_room(body):
    """Write the room of each formula beside it; the style sheet uses it."""

    def inline(match):
        room = f"{width(html.unescape(match[1])):.1f}em"
        return match[0].replace(
            'nohighlight"', f'nohighlight" style="--room: {room}"', 1
        )

    def display(match):
        room = f"{height(html.unescape(match[2])):.1f}em"
        return match[0].replace(
            'nohighlight"', f'nohighlight" style="--room: {room}"', 1
        )

    return DISPLAY.sub(display, INLINE.sub(inline, body))
