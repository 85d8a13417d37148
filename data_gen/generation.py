"""Making a dataset: intervals, polynomials, classes and graphs, from a few parameters to a folder.

The way: list the pairs of the selection, look at each once (`data_gen.survey`), choose, cut into
shards, write them, then the card and the manifest. The bytes depend on the parameters alone; any
number of workers gives the same. Whatever is finished stays: killed at any moment and started
again, it goes on, and ends with the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data_gen import schema
from data_gen.card import dataset_card
from data_gen.dataset import IntervalDataset
from data_gen.errors import DatasetError, UsageError
from data_gen.folder import (
    finished_manifest,
    prepare,
    remove_leftovers,
    remove_stale_shards,
    workspace,
)
from data_gen.foresee import check_disk, check_disk_before, check_memory_before
from data_gen.journal import Journal
from data_gen.manifest import (
    CARD_FILE,
    MANIFEST_FILE,
    Manifest,
    Parameters,
    Shard,
)
from data_gen.parallel import process_pool, run_tasks
from data_gen.selection import Index, Selection, find_selection
from data_gen.shards import ShardPlan, build_shard, plan_shards, raw_bytes, shard_task
from data_gen.storage import sha256, write_atomically
from data_gen.survey import Progress, collect, survey

if TYPE_CHECKING:
    from data_gen.kl_table import KLTable

__all__ = ["MAX_N", "generate"]

MAX_N = 8


def generate(
    ns: int | Iterable[int],
    out: str | Path,
    select: str = "classes",
    seed: int = 0,
    max_nodes: int | None = None,
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
        select: ``all``, ``extremal``, ``classes`` or an installed one, see `data_gen.selection`.
        seed: Moves the isomorphism classes between train, val and test; nothing else.
        max_nodes: Leaves out intervals with more elements.
        workers: Processes to use. It does not change the bytes.
        executor: Any `concurrent.futures.Executor` to use instead of local processes.
        force: Replaces a dataset with other parameters, and does everything anew.
        progress: Where to show how far it is, such as `data_gen.console.progress`.
        notify: Where to say what was found in the folder, such as `data_gen.console.say`.

    Returns:
        The dataset, opened.

    Raises:
        UsageError: If an n, the selection, the number of workers or `max_nodes` makes no sense.
        MemoryLimitError: If it would not fit into memory; said before it starts.
        StorageError: If it would not fit on the disk, or the disk refuses a write.
        DatasetError: If the folder holds something else, or another process writes into it.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     generate(4, f"{folder}/s4", select="extremal").num_rows
        30
    """
    parameters = _check_parameters(ns, select, seed, max_nodes)
    if workers < 1:
        raise UsageError(f"--workers {workers}: at least one is needed.")
    selection = find_selection(select)
    folder = Path(out)
    show, tell = progress or _no_progress, notify or _no_notice
    manifest = finished_manifest(folder, parameters, force)
    if manifest is not None:
        dataset = IntervalDataset(folder, manifest)
        if _is_whole(dataset, show):
            remove_leftovers(folder)
            tell(f"{str(folder)!r} is already complete.")
            return dataset
        tell(f"{str(folder)!r} has missing or damaged files; they are made again.")
    elif not force and (journal := Journal.load(folder)) is not None:
        tell(f"{str(folder)!r} was begun before: going on after {len(journal.done)} files.")
    with ExitStack() as stack:
        stack.enter_context(workspace(folder))
        pool = executor or stack.enter_context(process_pool(workers))
        _make(folder, parameters, selection, force, pool, show)
    return IntervalDataset.open(folder)


def _check_parameters(
    ns: int | Iterable[int], select: str, seed: int, max_nodes: int | None
) -> Parameters:
    numbers = sorted({ns} if isinstance(ns, int) else set(ns))
    if not numbers:
        raise UsageError("no n is given: add --n 5, for instance.")
    for n in numbers:
        if n < 2:
            raise UsageError(f"n = {n} is too small: S_n is looked at from n = 2 on.")
        if n > MAX_N:
            raise UsageError(f"n = {n} is too large: datasets are made for n up to {MAX_N}.")
    if max_nodes is not None and max_nodes < 1:
        raise UsageError(f"--max-nodes {max_nodes}: every interval has at least one element.")
    return Parameters(tuple(numbers), select, seed, max_nodes)


def _make(
    folder: Path,
    parameters: Parameters,
    selection: Selection,
    force: bool,
    executor: Executor | None,
    progress: Progress,
) -> None:
    from data_gen.isomorphism import CERTIFICATE_VERSION

    tables = _tables(parameters.ns, selection, progress)
    candidates = collect(selection, tables, progress)
    check_disk_before(selection, candidates, parameters.max_nodes, folder)
    journal = prepare(folder, parameters, force, CERTIFICATE_VERSION)
    index = survey(candidates, parameters.max_nodes, journal, executor, progress)
    del candidates, tables
    chosen = np.asarray(selection.choose(index), dtype=np.int64)
    splits = np.array(
        [schema.SPLITS.index(schema.assign_split(parameters.seed, c)) for c in index.certificates],
        dtype=np.int64,
    )
    plans = plan_shards(index, chosen, splits)
    shards = _write_shards(index, plans, journal, executor, progress)
    counts = _counts(index, chosen, splits, parameters)
    _finish(folder, parameters, selection, counts, shards, journal, CERTIFICATE_VERSION)


