"""What every lab uses: predictions compared, and numeric fingerprints.

A lab asks for a prediction (``guess = None``) and calls ``compare(guess, value)``.

Fingerprints compare the figures of the book with the printed ones.

A lab calls ``fingerprint("03-cells", areas)`` beside each figure. The first build
with ``COMPANION_FINGERPRINTS=write`` records a summary in
``chapters/fingerprints.json``; the gate (``=check``) fails when a summary has
changed, and a reader who changes a lab is left in peace.
"""

import json
import os

import numpy as np

from coursework.layout import ROOT

FILE = ROOT / "chapters" / "fingerprints.json"


def compare(guess, value, *, within=0.02):
    """Print a value, and whether a reader's guess of it was right.

    Parameters
    ----------
    guess : None, str, float or sequence of float
        None: no guess.
    value : str, float or sequence of float
    within : float
        How far a number may be off, absolutely or relatively.
    """
    words = isinstance(guess, str) or isinstance(value, str)
    verdict = ""
    if guess is not None:
        if words or np.shape(guess) != np.shape(value):
            right = not np.shape(value) and guess == value
        else:
            right = np.allclose(guess, value, rtol=within, atol=within)
        verdict = f"; your guess {guess} is {'right' if right else 'not'}"
    print(f"it is {value if words else np.round(value, 3)}{verdict}")


def fingerprint(name, values, *, rtol=1e-3):
    """Compare a summary of the numbers behind a figure with the recorded one.

    Parameters
    ----------
    name : str
        ``"<chapter number>-<figure>"``, unique in the book.
    values : array_like of float, or dict of str to float
        What the figure draws, or numbers with names: those the page can quote, as
        ``{result}`fingerprints 01-plane.mistakes | .1f` ``.
    rtol : float
        How far minimum, mean and maximum may move, relative to the largest
        absolute value (a named number: relative to itself). Wide where a figure
        depends on ties or on a solver.

    Raises
    ------
    AssertionError
        If the summary differs and ``COMPANION_FINGERPRINTS`` is ``check``.
    """
    mode = os.environ.get("COMPANION_FINGERPRINTS", "")
    if mode not in ("check", "write"):
        return
    if isinstance(values, dict):
        got = {key: float(f"{value:.6g}") for key, value in values.items()}
    else:
        values = np.asarray(values, dtype=float)
        got = {
            "shape": list(values.shape),
            "min": float(f"{np.nanmin(values):.6g}"),
            "mean": float(f"{np.nanmean(values):.6g}"),
            "max": float(f"{np.nanmax(values):.6g}"),
        }
    recorded = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    if mode == "write":
        recorded[name] = got
        text = json.dumps(dict(sorted(recorded.items())), indent=1)
        FILE.write_text(text + "\n", "utf-8")
        return
    if name not in recorded:
        raise AssertionError(
            f"figure {name} has no recorded fingerprint: "
            "run `make fingerprints` and commit chapters/fingerprints.json"
        )
    want = recorded[name]
    if got.keys() != want.keys() or got.get("shape") != want.get("shape"):
        raise AssertionError(f"figure {name} changed: recorded {want}, got {got}")
    largest = max(abs(want.get("min", 0.0)), abs(want.get("max", 0.0)))
    moved = [
        key
        for key in got.keys() - {"shape"}
        if abs(got[key] - want[key])
        > rtol * max(largest if "shape" in want else abs(want[key]), 1e-12)
    ]
    if moved:
        raise AssertionError(f"figure {name} changed: recorded {want}, got {got}")
