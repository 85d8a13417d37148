"""Tables in Markdown, for the pages that commands write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["table"]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""A Markdown table, the first column to the left and the others to the right.

    A bar in a cell is escaped: it would end the cell.

    Args:
        head: The titles of the columns.
        rows: As many cells each; Markdown.

    Raises:
        ValueError: If a row has more or fewer cells than there are titles.

    Example:
        >>> print(table(["", "all"], [["majority", "0.152"], ["|Y|", "1"]]))
        |  | all |
        |---|---:|
        | majority | 0.152 |
        | \|Y\| | 1 |
    """
    lines = [list(head), *map(list, rows)]
    if uneven := [line for line in lines if len(line) != len(head)]:
        raise ValueError(f"a row of {len(uneven[0])} cells under {len(head)} titles: {uneven[0]}")
    text = ["| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines]
    text.insert(1, "|" + "|".join(["---", *["---:"] * (len(head) - 1)]) + "|")
    return "\n".join(text)
