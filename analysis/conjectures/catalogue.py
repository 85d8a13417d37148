"""The built-in conjectures, collected from `analysis.conjectures.builtin`."""

from analysis.conjectures.base import Conjecture
from analysis.conjectures.builtin import (
    amazing,
    bbdvw,
    boolean_intervals,
    colour_invariance,
    combinatorial_invariance,
    crowns,
    deletion,
    deodhar,
    derivatives,
    diamond_closure,
    double_shortcuts,
    existence,
    gamma_positive,
    h_tilde,
    h_tilde_excess,
    h_tilde_standard,
    h_tilde_strong,
    join_strong_criterion,
    linear_coefficient,
    monotonicity,
    paths,
    r_tilde_shape,
    recursions,
    shortcuts,
    smoothness,
    standard_decompositions,
    symmetry,
)

__all__ = ["CONJECTURES"]

_IDEAS = (
    *(combinatorial_invariance, h_tilde_strong, bbdvw, gamma_positive, double_shortcuts),
    *(h_tilde, h_tilde_excess, h_tilde_standard, shortcuts, amazing, join_strong_criterion),
    *(standard_decompositions, existence, diamond_closure, monotonicity, deodhar, smoothness),
    *(linear_coefficient, paths, derivatives, crowns, colour_invariance, recursions, r_tilde_shape),
    *(symmetry, deletion, boolean_intervals),
)

CONJECTURES = tuple(
    one for idea in _IDEAS for one in vars(idea).values() if isinstance(one, Conjecture)
)
"""All of them."""
