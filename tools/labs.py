"""Keep the labs tidy: no outputs, fixed cell ids, one identical first cell.

    python -m tools.labs            rewrite every lab in that form
    python -m tools.labs --check    only say which labs are not
    python -m tools.labs text 04    write lab 4 as a plain .py draft
    python -m tools.labs text 06_convex_relu_growth    or a further lab
    python -m tools.labs lab draft.py 04_relu_lp    and make a lab of such a draft

A draft is jupytext's "percent" format: cells start with ``# %%`` or
``# %% [markdown]``, and metadata follows on the same line, such as
``# %% mystnb={"image": {"alt": "…"}, "figure": {"caption": "…", "name": "…"}}``.
"""

import sys
from pathlib import Path

import nbformat

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"

BOOTSTRAP = """\
# Find the book's code from wherever this notebook runs.
import sys
from pathlib import Path

root = Path.cwd()
while not (root / "reference" / "common.py").exists():
    if root == root.parent:
        raise SystemExit(
            "This lab needs the book around it. Get the archive of its\\n"
            "repository, unpack it, and run in a terminal:\\n"
            "    cd cuts-duals-and-kernels    (where you unpacked it)\\n"
            "    make lab                     (opens all labs)"
        )
    root = root.parent
sys.path.insert(0, str(root))

import matplotlib.pyplot as plt
import numpy as np

plt.style.use(root / "book/style.mplstyle")"""


def tidy(notebook, stem):
    """Return the notebook with outputs stripped, ids fixed, first cell in place."""
    notebook.cells = [cell for cell in notebook.cells if cell.source.strip()]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not code or not code[0].source.startswith(BOOTSTRAP.splitlines()[0]):
        cell = nbformat.v4.new_code_cell()
        notebook.cells.insert(1, cell)
        code.insert(0, cell)
    code[0].source = BOOTSTRAP
    code[0].metadata = {"tags": ["hide-cell"]}
    for number, cell in enumerate(notebook.cells):
        cell.id = f"{stem[:2]}-{number:02d}"
        cell.metadata.pop("lines_to_next_cell", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    notebook.metadata = {
        "kernelspec": {
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def main(arguments):
    """Run one of the commands above; return the exit code."""
    if arguments[:1] == ["text"]:
        import jupytext

        path = min(CHAPTERS.glob(f"{arguments[1]}*.ipynb"), key=lambda p: len(p.stem))
        jupytext.write(jupytext.read(path), path.stem + ".py", fmt="py:percent")
        print(f"wrote {path.stem}.py")
        return 0
    if arguments[:1] == ["lab"]:
        import jupytext

        _, draft, stem = arguments
        notebook = tidy(jupytext.read(draft, fmt="py:percent"), stem)
        nbformat.write(notebook, CHAPTERS / f"{stem}.ipynb")
        print(f"wrote chapters/{stem}.ipynb")
        return 0
    untidy = []
    for path in sorted(CHAPTERS.glob("*.ipynb")):
        before = path.read_text("utf-8")
        notebook = tidy(nbformat.reads(before, as_version=4), path.stem)
        after = nbformat.writes(notebook) + "\n"
        if before != after:
            untidy.append(path.name)
            if "--check" not in arguments:
                path.write_text(after, "utf-8")
    if untidy:
        print("not tidy:" if "--check" in arguments else "tidied:", *untidy)
    return int("--check" in arguments and bool(untidy))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
