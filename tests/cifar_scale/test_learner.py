"""A network in the protocol of chapter 11: no copies of images, one voice of copies."""

import copy
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from reference.cifar_scale import FixMatch, ImageLearner, Settings, gradient_sketch


def learner(copies=1, trainer="fixmatch", folder=None):
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(256, (14, 3, 8, 8), generator=draw).byte()
    settings = Settings(
        depth=10, base=2, copies=copies, trainer=trainer, rounds=3, sketch=32, signs=2,
        fixmatch=FixMatch(steps=3, batch=4, ratio=1),
    )  # fmt: skip
    return ImageLearner(images, 3, settings, folder=folder)


ROWS, Y = np.array([[0.0], [5.0], [9.0], [13.0]]), np.array([0, 1, 2, 1])
ALL = np.arange(14.0)[:, None]


def test_copies_predict_by_their_mean():
    model = learner(copies=2).fit(ROWS, Y)
    members = model.predict_members(ALL)
    assert members.shape == (2, 14, 3)
    np.testing.assert_allclose(members.sum(2), 1.0, atol=1e-6)
    np.testing.assert_allclose(model.predict_proba(ALL), members.mean(0))
    assert np.abs(members[0] - members[1]).max() > 1e-3
    assert model.embed(ALL).shape == (14, 2 * 16)
    network = model.network
    x = model.images[3:5].float() / 255.0
    expected = network(x.repeat(1, 2, 1, 1)).softmax(2).transpose(0, 1)
    np.testing.assert_allclose(members[:, 3:5], expected.detach().numpy(), atol=1e-5)
    right = model.predict_proba(ALL).argmax(1)
    assert model.accuracy(model.images, right) == 1.0
    assert model.accuracy(model.images, (right + 1) % 3) == 0.0


def test_a_copy_is_untrained_and_shares_the_images():
    model = learner().fit(ROWS, Y)
    twin = copy.deepcopy(model)
    assert twin.images is model.images
    assert twin.network is None
    with pytest.raises(ValueError, match="fit first"):
        twin.predict_proba(ALL)
    np.testing.assert_array_equal(
        twin.fit(ROWS, Y).predict_proba(ALL), model.predict_proba(ALL)
    )


def test_the_factor_is_the_sketch_of_its_images():
    model = learner().fit(ROWS, Y)
    got = model.factor(ROWS)
    expected = gradient_sketch(model.network, model.images[[0, 5, 9, 13]], 2, length=32)
    np.testing.assert_allclose(got, expected.numpy())
    with pytest.raises(ValueError, match="copies"):
        learner(copies=2).factor(ROWS)


@pytest.mark.parametrize("trainer", ["fixmatch", "pdcl"])
def test_a_finished_round_is_found_again(tmp_path, trainer):
    first = learner(trainer=trainer, folder=tmp_path).fit(ROWS, Y)
    again = learner(trainer=trainer, folder=tmp_path)
    again.callback = lambda record: pytest.fail("trained again")
    again.fit(ROWS, Y)
    np.testing.assert_array_equal(first.predict_proba(ALL), again.predict_proba(ALL))
    np.testing.assert_array_equal(first.duals, again.duals)
    assert len(first.duals) == (4 if trainer == "pdcl" else 0)
    with pytest.raises(ValueError, match="another run"):
        learner(trainer=trainer, folder=tmp_path).fit(ROWS[::-1], Y)


def test_the_first_choice_may_be_made_untrained():
    model = learner()
    model.settings = replace(model.settings, untrained_start=True, initial=4)
    model.callback = lambda record: pytest.fail("trained")
    first = model.fit(ROWS, Y).predict_proba(ALL)
    assert np.abs(first - first[0]).max() > 1e-4
    model.callback = None
    more = np.vstack([ROWS, [[2.0]]])
    assert np.abs(model.fit(more, np.append(Y, 0)).predict_proba(ALL) - first).max() > 0


def test_rows_are_positions():
    model = learner()
    for rows in (ROWS[:, 0], ROWS + 0.5, np.hstack([ROWS, ROWS])):
        with pytest.raises(ValueError, match="positions"):
            model.fit(rows, Y)


def test_labels_are_classes():
    model = learner()
    for y in (Y + 0.5, Y + model.num_classes, Y[:-1]):
        with pytest.raises(ValueError, match=r"^y "):
            model.fit(ROWS, y)
