"""A dataset's first and last steps: seeing what there is to do; shards, card and manifest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from data_gen import schema
from data_gen.card import dataset_card
from data_gen.dataset import IntervalDataset
from data_gen.errors import DatasetError, UsageError
from data_gen.folder import finished_manifest, remove_leftovers, remove_stale_shards, workspace
from data_gen.foresee import check_disk
from data_gen.index import Index
from data_gen.journal import Journal
from data_gen.manifest import CARD_FILE, MANIFEST_FILE, Manifest, Parameters, Shard
from data_gen.parallel import process_pool, run_tasks
from data_gen.progress import Progress
from data_gen.shards import ShardPlan, build_shard, plan_shards, shard_task
from data_gen.storage import sha256, write_atomically

__all__ = ["finish_dataset", "write_rows"]


def finish_dataset(
    folder: Path,
    parameters: Parameters,
    make: Callable[[Executor | None], None],
    workers: int,
    executor: Executor | None,
    force: bool,
    progress: Progress,
    notify: Callable[[str], None],
) -> IntervalDataset:
    """Opens the dataset of a folder, after making it if there is anything left to do.

    Args:
        folder: It may be missing, empty, or hold the same dataset, complete or not.
        parameters: What was asked for.
        make: Writes the dataset, given where to compute (None for this process). The folder is
            locked meanwhile.
        workers: Processes to use.
        executor: What to use instead of them.
        force: Makes it anew, whatever the folder holds.
        progress: Where to show how far it is.
        notify: Where to say what was found in the folder.

    Raises:
        UsageError: If `workers` is not positive.
        DatasetError: If the folder holds something else, or another process writes into it.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> from data_gen.progress import no_notice, no_progress
        >>> def make(executor):
        ...     print("is made again")
        >>> with TemporaryDirectory() as folder:
        ...     made = generate(4, f"{folder}/s4", select="extremal")
        ...     rest = (made.manifest.parameters, make, 1, None, False, no_progress, no_notice)
        ...     print(finish_dataset(made.path, *rest).num_rows)  # complete: make is not called
        ...     (made.path / made.manifest.shards[0].file).unlink()
        ...     _ = finish_dataset(made.path, *rest)
        30
        is made again
    """
    if workers < 1:
        raise UsageError(f"--workers {workers}: at least one is needed.")
    said: list[str] = []
    dataset = _find_finished(folder, parameters, force, progress, said.append)
    if dataset is not None:
        notify(said[-1])
        return dataset
    with ExitStack() as stack:
        stack.enter_context(workspace(folder))  # only then is it true that it is gone on with
        dataset = _find_finished(folder, parameters, force, progress, notify)
        if dataset is not None:  # another process was quicker
            return dataset
        make(executor or stack.enter_context(process_pool(workers)))
    return IntervalDataset.open(folder)


def _find_finished(
    folder: Path,
    parameters: Parameters,
    force: bool,
    progress: Progress,
    notify: Callable[[str], None],
) -> IntervalDataset | None:
    """The dataset, if the folder holds it complete and whole; None if there is work to do."""
    manifest = finished_manifest(folder, parameters, force)
    if manifest is not None:
        dataset = IntervalDataset(folder, manifest)
        if _is_whole(dataset, progress):
            remove_leftovers(folder)
            notify(f"{str(folder)!r} is already complete.")
            return dataset
        notify(f"{str(folder)!r} has missing or damaged files; they are made again.")
    elif not force and (journal := Journal.load(folder)) is not None:
        notify(f"{str(folder)!r} was begun before: going on after {len(journal.done)} files.")
    return None


def write_rows(
    index: Index,
    parameters: Parameters,
    meaning: str,
    counts: dict[str, Any],
    journal: Journal,
    executor: Executor | None,
    progress: Progress,
) -> None:
    """Writes the rows of an index as a dataset.

    Args:
        index: With its rows in order.
        parameters: What was asked for.
        meaning: The selection in one line.
        counts: Of the intervals looked at; those of the rows are added.
        journal: Keeps the shards that are finished. The caller removes it.
        executor: Where the shards are built; None for this process.
        progress: Where to show how far it is.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> import pyarrow as pa
        >>> from data_gen.folder import prepare
        >>> from data_gen.index import ROW_COLUMNS
        >>> from data_gen.progress import no_progress
        >>> parameters = Parameters((4,), "all")
        >>> row = (4, 2, 16, 3, 10, 16, "1,1", "5" * 32, 1)  # [1324, 3412], P = 1 + q
        >>> one = {"intervals": 1, "classified": 1, "classes": 1}
        >>> counts = {**one, "left_out": 0, "classes_with_two_polynomials": 0, "by_n": {"4": one}}
        >>> with TemporaryDirectory() as name:
        ...     journal = prepare(Path(name), parameters, force=False, certificate_version=1)
        ...     with Index(journal.scratch) as index:
        ...         index.load_rows(iter([pa.table([[value] for value in row], list(ROW_COLUMNS))]))
        ...         index.order(parameters.split_rule, parameters.ns)
        ...         write_rows(index, parameters, "one", counts, journal, None, no_progress)
        ...     IntervalDataset.open(name).interval(0)
        BruhatInterval('1324', '3412')
    """
    shards = _write_shards(index, journal, executor, progress)
    by_n = {n: {**record, "rows": index.rows_by_n(int(n))} for n, record in counts["by_n"].items()}
    counts = {**counts, **index.row_counts(), "by_n": by_n}
    remove_stale_shards(journal.folder, {shard.file for shard in shards})
    card = dataset_card(parameters, meaning, counts, shards).encode()
    manifest = Manifest(
        parameters,
        counts,
        tuple(shards),
        sha256(card),
        schema.SCHEMA_VERSION,
        journal.header["certificate_version"],
        journal.header["versions"],
        meaning,
    )
    write_atomically(journal.folder / CARD_FILE, card, journal.scratch)
    # From here on the dataset is complete.
    write_atomically(journal.folder / MANIFEST_FILE, manifest.to_json(), journal.scratch)


def _write_shards(
    index: Index, journal: Journal, executor: Executor | None, progress: Progress
) -> list[Shard]:
    plans = plan_shards(index)
    left = {plan.file: plan.raw for plan in plans if journal.whole(plan.file) is None}
    check_disk(sum(left.values()), journal.folder)
    todo: Sequence[ShardPlan] = [plan for plan in plans if plan.file in left]
    total = plans[-1].end if plans else 0
    with progress("writing intervals") as report:
        done = total - sum(plan.end - plan.begin for plan in todo)
        report(done, total)
        tasks = ((plan, shard_task(index, plan)) for plan in todo)
        for plan, (data, record) in run_tasks(build_shard, tasks, executor):
            raw = left.pop(plan.file)
            still = len(data) * sum(left.values()) // max(raw, 1)
            journal.write(plan.file, data, still, **record)
            done += plan.end - plan.begin
            report(done, total)
    return [Shard(**journal.done[plan.file]) for plan in plans]


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
