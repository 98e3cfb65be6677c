"""The checker: it accepts right functions, and shows what is wrong with others."""

import contextlib
import functools
import inspect
import json
import os
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from coursework.check import check
from coursework.layout import ROOT, Property, properties
from coursework.load import load_file, loader_of
from coursework.mutants.__main__ import unknown
from coursework.remote import FORKS, Local, Remote, Stopped
from coursework.signature import described, lacks, rebuilt, refused
from coursework.standalone import standalone
from coursework.subjects import full_name, reference_function
from coursework.values import edge_of, fitted, shown
from reference.activation_patterns import Patterns

COUNT = "activation_patterns.count_patterns"
RIGHT = """
from math import comb
def count_patterns(n, rank):
    return 2 * sum(comb(n - 1, k) for k in range(rank)) if rank else 1
"""
WRONG = RIGHT.replace("2 * sum", "sum")
forked = pytest.mark.skipif(not FORKS, reason="needs fork")


def python(*arguments, cwd=ROOT, **environment):
    """Run Python in a fresh process: the checker starts a test run of its own."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=os.environ | {"COMPANION_PROFILE": "quick"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def shell(*arguments, **options):
    return python("-m", "coursework.check", *arguments, **options)


def script(code, **options):
    result = python("-c", textwrap.dedent(code), **options)
    assert result.returncode == 0, result.stderr
    return result.stdout


def write(path, text):
    path.write_text(textwrap.dedent(text), "utf-8")
    return path


def remote(*functions, seconds=20.0):
    """Return the process of some functions of this file, as the checker starts it."""
    named = {f.__name__: f for f in functions}
    return Remote(lambda: (named, None), seconds)


def loaded(path, seconds=20.0):
    """Return what the checker finds in a file, or the line that says why it cannot."""
    with Remote(functools.partial(load_file, path), seconds) as process:
        try:
            return process.start()
        except Stopped as stopped:
            return str(stopped)


# ------------------------------------------------------------- reports and exit codes


def test_a_right_function_passes_and_the_exit_code_says_so(tmp_path):
    result = shell(write(tmp_path / "homework.py", RIGHT))
    assert result.returncode == 0, result.stdout + result.stderr
    assert "2 of 2 properties hold" in result.stdout
    assert "FAIL" not in result.stdout


def test_a_wrong_function_fails_with_a_counterexample(tmp_path):
    homework = write(tmp_path / "homework.py", 'print("noise")\n' + WRONG)
    result = shell(homework, "--json", COMPANION_PROFILE="default")
    assert result.returncode == 1
    report = json.loads(result.stdout)  # whatever the file prints
    assert not report["passed"]
    (function,) = report["functions"]
    assert function["function"] == COUNT
    failed = [v for v in function["verdicts"] if not v["passed"]]
    assert failed
    assert all(v["statement"] and v["problem"] for v in failed)
    assert any(v["example"].startswith("X=array(") for v in failed)
    assert all("count_patterns(n=" in v["example"] for v in failed)
    assert not any("subject=" in v["example"] for v in failed)


# What a grader meets: each file, its exit code, and words of the output.
HANDED_IN = {
    "leaves at the top": (WRONG + "import sys\nsys.exit(0)", 3, "line 6 of leaves"),
    "leaves for good": (WRONG + "import os\nos._exit(0)", 3, "exit code 0"),
    "ends inside": ("import os\ndef count_patterns(n, rank): os._exit(0)", 1, "ended"),
    "exits inside": ("def count_patterns(n, rank): exit()", 1, "raised SystemExit"),
    "interrupts for one input": (
        RIGHT.replace("rank):", "rank):\n    if n == 3: raise KeyboardInterrupt"),
        1,
        "raised KeyboardInterrupt",
    ),
    "ends pytest": (
        "import pytest\ndef count_patterns(n, rank): pytest.exit('done', 0)",
        1,
        "0 of 2 properties hold",
    ),
    "patches the tests": (
        WRONG + "import numpy, builtins\n"
        "numpy.allclose = lambda *a, **k: True\n"
        "class Same(int):\n    __eq__ = lambda self, other: True\n"
        "    __hash__ = int.__hash__\n"
        "old = count_patterns\ncount_patterns = lambda n, rank: Same(old(n, rank))",
        1,
        "0 of 2 properties hold",
    ),
    "runs code on arrival": (
        "import os\nclass Evil:\n    def __reduce__(self): return exec, ('1/0',)\n"
        "def count_patterns(n, rank): return Evil()",
        1,
        "0 of 2 properties hold",
    ),
    "sorts its data": (
        "import reference.activation_patterns as book\n"
        "def enumerate_patterns(X):\n    X.sort(axis=0)\n"
        "    return book.enumerate_patterns(X)",
        1,
        "changes its argument X",
    ),
    "returns lists": (
        "import reference.activation_patterns as book\n"
        "def enumerate_patterns(X):\n    p = book.enumerate_patterns(X)\n"
        "    return p.masks.tolist(), p.gates.tolist()",
        1,
        "returned a list for an array: wrap it in np.array(...)",
    ),
    "checks itself": (
        "from coursework import check\n" + RIGHT + "assert check(count_patterns)",
        0,
        "2 of 2 properties hold",
    ),
    "deletes itself": (WRONG + "import os\nos.remove(__file__)", 1, "count_by_cutting"),
    "is something else": ("def something_else():\n    pass", 2, "no function of the"),
}


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """The exit code and the output for each of the files, checked in one process."""
    folder, files = tmp_path_factory.mktemp("handed_in"), {}
    for title, (text, _, _) in HANDED_IN.items():
        files[title] = str(write(folder / f"{title.split()[0]}_{len(files)}.py", text))
    code = f"""
    import contextlib, io, json
    from coursework.check import main
    found = {{}}
    for title, file in {files!r}.items():
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = main([file])
        found[title] = code, out.getvalue()
    print(json.dumps(found))
    """
    return json.loads(script(code))


@pytest.mark.parametrize("title", HANDED_IN)
def test_exit_codes(handed_in, title):
    _, expected, words = HANDED_IN[title]
    code, output = handed_in[title]
    assert code == expected, output
    assert words in output, output
    if "in the call" in output and "properties hold" not in words:
        assert output.index(words) < output.index("in the call")  # the reason first


def test_a_property_that_does_not_run_fails():
    code = f"""
    from coursework.layout import Property
    from coursework.remote import Local
    from coursework.runner import run
    gone = Property("P3.1", "is gone", "tests/activation_patterns/test_patterns.py",
                    "test_gone", 1, ("{COUNT}",))
    for verdict in run(Local(len, 1), "{COUNT}", [gone]):
        print(verdict.passed, verdict.problem)
    """
    assert script(code).startswith("False not run")


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is another signal there")
def test_ctrl_c_is_no_success(tmp_path):
    slow = RIGHT.replace("rank):", "rank):\n    time.sleep(0.6)\n")
    homework = write(tmp_path / "homework.py", "import time\n" + slow)
    process = subprocess.Popen(
        [sys.executable, "-m", "coursework.check", str(homework), "--json"],
        cwd=ROOT,
        env=os.environ | {"COMPANION_PROFILE": "quick"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # what runs the tests may have told its children to ignore it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    # Progress, as it takes long; others may have said something before.
    assert any("P3.1" in line for line in process.stderr)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(output)["error"] == "interrupted"


# ------------------------------------------------------------------ a process apart


def patient():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        with contextlib.suppress(BaseException):
            while True:
                pass


def one_long_step():
    return 10 ** (10**9) % 7


def asleep():
    import threading
    import time

    threading.Thread(target=time.sleep, args=(1000,)).start()
    while True:
        with contextlib.suppress(BaseException):
            time.sleep(1000)


@forked
@pytest.mark.parametrize("function", [patient, one_long_step, asleep])
def test_whatever_does_not_end_is_killed(function):
    with remote(function, seconds=0.5) as process:
        process.start()
        pid = process.process.pid
        with pytest.raises(Stopped, match=r"stopped after 0\.5 s"):
            process.call(function.__name__)
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def crash():
    import ctypes

    ctypes.string_at(0)


def fill():
    kept = []
    while True:
        kept.append(np.ones(10**7))


def flood():
    return np.ones(2**18)


@forked
@pytest.mark.parametrize(
    ("function", "words"),
    [(crash, "SIGSEGV"), (fill, "ran out of memory"), (flood, "more than")],
)
def test_crashes_are_verdicts_and_the_next_call_runs(function, words, monkeypatch):
    monkeypatch.setattr("coursework.remote.MEMORY", 2**28)
    monkeypatch.setattr("coursework.wire.LARGEST", 2**20)
    with remote(function, describe, seconds=60) as process:
        with pytest.raises(Stopped, match=words):
            process.call(function.__name__)
        process.begin()
        assert process.call("describe", 1) == "1"


def describe(x):
    return str(x)


def ruin(X, y):
    y.sort()
    return X


def ruin_keyword(*, y):
    y *= 2


@forked
def test_a_changed_argument_is_noticed_and_ours_is_not_changed():
    y = np.array([2.0, 1.0])
    with remote(ruin, ruin_keyword) as process:
        with pytest.raises(AssertionError, match=r"^1$"):
            process.call("ruin", np.eye(2), y)
        with pytest.raises(AssertionError, match=r"^y$"):
            process.call("ruin_keyword", y=y)
        assert y.tolist() == [2.0, 1.0]
        X = np.eye(2)
        assert process.call("ruin", X, np.array([1.0, 2.0])) is X  # itself, no copy


def play(X, label, *, rng, callback):
    callback(Patterns(X > 0, X))
    return [label(i) for i in rng.permutation(len(X))]


def draw(rng):
    return rng.standard_normal()


def steps(n):
    yield from range(n)


def solver(A):
    def solve(v):
        return A @ v

    solve.shape = A.shape
    return solve


@forked
def test_functions_generators_and_iterators_cross_the_pipe():
    rng, twin, seen = np.random.default_rng(5), np.random.default_rng(5), []
    with remote(play, draw, steps, solver) as process:
        got = process.call(
            "play", np.eye(3), lambda i: int(i) + 7, rng=rng, callback=seen.append
        )
        assert got == [int(i) + 7 for i in twin.permutation(3)]
        assert isinstance(seen[0], Patterns)
        assert process.call("draw", rng) == twin.standard_normal()
        assert rng.random() == twin.random()  # it has moved on here, too
        assert list(process.call("steps", 3)) == [0, 1, 2]
        solve = process.call("solver", 2 * np.eye(2))
        assert solve(np.ones(2)).tolist() == [2.0, 2.0]
        assert solve.shape == (2, 2)


def names_of(function):
    return [
        (k, p.default is p.empty)
        for k, p in inspect.signature(function).parameters.items()
    ]


@forked
def test_a_function_s_parameters_are_known_across_the_pipe():
    def strategy(probabilities, budget, *, rng, coldness=1.0): ...

    with remote(names_of, steps) as process:
        assert process.call("names_of", strategy) == names_of(strategy)
        assert process.call("names_of", lambda *a: 0) == [("a", True)]


def trained(slope):
    class Line:
        def __init__(self):
            self.slope_ = slope

        def predict(self, x):
            return self.slope_ * x

    return Line(), Line()


@forked
def test_a_model_stays_where_it_was_trained():
    with remote(trained) as process:
        model, _ = process.call("trained", 2.0)
        assert model.slope_ == 2.0
        assert model.predict(np.ones(2)).tolist() == [2.0, 2.0]


def infeasible():
    class Infeasible(ValueError):
        pass

    error = Infeasible("no such network")
    error.certificate = np.ones(2)
    raise error


def given_up():
    class NotConverged(Exception):
        def __init__(self):
            super().__init__()

    raise NotConverged


@forked
def test_a_class_of_the_reader_stands_for_the_book_s_whatever_it_takes():
    from reference.common import NotConverged

    with remote(given_up) as process, pytest.raises(NotConverged):
        process.call("given_up")


@forked
def test_errors_cross_the_pipe_as_the_book_s_with_the_reader_s_line():
    from reference.common import Infeasible

    with remote(infeasible) as process:
        with pytest.raises(Infeasible, match="no such network") as caught:
            process.call("infeasible")
        assert caught.value.certificate.tolist() == [1.0, 1.0]
        assert "of test_check.py" in caught.value.place


def test_without_fork_a_file_s_function_travels_by_its_file(tmp_path):
    file = write(tmp_path / "homework.py", RIGHT)
    with Remote(functools.partial(load_file, str(file)), 60, fork=False) as process:
        names, _ = process.start()
        assert names == [COUNT]
        assert process.call(COUNT, 3, 2) == 6
    load = loader_of(reference_function(COUNT), COUNT, fork=False)
    assert load()[0][COUNT](3, 2) == 6
    with pytest.raises(ValueError, match=r"needs .*count_patterns in a file"):
        loader_of(lambda n, rank: 1, COUNT, fork=False)


# ---------------------------------------------------------------- files and notebooks


def test_functions_are_found_in_any_form(tmp_path):
    write(tmp_path / "helper.py", RIGHT + "def merge_patterns(a, b): return a")
    file = write(
        tmp_path / "homework.py",
        """
        import functools
        import helper
        from helper import merge_patterns
        from reference.relu_lp import to_network  # the book's own does not count
        from reference.activation_patterns import Patterns
        count_patterns = functools.cache(helper.count_patterns)
        class Sampler:
            def __call__(self, X, num_gates, *, rng): pass
        sample_patterns = Sampler()
        enumerate_patterns = functools.partial(helper.merge_patterns, 1)
        def fit_relu_pl(X, y): pass
        def main(): pass  # near no name of the book
        """,
    )
    names, misses = loaded(str(file))
    short = {name.partition(".")[2] for name in names}
    assert short == {
        "count_patterns", "merge_patterns", "sample_patterns", "enumerate_patterns"
    }  # fmt: skip
    assert misses == {"fit_relu_pl": "fit_relu_lp"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1\ndef f(x) return 3", "in line 2 of homework.py: SyntaxError: "),
        ("x = 1\ny = z", "in line 2 of homework.py: NameError: name 'z'"),
        ("import no_helper", "in line 1 of homework.py: ModuleNotFoundError: No"),
        ("\nopen('data.csv')", "in line 2 of homework.py: FileNotFoundError: "),
        ("\ninput()", "in line 2 of homework.py: EOFError"),
    ],
)
def test_load_errors_are_one_line_with_the_reader_s_line(tmp_path, text, words):
    said = loaded(str(write(tmp_path / "homework.py", text)))
    assert said.startswith(words)
    assert "\n" not in said


@forked
def test_an_endless_import_is_stopped(tmp_path, monkeypatch):
    file = write(tmp_path / "homework.py", "while True: pass")
    monkeypatch.setattr("coursework.remote.LOADING", 0.5)
    assert loaded(str(file), seconds=0.2) == "stopped after 0.5 s"


def test_a_load_error_has_an_exit_code_of_its_own_and_valid_json(tmp_path):
    result = shell(write(tmp_path / "homework.py", "print('hi')\ny = z"), "--json")
    assert result.returncode == 3
    assert "in line 2 of homework.py" in json.loads(result.stdout)["error"]
    result = shell(tmp_path / "absent.py", "--json")
    assert result.returncode == 2
    assert "no such file" in json.loads(result.stdout)["error"]


def test_a_file_that_talks_to_the_checker_is_one_line(tmp_path):
    text = """
    import contextlib, os
    for fd in range(3, 64):
        with contextlib.suppress(OSError):
            os.write(fd, b"\\0\\0\\0\\4junk")
    """
    file = write(tmp_path / "homework.py", text)
    assert loaded(str(file)).startswith("returned what the checker cannot take")


def notebook(*cells):
    cells = [
        {"cell_type": "code", "source": c.splitlines(keepends=True)} for c in cells
    ]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "a"}, *cells]})


def test_a_notebook_is_read_by_its_code_cells(tmp_path):
    cells = "%matplotlib inline\nimport math\n!ls", RIGHT, "%%bash\nls", "display(1)"
    file = write(tmp_path / "homework.ipynb", notebook(*cells))
    assert loaded(str(file))[0] == [COUNT]
    file = write(tmp_path / "broken.ipynb", notebook("x = 1", "\ny = z"))
    assert loaded(str(file)).startswith("in line 2 of broken.ipynb, cell 2: NameError")
    for text in "{}", "[]", "":
        file = write(tmp_path / "none.ipynb", text)
        assert "none.ipynb is not a notebook" in loaded(str(file))


def test_what_only_a_notebook_understands_does_no_harm(tmp_path):
    cells = [
        "count_patterns?\n?print\nmath.comb??",
        "files = !ls\nt = %timeit -o 1 + 1\nassert files is None",
        "if True:\n    %timeit -n 1 \\\n        1 + 1\n    !ls",
        "get_ipython().run_line_magic('matplotlib', 'inline')",
        # These are Python.
        "x = (7\n  % 4)\nassert x == 3",
        "text = '''\n!bang\n'''\nassert 'bang' in text",
    ]
    file = tmp_path / "homework.ipynb"
    file.write_text("\ufeff" + notebook(*cells, RIGHT), "utf-8")
    assert loaded(str(file))[0] == [COUNT]
    file = write(tmp_path / "later.ipynb", notebook("%time \\\n  1\ny = z"))
    assert loaded(str(file)).startswith("in line 3 of later.ipynb, cell 1: NameError")


# ---------------------------------------------------------- what is asked of the shell


def test_required_functions_must_be_there(tmp_path):
    homework = write(tmp_path / "homework.py", RIGHT + "def sample_paterns(): pass")
    result = shell(homework, "--require", "count_patterns", "sample_patterns")
    assert result.returncode == 1
    assert "sample_paterns is no name of the book: sample_patterns?" in result.stdout
    assert "sample_patterns is required, and the file has none" in result.stdout
    result = shell(homework, "--require", "count_paterns")
    assert result.returncode == 2
    assert result.stderr.endswith(f"did you mean {COUNT}?\n")


@pytest.mark.parametrize(
    "body",
    [
        "    from reference.activation_patterns import count_patterns as its\n"
        "    return its(n, rank)",
        "    import reference.activation_patterns as book\n"
        "    return book.count_patterns(n, rank)",
    ],
)
def test_a_grader_sees_that_the_book_s_own_function_is_called(tmp_path, body):
    homework = write(tmp_path / "homework.py", f"def count_patterns(n, rank):\n{body}")
    result = shell(homework, "--only", "P3.1", "--json")
    said = f"{COUNT} is checked, and the file takes count_patterns from the book"
    assert said in " ".join(json.loads(result.stdout)["notes"])
    result = shell(write(tmp_path / "own.py", RIGHT), "--only", "P3.1", "--json")
    assert not json.loads(result.stdout)["notes"]


def test_the_file_may_come_after_the_required_names(tmp_path):
    homework = write(tmp_path / "homework.py", RIGHT + "def _sample_paterns(): pass")
    result = shell("--require", "count_patterns", homework)
    assert result.returncode == 0, result.stderr
    assert "no name of the book" not in result.stdout  # an underscore: not handed in
    result = shell("--strict")
    assert result.returncode == 2
    assert "give your file" in result.stderr


def test_only_some_properties(tmp_path):
    homework = write(tmp_path / "homework.py", RIGHT)
    result = shell(homework, "--only", "P3.1")
    assert result.returncode == 0
    assert "I3.2" not in result.stdout
    assert "asked for P3.1 only" in result.stdout
    result = shell(homework, "--only", "P3.1,P9.9")
    assert result.returncode == 2
    assert result.stderr == "no property P9.9 here; there are P3.1, I3.2\n"


def test_what_is_asked_for_counts(tmp_path):
    homework = str(write(tmp_path / "homework.py", RIGHT))
    code = f"""
    from coursework.check import main
    print(main([{homework!r}, "--only", "P3.1,I3.2"]))
    print(main([{homework!r}, "--stage", "plain", "--require", "count_patterns"]))
    try:
        main([{homework!r}, "--seconds", "nan"])
    except SystemExit as error:
        print(error.code)
    """
    first, _, rest = script(code).partition("2 of 3 properties hold")
    assert "I3.2   FAIL" in first
    assert rest.split("\n")[3:] == [
        "1",
        f"{COUNT} has no property that was asked for",
        "1",
        "2",
        "",
    ]


def test_the_output_fits_any_encoding():
    code = """
    from coursework.report import Report, Verdict
    print(Report("f", [Verdict("P1.1", "‖w‖ ≤ λ", True)]))
    """
    assert "w" in script(code, PYTHONIOENCODING="cp1252")


def test_unknown_names_are_one_line():
    assert unknown(["relu_lp", "relu_lp.programs"]) == ""
    assert "did you mean relu_lp?" in unknown(["relu_pl"])
    assert "it has version_space, " in unknown(["nope"])
    result = python("-m", "coursework.mutants", "nope")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    result = python("-m", "coursework.mutants", "--help")
    assert result.returncode == 0
    assert "--survivors" in result.stdout
    result = python("-m", "coursework.standalone", "to_network", "-o", "missing/x.py")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1


def test_without_a_clone_one_line_says_what_to_do(tmp_path):
    package = tmp_path / "coursework"
    package.mkdir()
    for path in (ROOT / "coursework").glob("*.py"):
        (package / path.name).write_bytes(path.read_bytes())
    for module in ("check", "standalone", "mutants"):
        result = python("-m", f"coursework.{module}", "x", "--json", cwd=tmp_path)
        assert result.returncode == 4
        assert "needs a clone of the book" in json.loads(result.stdout)["error"]
        assert result.stderr.count("\n") == 1
    result = python("-c", "import coursework", cwd=tmp_path)
    assert "ImportError: coursework needs a clone" in result.stderr


def test_outside_a_clone_python_answers_what_the_readme_says(tmp_path):
    run = [sys.executable, "-P", "-m", "coursework.check", "x.py"]
    bare = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    result = subprocess.run(
        run, cwd=tmp_path, env=bare, capture_output=True, text=True, check=False
    )
    if "clone" not in result.stderr:  # as where the book is installed
        assert "No module named 'coursework'" in result.stderr
    assert "No module named 'coursework'" in (ROOT / "README.md").read_text("utf-8")


# -------------------------------------------------------------------- from Python


def test_a_function_of_the_reader_is_checked_from_python():
    code = """
    from coursework import check
    import reference.activation_patterns as book
    from dataclasses import astuple

    def enumerate_patterns(X):
        found = book.enumerate_patterns(X)
        return found.masks, found.gates

    def endless(n, rank):
        while True: pass

    print(bool(check(enumerate_patterns)))                # a tuple for a dataclass
    print(check(endless, "count_patterns", seconds=0.5, stop_at_first=True))

    import reference.relu_lp as lp
    def from_network(network, X):
        return tuple(astuple(part) for part in lp.from_network(network, X))
    print(bool(check(from_network, only="P4.2")))         # tuples for a tuple of them

    def count_patterns(n, rank):
        return [1]
    print(check(count_patterns, only="P3.1"))
    print(check(lambda X: X * 0, "enumerate_patterns", only="P3.2"))
    """
    before, _, after = script(code).partition("stopped after 0.5 s")
    assert before.startswith("True"), before
    assert "in the call count_patterns(n=" in after  # the last example that was tried
    assert "0 of 1 properties hold" in after
    assert "True" in after


def test_names_are_found_or_named():
    with pytest.raises(ValueError, match=r"did you mean relu_lp\.fit_relu_lp"):
        check(lambda X: X, "fit_relu_pl")
    with pytest.raises(ValueError, match=r"it has .*relu_lp\.fit_relu_lp"):
        full_name("zzz")
    with pytest.raises(ValueError, match="callable"):
        check(3)
    with pytest.raises(ValueError, match="there are P3"):
        check(max, "count_patterns", only="P9.1")
    with pytest.raises(ValueError, match="seconds must be positive"):
        check(max, "count_patterns", seconds=-1.0)
    with pytest.raises(ValueError, match="stage"):
        check(max, "count_patterns", stage="rough")


def test_stages(monkeypatch):
    words = "tests/test_x.py", "test_x", 1, (COUNT,)
    few = (
        Property("P3.1", "in general", *words, "plain"),
        Property("P3.2", "with ties", *words),
        Property("P3.2", "with zeros", *words),
    )
    module = sys.modules["coursework.check"]  # the package's name means the function
    monkeypatch.setattr(module, "properties", lambda: few)
    _chosen = module._chosen
    chosen, note = _chosen(COUNT, "plain", [])
    assert [p.id for p in chosen] == ["P3.1"]
    assert note == "2 further properties on degenerate data: check(count_patterns)"
    assert _chosen(COUNT, None, []) == (list(few), "")
    assert {p.stage for p in properties()} <= {"plain", "robust"}


# ------------------------------------------------------------------- counterexamples


def test_what_a_function_returns_is_fitted_or_refused_with_advice():
    def gates(X) -> tuple[np.ndarray, Patterns]: ...

    hints = {"return": tuple[np.ndarray, Patterns]}
    masks = np.ones((1, 2), bool)
    _, patterns = fitted((masks, (masks, masks * 1.0)), hints)
    assert isinstance(patterns, Patterns)
    with pytest.raises(TypeError, match=r"list for an array.*np\.array"):
        fitted([1.0, 2.0], {"return": np.ndarray})
    with pytest.raises(TypeError, match="list for an array"):
        fitted(([1.0], [2.0]), {"return": Patterns})
    with pytest.raises(TypeError, match=r"tuple of 3 for Patterns\(masks, gates"):
        fitted((1, 2, 3), {"return": Patterns})
    for odd in ([masks, masks], {"masks": masks, "gates": masks}, masks, iter(())):
        with pytest.raises(TypeError, match=r"for Patterns\(masks, gates\): give a tu"):
            fitted(odd, {"return": Patterns})
    with pytest.raises(TypeError, match="return missing"):
        fitted(None, {"return": Patterns})


def test_an_example_is_shown_whole_and_edge_cases_are_marked():
    def fit(X, y, *, reg): ...

    X = np.random.default_rng(0).standard_normal((30, 3))
    text = shown(fit, (X, np.ones(30)), {"reg": 0.1})
    assert "..." not in text
    again = eval(text, {"fit": lambda X, y, reg: (X, y), "array": np.array})
    assert (again[0] == X).all()
    assert edge_of(fit, (X, 1), {"reg": 1}) == ""
    for special, words in [
        (X[:1], "one row"),
        (X * (np.arange(30) > 0)[:, None], "a row of zeros"),
        (X[[0, 1, 2, 0]], "equal rows"),
        (np.outer([1.0, 2.0, 3.0], [1.0, 1.0]), "dependent"),
    ]:
        assert words in edge_of(fit, (special, 1), {})


def test_an_ordinary_example_is_preferred():
    code = """
    import numpy as np
    from coursework import check
    import reference.activation_patterns as book
    def wrong_at_zero(X):
        found = book.enumerate_patterns(X)
        if (X == 0).all(axis=1).any():
            return found.masks[:0], found.gates[:0]
        return found
    def always_wrong(X):
        found = book.enumerate_patterns(X)
        return found.masks, -found.gates
    for f in wrong_at_zero, always_wrong:
        report = check(f, "enumerate_patterns", only="P3.2")
        print([bool(v.edge) for v in report.verdicts if not v.passed])
        print(report)
    """
    zero, wrong = script(code, COMPANION_PROFILE="default").split("\n[")
    assert zero.startswith("[True")
    assert "an edge case: X has a row of zeros" in zero
    assert wrong.startswith("False")


def test_what_a_signature_lacks_is_one_line():
    def book(A, b, start, *, tol=1e-8, max_iter=50, callback=None): ...
    def few(A, b, start, *, tol=1e-8): ...
    def short(A, b, **options): ...
    def open_ended(A, *, rng, **settings): ...

    ours = inspect.signature(book)
    theirs = rebuilt(described(few))
    assert lacks(theirs, ours, "few") == (
        "few lacks the keywords max_iter, callback: calls that use them fail"
    )
    line = refused(theirs, "few", (1, 2, 3), {"callback": print})
    assert line == "few lacks the keyword callback, which this property uses"
    assert refused(theirs, "few", (1, 2, 3), {"tol": 1.0}) == ""
    theirs = rebuilt(described(short))
    assert "it takes 2 of A, b, start" in lacks(theirs, ours, "short")
    assert "with 3 arguments: too many" in refused(theirs, "short", (1, 2, 3), {})
    ours_too = inspect.signature(open_ended)
    assert lacks(rebuilt(described(open_ended)), ours_too, "open_ended") == ""
    for right in (book, functools.cache(book), lambda *a, **k: 0):
        assert lacks(rebuilt(described(right)), ours, "right") == ""
    assert described(max) is None or rebuilt(described(max))
    assert rebuilt(None) is rebuilt([("no name", 1, True)]) is rebuilt([(1,)]) is None


def test_missing_keywords_fail_at_once_and_other_errors_say_what_was_expected():
    code = """
    import numpy as np
    from coursework import check
    import reference.analytic_center as book
    def plain_center(A, b, start, *, tol=1e-8):
        return book.plain_center(A, b, start, tol=tol)
    print(check(plain_center, only="P2.26"))
    def plain_center(A, b, start, *, tol=1e-8, max_iter=50, callback=None):
        try:
            return book.plain_center(A, b, start, max_iter=max_iter)
        except RuntimeError:
            raise ValueError("no centre")
    print(check(plain_center, only="P2.28"))
    """
    output = script(code, COMPANION_PROFILE="default")
    lines = output.splitlines()
    assert "lacks the keywords max_iter, callback: calls" in lines[1]
    assert "lacks the keyword callback, which this property uses" in lines[3]
    words = "expected NotConverged (from reference.common), got ValueError: no centre"
    assert words in output


def test_the_search_for_a_smaller_example_ends():
    code = """
    import itertools, time
    from coursework import check, runner
    import reference.activation_patterns as book
    calls = itertools.count()
    def slow(n, rank):
        time.sleep(0.1)
        return -1
    def moody(n, rank):
        return -1 if next(calls) % 2 == 0 else book.count_patterns(n, rank)
    def ends_when_shrunk(n, rank):
        if next(calls) > 0:
            raise SystemExit
        return -1
    runner.SHRINKING = 0.3
    for f in slow, moody, ends_when_shrunk:
        verdict = check(f, "count_patterns", only="P3.1").verdicts[0]
        print(repr([verdict.example, verdict.problem]))
    """
    for line in script(code, COMPANION_PROFILE="default").splitlines():
        example, problem = eval(line)
        assert "in the call count_patterns(n=" in example
        assert problem.startswith("AssertionError: "), problem
        assert "-1" in problem


# --------------------------------------------------------------------- the reference


def test_a_single_file_is_accepted_with_its_own_classes(tmp_path):
    homework = tmp_path / "homework.py"
    homework.write_text(standalone("relu_lp"), "utf-8")
    result = shell(homework, "--require", "fit_relu_lp", "to_network")
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_function_under_test_has_the_parameters_of_the_book_s():
    from coursework.runner import _Tests

    tests = _Tests(Local(len, 1.0), COUNT, lambda *_: None)
    assert list(inspect.signature(tests).parameters) == ["n", "rank"]


# One public function of each chapter; the tests themselves run on all of them.
ACCEPTED = [
    "version_space.polygon_centroid",
    "analytic_center.line_search",
    "activation_patterns.count_patterns",
    "relu_lp.to_network",
    "deep_relu_lp.count_blocks",
    "convex_relu.critical_reg",
    "admm.samples_needed",
    "adversarial.radii_with_bias",
]


@pytest.fixture(scope="module")
def accepted():
    """What the checker says of each of them, in one process."""
    code = f"""
    import json
    from coursework import check
    from coursework.subjects import reference_function
    found = {{}}
    for name in {ACCEPTED!r}:
        report = check(reference_function(name), name, strict=True, seconds=60)
        found[name] = bool(report), str(report)
    print(json.dumps(found))
    """
    return json.loads(script(code))


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_checker_accepts_the_reference(accepted, name):
    passed, said = accepted[name]
    assert passed, said
