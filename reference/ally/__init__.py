"""Chapter 14, ALLY: duals of chapter 13 decide which labels to buy.

Train under bounds, learn to predict the duals from embeddings, and ask for samples with
large predictions, one from each cluster. And backwards: change a sample until its
predicted dual is large.
"""

from reference.ally.clusters import even_picks, k_means
from reference.ally.generative import informative_samples
from reference.ally.head import DualHead, fit_dual_head
from reference.ally.models import BoundedMlp, fit_bounded_mlp
from reference.ally.plain import plain_ally
from reference.ally.query import ally, dual_picks

__all__ = [
    "plain_ally",
    "BoundedMlp",
    "fit_bounded_mlp",
    "DualHead",
    "fit_dual_head",
    "k_means",
    "even_picks",
    "dual_picks",
    "ally",
    "informative_samples",
]
