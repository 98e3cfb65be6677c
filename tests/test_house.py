"""The rules of the house: layout, pairing, imports, labs, figures, pins."""

import ast
import importlib
import os
import re
import subprocess
import sys
import warnings
from collections import Counter

import nbformat
import pytest
import yaml

from coursework.layout import (
    OPTIONAL,
    ROOT,
    chapter_order,
    chapters,
    lacking,
    properties,
    toc_pages,
)
from coursework.mutants import mutants_of
from coursework.mutants.coverage import code_lines
from coursework.subjects import public_functions, reference_function
from tools.labs import main as labs

CHAPTERS = chapters()
NAMES = chapter_order()
FILES = sorted((ROOT / "reference").rglob("*.py"))
LABS = sorted((ROOT / "chapters").glob("*.ipynb"))
PAGES = [ROOT / f"{page}.md" for page in toc_pages() if page.startswith("book/")]
THIRD_PARTY = {"numpy", "scipy"}
OPTIONAL_IMPORTS = {"torch", "tqdm", "companion_data"}  # of the last chapter


def names(folder, pattern):
    return {path.stem for path in (ROOT / folder).glob(pattern)}


# ------------------------------------------------------------------ the pairing rule


def test_chapters_are_numbered_in_the_order_of_the_table_of_contents():
    assert [c.number for c in CHAPTERS] == list(range(1, len(CHAPTERS) + 1))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.stem)
def test_a_chapter_is_whole(chapter):
    needed = [chapter.page, chapter.lab, chapter.face]
    for file in chapter.files:
        needed.append(ROOT / "tests" / chapter.name / f"test_{file}.py")
    missing = [str(path.relative_to(ROOT)) for path in needed if not path.exists()]
    assert not missing
    assert f"chapters/{chapter.stem}" in toc_pages()


def test_nothing_is_left_over():
    stems = {c.stem for c in CHAPTERS}
    assert names("book", "[0-9]*.md") == stems
    further = names("chapters", "*.ipynb") - stems  # 09_optimal_set_topic
    assert [x for x in further if not x.startswith(tuple(s + "_" for s in stems))] == []
    assert [x for x in further if f"chapters/{x}" not in toc_pages()] == []
    assert names("chapters", "*.ipynb") >= stems
    assert names("reference", "[!_]*") == {"common", *NAMES}
    for room in ("tests", "coursework/mutants"):
        rooms = {path.name for path in (ROOT / room).glob("[!_]*") if path.is_dir()}
        assert rooms - {"browser"} == set(NAMES), room
    for chapter in CHAPTERS:
        tests = names(f"tests/{chapter.name}", "test_*.py")
        assert tests == {f"test_{file}" for file in chapter.files}
        mutants = names(f"coursework/mutants/{chapter.name}", "*.py")
        assert mutants <= set(chapter.files)


def test_no_file_bears_the_name_of_a_public_function():
    for chapter in CHAPTERS:
        assert not set(chapter.files) & set(public_functions(chapter.name))


def test_names_of_functions_are_unique_in_the_book():
    counts = Counter(f for name in NAMES for f in public_functions(name))
    assert [name for name, count in counts.items() if count > 1] == []


def test_every_page_of_the_table_of_contents_exists():
    files = [ROOT / page for page in toc_pages()]
    found = [
        f.with_suffix(".md").exists() or f.with_suffix(".ipynb").exists() for f in files
    ]
    assert [f.name for f, ok in zip(files, found, strict=True) if not ok] == []


# --------------------------------------------------------------------- reference code


def where(path):
    return path.relative_to(ROOT / "reference").as_posix()


@pytest.mark.parametrize("path", FILES, ids=where)
def test_imports_run_one_way(path):
    chapter = path.parent.name if path.parent.name in NAMES else None
    earlier = NAMES[: NAMES.index(chapter)] if chapter else []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "write imports in full: from reference.x import y"
            wanted = [node.module]
        else:
            continue
        for name in wanted:
            package, _, inner = name.partition(".")
            own = chapter and inner.startswith(f"{chapter}.")
            across = inner == "common" or inner in earlier
            more = OPTIONAL_IMPORTS if chapter in OPTIONAL else set()
            assert package in sys.stdlib_module_names | THIRD_PARTY | more or (
                package == "reference" and (own or across)
            ), f"{where(path)} imports {name}: across chapters only through the face"


def test_a_face_names_and_nothing_else():
    for chapter in CHAPTERS:
        tree = ast.parse(chapter.face.read_text("utf-8"))
        assert ast.get_docstring(tree)
        (names,) = (n for n in tree.body if isinstance(n, ast.Assign))
        kinds = {type(n) for n in tree.body[1:] if n is not names}
        assert kinds == {ast.ImportFrom}
        face = set(ast.literal_eval(names.value))
        for file in () if lacking(chapter.name) else chapter.files:
            module = importlib.import_module(f"reference.{chapter.name}.{file}")
            assert set(module.__all__) <= face, f"{file} has names that the face lacks"


