"""Does the shortest optimal network jump along the path? A search, in a hundred digits.

    OPENBLAS_NUM_THREADS=1 python -m experiments.min_norm_continuity --cases 500
    OPENBLAS_NUM_THREADS=1 python -m experiments.min_norm_continuity --start 500

Mishkin and Pilanci (2023) conjecture that the shortest optimum of the convex program
is continuous in λ. As blocks it is not (chapter 10 has two samples that show it by
hand): a neuron that comes to a wall is shared by the cells there. Left open are the
same question for neurons, however they are counted, and for the network as a function.

Case k is drawn from seed k. Three kinds, all with two columns and all patterns: integer
features and a bias, integer features in the plane (small ones, so that symmetric data
are common), Gaussian features in the plane. λ on a grid. Between changes of structure
(which neurons may be used, on which walls) everything moves smoothly, so a jump can
only be at a change, and only where there are many optima on one side. Each of these is
bisected down to 1e-12 of λ by `planar_optima`, in decimal arithmetic and with a
certificate at every step; what is then left of the change is a jump.

Two shortest networks: `once` counts each neuron once, `copies` each block, so that a
neuron on a wall is two. Two ways to compare them: the outputs at probe points, and the
neurons themselves, by averages of their directions (moments of the measure on the
circle that puts the amount of each neuron at its direction; merging or dividing neurons
does not change it). Every case is a line of the file `--resume`; a second call goes on.
"""

import argparse
import json
from decimal import Decimal
from itertools import pairwise

import numpy as np

from experiments.planar_optima import (
    Plane,
    Undecided,
    as_decimals,
    outputs,
    precisely,
    structure,
)
from experiments.provenance import save
from experiments.sweep import read_journal, resume
from reference.activation_patterns import enumerate_patterns
from reference.common import NotConverged, with_bias
from reference.convex_relu import critical_reg
from reference.solution_path.path import WarmSolver

SHARES = np.geomspace(0.9, 0.02, 10)
JUMP = 1e-6  # of the largest output or moment; all others are far below
ENDS = Decimal("1e-12")  # of λ, where a bisection stops
NAMES = tuple(f"{way}, {count}" for way in ("outputs", "neurons")
              for count in ("once", "copies"))  # fmt: skip


