"""Keep what a run of the tests found, for the book: ``pytest -p tools.record``.

The record says of which tree it is (`tools.book.tree_hash`): the book shows it only
beside the files that were tested. ``make test`` keeps one in ``_build/tests.json``.
"""

import json
import platform
import time
from collections import Counter
from importlib.metadata import version

from tools.book import BUILD, RECORD, tree_hash

PACKAGES = ("numpy", "scipy", "matplotlib", "pytest", "hypothesis", "cvxpy")


def versions():
    """Return the versions of Python and of the packages that matter here."""
    found = {"Python": platform.python_version()}
    return found | {name: version(name) for name in PACKAGES}


class Record:
    """What became of each test; written when the run is over."""

    def __init__(self):
        self.tree, self.start, self.outcomes = tree_hash(), time.time(), {}
        self.spent = Counter()

    def pytest_runtest_logreport(self, report):
        """Note a test's outcome: of its call, or of what failed around it."""
        self.spent[place(report.nodeid)] += report.duration
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.nodeid] = report.outcome

    def pytest_sessionfinish(self):
        """Write the record."""
        record = {
            "tree": self.tree,
            "date": time.strftime("%Y-%m-%d", time.gmtime()),
            "seconds": round(time.time() - self.start),
            "versions": versions(),
            "outcomes": dict(sorted(self.outcomes.items())),
        }
        BUILD.mkdir(exist_ok=True)
        RECORD.write_text(json.dumps(record, indent=0), "utf-8")

    def pytest_terminal_summary(self, terminalreporter):
        """Say where the time went."""
        most = [
            f"{name} {seconds:.0f} s" for name, seconds in self.spent.most_common(8)
        ]
        terminalreporter.write_line(f"Most time went into {', '.join(most)}.")


def place(nodeid):
    """Return the folder of a test, or its file where that is all there is."""
    path = nodeid.partition("::")[0].split("/")
    return "/".join(path[:2])


def pytest_configure(config):
    """Record in the process that hears from all workers, and only there."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Record(), "companion-record")
