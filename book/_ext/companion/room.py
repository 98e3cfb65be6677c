"""Room for a formula before it is drawn, so that the text around it does not jump.

MathJax draws formulas after the page has been shown. Until then each one keeps the
space that it will need: the widths of its signs in TeX's fonts with TeX's spaces
between them, or the heights of its rows. A display wider than the column will be
broken at its `\\quad`s, and then where it must (`formulas.js`): the style sheet
knows how wide the column is.
"""

import html
import re

SCALE = 1.195  # of a formula beside the letters of the text
SMALL = 0.707  # of an index or an exponent
SIGNS = """
a 529 b 429 c 433 d 520 e 466 f 550 g 477 h 576 i 345 j 412 k 521 l 298 m 878 n 600
o 485 p 503 q 460 r 451 s 469 t 361 u 572 v 485 w 716 x 572 y 490 z 465
A 750 B 759 C 760 D 828 E 764 F 749 G 786 H 888 I 504 J 633 K 889 L 681 M 1051 N 888
O 763 P 751 Q 791 R 759 S 645 T 704 U 767 V 769 W 1048 X 852 Y 763 Z 723
\\alpha 640 \\beta 566 \\gamma 543 \\delta 444 \\epsilon 406 \\varepsilon 466 \\zeta 471
\\eta 497 \\theta 469 \\kappa 576 \\lambda 583 \\mu 603 \\nu 530 \\xi 438 \\pi 570
\\rho 517 \\varrho 517 \\sigma 571 \\tau 517 \\phi 596 \\varphi 654 \\chi 626 \\psi 651
\\omega 622 \\Gamma 625 \\Delta 833 \\Theta 778 \\Lambda 694 \\Pi 750 \\Sigma 722
\\Phi 722 \\Psi 778 \\Omega 722 \\ell 417 \\infty 1000 \\partial 566 \\nabla 833
\\top 778 \\sum 1056 \\prod 944 \\dots 1390 \\ldots 1390 \\cdots 1390 \\quad 1000
\\qquad 2000 \\, 167 \\: 222 \\; 333 \\! -167 \\angle 722 \\blacksquare 778
( 389 ) 389 [ 278 ] 278 | 278 \\langle 389 \\rangle 389 \\lvert 278 \\rvert 278
. 278 , 278 ; 278 : 278 ! 278 / 500 * 500 \\% 833
\\in 667 \\to 1000 \\gets 1000 \\mapsto 1000 \\leftarrow 1000 \\mid 278 \\cdot 278
\\circ 500 \\star 500 \\setminus 500 \\cap 667 \\cup 667
\\log 1278 \\ln 834 \\exp 1472 \\max 1878 \\min 1667 \\arg 1293 \\sup 1340 \\inf 1140
\\det 1389 \\lim 1389
"""  # in thousandths
WORDS = SIGNS.split()
WIDTHS = dict(zip(WORDS[::2], map(int, WORDS[1::2]), strict=True))

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\S", re.DOTALL)
RELATION = re.compile(
    r"\\(leq?|geq?|neq?|in|to|iff|implies|subset(eq)?|sim|approx|gets|mapsto|mid"
    r"|succ(eq)?|prec(eq)?|propto|leftarrow)$|[=<>:]$"
)
SUM = re.compile(r"\\(pm|mp|cdot|times|odot|otimes|circ|cap|cup|setminus|star)$|[+\-]$")
WORD = re.compile(r"\\(sum|prod|int|log|ln|exp|max|min|arg|sup|inf|det|lim)$")
OPENS = re.compile(r"[(\[]$|\\(\{|langle|left)$")
FRACTION = re.compile(r"\\([dt]?frac|binom)$")
TEXT = re.compile(r"\\(text|mathrm|operatorname|mathtt)$")
FONT = re.compile(r"\\(math(bb|bf|cal)|hat|bar|tilde|dot|vec|overline|widehat)$")
SILENT = re.compile(r"\\(left|right|[bB]igg?[lrm]?|textstyle|displaystyle)$|[&}]$")


