"""Run a grid of tasks over processes or a cluster; a killed sweep goes on where it was.

    python -m experiments.sweep experiments/configs/spiral.toml --jobs 2
    python -m experiments.sweep CONFIG --scheduler tcp://192.0.2.7:8786

A configuration says what is run and over what:

    name = "example"
    function = "package.module:function"  # takes one task, a dict, returns a dict
    [grid]                                 # every combination is a task
    strategy = ["min_margin", "random"]
    dataset = ["spiral"]
    seed = [0, 1, 2, 3, 4]
    [settings]                             # the same in every task
    budget = 50

A task's answer is appended to the journal (`work/NAME.jsonl`, or `--journal`) as one
line, written at once and flushed to the disk, before it counts as done. A worker that
dies is replaced and its task given to another (Dask does that); if the sweep itself
dies, the same command runs what is missing. Tasks that raise are named at the end and
are run again by the next call. On a cluster the workers need this folder on their path.
"""

import argparse
import importlib
import itertools
import json
import os
import tomllib
from contextlib import nullcontext
from pathlib import Path

import numpy as np
from tqdm import tqdm

LOST = 3  # workers that a task may take down before it is given up


def tasks_of(config):
    """Return the tasks of a configuration: every combination, and the settings."""
    needed = {"name", "function", "grid"}
    if not needed <= set(config) <= needed | {"settings"}:
        raise ValueError(
            "a configuration has name, function, [grid] and perhaps [settings], got "
            f"{sorted(config)}"
        )
    values = [v if isinstance(v, list) else [v] for v in config["grid"].values()]
    combinations = itertools.product(*values)
    settings = config.get("settings", {})
    return [settings | dict(zip(config["grid"], c, strict=True)) for c in combinations]


def key_of(task):
    """Return what tells tasks apart, whatever the order of their entries."""
    return json.dumps(task, sort_keys=True)


def read_journal(path):
    """Return {key: answer} of a journal; a last line that was cut off is removed."""
    path, done = Path(path), {}
    if not path.exists():
        return done
    data = path.read_bytes()
    whole = data.rpartition(b"\n")[0] + b"\n" if b"\n" in data else b""
    if len(whole) < len(data):
        with path.open("r+b") as file:
            file.truncate(len(whole))
    for number, line in enumerate(whole.splitlines(), 1):
        try:
            record = json.loads(line)
            done.setdefault(key_of(record["task"]), record["answer"])
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"line {number} of {path} is no record: {error}"
            ) from error
    return done


def append_record(path, task, answer):
    """Write a finished task as one line, in one piece, and wait for the disk."""
    line = json.dumps({"task": task, "answer": answer}) + "\n"
    with Path(path).open("ab", buffering=0) as file:
        file.write(line.encode())
        os.fsync(file.fileno())


def call(function, task):
    """Return the answer of "module:function" to a task; runs on the worker."""
    module, _, name = function.partition(":")
    answer = getattr(importlib.import_module(module), name)(task)
    return json.loads(json.dumps(answer))  # an answer that cannot be kept fails here


def answers(tasks, function, jobs, scheduler):
    """Yield (task, answer, None) or (task, None, error) in the order of finishing."""
    if jobs == 0 and scheduler is None:  # in this process, to look at a task
        for task in tasks:
            try:
                yield task, call(function, task), None
            except Exception as error:
                yield task, None, error
        return
    import dask
    from distributed import Client, LocalCluster, as_completed

    # A worker gets its next task when the answer to the last is on the disk: its death
    # puts the blame on one task, and takes no answer with it.
    waiting, running = iter(tasks), {}
    with dask.config.set({"distributed.scheduler.allowed-failures": LOST}):
        own = nullcontext(scheduler) if scheduler else LocalCluster(
            n_workers=jobs, threads_per_worker=1, dashboard_address=None
        )  # fmt: skip
        with own as cluster, Client(cluster) as client:
            client.wait_for_workers(1)
            ready = as_completed()

            def fill():
                free = max(1, sum(client.nthreads().values())) - len(running)
                for task in itertools.islice(waiting, max(0, free)):
                    future = client.submit(call, function, task, pure=False)
                    running[future] = task
                    ready.add(future)

            fill()
            for future in ready:
                task, error = running.pop(future), future.exception()
                yield task, None if error else future.result(), error
                fill()


