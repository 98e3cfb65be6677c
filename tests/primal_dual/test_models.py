"""Properties of the models that are solved."""

import numpy as np
import pytest

from reference.activation_patterns import sample_patterns
from reference.primal_dual import ConvexReluModel, LinearModel
from reference.relu_lp import ReluNetwork


def test_models_answer_once_they_are_fitted():
    X = np.array([[1.0, 2.0], [0.0, -1.0]])
    np.testing.assert_array_equal(LinearModel(theta=[1.0, 2.0])(X), [5.0, -2.0])
    patterns = sample_patterns(X, 4, rng=np.random.default_rng(0))
    network = ReluNetwork(np.eye(2), np.array([1.0, 2.0]))
    model = ConvexReluModel(patterns, 0.1, network)
    np.testing.assert_array_equal(model(X), [5.0, 0.0])
    for untrained in (LinearModel(), ConvexReluModel(patterns, 0.1)):
        with pytest.raises(ValueError, match="pdcl"):
            untrained(X)


def test_bad_settings_are_named():
    patterns = sample_patterns(np.eye(2), 4, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="reg"):
        LinearModel(-1.0)
    with pytest.raises(ValueError, match="reg"):
        ConvexReluModel(patterns, 0.0)
    with pytest.raises(ValueError, match="patterns"):
        ConvexReluModel(np.ones((2, 2)), 0.1)
    with pytest.raises(ValueError, match="theta"):
        LinearModel(theta=[[1.0]])
