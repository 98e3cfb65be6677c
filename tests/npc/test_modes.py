"""Properties of the elimination of labelled modes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.npc.kernel import as_kernel
from reference.npc.modes import labeled_modes
from tests import strategies
from tests.npc.oracle import features, smallest


@pytest.mark.prop("P16.4", "the test by a factorisation agrees with the eigenvalue")
@settings(max_examples=10)
@given(seed=strategies.seeds, share=st.floats(-1e-6, 1e-6))
def test_beats(subject, seed, share):
    best_batch = subject("npc.best_batch")
    F = features(seed, "normal", n=40, d=50)
    labeled, batch = np.arange(25), np.array([2, 5, 9])
    modes = labeled_modes(as_kernel(None, F), labeled, np.arange(25, 40))
    want = smallest(F @ F.T, labeled, 25 + batch) / modes.kernel.unit
    got = best_batch(factor=F, labeled=labeled, candidates=[25 + batch])
    np.testing.assert_allclose(got[1], want * modes.kernel.unit, rtol=1e-9)
    if abs(share) > 1e-9:
        assert modes.beats(batch, want * (1 + share)) == (share < 0)
    whole = modes.corner(np.arange(15), 0.5 * want)
    corner = whole[np.ix_(batch, batch)]
    assert modes.beats(batch, 0.5 * want, corner)


def test_modes_after_more_labels():
    F = features(3, "normal", n=12, d=14)
    kernel, pool = as_kernel(None, F), np.arange(4, 12)
    once = labeled_modes(kernel, np.arange(4), pool).extended(np.array([3, 6]))
    direct = labeled_modes(kernel, np.array([0, 1, 2, 3, 7, 10]), pool)
    np.testing.assert_allclose(once.values, direct.values, rtol=1e-10)
    np.testing.assert_allclose(np.abs(once.links), np.abs(direct.links), atol=1e-9)
    np.testing.assert_allclose(once.cap, direct.cap, rtol=1e-10)
