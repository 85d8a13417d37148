"""The selection `classes`."""

from __future__ import annotations

from data_gen.selections.everything import All

__all__ = ["Classes"]


class Classes(All):
    """One interval for each isomorphism class of the Bruhat graph, across all the n given.

    The representative is the first one by n, then x, then w, both in lexicographic order of
    one-line notation: an interval of S_6 that occurs in S_7 is one class.

    Example:
        >>> Classes().one_per
        ('iso_class',)
    """

    name = "classes"
    meaning = (
        "one interval for each isomorphism class of the unlabelled Bruhat graph, across all n; the "
        "first by n, then x, then w in lexicographic order"
    )
    one_per: tuple[str, ...] = ("iso_class",)
