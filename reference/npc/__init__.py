"""Chapter 16, neural pre-conditioning: labels that keep the kernel far from singular.

The batch whose kernel matrix, with what is labelled already, has the largest smallest
eigenvalue. Exact scores by the thousand, searches and the bounds that certify them, and
what to do where the objective is zero for every batch.
"""

from reference.npc.caps import eigenvalue_caps
from reference.npc.choose import npc
from reference.npc.complexity import kernel_complexity
from reference.npc.pivots import pivoted_cholesky
from reference.npc.plain import plain_npc
from reference.npc.scores import best_batch, min_eigenvalue_scores
from reference.npc.secular import addition_scores

__all__ = [
    "plain_npc",
    "min_eigenvalue_scores",
    "best_batch",
    "addition_scores",
    "pivoted_cholesky",
    "eigenvalue_caps",
    "npc",
    "kernel_complexity",
]
