"""Alternating timings: machines are noisy, ratios of medians are not so much.

Set ``OPENBLAS_NUM_THREADS=1`` in the environment before Python starts.
"""

import statistics
import time


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