def sweep(tasks, function, journal, *, jobs=1, scheduler=None):
    """Return {key: answer} and {key: error}; runs the tasks not in the journal.

    Parameters
    ----------
    tasks : list of dict
        What `function` is called with; numbers, strings, lists and dicts.
    function : str
        "module:function", importable where the workers are.
    journal : path
        Lines of finished tasks; made if it is not there.
    jobs : int
        Processes on this machine; 0 runs in this process.
    scheduler : str, optional
        Address of a Dask scheduler whose workers are used instead.
    """
    journal = Path(journal)
    journal.parent.mkdir(parents=True, exist_ok=True)
    done, failed = read_journal(journal), {}
    wanted = {key_of(task): task for task in tasks}
    missing = [task for key, task in wanted.items() if key not in done]
    found = {key: done[key] for key in wanted if key in done}
    bar = tqdm(total=len(wanted), initial=len(found), desc=journal.stem, unit="task")
    with bar:
        for task, answer, error in answers(missing, function, jobs, scheduler):
            if error is None:
                append_record(journal, task, answer)
                found[key_of(task)] = answer
                bar.update()
            else:
                failed[key_of(task)] = error
    return found, failed


def resume(tasks, function, journal):
    """Return the answers to tasks in their order; runs those not in the journal.

    For experiments of one process: `function` is called with the entries of a task as
    arguments, and an error ends the run.
    """
    journal = Path(journal)
    journal.parent.mkdir(parents=True, exist_ok=True)
    done = read_journal(journal)
    missing = [task for task in tasks if key_of(task) not in done]
    for task in tqdm(missing, desc=journal.stem, unit="task"):
        answer = done[key_of(task)] = function(**task)
        append_record(journal, task, answer)
    return [done[key_of(task)] for task in tasks]


def summary(found, names):
    """Return lines with mean and spread of every number, per value of these entries."""
    groups = {}
    for key, answer in found.items():
        task = json.loads(key)
        columns = groups.setdefault(tuple(f"{n} {task[n]}" for n in names), {})
        for name, value in answer.items():
            if isinstance(value, int | float):
                columns.setdefault(name, []).append(value)
    lines = []
    for group, columns in groups.items():
        for name, values in columns.items():
            spread = np.std(values, ddof=1) if len(values) > 1 else 0.0
            mean = f"{name} {np.mean(values):.4g} ± {spread:.2g} ({len(values)})"
            lines.append(": ".join([", ".join(group), mean] if group else [mean]))
    return lines


def main(arguments=None):
    """Run a configuration; the exit status says whether every task is done."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "config", type=Path, help="a TOML file, see experiments/configs"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--scheduler", help="address of a Dask scheduler")
    parser.add_argument("--journal", type=Path, help="default: work/NAME.jsonl")
    options = parser.parse_args(arguments)
    config = tomllib.loads(options.config.read_text("utf-8"))
    journal = options.journal or Path("work") / f"{config['name']}.jsonl"
    tasks = tasks_of(config)
    found, failed = sweep(
        tasks, config["function"], journal,
        jobs=options.jobs, scheduler=options.scheduler,
    )  # fmt: skip
    names = [n for n in config["grid"] if n != "seed"]
    print("\n".join(summary(found, names)))
    for key, error in failed.items():
        print(f"failed: {key}: {type(error).__name__}: {error}")
    print(f"{len(found)} of {len(found) + len(failed)} tasks are done, see {journal}")
    return int(bool(failed))


if __name__ == "__main__":
    raise SystemExit(main())
