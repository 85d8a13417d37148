"""Which intervals a conjecture is put to: all of S_n, a sample, or one.

A statement about the unlabelled graph is put to one interval of each isomorphism class, and what is
found counts as often as there are intervals in the class. That is allowed because classes are cut
up further by P and R~ wherever all intervals are listed: as long as no class carries two
polynomials, all that can be computed from the graph and the polynomials of its subintervals is the
same for all intervals of a class. In a sample nobody has looked at the other subintervals of S_n,
so there it rests on combinatorial invariance.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.formulas.census import MAX_N, Cores, all_pairs
from analysis.formulas.exact import kl_table
from data_gen.bruhat import rank_permutations, unrank_permutations
from data_gen.errors import UsageError
from data_gen.interval_batch import interval_sizes
from data_gen.permutations import PermutationLike, parse_pair, parse_permutation, to_array
from data_gen.progress import Progress, no_progress

__all__ = [
    "SAMPLED_NODES",
    "Population",
    "all_intervals",
    "by_classes",
    "one_interval",
    "sampled_intervals",
    "undecided_intervals",
]

SAMPLED_NODES = 1000
"""How many elements an interval of a sample has at most, unless something else is asked for."""

_SAMPLED_WHOLE_N = 6  # up to here even the largest interval is small
_AT_A_TIME = 1 << 16

Ranks = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Population:
    """Intervals x < w of one S_n, the smallest first.

    Attributes:
        n: They are in S_n.
        xs: int64[M], lexicographic ranks of the bottoms.
        ws: int64[M], of the tops.
        counts: int64[M], how many intervals each of them stands for.
        nodes: int64[M], how many elements each has.
        limits: Which intervals of S_n these are, in words; empty if all.
        is_sample: Whether intervals were drawn or chosen, so that not all of S_n was listed.

    Example:
        >>> every = all_intervals(3)
        >>> len(every), every.nodes.tolist()
        (13, [2, 2, 2, 2, 2, 2, 2, 2, 4, 4, 4, 4, 6])
        >>> every[-1:].xs.tolist(), every[-1:].ws.tolist()
        ([0], [5])
    """

    n: int
    xs: Ranks
    ws: Ranks
    counts: Ranks
    nodes: Ranks
    limits: str = ""
    is_sample: bool = False

    @property
    def intervals(self) -> int:
        """How many intervals they stand for."""
        return int(self.counts.sum())

    def __len__(self) -> int:
        return len(self.xs)

    def __getitem__(self, chosen: NDArray[np.int64] | slice) -> Population:
        """Some of them."""
        columns = (self.xs, self.ws, self.counts, self.nodes)
        xs, ws, counts, nodes = (column[chosen] for column in columns)
        return Population(self.n, xs, ws, counts, nodes, self.limits, self.is_sample)

    def blocks(self, nodes: int = 20_000, most: int = 256) -> Iterator[Population]:
        """Consecutive stretches, of not many more than so many elements or intervals each.

        Example:
            >>> [block.nodes.tolist() for block in all_intervals(3).blocks(nodes=16)]
            [[2, 2, 2, 2, 2, 2, 2, 2], [4, 4, 4, 4], [6]]
        """
        begin, total = 0, 0
        for k, size in enumerate(self.nodes.tolist()):
            total += size
            if total >= nodes or k + 1 - begin >= most or k + 1 == len(self):
                yield self[begin : k + 1]
                begin, total = k + 1, 0


def all_intervals(n: int, max_nodes: int | None = None) -> Population:
    """All pairs x < w of S_n.

    Args:
        n: From 2 to 7.
        max_nodes: Leave out larger intervals.

    Raises:
        UsageError: If n is out of range.

    Example:
        >>> len(all_intervals(4))
        189
    """
    if not 2 <= n <= MAX_N:
        raise UsageError(
            f"n = {n}: all intervals are listed for n from 2 to {MAX_N}; for larger n test "
            "a sample (--sample 1000)."
        )
    return _population(n, *all_pairs(n), max_nodes)


def sampled_intervals(
    n: int,
    count: int,
    seed: int = 0,
    walks: bool = False,
    max_nodes: int | None = None,
    progress: Progress | None = None,
) -> Population:
    """Distinct pairs x < w drawn at random, as `data_gen.sampling.sample_pairs` draws them.

    Args:
        n: From 2 to 14.
        count: How many.
        seed: Of what is drawn.
        walks: Whether to walk down from w at random rather than to draw uniformly.
        max_nodes: At most so many elements; if None, as many as there are up to S_6 and
            `SAMPLED_NODES` beyond.
        progress: Where to show how far it is.

    Raises:
        UsageError: If there are fewer such pairs, or they are too rare to be drawn.

    Example:
        >>> len(sampled_intervals(5, 100, seed=1))
        100
    """
    from data_gen.sampling import sample_pairs

    if count < 1 or n < 2:
        raise UsageError(f"a sample of {count} intervals of S_{n}: give at least 1, and n >= 2.")
    if max_nodes is None and n > _SAMPLED_WHOLE_N:
        max_nodes = SAMPLED_NODES
    wanted = count
    with (progress or no_progress)(f"intervals of S_{n}") as report:
        while True:  # some of those drawn uniformly are x = w
            xs, ws = sample_pairs(n, wanted, seed, walks, None, max_nodes, report)
            proper = np.flatnonzero(xs != ws)[:count]
            if len(proper) == count:
                break
            wanted += count - len(proper)
    return _population(n, xs[proper], ws[proper], max_nodes, is_sample=True)


def one_interval(x: PermutationLike, w: PermutationLike) -> Population:
    """A single interval.

    Raises:
        PermutationError: If x or w is no permutation.
        IntervalError: If x is not below w.
        UsageError: If they are the same.

    Example:
        >>> one_interval("1324", "3412").nodes.tolist()
        [10]
    """
    from data_gen.intervals import BruhatInterval

    bottom, top = parse_pair(x, w)
    size = BruhatInterval(bottom, top).num_nodes
    if size == 1:
        raise UsageError("x and w are the same: an interval with at least two elements is wanted.")
    below, above = (rank_permutations(to_array(word)[None]) for word in (bottom, top))
    one = np.ones(1, np.int64)
    return Population(len(bottom), below, above, one, size * one, "one interval only", True)


def undecided_intervals(folder: Path, name: str) -> dict[int, Population]:
    """For each n the intervals of S_n on which a former test of a conjecture raised an exception.

    Args:
        folder: Where its ``result.json`` is.
        name: Of the conjecture.

    Raises:
        UsageError: If there is no such file, it is of another conjecture, or nothing is undecided.

    Example:
        >>> import json, tempfile
        >>> one = {"x": "1324", "w": "3412", "nodes": 10, "intervals": 2}
        >>> result = {"conjecture": "idea", "by_n": {"4": {"undecided": [one]}}}
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = Path(folder, "result.json").write_text(json.dumps(result))
        ...     found = undecided_intervals(Path(folder), "idea")
        >>> found[4].nodes.tolist(), found[4].counts.tolist(), found[4].limits
        ([10], [2], 'those that were undecided')
    """
    path = folder / "result.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        former = content["conjecture"]
        listed = {int(n): one.get("undecided", []) for n, one in content["by_n"].items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{str(folder)!r} holds no result of `klgnn conjecture test --out`."
        ) from error
    if former != name:
        raise UsageError(f"{str(path)!r} is of {former!r}, not of {name!r}.")
    found = {n: _listed(n, undecided) for n, undecided in listed.items() if undecided}
    if not found:
        raise UsageError(f"nothing is undecided in {str(path)!r}.")
    return found


def _listed(n: int, listed: Sequence[Mapping[str, Any]]) -> Population:
    xs, ws = (
        rank_permutations(np.stack([to_array(parse_permutation(one[end])) for one in listed]))
        for end in ("x", "w")
    )
    counts, nodes = (
        np.array([one[key] for one in listed], dtype=np.int64) for key in ("intervals", "nodes")
    )
    return Population(n, xs, ws, counts, nodes, "those that were undecided", True)


def by_classes(
    population: Population, executor: Executor | None = None, progress: Progress | None = None
) -> Population:
    """One interval for each isomorphism class, or several if a class carries several polynomials.

    Args:
        population: Intervals that each stand for themselves.
        executor: Where certificates are computed; here if None.
        progress: Where to show how far it is.

    Example:
        >>> classes = by_classes(all_intervals(4))
        >>> len(classes), classes.intervals
        (13, 189)
    """
    cores = Cores.of(population.n, population.xs, population.ws)
    names = np.array(cores.certificates(executor, progress))
    labels = [np.unique(names, return_inverse=True)[1][cores.of_pair]]
    if not population.is_sample:
        labels += _polynomial_ids(population)
    _, first, counts = np.unique(np.stack(labels), axis=1, return_index=True, return_counts=True)
    # The intervals are sorted, so the first one of each class stays in order and comes first.
    order = np.argsort(first)
    chosen = population[first[order]]
    return Population(
        *(chosen.n, chosen.xs, chosen.ws, counts[order], chosen.nodes),
        *(chosen.limits, chosen.is_sample),
    )


def _population(
    n: int, xs: Ranks, ws: Ranks, max_nodes: int | None, is_sample: bool = False
) -> Population:
    nodes = np.concatenate(
        [
            interval_sizes(unrank_permutations(xs[part], n), unrank_permutations(ws[part], n))
            for part in _slices(len(xs))
        ]
    )
    kept = np.arange(len(xs)) if max_nodes is None else np.flatnonzero(nodes <= max_nodes)
    order = kept[np.lexsort((ws[kept], xs[kept], nodes[kept]))]
    limits = ["a sample"] * is_sample
    if max_nodes is not None:
        limits.append(f"at most {max_nodes:,} elements")
    return Population(
        *(n, xs[order], ws[order], np.ones(len(order), np.int64), nodes[order]),
        *(", ".join(limits), is_sample),
    )


def _slices(count: int) -> Iterator[slice]:
    return (slice(begin, begin + _AT_A_TIME) for begin in range(0, max(count, 1), _AT_A_TIME))


def _polynomial_ids(population: Population) -> list[NDArray[np.int64]]:
    """For each interval the numbers of its P and its R~ in the tables of S_n."""
    from data_gen.r_polynomials import RTable

    n, xs, ws = population.n, population.xs, population.ws
    kl = kl_table(n).lookup(xs, ws).astype(np.int64)
    table = RTable.compute(n)
    r_tilde = np.empty(len(xs), np.int64)
    order = np.argsort(ws, kind="stable")
    tops, begins = np.unique(ws[order], return_index=True)
    for top, row in zip(tops.tolist(), np.split(order, begins[1:]), strict=True):
        word = (unrank_permutations(np.array(top), n) + 1).tolist()
        r_tilde[row] = table.ids(word)[xs[row]]
    return [kl, r_tilde]
