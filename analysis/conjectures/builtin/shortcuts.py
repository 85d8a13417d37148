"""The shortcut formula is the H~ formula, term by term.

Example:
    An interval of S_5 with seven decompositions.

    >>> shortcuts.outcome(Subject("13254", "45312"))
    Outcome(failures=(), counts={'decompositions': 7}, applies=True)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.builtin._decompositions import Evidence, each
from analysis.conjectures.subject import Subject

if TYPE_CHECKING:
    from analysis.formulas.hypercube_decompositions import HypercubeDecomposition

__all__ = ["shortcuts"]


@conjecture(
    "shortcuts",
    "For every hypercube decomposition, the shortcuts are the p with theta_p(Y) = v for some "
    "antichain Y; then Y is the only one, and |Y| = d(p,v).",
    source="observed; shortcuts: F. Brenti, M. Marietti (2023) [recon]",
    status="observed",
    note="So the shortcut formula and the H~ formula are the same sum.",
)
def shortcuts(interval: Subject) -> Outcome:
    """All decompositions."""
    from analysis.formulas.r_tilde import shortcuts

    def evidence(one: HypercubeDecomposition) -> Evidence:
        expected = {p: (steps,) for p, steps in shortcuts(one).items()}
        found = dict(one.cubes_to_top)
        if found == expected:
            return None
        by_name = [{interval.name(p): d for p, d in side.items()} for side in (expected, found)]
        return {"expected": by_name[0], "found": by_name[1]}

    return each(interval, interval.decompositions, evidence)
