"""The rules of the house: layout, pairing, imports, labs, figures, pins."""

import ast
import importlib
import re
import subprocess
import sys

import nbformat
import pytest
import yaml

from coursework.layout import ROOT, chapters, module_order, properties, toc_pages
from coursework.subjects import public_functions, reference_function
from tools.labs import main as labs

CHAPTERS = chapters()
MODULES = module_order()
LABS = sorted((ROOT / "chapters").glob("*.ipynb"))
PAGES = [ROOT / f"{page}.md" for page in toc_pages() if page.startswith("book/")]
THIRD_PARTY = {"numpy", "scipy"}


def names(folder, pattern):
    return {path.stem for path in (ROOT / folder).glob(pattern)}


# ------------------------------------------------------------------ the pairing rule


def test_chapters_are_numbered_in_the_order_of_the_table_of_contents():
    assert [c.number for c in CHAPTERS] == list(range(1, len(CHAPTERS) + 1))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.stem)
def test_a_chapter_is_whole(chapter):
    needed = [chapter.page, chapter.lab]
    for module in chapter.modules:
        needed += [
            ROOT / "reference" / f"{module}.py",
            ROOT / "tests" / f"test_{module}.py",
            ROOT / "coursework" / "mutants" / f"{module}.py",
        ]
    missing = [str(path.relative_to(ROOT)) for path in needed if not path.exists()]
    assert not missing
    assert f"chapters/{chapter.stem}" in toc_pages()


def test_nothing_is_left_over():
    stems = {c.stem for c in CHAPTERS}
    assert names("book", "[0-9]*.md") == stems
    assert names("chapters", "*.ipynb") == stems
    assert names("reference", "*.py") - {"__init__", "common"} == set(MODULES)
    assert names("coursework/mutants", "*.py") - {"__init__", "__main__"} == set(
        MODULES
    )


def test_every_page_of_the_table_of_contents_exists():
    files = [ROOT / page for page in toc_pages()]
    found = [
        f.with_suffix(".md").exists() or f.with_suffix(".ipynb").exists() for f in files
    ]
    assert [f.name for f, ok in zip(files, found, strict=True) if not ok] == []


# --------------------------------------------------------------------- reference code


@pytest.mark.parametrize("module", ["common", *MODULES])
def test_imports_run_one_way(module):
    source = (ROOT / "reference" / f"{module}.py").read_text("utf-8")
    earlier = (
        {"common", *MODULES[: MODULES.index(module)]} if module != "common" else ()
    )
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "write imports in full: from reference.x import y"
            wanted = [node.module]
        else:
            continue
        for name in wanted:
            package, _, inner = name.partition(".")
            allowed = sys.stdlib_module_names | THIRD_PARTY
            assert package in allowed or (
                package == "reference" and inner in earlier
            ), f"reference/{module}.py imports {name}"


@pytest.mark.parametrize("module", ["common", *MODULES])
def test_a_module_is_a_page(module):
    source = (ROOT / "reference" / f"{module}.py").read_text("utf-8")
    assert len(source.splitlines()) <= 320
    assert ast.get_docstring(ast.parse(source))
    assert "TODO" not in source


@pytest.mark.parametrize("module", MODULES)
def test_public_functions_are_documented_by_example(module):
    for name in public_functions(module):
        text = reference_function(f"{module}.{name}").__doc__ or ""
        missing = [
            w for w in ("Parameters", "Returns", "Examples", ">>>") if w not in text
        ]
        assert not missing, f"{module}.{name}: docstring lacks {missing}"


@pytest.mark.parametrize("module", MODULES)
def test_import_is_fast(module):
    # The best of three processor times; a busy machine stretches NumPy's own as well.
    def best(name):
        code = f"import time, {name}; print(time.process_time())"
        command = [sys.executable, "-c", code]
        return min(float(subprocess.check_output(command, cwd=ROOT)) for _ in range(3))

    seconds = best(f"reference.{module}")
    assert seconds < 0.6 or seconds < 6 * best("numpy")


# ------------------------------------------------------------------------- properties


def test_property_numbers_belong_to_their_chapter():
    number_of = {m: c.number for c in CHAPTERS for m in c.modules}
    for p in properties():
        assert re.fullmatch(r"[PI]\d+\.\d+", p.id), p
        if p.module in number_of:
            assert p.id[1:].split(".")[0] == str(number_of[p.module]), p
        assert p.subjects, f"{p.node} asks for no subject by name"


def test_subjects_are_public_functions():
    for p in properties():
        for subject in p.subjects:
            module, _, function = subject.partition(".")
            assert function in public_functions(module), f"{p.node}: {subject}"


@pytest.mark.parametrize("module", MODULES)
def test_every_public_function_has_properties_and_mutants(module):
    mutants = importlib.import_module(f"coursework.mutants.{module}").MUTANTS
    for function in public_functions(module):
        name = f"{module}.{function}"
        assert any(name in p.subjects for p in properties()), f"{name} is not tested"
        if any(name in p.subjects and p.id[0] == "P" for p in properties()):
            count = sum(m.function == function for m in mutants)
            assert count >= 5, f"{name} has {count} mutants, five are wanted"


