"""Finding a selection by its name: the built-in ones, and those of installed packages."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata

from data_gen.errors import UsageError
from data_gen.selections.base import GROUPING_COLUMNS, Selection
from data_gen.selections.classes import Classes
from data_gen.selections.everything import All
from data_gen.selections.extremal import Extremal, ExtremalClasses
from data_gen.selections.irreducible import Irreducible
from data_gen.selections.polynomials import Polynomials, PolynomialsBySize
from data_gen.selections.sample import Sample

__all__ = ["BUILTIN", "ENTRY_POINT_GROUP", "find_selection", "selection_names"]

ENTRY_POINT_GROUP = "klgnn.selections"

BUILTIN: Mapping[str, type[Selection]] = {
    kind.name: kind
    for kind in (
        *(All, Extremal, ExtremalClasses, Irreducible),
        *(Polynomials, PolynomialsBySize, Classes, Sample),
    )
}


def selection_names() -> tuple[str, ...]:
    """The built-in selections, then the installed ones by name.

    Example:
        >>> selection_names()[:3]
        ('all', 'extremal', 'extremal-classes')
    """
    installed = {point.name for point in metadata.entry_points(group=ENTRY_POINT_GROUP)}
    return (*BUILTIN, *sorted(installed - set(BUILTIN)))


def find_selection(name: str) -> Selection:
    """Finds a selection: a built-in one, or one that an installed package brings.

    Raises:
        UsageError: If there is none of that name, or what the package names is no selection.

    Example:
        >>> find_selection("extremal").name
        'extremal'
    """
    if name in BUILTIN:
        return BUILTIN[name]()
    points = list(metadata.entry_points(group=ENTRY_POINT_GROUP, name=name))
    if not points:
        raise UsageError(
            f"there is no selection {name!r}. Choose one of {', '.join(selection_names())}."
        )
    found = points[0].load()
    selection = found() if isinstance(found, type) else found
    if not isinstance(selection, Selection):
        raise UsageError(
            f"the selection {name!r} comes from {points[0].value!r}, which lacks name, meaning, "
            "one_per, max_n or source."
        )
    if unknown := set(selection.one_per) - set(GROUPING_COLUMNS):
        raise UsageError(
            f"the selection {name!r} wants one interval per {', '.join(sorted(unknown))}; only "
            f"{', '.join(GROUPING_COLUMNS)} can stand there."
        )
    return selection
