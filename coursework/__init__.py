"""What you hand in: a checker for your own functions, and single-file export.

All of it needs a clone of the book: the tests, the table of contents, the packages of
requirements.txt. Where they are missing, importing this says so in one line.
"""

import importlib.util
import json
import sys
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
INSTALL = "python -m pip install -r requirements.txt"


def _missing() -> str:
    """Return one line that says what is missing, and how to get it."""
    if not (ROOT / "_toc.yml").is_file() or not (ROOT / "tests").is_dir():
        return (
            "coursework needs a clone of the book, not the installed package: git clone"
            f" its repository, and in that folder run {INSTALL}, then this again"
        )
    needed = {"yaml": "pyyaml", "pytest": "pytest", "hypothesis": "hypothesis"}
    names = [p for m, p in needed.items() if importlib.util.find_spec(m) is None]
    where = f"in {ROOT} run {INSTALL}"
    return f"coursework needs {', '.join(names)}: {where}" if names else ""


if _line := _missing():
    if sys.argv[:1] != ["-m"]:
        raise ImportError(_line)
    if "--json" in sys.argv:
        print(json.dumps({"passed": False, "error": _line, "functions": []}))
    print(_line, file=sys.stderr)
    raise SystemExit(4)

# `python -m coursework.check` finds the module loaded by this package; that is meant.
warnings.filterwarnings("ignore", r".*coursework\.check.*found in sys\.modules")

from coursework.check import check  # noqa: E402

__all__ = ["check"]
