"""The labs' helpers: predictions and fingerprints."""

import json

import pytest

from coursework import lab


@pytest.mark.parametrize(
    "guess, value, verdict",
    [
        (None, 1.23456, "it is 1.235"),
        (1.23, 1.234, "right"),
        (2, 1.234, "not"),
        ((1, 0.5), [1.0, 0.5], "right"),
        ((0.5, 1), [1.0, 0.5], "not"),
        (1.0, [1.0, 1.0], "not"),  # one number for two
        ("no", "no", "right"),
        ("yes", "no", "not"),
        ("about three", 3.0, "not"),
    ],
)
def test_a_guess_gets_its_verdict(capsys, guess, value, verdict):
    lab.compare(guess, value)
    assert capsys.readouterr().out.strip().endswith(verdict)


def test_a_fingerprint_that_moved_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(lab, "FILE", tmp_path / "fingerprints.json")
    monkeypatch.setenv("COMPANION_FINGERPRINTS", "write")
    lab.fingerprint("00-curve", [1.0, 2.0])
    lab.fingerprint("00-scores", {"ours": 0.9, "random": 0.001})
    recorded = json.loads(lab.FILE.read_text())
    assert recorded["00-scores"] == {"ours": 0.9, "random": 0.001}
    monkeypatch.setenv("COMPANION_FINGERPRINTS", "check")
    lab.fingerprint("00-curve", [1.0, 2.001])
    lab.fingerprint("00-scores", {"ours": 0.9, "random": 0.001})
    for name, values in (
        ("00-curve", [1.0, 2.1]),
        ("00-curve", [1.0, 2.0, 1.5]),
        ("00-scores", {"ours": 0.9, "random": 0.0011}),  # relative to itself
        ("00-scores", {"ours": 0.9}),
        ("00-new", [1.0]),
    ):
        with pytest.raises(AssertionError, match=r"changed|no recorded"):
            lab.fingerprint(name, values)
