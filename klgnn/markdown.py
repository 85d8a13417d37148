"""Markdown, for the pages that commands write: tables, and the texts by hand beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

__all__ = ["by_hand_beside", "table"]


def by_hand_beside(page: Path) -> Path | None:
    """The file NAME-by-hand.md that becomes part of a page NAME.md; None if none is there.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(folder, "results-by-hand.md").write_text("What no command repeats.")
        ...     by_hand_beside(Path(folder, "results.md")).name
        'results-by-hand.md'
    """
    beside = page.with_name(f"{page.stem}-by-hand{page.suffix}")
    return beside if beside.is_file() else None


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
