"""Making a dataset: intervals, polynomials, classes and graphs, from a few parameters to a folder.

The way: list the pairs of the selection (`data_gen.listing`), find the isomorphism class of each
core (`data_gen.survey`), choose the rows (`data_gen.index`), cut them into shards and write these
(`data_gen.shards`), then the card and the manifest. The bytes depend on the parameters alone; any
executor gives the same. Whatever is finished stays: killed at any moment and started again, it
goes on, and ends with the same bytes. Memory does not grow with the number of intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from data_gen import schema
from data_gen.dataset import IntervalDataset
from data_gen.errors import UsageError
from data_gen.finishing import finish_dataset, write_rows
from data_gen.folder import prepare
from data_gen.foresee import check_disk_before, check_disk_for_groups
from data_gen.index import Index
from data_gen.isomorphism import CERTIFICATE_VERSION
from data_gen.listing import Limits, Listed, list_pairs
from data_gen.manifest import Parameters
from data_gen.progress import Progress, no_notice, no_progress
from data_gen.row_query import RowQuery
from data_gen.selections import All, Selection, find_selection
from data_gen.split_rule import SHARES
from data_gen.survey import survey

__all__ = ["generate", "make_dataset"]


def generate(
    ns: int | Iterable[int],
    out: str | Path,
    select: str = "classes",
    seed: int = 0,
    max_nodes: int | None = None,
    max_length: int | None = None,
    where: str | None = None,
    limit: int | None = None,
    walks: bool = False,
    split_by: str = "class",
    shares: tuple[int, int, int] = SHARES,
    workers: int = 1,
    executor: Executor | None = None,
    force: bool = False,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
) -> IntervalDataset:
    """Makes a dataset folder, or finishes one, or finds it complete and leaves it alone.

    Args:
        ns: The symmetric groups: one n, or several.
        out: The folder. It may be missing, empty, or hold the same dataset, complete or not.
        select: The name of a selection, see `data_gen.selections`.
        seed: Moves the isomorphism classes between train, val and test, and draws the pairs of
            ``sample``; nothing else.
        max_nodes: Leaves out intervals with more elements.
        max_length: Leaves out intervals with a larger l(w) - l(x).
        where: Leaves out intervals that do not fulfil this pandas query, see `data_gen.row_query`.
        limit: At most so many rows, those with the fewest elements; for ``sample`` so many pairs.
        walks: Lets ``sample`` walk at random instead of drawing uniformly.
        split_by: ``class``, ``n`` or ``row``, see `data_gen.split_rule`.
        shares: Per cent for train, val and test.
        workers: Processes to use. It does not change the bytes.
        executor: Any `concurrent.futures.Executor` to use instead of local processes.
        force: Replaces a dataset with other parameters, and does everything anew.
        progress: Where to show how far it is, such as `data_gen.console.progress`.
        notify: Where to say what was found in the folder, such as `data_gen.console.say`.

    Returns:
        The dataset, opened.

    Raises:
        UsageError: If a parameter makes no sense.
        MemoryLimitError: If a table would not fit into memory; said before it starts.
        StorageError: If it would not fit on the disk, or the disk refuses a write.
        DatasetError: If the folder holds something else, or another process writes into it.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     generate(4, f"{folder}/s4", select="extremal").num_rows
        30
    """
    numbers = (ns,) if isinstance(ns, int) else tuple(sorted(set(ns)))
    three = (shares[0], shares[1], shares[2])
    parameters = Parameters(
        numbers, select, seed, max_nodes, max_length, where, limit, walks, split_by, three
    )
    selection = find_selection(select)
    _check_groups(parameters, selection)
    return make_dataset(parameters, selection, out, workers, executor, force, progress, notify)


def make_dataset(
    parameters: Parameters,
    selection: Selection,
    out: str | Path,
    workers: int = 1,
    executor: Executor | None = None,
    force: bool = False,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
) -> IntervalDataset:
    """The same as `generate`, from parameters that are put together and a selection that is open.

    Arguments, result and errors are those of `generate`.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.selections import All
        >>> class Longest(All):
        ...     name, meaning = "longest", "intervals that end at w0"
        ...
        ...     def pairs(self, table, tops):
        ...         xs, ws = super().pairs(table, tops)
        ...         return xs[ws == 23], ws[ws == 23]
        >>> with TemporaryDirectory() as folder:
        ...     dataset = make_dataset(Parameters((4,), "longest"), Longest(), f"{folder}/w0")
        ...     dataset.num_rows, dataset.interval(0).x
        (24, (4, 3, 2, 1))
    """
    show, tell = progress or no_progress, notify or no_notice
    folder = Path(out)
    _check_parameters(parameters)

    def make(pool: Executor | None) -> None:
        _make(folder, parameters, selection, force, pool, workers, show)

    return finish_dataset(folder, parameters, make, workers, executor, force, show, tell)


def _check_groups(parameters: Parameters, selection: Selection) -> None:
    if not parameters.ns:
        raise UsageError("no n is given: add --n 5, for instance.")
    for n in parameters.ns:
        if not isinstance(n, int):
            raise UsageError(f"n = {n!r} is no integer.")
        if n < 2:
            raise UsageError(f"n = {n} is too small: S_n is looked at from n = 2 on.")
        if n > selection.max_n:
            further = "" if n > 14 else " `--select sample --limit 1000 --walks` goes up to 14."
            raise UsageError(
                f"n = {n} is too large: the selection {selection.name!r} is made for n up to "
                f"{selection.max_n}.{further}"
            )


def _check_parameters(parameters: Parameters) -> None:
    for option in ("max_nodes", "max_length", "limit"):
        value = getattr(parameters, option)
        if value is not None and not isinstance(value, int):
            raise UsageError(f"--{option.replace('_', '-')} {value!r} is no integer.")
        if value is not None and value < (0 if option == "max_length" else 1):
            raise UsageError(
                f"--{option.replace('_', '-')} {value} leaves nothing: take a larger one."
            )
    if parameters.walks and parameters.select != "sample":
        raise UsageError("--walks is a way to sample: add --select sample and --limit 1000.")
    if parameters.where is not None:
        RowQuery.parse(parameters.where)
    parameters.split_rule.check(parameters.ns)


def _make(
    folder: Path,
    parameters: Parameters,
    selection: Selection,
    force: bool,
    executor: Executor | None,
    threads: int,
    progress: Progress,
) -> None:
    query = RowQuery.parse(parameters.where) if parameters.where is not None else None
    late = query if query is not None and not query.early else None
    limits = Limits(parameters.max_nodes, parameters.max_length, None if late else query)
    keeps_all = not selection.one_per and parameters.limit is None and query is None
    if keeps_all and isinstance(selection, All) and type(selection).pairs is All.pairs:
        check_disk_for_groups(parameters.ns, limits, folder)
    sources = [selection.source(n, parameters, progress) for n in parameters.ns]
    if keeps_all:
        check_disk_before(sources, limits, folder)
    journal = prepare(folder, parameters, force, CERTIFICATE_VERSION)
    listed = [list_pairs(source, limits, journal, executor, progress) for source in sources]
    del sources
    by_class = schema.ISO_CLASS in selection.one_per
    with Index(journal.scratch, threads) as index:
        index.load_pairs([folder / file for part in listed for file in part.files])
        early_limit = None if by_class or late else parameters.limit
        index.look(() if by_class else selection.one_per, early_limit)
        files = survey(index, journal, executor, progress)
        index.load_survey([folder / file for file in files])
        index.choose(selection.one_per if by_class else ())
        if late is not None:
            index.keep_rows(numbers[late.mask(rows)] for numbers, rows in index.chosen_rows())
        index.limit_rows(parameters.limit)
        if not by_class:
            index.count_class_members()
        index.order(parameters.split_rule, parameters.ns)
        counts = _interval_counts(index, parameters.ns, listed)
        write_rows(index, parameters, selection.meaning, counts, journal, executor, progress)
    journal.remove()


def _interval_counts(index: Index, ns: Sequence[int], listed: Sequence[Listed]) -> dict[str, Any]:
    """What the manifest says of the intervals looked at; `write_rows` adds the rows."""
    return {
        "intervals": sum(part.pairs for part in listed),
        "left_out": sum(part.left_out for part in listed),
        **index.class_counts(),
        "by_n": {
            str(n): {"intervals": part.pairs, **index.classes_by_n(n)}
            for n, part in zip(ns, listed, strict=True)
        },
    }