class Formula:
    """A formula, read sign by sign."""

    def __init__(self, tex):
        self.tokens, self.at = TOKEN.findall(tex), 0

    def next(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self):
        token = self.next()
        self.at += 1
        return token

    def row(self, end="", small=False):
        """Return the width of what comes before `end`, and go beyond it."""
        total, before = 0.0, "open"
        while self.next() and self.next() != end:
            token = self.next()
            if token in ("_", "^"):
                total += self.scripts()
                continue
            kind = kind_of(token)
            if kind == "sum" and before in ("open", "relation", "sum", "comma"):
                kind = "operand"  # a sign, not a sum
            size = self.sign(small)
            if not small:
                space = {"relation": 556, "sum": 444, "comma": 167}.get(kind, 0)
                if kind == "word":
                    after = self.next() not in ("(", "")
                    space = 167 * (after + (before == "operand"))
                size += space
            total += size
            if not SILENT.match(token):
                before = kind
        self.take()
        return total

    def scripts(self):
        """Return the width of an index and an exponent, one above the other."""
        widths = []
        while self.next() in ("_", "^"):
            self.take()
            widths.append(SMALL * self.sign(small=True) + 50)
        return max(widths)

    def sign(self, small=False):
        """Return the width of the next sign, or of the next group."""
        token = self.take()
        if token == "{":
            return self.row("}", small)
        if FRACTION.match(token):
            return SMALL * max(self.sign(True), self.sign(True)) + 400
        if token == "\\sqrt":
            return 833 + self.sign(small)
        if TEXT.match(token):
            self.take()
            start = self.at
            while self.take() not in ("}", ""):
                pass
            return 500 * (self.at - start - 1)
        if FONT.match(token):
            return self.sign(small)
        if token == "'":
            return SMALL * 275 + 50
        if SILENT.match(token):
            return 0
        unknown = 778 if RELATION.match(token) or SUM.match(token) else 500
        return WIDTHS.get(token, unknown)


def kind_of(token):
    """Return what TeX calls a sign: that decides on the spaces around it."""
    kinds = {"open": OPENS, "relation": RELATION, "sum": SUM, "word": WORD}
    found = next((kind for kind, signs in kinds.items() if signs.match(token)), "")
    return found or ("comma" if token in ",;" else "operand")


def width(tex):
    """Return about how wide a formula will be, in units of the letter M."""
    return SCALE * Formula(tex).row() / 1000


BOTH = re.compile(r"\\(sum|prod|int)\s*_(\{[^}]*\}|.)\s*\^")
LOW = re.compile(r"\\(sum|prod|int)\s*_|\\d?frac(?![a-z])|\\binom")
UNDER = re.compile(r"\\(min|max|sup|inf|lim)\s*_")
LARGE = re.compile(r"\\(sum|prod|int)(?![a-z])|\\[bB]igg?|\\left(?![a-z])")
LINE = 1.6  # the height of a row
COLUMN = "100cqi + 3em"  # less what is indented


def row_height(row):
    """Return about how high a row of a display will be, in units of the letter M."""
    if "\\textstyle" in row:
        return LINE
    more = {BOTH: 2.1, LOW: 1.6, UNDER: 0.8, LARGE: 0.4}
    return LINE + next((extra for sign, extra in more.items() if sign.search(row)), 0)


def room(tex, numbered=False):
    """Return the height of a display, as a length for the style sheet.

    Where a row is wider than the column each of its parts gets a line of its own, and
    what is still too wide one more, or two, or three; so has the number of an equation
    that finds no place beside it.
    """
    tex = re.sub(r"\\(begin|end)\{\w+\}(\{[clr]*\})?", "", tex)
    rows = [r for r in re.split(r"\\\\(?![a-zA-Z])", tex) if r.strip()]
    total, more = 1.3 + sum(map(row_height, rows)), []
    for row in rows:
        parts = [p for p in re.split(r"\\q?quad(?![a-zA-Z])", row) if p.strip()]
        steps = [(width(row), sum(map(row_height, parts)) - row_height(row))]
        for part in parts:
            # broken at a relation, at a sum: the lines are not full
            lines = (width(part) / share for share in (1, 1.7, 2.4))
            steps += [(wide, (LINE + row_height(part)) / 2) for wide in lines]
        more += steps
    if numbered:
        widest = max(map(width, rows), default=0.0)
        more += [(widest + 4.0, LINE), (widest, -LINE)]
    more = [
        f" + {extra:.1f} * clamp(0em, ({wide:.1f}em - {COLUMN}) * 999, 1em)"
        for wide, extra in more
        if wide > 14 and extra  # no column is narrower
    ]
    return f"calc({total:.1f}em{''.join(more)})" if more else f"{total:.1f}em"


INLINE = re.compile(
    r'<span class="math notranslate nohighlight">\\\((.*?)\\\)</span>', re.DOTALL
)
DISPLAY = re.compile(
    r'<div class="math notranslate nohighlight"( id="[^"]*")?>(.*?)</div>', re.DOTALL
)


def with_room(body):
    """Write the room of each formula beside it; the style sheet uses it."""

    def styled(match, length):
        style = f'nohighlight" style="--room: {length}"'
        return match[0].replace('nohighlight"', style, 1)

    def inline(match):
        return styled(match, f"{width(html.unescape(match[1])):.2f}em")

    def display(match):
        return styled(match, room(html.unescape(match[2]), bool(match[1])))

    return DISPLAY.sub(display, INLINE.sub(inline, body))
