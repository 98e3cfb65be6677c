"""Every module becomes one file that runs by itself, its examples included."""

import ast
import subprocess
import sys

import pytest

from coursework import standalone as export
from coursework.layout import module_order


@pytest.mark.parametrize("module", module_order())
def test_a_single_file_runs_from_an_empty_folder(module, tmp_path):
    path = tmp_path / f"{module}.py"
    path.write_text(export.standalone(module), "utf-8")
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
    assert "version" in text[:500]
    assert ast.parse(text)


def test_a_name_collision_is_an_error(monkeypatch):
    sources = {
        "common": "def helper():\n    return 1\n",
        "relu_lp": "from reference.common import f\n\n\ndef helper():\n    return 2\n",
    }
    monkeypatch.setattr(export, "_source", sources.get)
    with pytest.raises(
        ValueError, match="helper is defined in both common and relu_lp"
    ):
        export.standalone("relu_lp")


def test_an_unknown_module_is_an_error():
    with pytest.raises(ValueError, match="no module 'no_such'"):
        export.standalone("no_such")


def test_the_command_does_not_overwrite(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert export.main(["common"]) == 0
    with pytest.raises(SystemExit) as stop:
        export.main(["common"])
    assert stop.value.code == 2
    assert "exists" in capsys.readouterr().err