@pytest.mark.parametrize("path", FILES, ids=where)
def test_a_file_is_a_page(path):
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    code = code_lines(tree, text)
    assert len(code) <= 200
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            length = len(code & set(range(node.lineno, node.end_lineno + 1)))
            assert length <= 60, f"{node.name} has {length} lines of code"
    assert ast.get_docstring(tree)
    assert "TODO" not in text


@pytest.mark.parametrize("chapter", NAMES)
def test_public_functions_are_documented_by_example(chapter):
    if package := lacking(chapter):
        pytest.skip(f"{chapter} needs {package}")
    for name in public_functions(chapter):
        text = reference_function(f"{chapter}.{name}").__doc__ or ""
        missing = [
            w for w in ("Parameters", "Returns", "Examples", ">>>") if w not in text
        ]
        assert not missing, f"{chapter}.{name}: docstring lacks {missing}"


def test_importing_the_book_pulls_in_numpy_and_scipy_only():
    code = (
        f"import sys; before = set(sys.modules)\n"
        f"import {', '.join(f'reference.{n}' for n in NAMES if n not in OPTIONAL)}\n"
        f"print(*{{m.partition('.')[0] for m in set(sys.modules) - before}})"
    )
    found = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    heavy = {"torch", "matplotlib", "sklearn", "cvxpy", "pandas", "hypothesis"}
    assert not heavy & set(found.split())


# ------------------------------------------------------------------------- properties


def test_property_numbers_belong_to_their_chapter():
    number_of = {c.name: c.number for c in CHAPTERS}
    for p in properties():
        assert re.fullmatch(r"[PI]\d+\.\d+", p.id), p
        chapter = p.path.split("/")[1]
        assert p.id[1:].split(".")[0] == str(number_of[chapter]), p
        assert p.subjects, f"{p.node} asks for no subject by name"


def test_subjects_are_public_functions():
    for p in properties():
        for subject in p.subjects:
            chapter, _, function = subject.partition(".")
            assert function in public_functions(chapter), f"{p.node}: {subject}"


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.name)
def test_every_public_function_has_properties_and_mutants(chapter):
    mutants = [m for file in chapter.files for m in mutants_of(chapter.name, file)]
    for function in public_functions(chapter.name):
        name = f"{chapter.name}.{function}"
        assert any(name in p.subjects for p in properties()), f"{name} is not tested"
        if any(name in p.subjects and p.id[0] == "P" for p in properties()):
            count = sum(m.function == function for m in mutants)
            assert count >= 5, f"{name} has {count} mutants, five are wanted"


# ------------------------------------------------------------------------------- labs


def test_labs_are_tidy():
    if labs(["--check"]) and "CI" not in os.environ:  # a reader has run and saved one
        warnings.warn("a lab is not tidy: run python -m tools.labs", stacklevel=1)
    else:
        assert labs(["--check"]) == 0, "run python -m tools.labs"


# Where a panel is; on a phone it is elsewhere.
SIDE = re.compile(
    r"\b(Left|Right|Top|Bottom|Middle|Upper|Lower)\b(?! of)"
    r"|[(:;] ?(left|right|top|bottom|middle|upper|lower)\b(?! of)"
    r"|\b(left|right|top|bottom|middle|upper|lower)(-hand)? (panel|map|picture|row)"
    r"|\b(on|at|to) the (left|right)\b(?! of)"
)
SIDE_NO = "panels stand one below the other on a phone: say first, second, or a title"


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
            assert not SIDE.search(shown["figure"]["caption"]), f"{where}: {SIDE_NO}"
            assert shown["figure"].get("name", "").startswith("fig-"), (
                f"{where}: no name"
            )
            assert "fingerprint(" in cell.source, f"{where}: no fingerprint"
            assert re.search(r"label|set_axis_off|axis\(.off", cell.source), (
                f"{where}: axes without labels"
            )


@pytest.mark.parametrize("lab", LABS, ids=lambda p: p.stem)
def test_a_lab_is_named_after_its_chapter(lab):
    title = nbformat.read(lab, as_version=4).cells[0].source.splitlines()[0]
    further = lab.stem not in [chapter.stem for chapter in CHAPTERS]
    start = f"# Lab {int(lab.stem[:2])}{', further' * further}: "
    assert title.startswith(start), f"{lab.name}: {title}"


