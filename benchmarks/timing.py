"""Alternating timings: machines are noisy, ratios of medians are not so much.

Set ``OPENBLAS_NUM_THREADS=1`` in the environment before Python starts.
"""

import json
import platform
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def alternate(ours, other, *, repeats=5, clock=time.perf_counter):
    """Time two callables in turns and return their medians and the ratio.

    Parameters
    ----------
    ours, other : callable
        Called without arguments; both must do the whole job, set-up included.
    repeats : int
        Rounds; within a round each is called once, ours first.
    clock : callable
        `time.process_time` counts the processor time of this process: where both sides
        keep to one thread, other programs on the machine then disturb less.

    Returns
    -------
    dict
        ``ours`` and ``other`` in seconds (medians), ``ratio`` = other / ours.
    """
    times = {"ours": [], "other": []}
    for _ in range(repeats):
        for name, function in (("ours", ours), ("other", other)):
            start = clock()
            function()
            times[name].append(clock() - start)
    medians = {name: statistics.median(values) for name, values in times.items()}
    return medians | {"ratio": medians["other"] / medians["ours"], "repeats": repeats}


def save(rows, *, packages=("numpy", "scipy")):
    """Print rows and write them, with command and versions, under the module's name."""
    name = Path(sys.argv[0]).stem
    record = {
        "command": f"OPENBLAS_NUM_THREADS=1 python -m benchmarks.{name}",
        "seeds": [0],
        "python": platform.python_version(),
        "versions": {package: version(package) for package in packages},
        "rows": rows,
    }
    text = json.dumps(record, indent=1) + "\n"
    (RESULTS / f"{name}.json").write_text(text, "utf-8")
    print(text)
