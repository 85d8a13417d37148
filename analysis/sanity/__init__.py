"""Whether an attribution means anything: checks that stand beside every report.

`agreement` compares networks and methods by which vertices they point at; `fidelity` asks what a
prediction loses with its salient part; `methods` asks of every attribution whether it can tell a
trained network from an untrained one at all.

Source: Adebayo and others 2018 (arXiv:1810.03292) for untrained networks and shuffled labels.
"""

from analysis.sanity.agreement import Agreement, agreements, rank_correlation
from analysis.sanity.fidelity import Fidelity, fidelity
from analysis.sanity.methods import METHODS, MethodCheck, check_methods

__all__ = [
    "METHODS",
    "Agreement",
    "Fidelity",
    "MethodCheck",
    "agreements",
    "check_methods",
    "fidelity",
    "rank_correlation",
]
