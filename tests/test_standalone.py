"""A function or a chapter becomes one file that runs by itself, examples included."""

import ast
import importlib
import subprocess
import sys
from dataclasses import replace

import pytest

from coursework import standalone as export
from coursework.layout import OPTIONAL, chapter_order

CHAPTERS = [name for name in chapter_order() if name not in OPTIONAL]
FUNCTIONS = ["analytic_center", "fit_relu_lp", "count_patterns", "fit_convex_relu"]


@pytest.mark.parametrize("name", [*CHAPTERS, *FUNCTIONS])
def test_a_single_file_runs_from_an_empty_folder(name, tmp_path):
    module = f"my_{name}"
    path = tmp_path / f"{module}.py"
    path.write_text(export.standalone(name), "utf-8")
    code = (
        "import sys; sys.path.insert(0, '.')\n"
        "from importlib.metadata import packages_distributions\n"
        "others = set(packages_distributions()) - {'numpy', 'scipy'}\n"
        "class OnlyNumpyAndScipy:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] in others:\n"
        "            raise ImportError(f'{name} is not to be had here')\n"
        "sys.meta_path.insert(0, OnlyNumpyAndScipy())\n"
        f"import doctest, {module} as m\n"
        "result = doctest.testmod(m)\n"
        "assert 'reference' not in sys.modules\n"
        "assert result.attempted and not result.failed, result\n"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    text = path.read_text("utf-8")
    assert "BSD" in text[:2500]
    assert "version" in text[:1000]
    assert ast.parse(text)


def test_only_what_is_needed_is_taken():
    text = export.standalone("activation_patterns.count_patterns")
    defined = {n.name for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)}
    assert "count_patterns" in defined
    assert not defined & {"enumerate_patterns", "sample_patterns"}
    assert len(defined) <= 4, defined


def test_a_chapter_brings_all_that_stands_on_its_face():
    text = export.standalone("relu_lp")
    defined = {n.name for n in ast.parse(text).body if hasattr(n, "name")}
    assert set(importlib.import_module("reference.relu_lp").__all__) <= defined


def test_a_name_collision_is_an_error(monkeypatch):
    read = export.read_source

    def with_twin(module):
        found = read(module)
        if module != "reference.relu_lp.programs":
            return found
        twin = {"as_matrix": "def as_matrix():\n    return 2"}
        body = {"fit_relu_lp": "def fit_relu_lp():\n    return as_matrix(with_bias())"}
        borrowed = {"with_bias": "reference.common"}
        return replace(found, definitions=twin | body, borrowed=borrowed)

    monkeypatch.setattr(export, "read_source", with_twin)
    with pytest.raises(ValueError, match="as_matrix is defined in both"):
        export.standalone("fit_relu_lp")


def test_a_chapter_with_another_package_is_not_one_file():
    with pytest.raises(ValueError, match="needs torch"):
        export.standalone("cifar_scale")


def test_an_unknown_name_is_an_error():
    with pytest.raises(ValueError, match="no function 'no_such'"):
        export.standalone("no_such")


def test_the_command_does_not_overwrite(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert export.main(["count_patterns"]) == 0
    with pytest.raises(SystemExit) as stop:
        export.main(["count_patterns"])
    assert stop.value.code == 2
    assert "exists" in capsys.readouterr().err
