"""The checker: it accepts right functions, and shows what is wrong with others."""

import json
import subprocess
import sys
import time

import pytest

from coursework.check import check
from coursework.layout import ROOT, all_files
from coursework.standalone import standalone
from coursework.subjects import public_functions, reference_function

FAST = "activation_patterns.count_patterns"


def run(*arguments, cwd=ROOT):
    return subprocess.run(
        [sys.executable, "-m", "coursework.check", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def script(code):
    """Run Python in a fresh process: the checker starts a test run of its own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


RIGHT = """
from math import comb
def count_patterns(n, rank):
    return 2 * sum(comb(n - 1, k) for k in range(rank)) if rank else 1
"""


def test_a_right_function_passes_and_the_exit_code_says_so(tmp_path):
    homework = tmp_path / "homework.py"
    homework.write_text(RIGHT)
    result = run(homework)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "pass" in result.stdout
    assert "FAIL" not in result.stdout


def test_a_wrong_function_fails_with_a_counterexample(tmp_path):
    homework = tmp_path / "homework.py"
    homework.write_text(RIGHT.replace("2 * sum", "sum"))
    result = run(homework, "--json")
    assert result.returncode == 1
    report = json.loads(result.stdout)
    assert not report["passed"]
    (function,) = report["functions"]
    assert function["function"] == FAST
    failed = [v for v in function["verdicts"] if not v["passed"]]
    assert failed
    assert all(v["statement"] and v["problem"] for v in failed)
    assert any(v["example"].startswith("X=array(") for v in failed)
    assert not any("subject=" in v["example"] for v in failed)


def test_a_file_without_functions_of_the_book_is_exit_code_2(tmp_path):
    homework = tmp_path / "homework.py"
    homework.write_text("def something_else():\n    pass\n")
    assert run(homework).returncode == 2
    assert run(tmp_path / "absent.py").returncode == 2


def test_the_command_line_shows_the_counterexample_and_nothing_else(tmp_path):
    homework = tmp_path / "homework.py"
    homework.write_text(RIGHT.replace("2 * sum", "sum"))
    result = run(homework, "--first")
    assert "X=array(" in result.stdout
    assert "0 of 1 properties hold" in result.stdout
    assert not result.stderr


def test_an_error_in_the_function_is_shown_with_its_line(tmp_path):
    homework = tmp_path / "homework.py"
    homework.write_text("def count_patterns(n, rank):\n    return n / 0\n")
    assert "in line 2 of your file" in run(homework).stdout


def test_an_endless_loop_is_stopped():
    code = (
        "from coursework import check\n"
        "def count_patterns(n, rank):\n"
        "    while True: pass\n"
        "report = check(count_patterns, seconds=0.5, stop_at_first=True)\n"
        "print(bool(report)); print(report)"
    )
    start = time.perf_counter()
    output = script(code)
    assert output.startswith("False")
    assert "stopped after 0.5 s" in output
    assert time.perf_counter() - start < 60


def test_a_tuple_may_stand_for_a_dataclass():
    code = (
        "from coursework import check\n"
        "import reference.activation_patterns as book\n"
        "def enumerate_patterns(X):\n"
        "    found = book.enumerate_patterns(X)\n"
        "    return found.masks, found.gates\n"
        "report = check(enumerate_patterns)\n"
        "print(bool(report)); print(report)"
    )
    output = script(code)
    assert output.startswith("True"), output


def test_tuples_may_stand_for_a_tuple_of_dataclasses():
    code = (
        "from dataclasses import astuple\n"
        "from coursework import check\n"
        "import reference.relu_lp as book\n"
        "def from_network(network, X):\n"
        "    return tuple(astuple(part) for part in book.from_network(network, X))\n"
        "report = check(from_network)\n"
        "print(bool(report)); print(report)"
    )
    output = script(code)
    assert output.startswith("True"), output


def test_a_single_file_is_accepted_with_its_own_error_classes(tmp_path):
    homework = tmp_path / "homework.py"
    homework.write_text(standalone("relu_lp"), "utf-8")
    code = (
        "from coursework.check import check, functions_of\n"
        f"function = functions_of({str(homework)!r})['relu_lp.fit_relu_lp']\n"
        "report = check(function)\n"
        "print(bool(report)); print(report)"
    )
    output = script(code)
    assert output.startswith("True"), output


def test_an_unknown_name_is_an_error_that_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"relu_lp\.fit_relu_lp"):
        check(lambda X: X, "no_such_function")
    with pytest.raises(ValueError, match="callable"):
        check(3)


# One public function of every file of the book.
SMALLEST = [
    f"{chapter}.{function}"
    for chapter, file in all_files()
    for function in sorted(public_functions(chapter))
    if reference_function(f"{chapter}.{function}").__module__.endswith(f".{file}")
]
SMALLEST = {
    reference_function(name).__module__: name for name in reversed(SMALLEST)
}.values()


@pytest.mark.parametrize("name", SMALLEST)
def test_the_checker_accepts_the_reference(name):
    code = (
        "from coursework import check\n"
        "from coursework.subjects import reference_function\n"
        f"name = {name!r}\n"
        "report = check(reference_function(name), name, strict=True, seconds=60)\n"
        "print(bool(report)); print(report)"
    )
    output = script(code)
    assert output.startswith("True"), output
