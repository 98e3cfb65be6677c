"""Formulas in the statements of the tests, which are written for a terminal.

A statement is plain text, ``the norm is R sqrt(m/(m+2))``. What is certainly a
formula in it becomes one; the rest stays as it is.
"""

import re

from docutils import nodes

from companion.letters import typeset

GREEK = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "lambda",
    "nu",
    "rho",
    "eps",
    "omega",
    "kappa",
    "sigma",
]
NUMBER = r"\d+(?:\.\d+)?(?:e-?\d+)?"
LETTER = rf"(?:{'|'.join(GREEK)}|[B-HJ-Zb-z])"
SUFFIX = r"(?:_(?:\([^()]*\)|\w|\+)|\^(?:\([^()]*\)|-?\w)|'(?![a-z]{2}))*"
PRODUCT = rf"(?:Az|Xu|2D|{LETTER}'[a-zA-Z](?![a-z]))"
ATOM = rf"(?:(?<![\w.'^])(?:{PRODUCT}|{NUMBER}|{LETTER})(?![A-Za-z]){SUFFIX})"
INNER = rf"(?:{ATOM}|\bI\b|\s|[-+*/|,=<>])*"
GROUP = rf"(?:(?:sqrt|cond|(?<!\w){LETTER})?\((?:{INNER}|\({INNER}\))*\){SUFFIX})"
BARS = rf"\|{INNER}\|"
TERM = rf"(?:{GROUP}(?:Xu)?|{BARS}|{ATOM}|(?<!\S)-{ATOM})"
SIGN = r"(?:\s*(?:<=|>=|[=<>*/+])\s*|\s+-\s+|-(?=\d|\()|\s)"
FORMULA = re.compile(rf"(?<![\w.^]){TERM}(?:{SIGN}{TERM})*(?![\w])")
SURE = re.compile(rf"[=<>^_/|]|sqrt|cond\(|(?<![\w.'])(?:{LETTER})'?(?!\w)|Az|Xu")


def as_tex(text):
    """Return a formula of the terminal as TeX."""
    text = re.sub(r"sqrt(\((?:[^()]|\([^()]*\))*\))", r"\\sqrt{\1}", text)
    text = re.sub(r"\\sqrt\{\((.*)\)\}", r"\\sqrt{\1}", text)
    text = re.sub(r"([_^])\(([^()]*)\)", r"\1{\2}", text)
    text = re.sub(r"\^(-\w)", r"^{\1}", text)
    text = re.sub(r"(\d)e(-?\d+)", r"\1\\cdot 10^{\2}", text)
    text = text.replace("1\\cdot 10", "10").replace("cond", r"\operatorname{cond}")
    text = text.replace("<=", r"\le ").replace(">=", r"\ge ").replace("*", r"\cdot ")
    text = re.sub(rf"(?<![\\\w])({'|'.join(GREEK)})(?![a-z])", r"\\\1 ", text)
    text = text.replace(r"\eps ", r"\varepsilon ")
    return re.sub(r"'(?=[a-zA-Z])", r"^\\top ", text)


def with_formulas(statement):
    """Return the statement as nodes, its formulas as formulas."""
    found, end = [], 0
    for match in FORMULA.finditer(statement):
        text = match[0].strip()
        if not SURE.search(text):
            continue
        start = match.start() + match[0].index(text)
        found += [*typeset(signs(statement[end:start])), nodes.math("", as_tex(text))]
        end = start + len(text)
    return [*found, *typeset(signs(statement[end:]))]


def signs(text):
    """Return plain text with the signs that a keyboard does not have."""
    for keys, sign in (("<=", "≤"), (">=", "≥"), ("^2", "²"), (" - ", " − ")):
        text = text.replace(keys, sign)
    return text
