"""Checkpoints are whole or not there, hold no code, and name their run."""

import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from reference.cifar_scale.checkpoints import (
    generators,
    load_checkpoint,
    save_checkpoint,
)


def test_what_is_saved_comes_back(tmp_path):
    path = tmp_path / "deep/er/rank0.pt"
    state = {"about": {"seed": 1}, "step": 3, "net": {"w": torch.arange(3.0)}}
    save_checkpoint(path, state)
    found = load_checkpoint(path, {"seed": 1})
    assert found["step"] == 3
    assert torch.equal(found["net"]["w"], torch.arange(3.0))
    assert [p.name for p in path.parent.iterdir()] == ["rank0.pt"]
    with pytest.raises(ValueError, match="seed differ"):
        load_checkpoint(path, {"seed": 2})


def test_no_checkpoint_is_none_and_code_is_refused(tmp_path):
    assert load_checkpoint(tmp_path / "none.pt", {}) is None
    path = tmp_path / "code.pt"
    torch.save({"about": {}, "step": pytest.raises}, path)
    for _ in range(2):
        with pytest.raises(ValueError, match=r"code\.pt is no checkpoint"):
            load_checkpoint(path, {})
        path.write_bytes(b"")
    save_checkpoint(path, {"about": {}})
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ValueError, match="no checkpoint"):
        load_checkpoint(path, {})


def test_generators_depend_on_seed_step_and_rank_only():
    cpu = torch.device("cpu")

    def first(*place):
        return float(
            torch.rand(1, generator=generators([place[0]], *place[1:], cpu)[0])
        )

    assert first(1, 2, 0) == first(1, 2, 0)
    places = [(1, 2, 0), (2, 2, 0), (1, 3, 0), (1, 2, 1), (2, 1, 0)]
    assert len({first(*p) for p in places}) == 5
