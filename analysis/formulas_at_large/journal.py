"""What a check has finished so far, so that a killed one goes on where it was.

A file of JSON lines in a hidden folder. Its first line says which check this is, and the others are
the tallies of finished blocks. A line that a kill tore is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from analysis.formulas_at_large.population import Population
from analysis.formulas_at_large.tally import Tally
from analysis.journals import finished_blocks, kept_arrays
from data_gen.checked_lines import append_line, read_lines
from data_gen.errors import DatasetError

__all__ = ["HIDDEN", "Journal"]

HIDDEN = ".klgnn-formulas"
_FILE = "journal.jsonl"


class Journal:
    """The journal of one check in one folder.

    Args:
        folder: Where the results will be.
        header: Which check this is; JSON-able.

    Raises:
        DatasetError: If the folder has the journal of another check.
        StorageError: If the folder cannot be written.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     Journal(Path(folder), {"n": 4}).write(0, Tally(), 1.5)
        ...     Journal(Path(folder), {"n": 4}).seconds
        1.5
    """

    def __init__(self, folder: Path, header: Mapping[str, Any]) -> None:
        self.folder = folder
        self.header: dict[str, Any] = json.loads(json.dumps(header))
        self._path = folder / HIDDEN / _FILE
        lines = finished_blocks(
            self._path, folder, "check", self.header, lambda line: line["block"]
        )
        self.done = {line["block"]: Tally.from_dict(line["tally"]) for line in lines}
        self.seconds = float(sum(line["seconds"] for line in lines))

    @classmethod
    def of_folder(cls, folder: Path) -> Journal:
        """The journal that a folder holds, whatever check it is of.

        Raises:
            DatasetError: If it holds none.
        """
        lines = read_lines(folder / HIDDEN / _FILE)
        if not lines:
            raise DatasetError(
                f"{str(folder)!r} holds no check of formulas: give a folder that "
                "`klgnn conjecture formulas check --out` wrote."
            )
        return cls(folder, lines[0])

    def write(self, block: int, tally: Tally, seconds: float) -> None:
        """Notes a block as finished, and the processor time that it took.

        Raises:
            StorageError: If the disk refuses.
        """
        self.done[block] = tally
        self.seconds += seconds
        line = {"block": block, "seconds": round(seconds, 3), "tally": tally.to_dict()}
        append_line(self._path, line)

    def population(self, make: Callable[[], Population]) -> Population:
        """The intervals: those that a former run wrote down, or new ones."""
        names = [one.name for one in fields(Population)]
        path = self.folder / HIDDEN / "intervals.npz"
        kept = kept_arrays(path, names, lambda: vars(make()))
        return Population(*(kept[name] for name in names))