def draw(k):
    """Return the kind, X and y of case k."""
    rng = np.random.default_rng(k)
    kind = ("bias", "plane", "gaussian")[k % 3]
    n = int(rng.integers(3, 9))
    if kind == "gaussian":
        return kind, rng.standard_normal((n, 2)), rng.standard_normal(n)
    size = int(rng.integers(1, 4))
    X = rng.integers(-size, size + 1, (n, 1 + (kind == "plane"))).astype(float)
    if rng.random() < 0.5:  # mirror images, with the same targets
        X = np.vstack([X, -X])
    y = np.tile(rng.integers(-3, 4, n).astype(float), len(X) // n)
    return kind, with_bias(X) if kind == "bias" else X, y


def moments(found, amounts):
    """Return averages of products of the directions' entries, for each sign."""
    x, y = found.directions.T
    powers = [
        0 * x + 1,
        x,
        y,
        x * y,
        x * x * y,
        x * y * y,
        x * x * x * y,
        x * y * y * y,
    ]
    parts = [amounts * (found.signs == s) for s in (1, -1)]
    return np.array([p @ part for p in powers for part in parts])


class Case:
    """The optima of one data set, computed once for each λ."""

    def __init__(self, X, y):
        self.X, self.y, self.live = X, y, X.any(axis=1)
        patterns = enumerate_patterns(X)
        self.top = critical_reg(X, y, patterns)
        self.floats = WarmSolver(X, y, patterns, 1e-8)
        self.plane = Plane(X, y)
        self.probes = as_decimals(np.random.default_rng(0).standard_normal((12, 2)))
        self.known = {}

    def start(self, reg, *near):
        """Return a residual to start from: the mean of known ones, or by floats."""
        if near:
            return sum(self.plane.y - self.known[g][1] for g in near) / len(near)
        try:
            fitted = self.floats.solve(float(reg)).fitted
        except NotConverged as error:
            raise Undecided(str(error)) from error
        return as_decimals((self.y - fitted)[self.live])

    def at(self, reg, *near):
        """Return the neurons and the fitted values at λ; or raise Undecided."""
        if reg not in self.known:
            self.known[reg] = self.plane.solve(reg, self.start(reg, *near))
        return self.known[reg]

    def many(self, reg):
        """Return how many columns of the allowed neurons depend on others."""
        Q = self.at(reg)[0].Q.astype(float)
        return Q.shape[1] - int(np.linalg.matrix_rank(Q, tol=1e-9)) if Q.size else 0

    def views(self, reg):
        """Return outputs and moments of the shortest network, for both counts."""
        found, fitted = self.at(reg)
        both = [self.plane.shortest(found, fitted, copies) for copies in (False, True)]
        return [outputs(found, a, self.probes) for a in both] + [
            moments(found, a) for a in both
        ]

    def between(self, low, high):
        """Return a λ near the middle at which the certificate decides."""
        ways = [(), (low,), (high,), (low, high)]
        if high - low <= Decimal("1e-7") * high:  # floats cannot help here
            ways = ways[::-1]
        for share in ("0.5", "0.4", "0.63"):
            mid = low + Decimal(share) * (high - low)
            for near in ways:
                try:
                    self.at(mid, *near)
                    return mid
                except Undecided as error:
                    refused = error
        raise refused

    def changes(self, low, high):
        """Return narrow intervals of λ in which the structure changes.

        Where the optimum is unique on both sides it is continuous: no jump.
        """
        if structure(self.at(low)[0]) == structure(self.at(high)[0]):
            return []
        if self.many(low) == self.many(high) == 0:
            return []
        if high - low <= ENDS * high:
            return [(low, high)]
        mid = self.between(low, high)
        return self.changes(low, mid) + self.changes(mid, high)


def compared(case, low, high):
    """Return the record of a change: what is new, and how far each view moves."""
    old, new = (structure(case.at(reg)[0]) for reg in (high, low))
    sizes = []
    for a, b in zip(case.views(low), case.views(high), strict=True):
        size = max(max(abs(np.append(a, b))), Decimal("1e-12"))
        sizes.append(float(max(abs(a - b)) / size))
    return {
        "share": float(high) / case.top,
        "many": [case.many(high), case.many(low)],
        "before": sorted([int(s), int(p)] for s, p in old - new),
        "after": sorted([int(s), int(p)] for s, p in new - old),
        "moved": dict(zip(NAMES, sizes, strict=True)),
    }


def run(k):
    """Return the record of case k."""
    kind, X, y = draw(k)
    record = {"case": k, "kind": kind, "n": len(X), "many": 0, "undecided": 0}
    record |= {"points": 0, "points_undecided": 0, "changes": []}
    if np.linalg.matrix_rank(X) < 2 or not y.any():
        return record
    with precisely():
        case = Case(X, y)
        if case.top < 1e-6:
            return record
        grid = [Decimal(float(case.top * share)) for share in SHARES]
        for reg in grid:
            try:
                case.at(reg)
                record["points"] += 1
                record["many"] += case.many(reg) > 0
            except Undecided:
                record["points_undecided"] += 1
        for high, low in pairwise(grid):
            if low in case.known and high in case.known:
                try:
                    found = case.changes(low, high)
                    record["changes"] += [compared(case, *ends) for ends in found]
                except Undecided:
                    record["undecided"] += 1
    return record


def met(change, walls):
    """Return whether two neurons of one sign become one on a wall, or one two."""
    sides = [set(map(tuple, change[key])) for key in ("before", "after")]
    return any(
        place % 2 == 0
        and (sign, place + 1) in two
        and (sign, (place - 1) % (2 * walls)) in two
        for one, two in (sides, sides[::-1])
        for sign, place in one
    )


def summary(records):
    """Return counts for each kind, and how clear the calls were."""
    counts, moved = {}, {name: [0.0, np.inf] for name in NAMES}
    for r in records:
        names = ("cases", "points", "points_undecided", "with_many_optima", "changes")
        names += ("undecided", "meet")
        row = counts.setdefault(r["kind"], dict.fromkeys(names, 0))
        row["cases"] += 1
        row["points"] += r["points"]
        row["points_undecided"] += r["points_undecided"]
        row["with_many_optima"] += r["many"] > 0
        row["changes"] += len(r["changes"])
        row["undecided"] += r["undecided"]
        if r["changes"]:
            with precisely():
                walls = len(Plane(*draw(r["case"])[1:]).walls)
            row["meet"] += sum(met(change, walls) for change in r["changes"])
        for name in NAMES:
            sizes = [c["moved"][name] for c in r["changes"]]
            row[name] = row.get(name, 0) + sum(s > JUMP for s in sizes)
            low, high = moved[name]
            moved[name] = [
                max([low, *[s for s in sizes if s <= JUMP]]),
                min([high, *[s for s in sizes if s > JUMP]]),
            ]
    for ends in moved.values():
        ends[1] = ends[1] if np.isfinite(ends[1]) else None  # no jump
    total = {name: sum(row[name] for row in counts.values()) for name in row}
    return counts, total, moved


def main():
    """Run the cases that are not in the file yet, then save what was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--cases", type=int, default=150)
    parser.add_argument("--resume", default="work/min_norm_continuity.jsonl")
    parser.add_argument("--stop", action="store_true", help="save what is done")
    options = parser.parse_args()
    if not options.stop:
        cases = range(options.start, options.start + options.cases)
        resume([{"k": k} for k in cases], run, options.resume)
    records = sorted(read_journal(options.resume).values(), key=lambda r: r["case"])
    counts, total, moved = summary(records)
    print(json.dumps(counts, indent=1), json.dumps(moved, indent=1))
    jumps = [
        {"case": r["case"], "kind": r["kind"], **change}
        for r in records
        for change in r["changes"]
        if max(change["moved"].values()) > JUMP
    ]
    save(
        "min_norm_continuity",
        {
            "counts": counts,
            "total": total,
            "cases": len(records),
            "largest_small_smallest_large": moved,
            "jumps": jumps,
        },
        seeds=[records[0]["case"], records[-1]["case"]],
    )


if __name__ == "__main__":
    main()
