"""Every tensor and number is refused by its name when it is something else."""

import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from reference import cifar_scale

WRONG = [None, "text", object(), 1j, torch.zeros(0), torch.zeros(2, 2, 2, 2, 2)]
network = cifar_scale.build_network(10, 1, 2, base=2)
images = torch.zeros(4, 3, 8, 8, dtype=torch.uint8)
y = torch.tensor([0, 1, 1, 0])
logits, q = torch.zeros(4, 2), torch.full((4, 2), 0.5)
few = cifar_scale.FixMatch(steps=1, batch=2, ratio=1)
CALLS = {
    "build_network": {"depth": 10, "widen": 1, "num_classes": 2, "base": 2},
    "weak_view": {"images": images, "generator": torch.Generator()},
    "strong_view": {"images": images, "generator": torch.Generator()},
    "consistency_loss": {
        "labeled": logits, "y": y, "strong": logits, "beliefs": q,
        "threshold": 0.9, "unlabeled_weight": 1.0,
    },
    "refine_tensor": {
        "pseudo_labels": q, "class_totals": torch.ones(2) * 2, "tol": 1e-6,
        "max_iter": 9, "weights": torch.ones(4),
    },
    "train_fixmatch": {
        "network": network, "images": images, "labeled": torch.arange(4), "labels": y,
        "settings": few, "class_totals": torch.ones(2),
    },
    "pdcl_images": {
        "network": network, "images": images, "y": y, "epsilon": 0.5, "rounds": 1,
        "primal_steps": 1, "dual_rate": 0.1, "step_size": 0.1, "batch": 2, "seed": 0,
    },
    "gradient_sketch": {
        "network": network.eval(), "images": images, "directions": 1, "length": 4,
        "seed": 0, "chunk": 2,
    },
    "step_cost": {"network": network, "size": 8, "settings": few},
    "strategy_of": {"settings": cifar_scale.Settings()},
}  # fmt: skip
OPTIONAL = {("refine_tensor", "weights"), ("train_fixmatch", "class_totals"),
            ("gradient_sketch", "length")}  # fmt: skip
CASES = [(f, a) for f, arguments in CALLS.items() for a in arguments]


@pytest.mark.parametrize("function", CALLS)
def test_the_arguments_are_right(function):
    getattr(cifar_scale, function)(**CALLS[function])


@pytest.mark.parametrize("function, argument", CASES)
def test_wrong_kinds_are_refused_by_name(function, argument):
    for wrong in WRONG:
        if wrong is None and (function, argument) in OPTIONAL:
            continue
        if isinstance(wrong, torch.Tensor) and (
            argument in ("strong", "beliefs")  # empty there: no unlabelled images
            or (function == "gradient_sketch" and wrong.numel())  # any network
        ):
            continue
        with pytest.raises(ValueError, match=argument):
            getattr(cifar_scale, function)(**CALLS[function] | {argument: wrong})
