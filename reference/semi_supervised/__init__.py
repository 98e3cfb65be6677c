"""Chapter 17, semi-supervised learning: what labels add when the samples are there.

FixMatch trains on a few labels and on a network's own sure answers; DARP moves those
answers to given class totals, by the prices of the classes. With both, strategies of
active learning are compared by the labels that they buy alone.
"""

from reference.semi_supervised.augment import (
    ImageViews,
    erase_patches,
    rotate_images,
    shift_images,
)
from reference.semi_supervised.classifier import NoiseViews, SemiSupervised
from reference.semi_supervised.darp import refine
from reference.semi_supervised.evidence import WelchTest, welch
from reference.semi_supervised.plain import plain_fixmatch, plain_refine
from reference.semi_supervised.training import FixMatchRun, fixmatch, fixmatch_loss

__all__ = [
    "plain_refine",
    "plain_fixmatch",
    "refine",
    "shift_images",
    "rotate_images",
    "erase_patches",
    "ImageViews",
    "NoiseViews",
    "fixmatch_loss",
    "FixMatchRun",
    "fixmatch",
    "SemiSupervised",
    "WelchTest",
    "welch",
]
