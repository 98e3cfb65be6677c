"""Properties of two-layer networks: the forward pass, saving and loading."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.relu_lp import ConvexWeights, ReluNetwork
from tests import strategies


@st.composite
def data_and_network(draw):
    """Data, hidden weights (zero width included) and output weights."""
    X = draw(strategies.any_data())
    m = draw(st.integers(0, 6))
    rng = np.random.default_rng(draw(strategies.seeds))
    return X, rng.standard_normal((X.shape[1], m)), rng.standard_normal(m)


def output_by_loops(X, hidden, output):
    values = []
    for x in X:
        value = 0.0
        for j, alpha in enumerate(output):
            inner = sum(x[k] * hidden[k, j] for k in range(len(x)))
            value += alpha * inner if inner > 0 else 0.0
        values.append(value)
    return np.array(values)


@pytest.mark.prop("P4.10", "the output is the sum over neurons of alpha (x'w)_+")
@given(case=data_and_network())
def test_output_is_the_sum_over_neurons(subject, case):
    relu_output = subject("relu_lp.relu_output")
    got, expected = relu_output(*case), output_by_loops(*case)
    assert got == pytest.approx(expected, abs=1e-12)


@pytest.mark.prop("P4.11", "(w, alpha) and (c w, alpha / c) are the same neuron, c > 0")
@given(case=data_and_network(), scale=st.floats(0.01, 100))
def test_output_is_positively_homogeneous(subject, case, scale):
    relu_output = subject("relu_lp.relu_output")
    X, hidden, output = case
    got = relu_output(X, scale * hidden, output / scale)
    assert got == pytest.approx(output_by_loops(X, hidden, output), abs=1e-10)
    assert relu_output(scale * X, hidden, output) == pytest.approx(
        scale * output_by_loops(X, hidden, output), abs=1e-10 * max(scale, 1)
    )


@pytest.mark.prop("P4.10", "a pair of neurons w and -w with outputs 1 and -1 is linear")
@given(X=strategies.any_data(), seed=strategies.seeds)
def test_opposite_neurons_are_linear(subject, X, seed):
    relu_output = subject("relu_lp.relu_output")
    w = np.random.default_rng(seed).standard_normal(X.shape[1])
    got = relu_output(X, np.column_stack([w, -w]), [1.0, -1.0])
    assert got == pytest.approx(X @ w, abs=1e-12)


@pytest.mark.prop("I4.10", "bad shapes and non-finite numbers are refused by name")
@pytest.mark.parametrize(
    "X, hidden, output, named",
    [
        (np.ones((3, 2)), np.ones((3, 4)), np.ones(4), "X"),
        (np.ones((3, 2)), np.ones((2, 4)), np.ones(3), "output"),
        (np.ones((3, 2)), np.ones(2), np.ones(1), "hidden"),
        (np.ones((3, 2)), np.full((2, 1), np.nan), np.ones(1), "hidden"),
        (np.ones(2), np.ones((2, 1)), np.ones(1), "X"),
        (np.ones((3, 2)), np.ones((2, 1)), np.ones((1, 1)), "output"),
        (np.full((1, 1), np.inf), np.ones((1, 1)), np.ones(1), "X"),
    ],
)
def test_bad_input_is_named(subject, X, hidden, output, named):
    relu_output = subject("relu_lp.relu_output")
    with pytest.raises(ValueError, match=named):
        relu_output(X, hidden, output)


def test_a_network_is_its_forward_pass_and_never_changes():
    hidden, output = np.array([[1.0, -2.0], [0.5, 1.0]]), np.array([1.0, -1.0])
    network = ReluNetwork(hidden, output)
    X = np.array([[1.0, 2.0], [-3.0, 0.0]])
    before = network(X)
    hidden[:], output[:] = 0, 0
    assert network(X) == pytest.approx(before)
    assert before == pytest.approx(output_by_loops(X, network.hidden, network.output))
    with pytest.raises(ValueError, match="read-only"):
        network.hidden[0, 0] = 1.0
    with pytest.raises(ValueError, match="output"):
        ReluNetwork(np.ones((2, 2)), np.ones(3))


@pytest.mark.prop("I4.11", "a saved network comes back, and no other file is one")
@pytest.mark.parametrize("width", [0, 1, 7])
@pytest.mark.parametrize("name", ["network.npz", "no_suffix"])
def test_a_saved_network_comes_back_exactly(subject, tmp_path, width, name):
    to_network = subject("relu_lp.to_network")
    blocks = np.random.default_rng(width).standard_normal((2, max(width, 1), 3))
    network = to_network(ConvexWeights(*(blocks * (width > 0))))
    network.save(tmp_path / name)
    again = network.load(tmp_path / name)
    assert again.width == 2 * width
    assert [file.name for file in tmp_path.iterdir()] == [name]
    np.testing.assert_array_equal(again.hidden, network.hidden)
    np.testing.assert_array_equal(again.output, network.output)


class Trap:
    """Unpickling this would run code."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was executed",))


def write_foreign_files(folder):
    """Write files that are not networks, each in another way."""
    ReluNetwork(np.eye(3), np.ones(3)).save(folder / "whole")
    whole = (folder / "whole").read_bytes()
    (folder / "text").write_text("W = [[1, 2]]")
    (folder / "empty").write_bytes(b"")
    (folder / "head").write_bytes(whole[:150])
    (folder / "tail_lost").write_bytes(whole[:-40])
    (folder / "folder").mkdir()
    np.save(folder / "array.npy", np.ones(3))
    np.savez(folder / "other.npz", weights=np.ones(3))
    trap = np.array([Trap()], dtype=object)
    np.savez(folder / "pickle.npz", hidden=trap, output=np.ones(1))
    np.savez(folder / "shapes.npz", hidden=np.ones((2, 2)), output=np.ones(3))
    (folder / "whole").unlink()


@pytest.mark.prop("I4.11", "a saved network comes back, and no other file is one")
def test_a_file_that_is_not_a_network_is_refused(subject, tmp_path):
    to_network = subject("relu_lp.to_network")
    network = to_network(ConvexWeights(np.eye(3), np.zeros((3, 3))))
    write_foreign_files(tmp_path)
    for path in sorted(tmp_path.iterdir()):
        with pytest.raises(ValueError, match=r"not a network|output"):
            network.load(path)
    with pytest.raises(FileNotFoundError):
        network.load(tmp_path / "nowhere.npz")
