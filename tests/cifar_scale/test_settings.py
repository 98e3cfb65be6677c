"""A configuration is read, or the entry that is wrong is named."""

from dataclasses import asdict

import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from coursework.layout import ROOT
from reference.cifar_scale import FixMatch, Settings

TEXT = """
data = "svhn"
budget = 40
epsilon = 1
classes = [0, 1]
[fixmatch]
steps = 7
reg = 0
"""


@pytest.mark.prop("I18.13", "what is written is read, the rest is as documented")
def test_settings_are_read(subject, tmp_path):
    read_settings = subject("cifar_scale.read_settings")
    path = tmp_path / "a.toml"
    path.write_text(TEXT)
    expected = Settings(
        data="svhn", budget=40, epsilon=1.0, classes=[0, 1],
        fixmatch=FixMatch(steps=7, reg=0.0),
    )  # fmt: skip
    got = read_settings(path)
    assert asdict(got) == asdict(expected)  # whatever module the class is from
    assert type(got.epsilon) is type(got.fixmatch.reg) is float


@pytest.mark.prop("I18.13", "a key or value that is wrong is named, with the file")
@pytest.mark.parametrize(
    "line, named",
    [("dat = 1", "dat is no setting"), ("data = 3", "data must be str"),
     ('data = "imagenet"', "data must be one of"), ("budget = 5", "budget"),
     ("copies = 0", "copies"), ("seed = -1", "seed"), ("epsilon = -1.0", "epsilon"),
     ("budget = true", "budget must be int"), ('device = "tpu"', "device"),
     ('trainer = "magic"', "trainer"), ("fixmatch = 3", "fixmatch must be a section"),
     ("[fixmatch]\nstep = 3", "step is no setting"),
     ("[fixmatch]\nsteps = 0", "steps"), ("[fixmatch]\naverage = 1.0", "average"),
     ("[fixmatch]\nratio = -1", "ratio"), ("[fixmatch]\nreg = -1", "reg")],
)  # fmt: skip
def test_wrong_entries_are_named(subject, tmp_path, line, named):
    read_settings = subject("cifar_scale.read_settings")
    path = tmp_path / "b.toml"
    path.write_text(line)
    with pytest.raises(ValueError, match=rf"b.toml: .*{named}"):
        read_settings(path)


@pytest.mark.parametrize("wrong", [{"classes": 3}, {"fixmatch": {"steps": 3}}])
def test_settings_of_another_kind_are_named(wrong):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} must be a"):
        Settings(**wrong)


@pytest.mark.prop("I18.13", "the book's own configurations are right")
def test_the_books_configurations(subject):
    read_settings = subject("cifar_scale.read_settings")
    paths = sorted((ROOT / "experiments/configs/cifar_scale").glob("*.toml"))
    assert paths
    for path in paths:
        assert read_settings(path).strategy in path.stem