def _tables(ns: Sequence[int], selection: Selection, progress: Progress) -> list[KLTable]:
    from data_gen.kl_table import KLTable

    tables = []
    for n in ns:
        with progress(f"Kazhdan-Lusztig polynomials of S_{n}") as report:
            tables.append(KLTable.compute(n, progress=report))
        check_memory_before(selection, tables[-1])
    return tables


def _write_shards(
    index: Index,
    plans: Sequence[ShardPlan],
    journal: Journal,
    executor: Executor | None,
    progress: Progress,
) -> list[Shard]:
    class_sizes = np.bincount(index.iso_class, minlength=len(index.certificates))
    weights = {plan.file: int(raw_bytes(index, plan.rows).sum()) for plan in plans}
    records = {plan.file: journal.whole(plan.file) for plan in plans}
    left = {file: weight for file, weight in weights.items() if records[file] is None}
    check_disk(sum(left.values()), journal.folder)
    todo = [plan for plan in plans if plan.file in left]
    rows = {plan.file: len(plan.rows) for plan in plans}
    tasks = ((plan, shard_task(index, plan, class_sizes)) for plan in todo)
    total = sum(rows.values())
    with progress("writing intervals") as report:
        done = total - sum(rows[file] for file in left)
        report(done, total)
        for plan, data in run_tasks(build_shard, tasks, executor):
            raw = left.pop(plan.file)
            still = len(data) * sum(left.values()) // max(raw, 1)
            journal.write(plan.file, data, still, **_record(index, plan, len(data)))
            done += rows[plan.file]
            report(done, total)
    return [Shard(**journal.done[plan.file]) for plan in plans]


def _record(index: Index, plan: ShardPlan, size: int) -> dict[str, Any]:
    nodes = index.num_nodes[plan.rows]
    return {
        "split": plan.split,
        "rows": len(plan.rows),
        "nodes": int(nodes.sum()),
        "edges": int(index.num_edges[plan.rows].sum()),
        "smallest": int(nodes.min()),
        "largest": int(nodes.max()),
        "bytes": size,
    }


def _counts(
    index: Index, chosen: NDArray[np.int64], splits: NDArray[np.int64], parameters: Parameters
) -> dict[str, Any]:
    """The counts of the manifest; see `data_gen.manifest.Manifest`."""
    classes = np.unique(index.iso_class[chosen])
    row_splits = splits[index.iso_class[chosen]]
    carried = np.unique(np.stack([index.iso_class, index.polynomial]), axis=1)[0]
    return {
        "intervals": len(index),
        "left_out": index.num_left_out,
        "classes": len(index.certificates),
        "classes_with_two_polynomials": int((np.bincount(carried) > 1).sum()),
        "rows": len(chosen),
        "row_classes": len(classes),
        "polynomials": len(np.unique(index.polynomial[chosen])),
        "nodes": int(index.num_nodes[chosen].sum()),
        "edges": int(index.num_edges[chosen].sum()),
        "splits": {
            name: {
                "rows": int((row_splits == number).sum()),
                "classes": int((splits[classes] == number).sum()),
            }
            for number, name in enumerate(schema.SPLITS)
        },
        "by_n": {
            str(n): {
                "intervals": int((index.n == n).sum()),
                "rows": int((index.n[chosen] == n).sum()),
            }
            for n in parameters.ns
        },
    }


def _finish(
    folder: Path,
    parameters: Parameters,
    selection: Selection,
    counts: dict[str, Any],
    shards: Sequence[Shard],
    journal: Journal,
    certificate_version: int,
) -> None:
    """Writes the card and, last of all, the manifest: from then on the dataset is complete."""
    remove_stale_shards(folder, {shard.file for shard in shards})
    card = dataset_card(parameters, selection.meaning, counts, shards).encode()
    manifest = Manifest(
        parameters,
        counts,
        tuple(shards),
        sha256(card),
        schema.SCHEMA_VERSION,
        certificate_version,
        journal.header["versions"],
    )
    write_atomically(folder / CARD_FILE, card, journal.scratch)
    write_atomically(folder / MANIFEST_FILE, manifest.to_json(), journal.scratch)
    journal.remove()


def _is_whole(dataset: IntervalDataset, progress: Progress) -> bool:
    total = len(dataset.manifest.shards)
    try:
        with progress("checking what is there") as report:
            for done, _ in enumerate(dataset.verified_shards(), start=1):
                report(done, total)
        dataset.verify_card()
    except DatasetError:
        return False
    return True


def _no_progress(title: str) -> AbstractContextManager[Any]:
    return nullcontext(lambda done, total: None)


def _no_notice(message: str) -> None:
    pass
