"""How sure one may be of an over-representation, and of its difference from the controls.

With several trainings the unit is the network: would another training on this dataset show it? With
one the unit of resampling is the interval: the edges of one interval are not independent, so a
bootstrap replicate draws whole intervals, the same ones for every network (paired). The salient
part of each interval stays as it is; the threshold is not taken anew.

Limits, which a report has to state: intervals of one S_n overlap, so they are not independent
either; one trained network says nothing about the next training; and no training says anything
about another dataset.

Sources: Welch 1947 and Hedges 1981 for the differences of two groups; Holm 1979 for many of them;
Phipson and Smyth 2010 (arXiv:1603.05766) for the p-value of a permutation test.

`estimates` has numbers with their intervals, `p_values` single tests and many, `differences` what
compares trained networks with controls.
"""

from analysis.statistics.differences import (
    Difference,
    against_controls,
    difference_from_draws,
    difference_from_networks,
    difference_from_random,
    difference_of_groups,
    hedges,
)
from analysis.statistics.estimates import Estimate, bootstrap, mean_known, mean_of_networks, spread
from analysis.statistics.p_values import holm, permutation_p

__all__ = [
    "Difference",
    "Estimate",
    "against_controls",
    "bootstrap",
    "difference_from_draws",
    "difference_from_networks",
    "difference_from_random",
    "difference_of_groups",
    "hedges",
    "holm",
    "mean_known",
    "mean_of_networks",
    "permutation_p",
    "spread",
]
