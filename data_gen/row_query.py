"""`--where`: a pandas query that says which intervals stay."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_gen import schema
from data_gen.bruhat import unrank_permutations
from data_gen.errors import UsageError
from data_gen.permutations import format_words
from data_gen.polynomials import coefficients_from_text

__all__ = ["EARLY_COLUMNS", "RowQuery"]

EARLY_COLUMNS = (schema.N, schema.X, schema.W, schema.LENGTH, schema.NUM_NODES, schema.KL)
"""Columns known before any graph is built."""

_LATE_COLUMNS = (schema.NUM_EDGES, schema.ISO_CLASS, schema.CLASS_SIZE)

# The interval [123, 132], as `RowQuery.mask` wants rows.
_EXAMPLE: Mapping[str, NDArray[Any]] = {
    schema.N: np.array([3]),
    schema.X: np.array([0]),
    schema.W: np.array([1]),
    schema.LENGTH: np.array([1]),
    schema.NUM_NODES: np.array([2]),
    schema.KL: np.array(["1"]),
    schema.NUM_EDGES: np.array([1]),
    schema.ISO_CLASS: np.array(["00" * 16], dtype=object),
    schema.CLASS_SIZE: np.array([1]),
}


@dataclass(frozen=True)
class RowQuery:
    """A query over the columns of a row, in the language of `pandas.DataFrame.query`.

    Attributes:
        text: The query.
        columns: The columns that it names, in the order of the schema.
        early: Whether `EARLY_COLUMNS` are enough. Then it says which intervals are looked at;
            otherwise it is asked of the rows that would be written.

    Example:
        >>> query = RowQuery.parse("length > 3 and kl.str.len() > 1")
        >>> query.columns, query.early
        (('length', 'kl'), True)
    """

    text: str
    columns: tuple[str, ...]
    early: bool

    @classmethod
    def parse(cls, text: str) -> RowQuery:
        """Reads a query.

        Raises:
            UsageError: If it is no condition on the columns of a row.
        """
        try:
            tree = ast.parse(re.sub("`([^`]*)`", r"\1", text), mode="eval")
        except SyntaxError as error:
            raise UsageError(f"--where {text!r} is no pandas query: {error.msg}.") from error
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        known = (*EARLY_COLUMNS, *_LATE_COLUMNS)
        if unknown := sorted(names - set(known)):
            raise UsageError(
                f"--where {text!r}: {', '.join(map(repr, unknown))} cannot be asked for. The "
                f"columns {', '.join(known)} can; for instance --where 'length > 3 and "
                "kl.str.len() > 2'."
            )
        if not names:
            raise UsageError(f"--where {text!r} names no column: {', '.join(known)} are.")
        columns = tuple(name for name in known if name in names)
        query = cls(text, columns, names <= set(EARLY_COLUMNS))
        query.mask(_EXAMPLE)  # says now what would go wrong later
        return query

    def mask(self, rows: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
        """Says which rows fulfil the query.

        Args:
            rows: The columns that the query names, and ``n``. ``x`` and ``w`` are lexicographic
                ranks, ``kl`` is text; the query sees one-line notation and lists of coefficients.

        Raises:
            UsageError: If pandas cannot evaluate it, or it is no condition.

        Example:
            >>> RowQuery.parse("x == '132'").mask({"n": np.array([3, 3]), "x": np.array([0, 1])})
            array([False,  True])
        """
        import pandas as pd

        frame = pd.DataFrame({name: _as_seen(name, rows) for name in self.columns})
        try:
            found = frame.eval(self.text, engine="python", local_dict={}, global_dict={})
        except Exception as error:  # whatever the user's expression raises
            raise UsageError(f"--where {self.text!r} cannot be evaluated: {error}") from error
        values = np.asarray(found)
        if values.shape != (len(frame),) or (values.dtype != np.bool_ and len(frame)):
            raise UsageError(
                f"--where {self.text!r} is no condition: it has to be true or false for each row."
            )
        return values.astype(np.bool_)


def _as_seen(name: str, rows: Mapping[str, NDArray[Any]]) -> Any:
    """A column as it stands in a dataset."""
    values = rows[name]
    if name in (schema.X, schema.W):
        texts = np.empty(len(values), dtype=object)
        for n in np.unique(rows[schema.N]).tolist():
            here = rows[schema.N] == n
            texts[here] = format_words(unrank_permutations(values[here], n))
        return texts
    if name == schema.KL:
        distinct, place = np.unique(values.astype(str), return_inverse=True)
        lists = np.empty(len(distinct), dtype=object)
        lists[:] = [list(coefficients_from_text(text)) for text in distinct]
        return lists[place]
    return values
