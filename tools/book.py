"""Build the book: ``python -m tools.book [--limit SECONDS]``.

Executes each lab that changed, or whose code changed, two at a time: the notebook cache
knows only the notebook, so a lab is dropped from it when a module that the lab imports,
its committed results or the pinned requirements differ from the last build. Then Sphinx
finds all labs in the cache. Warnings are errors, and every page of the table of
contents must come out.
"""

import argparse
import ast
import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import nbformat
import yaml
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution

from coursework.layout import ROOT, toc_pages
from tools.figures import prepare

BUILD = ROOT / "_build"
CACHE = BUILD / ".jupyter_cache"
STATE = BUILD / "lab_sources.json"
BUILT = BUILD / "built_from.txt"
RECORD = BUILD / "tests.json"  # of the last `make test`; see tools/record.py
INPUTS = (
    *("book", "chapters", "reference", "tests", "coursework", "companion_data"),
    *("experiments", "tools", "_config.yml", "_toc.yml", "requirements.txt"),
)
PACKAGES = ("reference", "companion_data", "coursework", "experiments")


def imported_files(source, seen=()):
    """Return the files of this repository that Python source imports, all the way."""
    found = set(seen)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{a.name}" for a in node.names)]
        elif isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        else:
            continue
        for name in names:
            if name.partition(".")[0] not in PACKAGES:
                continue
            path = ROOT / (name.replace(".", "/") + ".py")
            if not path.exists():
                path = path.with_suffix("") / "__init__.py"
            if path.exists() and path not in found:
                found.add(path)
                found |= imported_files(path.read_text("utf-8"), found)
    return found


def lab_hash(lab):
    """Return a hash of all that a lab's results depend on, besides its own text."""
    cells = nbformat.read(lab, as_version=4).cells
    code = "\n".join(
        "\n".join(line for line in c.source.splitlines() if not line.startswith("%"))
        for c in cells
        if c.cell_type == "code"
    )
    files = {ROOT / "requirements.txt", ROOT / "book/style.mplstyle"}
    files.add(ROOT / "tools/figures.py")
    files |= imported_files(code)
    if any("experiments" in str(file) for file in files):
        files |= set((ROOT / "experiments/results").glob("*.json"))
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def drop_stale_labs():
    """Forget the cached results of labs whose code changed."""
    labs = sorted((ROOT / "chapters").glob("*.ipynb"))
    now = {lab.name: lab_hash(lab) for lab in labs}
    before = json.loads(STATE.read_text()) if STATE.exists() else {}
    stale = {str(lab): lab for lab in labs if before.get(lab.name) != now[lab.name]}
    if CACHE.exists():
        cache = get_cache(CACHE)
        for record in cache.list_cache_records():
            if record.uri in stale:
                cache.remove_cache(record.pk)
        for lab in stale.values():
            os.utime(lab)  # Sphinx reads a page again only when its file is newer
    BUILD.mkdir(exist_ok=True)
    STATE.write_text(json.dumps(now, indent=1))


def execute(lab, timeout):
    """Return a lab executed, and what jupyter-cache says of it, in a process apart."""
    notebook = nbformat.read(lab, as_version=4)
    before = os.times()
    result = single_nb_execution(notebook, str(lab.parent), timeout, False)
    after = os.times()
    spent = (
        after.children_user + after.children_system
        - before.children_user - before.children_system
    )  # fmt: skip
    seconds = {"execution_seconds": result.time, "processor_seconds": spent}
    return notebook, seconds, result.exc_string


def execute_labs():
    """Execute the labs that the cache does not know; return how many failed."""
    cache, waiting, failed = get_cache(CACHE), [], 0
    for lab in sorted((ROOT / "chapters").glob("*.ipynb")):
        try:
            cache.match_cache_notebook(nbformat.read(lab, as_version=4))
        except KeyError:
            waiting.append(lab)
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    run = partial(execute, timeout=config["execute"]["timeout"])
    # Labs that write fingerprints write into one file.
    writing = os.environ.get("COMPANION_FINGERPRINTS") == "write"
    with ProcessPoolExecutor(1 if writing else 2) as pool:
        executed = pool.map(run, waiting)
        for lab, (notebook, seconds, error) in zip(waiting, executed, strict=True):
            spent = seconds["processor_seconds"]
            print(f"{lab.name}: {spent:.0f} s of processor time", flush=True)
            if error:
                failed += 1
                print(error)
                continue
            bundle = CacheBundleIn(notebook, str(lab), data=seconds)
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    return failed


def tree_hash():
    """Return a hash of the files that the book is made of."""
    digest = hashlib.sha256()
    for name in INPUTS:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(f"{file.relative_to(ROOT)}\n".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def read_record():
    """Return what `make test` found in this tree as it is now, or None."""
    if not RECORD.exists():
        return None
    record = json.loads(RECORD.read_text("utf-8"))
    return record if record["tree"] == tree_hash() else None


def book_hash():
    """Return a hash of all that the book shows: the files, and what the tests found."""
    record = read_record() or {}
    record.pop("seconds", None)
    text = tree_hash() + json.dumps(record, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def missing_pages():
    """Return the pages of the table of contents that were not built."""
    pages = ["index", *toc_pages()]
    return [p for p in pages if not (BUILD / "html" / f"{p}.html").exists()]


def slow_labs(limit):
    """Return a line for each lab that took more processor time than `limit` seconds."""
    return [
        f"{os.path.basename(record.uri)}: {record.data['processor_seconds']:.0f} s"
        for record in get_cache(CACHE).list_cache_records()
        if (record.data or {}).get("processor_seconds", 0) > limit
    ]


def main(arguments=None):
    """Build; return the exit code."""
    parser = argparse.ArgumentParser(description="Build the book.")
    parser.add_argument(
        "--limit",
        type=float,
        help="fail if a lab took more processor time than this, in seconds",
    )
    options = parser.parse_args(arguments)
    sources = book_hash()
    if BUILT.exists() and BUILT.read_text() == sources and not missing_pages():
        print(f"The book is up to date: open {(BUILD / 'html/index.html').as_uri()}")
        return 0
    BUILT.unlink(missing_ok=True)
    drop_stale_labs()
    jupyter_book = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", jupyter_book]
    command += ["build", ".", "-W", "-n", "--keep-going"]
    # Kernels that labs start must be this environment's.
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    os.environ |= {"PATH": path, "PYTHONWARNINGS": "ignore"}
    # Their figures are kept as drawings (tools/figures.py).
    os.environ["IPYTHONDIR"] = prepare(BUILD / "ipython")
    profile = BUILD / "ipython/profile_default/ipython_kernel_config.py"
    profile.write_text("c.IPKernelApp.log_level = 40\n")  # errors; a kernel is local
    paths = [str(ROOT), os.environ.get("PYTHONPATH")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    # The arrays of the labs are small: a second BLAS thread costs more than it gives.
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    if failed := execute_labs():
        print(f"\nLabs that failed: {failed}. Their errors are above.")
        return 1
    code = subprocess.call(command, cwd=ROOT)
    if code:
        print("\nThe book was not built: the warnings and errors are above.")
        return code
    missing = missing_pages()
    if missing:
        print("\nPages that did not come out:", *missing)
        return 1
    if options.limit and (slow := slow_labs(options.limit)):
        print(f"\nLabs over {options.limit:g} s of processor time:", *slow)
        return 1
    BUILT.write_text(sources)
    print(f"\nOpen {(BUILD / 'html/index.html').as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
