"""Save an experiment's numbers together with where they come from."""

import json
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
STARTED = time.perf_counter()


def save(name, results, *, seeds, packages=("numpy", "scipy")):
    """Write results/NAME.json: the numbers, the command, seeds, versions, time.

    Parameters
    ----------
    name : str
        The results' name: the experiment's module, or that and a suffix.
    results : dict
        What was measured; numbers, strings, lists and dicts.
    seeds : list of int
        Every seed that was used.
    packages : sequence of str
        Distributions whose versions matter here.
    """
    module = Path(sys.argv[0]).stem
    arguments = " ".join([f"python -m experiments.{module}", *sys.argv[1:]])
    record = {
        "command": arguments,
        "seeds": list(seeds),
        "python": platform.python_version(),
        "versions": {package: version(package) for package in packages},
        "seconds": round(time.perf_counter() - STARTED, 1),
        "results": results,
    }
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    print(f"wrote experiments/results/{path.name}")


def load(name):
    """Return the committed results of an experiment, for a lab or a page."""
    return json.loads((RESULTS / f"{name}.json").read_text("utf-8"))["results"]