# ------------------------------------------------------------------------------- labs


def test_labs_are_tidy():
    assert labs(["--check"]) == 0, "run python -m tools.labs"


@pytest.mark.parametrize("lab", LABS, ids=lambda p: p.stem)
def test_a_lab_is_readable_and_its_figures_are_described(lab):
    cells = nbformat.read(lab, as_version=4).cells
    assert re.search(r"\*\*Run time\*\*.*\*\*memory\*\*", cells[0].source, re.DOTALL)
    for cell in cells:
        if cell.cell_type != "code":
            assert not re.search(r"!\[\]\(", cell.source), "an image without alt text"
            continue
        long = [line for line in cell.source.splitlines() if len(line) > 75]
        assert not long, f"lines over 75 columns: {long}"
        if re.search(r"plt\.(show|subplots|figure)\(|FuncAnimation", cell.source):
            shown = cell.metadata.get("mystnb", {})
            where = f"{lab.name}, cell {cell.id}"
            assert len(shown.get("image", {}).get("alt", "")) > 20, (
                f"{where}: no alt text"
            )
            assert len(shown.get("figure", {}).get("caption", "")) > 20, (
                f"{where}: caption"
            )
            assert shown["figure"].get("name", "").startswith("fig-"), (
                f"{where}: no name"
            )
            assert "fingerprint(" in cell.source, f"{where}: no fingerprint"
            assert re.search(r"label|set_axis_off|axis\(.off", cell.source), (
                f"{where}: axes without labels"
            )


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_figures_of_pages_are_described(page):
    text = page.read_text("utf-8")
    assert not re.search(r"!\[\]\(", text), "an image without alt text"
    for block in re.findall(
        r"[`:]{3,}\{(?:figure|image)\}.*?\n[`:]{3,}", text, re.DOTALL
    ):
        assert ":alt:" in block, f"a figure without alt text: {block[:80]}"


def test_every_exercise_has_a_solution():
    for chapter in CHAPTERS:
        text = chapter.page.read_text("utf-8")
        exercises = re.findall(r":label: (ex-[\w-]+)", text)
        solutions = re.findall(r"\{solution\} (ex-[\w-]+)", text)
        assert sorted(exercises) == sorted(solutions), chapter.stem
        titles = re.findall(r"\{exercise\} (.*)", text)
        levels = {title.rpartition(" · ")[2] for title in titles}
        assert levels == {"warm-up", "core", "project"}, chapter.stem


# ------------------------------------------------------------------------------- pins


def test_every_requirement_is_pinned_and_has_a_reason():
    pinned = (ROOT / "requirements.txt").read_text("utf-8")
    block = ""
    for line in (ROOT / "requirements.in").read_text("utf-8").splitlines():
        if not line:
            block = ""
        elif line.startswith("#"):
            block = line
        else:
            requirement = line.split("#")[0].strip()
            assert "==" in requirement, f"{line} is not pinned"
            assert re.search(rf"^{re.escape(requirement)}\b", pinned, re.MULTILINE), (
                f"{requirement} is not in requirements.txt: run make lock"
            )
            assert "#" in line or block, f"{line} has no reason beside it"
    assert not re.search(r"^[\w.-]+\s*(>|<|~|$)", pinned, re.MULTILINE)


def test_configuration_needs_no_network_and_has_no_dead_buttons():
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    if not config.get("repository", {}).get("url"):
        assert "launch_buttons" not in config
        assert not any(v for k, v in config["html"].items() if k.endswith("_button"))
    assert "sphinx-mathjax-offline" in config["sphinx"]["extra_extensions"]


# --------------------------------------------------------------------- the front door


def test_the_landing_page_and_the_readme_name_every_chapter():
    index = (ROOT / "book/index.md").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    for chapter in CHAPTERS:
        assert f":link: {chapter.stem}\n" in index
        assert all(f"`{module}`" in readme for module in chapter.modules)


def test_the_code_of_the_readme_runs():
    readme = (ROOT / "README.md").read_text("utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    subprocess.run([sys.executable, "-c", block], cwd=ROOT, check=True)


# --------------------------------------------------------------- the names of the book

NAMES = {
    "activation_patterns": "count_patterns enumerate_patterns sample_patterns Patterns",
    "relu_network": "ReluNetwork",
    "relu_lp": "fit_relu_lp ConvexWeights convex_output to_network from_network",
    "analytic_center": "analytic_center relu_center",
    "version_space": "chebyshev_center centroid ellipsoid_step perceptron",
    "convex_relu": "fit_convex_relu ConvexFit nonconvex_objective convex_objective "
    "critical_reg",
    "admm": "admm_convex_relu",
    "sampled_convex": "fit_sampled",
    "adversarial": "fit_robust worst_case_loss fgsm pgd",
}


@pytest.mark.parametrize("module", NAMES)
def test_names_that_later_chapters_and_readers_rely_on(module):
    namespace = importlib.import_module(f"reference.{module}")
    assert [n for n in NAMES[module].split() if not hasattr(namespace, n)] == []