@pytest.mark.parametrize("lab", LABS, ids=lambda p: p.stem)
def test_a_lab_asks_for_a_prediction_and_checks_it(lab):
    cells = nbformat.read(lab, as_version=4).cells
    asked = [i for i, cell in enumerate(cells) if "**Predict" in cell.source]
    assert asked, "no cell says **Predict**"
    code = [cell.source for cell in cells[asked[0] :] if cell.cell_type == "code"]
    assert any(
        re.search(r"^guess\w* = .*None", source, re.MULTILINE) for source in code
    )
    assert any(re.search(r"compare\(\s*guess", source) for source in code)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_figures_of_pages_are_described(page):
    text = page.read_text("utf-8")
    assert not re.search(r"!\[\]\(", text), "an image without alt text"
    for block in re.findall(
        r"[`:]{3,}\{(?:figure|image)\}.*?\n[`:]{3,}", text, re.DOTALL
    ):
        assert ":alt:" in block, f"a figure without alt text: {block[:80]}"
    for block in re.findall(r"\{lab_figure\} .*?\n[`:]{3,}", text, re.DOTALL):
        assert not SIDE.search(block), f"{block[:80]}: {SIDE_NO}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_proof_has_one_end(page):
    """The style sheet sets the sign at the end of a proof; the text does not."""
    assert "blacksquare" not in page.read_text("utf-8")


def test_every_exercise_has_a_solution():
    for chapter in CHAPTERS:
        text = chapter.page.read_text("utf-8")
        exercises = re.findall(r":label: (ex-[\w-]+)", text)
        solutions = re.findall(r"\{solution\} (ex-[\w-]+)", text)
        assert sorted(exercises) == sorted(solutions), chapter.stem
        titles = re.findall(r"\{exercise\} (.*)", text)
        levels = {title.rpartition(" · ")[2] for title in titles}
        assert levels == {"warm-up", "core", "project"}, chapter.stem


# ----------------------------------------------------------------------- bibliography

# Works without a DOI and without a preprint: their publisher's or library's address.
ADDRESS_ONLY = {
    "arrow1958": "a book from before ISBNs; the link is to a review",
    "arthur2007": "proceedings; the library's own number is no registered DOI",
    "boyd2008accpm": "lecture notes",
    "cho2009": "these proceedings have none",
    "goffin1996": "the journal's page of the issue",
    "hassibi1993": "these proceedings have none",
    "holm1979": "the journal's archive",
    "novikoff1962": "proceedings of a symposium; the link is to the same as a report",
    "settles2008": "these proceedings have none",
    "settles2009": "a technical report, in the university's archive",
}


def test_every_work_has_a_doi_or_a_preprint():
    entries = (ROOT / "book/references.bib").read_text("utf-8").split("\n@")
    form = {
        "doi": r"10\.\d{4,9}/\S+",
        "eprint": r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}",
        "url": r"https://\S+",
    }
    without = set()
    for entry in entries:
        key = re.search(r"\{(\w+),", entry)[1]
        found = dict(re.findall(r"\b(doi|eprint|url) *= *\{([^}]*)\}", entry))
        wrong = [f for f, text in found.items() if not re.fullmatch(form[f], text)]
        assert not wrong, f"{key}: {wrong}"
        assert "eprint" not in found or re.search(r"archiveprefix *=", entry), key
        if not found.keys() & {"doi", "eprint"}:
            assert "url" in found, f"{key} has no DOI, no preprint, no address"
            without.add(key)
    assert without == ADDRESS_ONLY.keys()


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
        title = re.search("^# (.*)", chapter.page.read_text("utf-8"), re.MULTILINE)[1]
        assert f"{{doc}}`{title} <{chapter.stem}>`" in index
        assert f"| {chapter.number} {title} | `{chapter.name}` |" in readme


def test_the_code_of_the_readme_runs():
    readme = (ROOT / "README.md").read_text("utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    subprocess.run([sys.executable, "-c", block], cwd=ROOT, check=True)


# --------------------------------------------------------------- the names of the book

RELIED_ON = {
    "activation_patterns": "count_patterns enumerate_patterns sample_patterns Patterns",
    "relu_lp": "ReluNetwork fit_relu_lp ConvexWeights convex_output to_network "
    "from_network",
    "analytic_center": "analytic_center relu_center",
    "version_space": "chebyshev_center centroid ellipsoid_step perceptron",
    "convex_relu": "fit_convex_relu ConvexFit nonconvex_objective convex_objective "
    "critical_reg",
    "admm": "admm_convex_relu fit_sampled",
    "adversarial": "fit_robust worst_case_loss fgsm pgd",
    "optimal_set": "OptimalSet optimal_set merge_duplicates prune prune_network "
    "prune_further",
    "solution_path": "regularization_path sensitivity",
    "acquisition": "Mlp run_active_learning Run margin least_confidence entropy bald "
    "gradient_length k_center badge bait albl albl_strategy discriminative "
    "random_picks",
    "cutting_plane": "train active_learn active_learn_regression synthesize_queries "
    "CuttingPlaneRun",
    "primal_dual": "pdcl Constrained",
    "ally": "ally informative_samples dual_picks BoundedMlp",
    "ntk": "analytic_ntk empirical_ntk trace_ntk",
    "npc": "npc min_eigenvalue_scores plain_npc",
    "semi_supervised": "refine fixmatch",
}


@pytest.mark.parametrize("chapter", RELIED_ON)
def test_names_that_later_chapters_and_readers_rely_on(chapter):
    face = importlib.import_module(f"reference.{chapter}")
    assert set(RELIED_ON[chapter].split()) <= set(face.__all__)
