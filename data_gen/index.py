"""What is known of all intervals on the way to a dataset: a DuckDB database in the scratch folder.

Grouping, joining and sorting go through DuckDB, which works in bounded memory and spills to disk,
so that hundreds of millions of intervals fit into a small machine. Every result is ordered by
columns that no two rows share, so it does not depend on threads.

The tables, in the order in which they are made:

* ``looked``: one row an interval of which the isomorphism class is wanted.
* ``members``: these intervals by core, n and polynomial, their number and the first of them.
* ``surveyed``: size and isomorphism class of each core.
* ``classes``: the isomorphism classes, with the number of intervals in them.
* ``rows``: the rows of the dataset, in order.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from data_gen import schema
from data_gen.errors import KlgnnError, MemoryLimitError, StorageError
from data_gen.interrupts import heed_interrupt
from data_gen.split_rule import SPLITS, SplitRule

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["INDEX_FILE", "ROW_COLUMNS", "Index"]

INDEX_FILE = "index.duckdb"

_SETTINGS: dict[str, str | bool] = {
    "memory_limit": "500MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_FETCHED_ROWS = 100_000
_DISK_WORDS = ("write", "space", "too large", "quota")
_ORDER = "num_nodes, n, x, w"
_PAIR = "n, x, w, length, num_nodes, kl, core_x, core_w"
_ROW_TYPES = {
    schema.N: "TINYINT",
    schema.X: "BIGINT",
    schema.W: "BIGINT",
    schema.LENGTH: "SMALLINT",
    schema.NUM_NODES: "BIGINT",
    schema.NUM_EDGES: "BIGINT",
    schema.KL: "VARCHAR",
    schema.ISO_CLASS: "UUID",
    schema.CLASS_SIZE: "BIGINT",
}
ROW_COLUMNS = tuple(_ROW_TYPES)
"""What there is of every row, in the order of the database."""

_ROW = ", ".join(ROW_COLUMNS)
_CLASS_TEXT = "replace(iso_class::VARCHAR, '-', '') AS iso_class"


class Index(AbstractContextManager["Index"]):
    """The database; leaving the block closes and removes it.

    Args:
        scratch: The folder for it and for what it spills.
        threads: How many threads DuckDB may use.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder, Index(Path(folder)) as index:
        ...     index.scalar("SELECT 6 * 7")
        42
    """

    def __init__(self, scratch: Path, threads: int = 1) -> None:
        import duckdb

        self._scratch = scratch
        self._remove()
        settings: dict[str, str | bool | int | float | list[str]] = {
            **_SETTINGS,
            "threads": threads,
            "temp_directory": str(scratch / f"{INDEX_FILE}.spill"),
        }
        with _translated(scratch):
            self._database = duckdb.connect(str(scratch / INDEX_FILE), config=settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes and removes the database."""
        self._database.close()
        self._remove()

    # From pairs to rows, in this order ----------------------------------------------------------

    def load_pairs(self, files: Sequence[Path]) -> None:
        """Takes the files of `data_gen.listing.list_pairs`; they stay where they are."""
        names = ", ".join(_quote(str(file)) for file in files)
        self.run(f"CREATE VIEW pairs AS SELECT {_PAIR} FROM read_parquet([{names}])")

    def look(self, one_per: Sequence[str], limit: int | None) -> None:
        """Says which intervals get an isomorphism class.

        Args:
            one_per: Only the first of all intervals that agree in these columns; empty for all.
            limit: At most so many, the smallest first.
        """
        chosen = f"SELECT {_PAIR} FROM pairs"
        if one_per:
            # The first pair of each core will do: a core fixes all that one_per can name here.
            self._make_members("pairs")
            chosen = f"SELECT {_PAIR} FROM members {_first_of_each(one_per)}"
        if limit is not None:
            chosen += f" ORDER BY {_ORDER} LIMIT {limit}"
        if one_per or limit is not None:
            self.run(f"CREATE TABLE looked AS {chosen}")
        else:
            self.run(f"CREATE VIEW looked AS {chosen}")
        self._make_members("looked")

    def cores(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """The distinct cores to survey, ascending.

        Yields:
            Blocks of cores int64[C, 2], see `data_gen.cores`, with their sizes int64[C].
        """
        query = "SELECT DISTINCT core_x, core_w, num_nodes FROM members ORDER BY core_x, core_w"
        for batch in self.stream(query):
            columns = [column.to_numpy(zero_copy_only=False) for column in batch.columns]
            yield np.stack(columns[:2], axis=1), columns[2]

    def core_totals(self) -> tuple[int, int]:
        """How many distinct cores there are, and how many elements they have together."""
        query = "SELECT DISTINCT core_x, core_w, num_nodes FROM members"
        summary = "count(*) AS cores, coalesce(sum(num_nodes), 0)::BIGINT AS nodes"
        record = self._record(f"SELECT {summary} FROM ({query})")
        return record["cores"], record["nodes"]

    def load_survey(self, files: Sequence[Path]) -> None:
        """Takes the files of `data_gen.survey.survey`."""
        names = ", ".join(_quote(str(file)) for file in files)
        self.run(
            "CREATE TABLE surveyed AS "
            "SELECT core_x, core_w, num_edges, iso_class::UUID AS iso_class "
            f"FROM read_parquet([{names}])"
        )
        missing = self.scalar(
            "SELECT count(*) FROM members ANTI JOIN surveyed USING (core_x, core_w)"
        )
        if missing:  # a join would drop them without a word
            raise KlgnnError(f"{missing} cores were not surveyed: this is an error in klgnn.")
        self.run(
            "CREATE TABLE classes AS SELECT iso_class, sum(size)::BIGINT AS class_size, "
            "min(kl) <> max(kl) AS two_polynomials "
            "FROM members JOIN surveyed USING (core_x, core_w) GROUP BY iso_class"
        )

    def choose(self, one_per: Sequence[str]) -> None:
        """Makes the rows: all intervals looked at, or the first of those that agree in columns.

        Args:
            one_per: Only the first of all rows that agree in these columns; empty for all.
        """
        table = "members" if one_per else "looked"
        self.run(
            f"CREATE TABLE chosen AS SELECT {_ROW} "
            f"FROM {table} JOIN surveyed USING (core_x, core_w) JOIN classes USING (iso_class) "
            + (_first_of_each(one_per) if one_per else "")
        )

    def load_rows(self, batches: Iterator[pa.Table]) -> None:
        """Takes finished rows, in place of all the steps before, for another split of them.

        Args:
            batches: Tables with the columns `ROW_COLUMNS`, where x and w are ranks, and kl and
                iso_class text.
        """
        types = ", ".join(f"{name} {kind}" for name, kind in _ROW_TYPES.items())
        self.run(f"CREATE TABLE chosen ({types})")
        for batch in batches:
            self._insert("chosen", batch)

    def chosen_rows(self) -> Iterator[tuple[NDArray[np.int64], dict[str, NDArray[Any]]]]:
        """The rows that `choose` made, a block at a time: their numbers, and their columns."""
        for batch in self.stream(f"SELECT rowid, * REPLACE ({_CLASS_TEXT}) FROM chosen"):
            columns = {
                name: column.to_numpy(zero_copy_only=False)
                for name, column in zip(batch.schema.names, batch.columns, strict=True)
            }
            yield columns.pop("rowid"), columns

    def keep_rows(self, numbers: Iterable[NDArray[np.int64]]) -> None:
        """Keeps only the rows of some numbers, as `chosen_rows` gave them."""
        self.run("CREATE TABLE kept (number BIGINT)")
        for block in numbers:
            self._insert("kept", {"number": block})
        self.run(
            "CREATE TABLE fewer AS SELECT chosen.* FROM chosen JOIN kept ON chosen.rowid = number"
        )
        self.run("DROP TABLE chosen")
        self.run("DROP TABLE kept")
        self.run("ALTER TABLE fewer RENAME TO chosen")

    def limit_rows(self, limit: int | None) -> None:
        """Keeps the smallest rows, at most so many; all if None."""
        if limit is not None:
            smallest = f"SELECT rowid FROM chosen ORDER BY {_ORDER} LIMIT {limit}"
            self.run(f"DELETE FROM chosen WHERE rowid NOT IN ({smallest})")

    def count_class_members(self) -> None:
        """Lets ``class_size`` count the rows that are left, in place of the intervals looked at."""
        self.run(
            "CREATE TABLE counted AS SELECT chosen.* REPLACE (members AS class_size) FROM chosen "
            "JOIN (SELECT iso_class, count(*) AS members FROM chosen GROUP BY iso_class) "
            "USING (iso_class)"
        )
        self.run("DROP TABLE chosen")
        self.run("ALTER TABLE counted RENAME TO chosen")

    def order(self, rule: SplitRule, ns: Sequence[int]) -> None:
        """Splits the rows and puts them into the order of the dataset.

        Args:
            rule: Says which row goes into which split.
            ns: All n of the dataset.
        """
        number = rule.sql(max(ns))
        self.run(
            f"CREATE TABLE rows AS SELECT * EXCLUDE (first_n), ({number})::TINYINT AS split FROM ("
            f"SELECT * REPLACE ({_CLASS_TEXT}), first_n FROM chosen "
            "JOIN (SELECT iso_class, min(n) AS first_n FROM chosen GROUP BY iso_class) "
            f"USING (iso_class)) ORDER BY split, {_ORDER}"
        )
        self.run("DROP TABLE chosen")

    # Reading the rows ---------------------------------------------------------------------------

    def row_sizes(self, split: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Elements and edges of the rows of a split, in order, a block at a time."""
        query = f"SELECT num_nodes, num_edges FROM rows WHERE split = {split} ORDER BY rowid"
        for batch in self.stream(query):
            yield batch.column(0).to_numpy(), batch.column(1).to_numpy()

    def rows(self, begin: int, end: int) -> dict[str, NDArray[Any]]:
        """The columns of some rows, by position from 0."""
        query = f"SELECT * FROM rows WHERE rowid >= {begin} AND rowid < {end} ORDER BY rowid"
        columns = self.run(query).fetchnumpy()
        return {name: np.asarray(column) for name, column in columns.items()}

    def row_counts(self) -> dict[str, Any]:
        """What the manifest says of the rows."""
        summary = self._record(
            "SELECT count(*) AS rows, count(DISTINCT iso_class) AS row_classes, "
            "count(DISTINCT kl) AS polynomials, coalesce(sum(num_nodes), 0)::BIGINT AS nodes, "
            "coalesce(sum(num_edges), 0)::BIGINT AS edges FROM rows"
        )
        summary["splits"] = {
            name: self._record(
                "SELECT count(*) AS rows, count(DISTINCT iso_class) AS classes "
                f"FROM rows WHERE split = {number}"
            )
            for number, name in enumerate(SPLITS)
        }
        return summary

    def rows_by_n(self, n: int) -> int:
        """How many rows are in S_n."""
        return self.scalar(f"SELECT count(*) FROM rows WHERE n = {n}")

    def class_counts(self) -> dict[str, int]:
        """How many intervals were classified, into how many classes."""
        return self._record(
            "SELECT coalesce(sum(class_size), 0)::BIGINT AS classified, count(*) AS classes, "
            "count(*) FILTER (two_polynomials) AS classes_with_two_polynomials FROM classes"
        )

    def classes_by_n(self, n: int) -> dict[str, int]:
        """How many intervals of S_n were classified, into how many classes."""
        return self._record(
            "SELECT coalesce(sum(size), 0)::BIGINT AS classified, "
            "count(DISTINCT iso_class) AS classes "
            f"FROM members JOIN surveyed USING (core_x, core_w) WHERE n = {n}"
        )

    # --------------------------------------------------------------------------------------------

    def run(self, query: str) -> duckdb.DuckDBPyConnection:
        """Runs one statement.

        Raises:
            StorageError: If the disk is full.
            KeyboardInterrupt: If Ctrl-C stopped it.
        """
        heed_interrupt()
        with _translated(self._scratch):
            return self._database.execute(query)

    def scalar(self, query: str) -> int:
        """The single number that a query gives."""
        row = self.run(query).fetchone()
        assert row is not None
        return int(row[0])

    def stream(self, query: str) -> Iterator[pa.RecordBatch]:
        """The result of a query, a block at a time, with a cursor of its own."""
        cursor = self._database.cursor()
        try:
            with _translated(self._scratch):
                yield from cursor.sql(query).to_arrow_reader(_FETCHED_ROWS)
        finally:
            cursor.close()

    def _insert(self, table: str, rows: pa.Table | dict[str, NDArray[Any]]) -> None:
        import pyarrow as pa

        batch = pa.table(rows) if isinstance(rows, dict) else rows
        self._database.register("batch", batch)
        self.run(f"INSERT INTO {table} BY NAME SELECT * FROM batch")
        self._database.unregister("batch")

    def _record(self, query: str) -> dict[str, Any]:
        result = self.run(query)
        names = [column[0] for column in result.description]
        row = result.fetchone()
        assert row is not None
        return dict(zip(names, map(int, row), strict=True))

    def _make_members(self, table: str) -> None:
        self.run(
            "CREATE OR REPLACE TABLE members AS SELECT n, first.x AS x, first.w AS w, "
            "length, num_nodes, kl, core_x, core_w, size FROM ("
            # One core has one polynomial, by a theorem: grouped by it too, an error would show.
            "SELECT n, core_x, core_w, kl, min((x, w)::STRUCT(x BIGINT, w BIGINT)) AS first, "
            "any_value(length) AS length, any_value(num_nodes) AS num_nodes, count(*) AS size "
            f"FROM {table} GROUP BY n, core_x, core_w, kl)"
        )

    def _remove(self) -> None:
        for path in self._scratch.glob(f"{INDEX_FILE}*"):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _first_of_each(columns: Sequence[str]) -> str:
    names = ", ".join(columns)
    return f"QUALIFY row_number() OVER (PARTITION BY {names} ORDER BY {_ORDER}) = 1"


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def _translated(scratch: Path) -> Iterator[None]:
    """Turns what DuckDB raises on Ctrl-C and on a full disk into what the rest expects."""
    import duckdb

    try:
        yield
    except RuntimeError as error:
        if "interrupted" not in str(error).lower():
            raise
        raise KeyboardInterrupt from error
    except duckdb.OutOfMemoryException as error:
        raise MemoryLimitError(
            f"sorting the intervals needs more memory, or more room in {str(scratch)!r}, than "
            f"there is: {error}. Nothing is lost: make room and run the same command again."
        ) from error
    except (duckdb.IOException, duckdb.TransactionException) as error:
        if not any(word in str(error).lower() for word in _DISK_WORDS):
            raise
        raise StorageError(
            f"the disk refused what sorting the intervals has to put there, in {str(scratch)!r}: "
            f"{error}. Nothing is lost: make room and run the same command again."
        ) from error
