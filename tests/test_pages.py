"""The pages: each row of a table has as many cells as titles, and what is by hand is whole."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BY_HAND = "-by-hand.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def tables(text: str) -> Iterator[list[str]]:
    """The rows of each table outside of code."""
    prose = re.sub(r"^(```+).*?^\1", "", text, flags=re.MULTILINE | re.DOTALL)
    for is_table, lines in groupby(prose.splitlines(), lambda line: line.startswith("|")):
        if is_table:
            yield list(lines)


def cells(row: str) -> int:
    """Bars end a cell unless they are escaped."""
    return len(re.findall(r"(?<!\\)\|", row)) - 1


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_rows_of_a_table_have_the_same_number_of_cells(page: Path) -> None:
    uneven = [
        row
        for rows in tables(page.read_text(encoding="utf-8"))
        for row in rows
        if cells(row) != cells(rows[0])
    ]
    assert uneven == []


def test_a_row_that_is_too_long_is_found() -> None:
    [rows] = tables("```\n| a |\n```\n| a | b |\n|---|---|\n| x | y | z |\n")
    assert [cells(row) for row in rows] == [2, 2, 3]
    assert cells(r"| a \| b |") == 1


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob(f"*{BY_HAND}")), ids=str)
def test_what_is_written_by_hand_is_part_of_its_page_word_for_word(page: Path) -> None:
    written = page.with_name(page.name.replace(BY_HAND, ".md"))
    assert page.read_text(encoding="utf-8") in written.read_text(encoding="utf-8")
