"""Chapter 18, cifar_scale: chapters 11 to 17 on torch, for images by the ten thousand.

Optional: nothing else in the book needs torch, and this chapter has no plain file,
because chapter 17 is it. Networks side by side, views where the images are, FixMatch
with DARP, bounds on losses, the sketched kernel of a whole network, and what all of
that costs; choosing and counting are done by the functions of chapters 11, 14 and 16.
"""

from reference.cifar_scale.augment import strong_view, weak_view
from reference.cifar_scale.cost import StepCost, step_cost
from reference.cifar_scale.experiment import run_experiment
from reference.cifar_scale.fixmatch import consistency_loss
from reference.cifar_scale.gradients import gradient_sketch
from reference.cifar_scale.learner import ImageLearner
from reference.cifar_scale.primal_dual import pdcl_images
from reference.cifar_scale.settings import FixMatch, Settings, read_settings
from reference.cifar_scale.strategies import strategy_of
from reference.cifar_scale.together import run_together
from reference.cifar_scale.training import Trained, train_fixmatch
from reference.cifar_scale.transport import refine_tensor
from reference.cifar_scale.wide_resnet import WideResNet, build_network

__all__ = [
    "Settings",
    "FixMatch",
    "read_settings",
    "WideResNet",
    "build_network",
    "weak_view",
    "strong_view",
    "consistency_loss",
    "refine_tensor",
    "Trained",
    "train_fixmatch",
    "pdcl_images",
    "gradient_sketch",
    "StepCost",
    "step_cost",
    "ImageLearner",
    "strategy_of",
    "run_experiment",
    "run_together",
]
