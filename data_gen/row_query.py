"""`--where`: a pandas query that says which intervals stay."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_gen import schema
from data_gen.bruhat import unrank_permutations
from data_gen.errors import PermutationError, UsageError
from data_gen.permutations import format_permutation, format_words, parse_permutation
from data_gen.polynomials import coefficients_from_text

__all__ = ["EARLY_COLUMNS", "RowQuery"]

EARLY_COLUMNS = (schema.N, schema.X, schema.W, schema.LENGTH, schema.NUM_NODES, schema.KL)
"""Columns known before any graph is built."""

_LATE_COLUMNS = (schema.NUM_EDGES, schema.ISO_CLASS, schema.CLASS_SIZE)
_KNOWN = (*EARLY_COLUMNS, *_LATE_COLUMNS)
_TEXTS = (schema.X, schema.W, schema.ISO_CLASS)

# Rows are asked block by block, so only what looks at one row at a time may stand in a query.
_ROW_METHODS = {"abs", "between", "isin", "str"}

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
    """A condition on the columns of a row, in the language of `pandas.DataFrame.query`.

    Only what can be said of one row by itself is allowed: comparisons, arithmetic, ``and``, ``or``,
    ``not``, ``in``, and the methods ``str``, ``isin``, ``between`` and ``abs``.

    Attributes:
        text: What the user wrote.
        expression: The same for pandas; ``kl == [1, 1]`` compares whole polynomials.
        columns: The columns that it names, in the order of the schema.
        early: Whether `EARLY_COLUMNS` are enough. Then it says which intervals are looked at;
            otherwise it is asked of the rows that would be written.

    Example:
        >>> query = RowQuery.parse("length > 3 and kl != [1]")
        >>> query.columns, query.early
        (('length', 'kl'), True)
    """

    text: str
    expression: str
    columns: tuple[str, ...]
    early: bool

    @classmethod
    def parse(cls, text: str) -> RowQuery:
        """Reads a query.

        Raises:
            UsageError: If it is no condition on the columns of a row.
        """
        # As pandas does: & and | bind like `and` and `or`.
        words = re.sub(r"`(\w+)`", r"\1", text).replace("&", " and ").replace("|", " or ")
        try:
            tree = ast.parse(words.strip(), mode="eval")
        except SyntaxError as error:
            raise UsageError(f"--where {text!r} is no pandas query: {error.msg}.") from error
        _refuse_unknown(tree, text)
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        expression = ast.unparse(_WholePolynomials(text).visit(tree))
        columns = tuple(name for name in _KNOWN if name in names)
        query = cls(text, expression, columns, names <= set(EARLY_COLUMNS))
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
            found = frame.eval(self.expression, engine="python", local_dict={}, global_dict={})
        except Exception as error:  # whatever the user's expression raises
            raise UsageError(f"--where {self.text!r} cannot be evaluated: {error}") from error
        values = np.asarray(found)
        if values.shape != (len(frame),) or (values.dtype != np.bool_ and len(frame)):
            raise UsageError(
                f"--where {self.text!r} is no condition: it has to be true or false for each row."
            )
        return values.astype(np.bool_)


def _refuse_unknown(tree: ast.AST, text: str) -> None:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if unknown := sorted(names - set(_KNOWN)):
        raise UsageError(
            f"--where {text!r}: {', '.join(map(repr, unknown))} cannot be asked for. The "
            f"columns {', '.join(_KNOWN)} can; for instance --where 'length > 3 and "
            "kl.str.len() > 2'."
        )
    if not names:
        raise UsageError(f"--where {text!r} names no column: {', '.join(_KNOWN)} are.")
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and not _looks_at_one_row(node):
            raise UsageError(
                f"--where {text!r}: .{node.attr} does not look at one row by itself. Only "
                f".{', .'.join(sorted(_ROW_METHODS))} can stand there."
            )


def _looks_at_one_row(node: ast.Attribute) -> bool:
    inner = node.value
    return node.attr in _ROW_METHODS or (isinstance(inner, ast.Attribute) and inner.attr == "str")


class _WholePolynomials(ast.NodeTransformer):
    """Turns ``kl == [1, 1]`` into a comparison of texts, which is what pandas can do with lists.

    Comparisons that could only ever be false are refused.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """One chain of comparisons."""
        sides = [node.left, *node.comparators]
        if any(_is_column(side, (schema.KL,)) for side in sides):
            node.left, *node.comparators = (self._polynomial(side) for side in sides)
        elif any(_is_column(side, _TEXTS) for side in sides):
            constants = [side.value for side in sides if isinstance(side, ast.Constant)]
            for value in constants:
                if not isinstance(value, str):
                    raise UsageError(
                        f"--where {self._text!r}: permutations and classes are text, so "
                        f"{value!r} wants quotes."
                    )
            equal = all(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops)
            if equal and any(_is_column(side, (schema.X, schema.W)) for side in sides):
                self._check_permutations(constants)
        return node

    def _check_permutations(self, words: Sequence[Any]) -> None:
        for word in words:
            try:
                written = format_permutation(parse_permutation(word))
            except PermutationError as error:
                raise UsageError(f"--where {self._text!r}: {error}") from error
            if written != word:
                raise UsageError(
                    f"--where {self._text!r}: in the dataset {word!r} is written {written!r}."
                )

    def _polynomial(self, side: ast.expr) -> ast.expr:
        if _is_column(side, (schema.KL,)):
            return ast.parse(f"{schema.KL}.astype('str')", mode="eval").body
        try:
            value = ast.literal_eval(side)
        except ValueError:
            value = None
        if isinstance(value, list | tuple) and value:
            if all(isinstance(k, int) for k in value):
                return ast.Constant(str(list(value)))
            if all(isinstance(p, list | tuple) for p in value):
                return ast.List([ast.Constant(str(list(p))) for p in value], ast.Load())
        raise UsageError(
            f"--where {self._text!r}: kl is the list of coefficients from q^0 on. Compare it with "
            "a list, as in kl == [1, 2, 1], or ask kl.str.len() > 2 or kl.str[1] == 2."
        )


def _is_column(node: ast.expr, names: tuple[str, ...]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


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
