"""Alternating timings: machines are noisy, ratios of medians are not so much.

Set ``OPENBLAS_NUM_THREADS=1`` in the environment before Python starts.
"""

import statistics
import time


def alternate(ours, other, *, repeats=5):
    """Time two callables in turns and return their medians and the ratio.

    Parameters
    ----------
    ours, other : callable
        Called without arguments; both must do the whole job, set-up included.
    repeats : int
        Rounds; within a round each is called once, ours first.

    Returns
    -------
    dict
        ``ours`` and ``other`` in seconds (medians), ``ratio`` = other / ours.
    """
    times = {"ours": [], "other": []}
    for _ in range(repeats):
        for name, function in (("ours", ours), ("other", other)):
            start = time.perf_counter()
            function()
            times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(values) for name, values in times.items()}
    return medians | {"ratio": medians["other"] / medians["ours"], "repeats": repeats}
