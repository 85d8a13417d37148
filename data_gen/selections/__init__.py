"""Which intervals go into a dataset.

A selection lists pairs x <= w of S_n (`Selection.source`), and may keep only one of all that agree
in some columns (`Selection.one_per`).

Another package adds a selection by naming a class, or an object, in the entry-point group
``klgnn.selections``; the names of the built-in ones cannot be taken. A selection that lists pairs
by their tops derives from `All`:

Example:
    >>> class Lower(All):
    ...     name, meaning = "lower", "intervals that begin at the identity"
    ...
    ...     def pairs(self, table, tops):
    ...         xs, ws = super().pairs(table, tops)
    ...         return xs[xs == 0], ws[xs == 0]
    >>> isinstance(Lower(), Selection)
    True
"""

from data_gen.selections.base import PairSource, Selection
from data_gen.selections.everything import All
from data_gen.selections.registry import find_selection, selection_names

__all__ = ["All", "PairSource", "Selection", "find_selection", "selection_names"]
