"""Pairs x <= w of S_n drawn at random, from S_n far beyond any table.

Two ways of drawing:

* **Uniformly** among all pairs x <= w, x = w included, that keep within the limits on length and on
  the number of elements. Pairs of permutations are drawn independently and uniformly, and kept if
  they fulfil all conditions. Exact, but long intervals outnumber short ones: without a limit,
  half of all intervals of S_14 have more than four million elements.
* **By walks**: w is uniform among all permutations but the identity; the number of steps is
  uniform from 1 to the lesser of ``max_length`` and l(w); each step goes down to one of the
  elements that the present one covers, all with equal probability; x is where the walk ends.
  So l(w) - l(x) is the number of steps, and x < w. What exceeds the limit on elements is thrown
  away and everything is drawn anew, which favours short walks. This is *not* uniform, not even
  for given w and length: x is reached the more often, the more chains of covers lead from w to it
  and the fewer elements are covered on the way. Use it to reach small intervals of a large S_n;
  frequencies in such a sample say nothing about frequencies in S_n.

Repetitions are left out, in either case. A sample is a prefix of one endless sequence for each
(n, seed, walks, limits): asking for more continues it. The integers come from a generator of our
own (`data_gen.sampling_kernels`), so the same arguments give the same pairs on every machine and
with every version of numpy. For uniform pairs, narrower limits pick from the same sequence.

Of a million uniform pairs of S_n, so many have x <= w, and at most so many elements as well:

===  =======  =============  ===============  ===============
n    x <= w   500 elements   2,000 elements   5,000 elements
===  =======  =============  ===============  ===============
8    105,000  69,000         93,000           101,000
9    80,000   30,000         51,000           64,000
10   62,000   10,000         22,500           33,000
11   48,000   2,800          8,000            13,500
12   38,000   650            2,300            4,500
13   30,600   126            570              1,280
14   24,700   21             120              306
===  =======  =============  ===============  ===============

Half a million to five million pairs a second are tried on one core.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import factorial
from operator import index

import numpy as np
from numpy.typing import NDArray

from data_gen import sampling_kernels as kernels
from data_gen.bruhat import rank_permutations
from data_gen.errors import UsageError
from data_gen.interval_kernels import count_sizes
from data_gen.memory import require_memory
from data_gen.words import lengths

__all__ = ["MAX_N", "sample_pairs"]

MAX_N = 14

_VERSION = 1  # of the sequences; part of what starts the generator
_LARGEST_SHUFFLED = 7  # 25 million pairs of permutations, 100 MB
_TRIES_AT_A_TIME = {False: 1 << 16, True: 1 << 12}
_WINDOW = 1 << 25  # tries between two looks at how it goes
_MOST_TRIES = 1 << 34  # an hour or more
_LENGTH_BEYOND = 2  # an interval of length k + 2 has more than 2^k elements, as a rule
_WORTH_LOWERING = 2

Ranks = NDArray[np.int64]
Words = NDArray[np.int8]
Block = tuple[int, Ranks, Ranks]
Report = Callable[[int, int], None]


def sample_pairs(
    n: int,
    count: int,
    seed: int,
    walks: bool = False,
    max_length: int | None = None,
    max_nodes: int | None = None,
    progress: Report | None = None,
) -> tuple[Ranks, Ranks]:
    """Draws distinct pairs x <= w of S_n; the module says from which distribution.

    Args:
        n: From 1 to 14.
        count: How many pairs. The first K of a larger sample are the sample of K.
        seed: Any integer.
        walks: Whether to walk at random from w down to x, rather than to draw uniformly.
        max_length: The largest l(w) - l(x); None for no limit.
        max_nodes: The largest number of elements of [x, w]; None for no limit.
        progress: Called with (pairs found, count) now and then.

    Returns:
        xs, ws: int64[count], lexicographic ranks as in `data_gen.bruhat`, in the order drawn.

    Raises:
        UsageError: If an argument is out of range, if there are fewer such pairs, or if so few of
            the pairs drawn fulfil the limits that it would take hours. That is decided by the
            number of tries, never by the clock.
        MemoryLimitError: If so many pairs do not fit into memory.

    Example:
        >>> xs, ws = sample_pairs(14, 5, seed=1, walks=True, max_length=6, max_nodes=100)
        >>> len(xs), bool((xs < ws).all())
        (5, True)
        >>> sample_pairs(14, 3, seed=1, walks=True, max_length=6, max_nodes=100)[0] == xs[:3]
        array([ True,  True,  True])
    """
    request = _Request.of(n, count, seed, walks, max_length, max_nodes)
    slots = 1 << (2 * request.count).bit_length()
    require_memory(
        8 * slots + 16 * request.count,
        f"a sample of {request.count:,} pairs",
        "Draw several samples of fewer pairs, with different seeds.",
    )
    state = request.start()
    if walks:
        blocks = _walks(request, state)
    elif request.n <= _LARGEST_SHUFFLED:
        blocks = _all_pairs(request, state)
    else:
        blocks = _uniform_pairs(request, state)
    return _first_distinct(request, blocks, slots, progress)


@dataclass(frozen=True)
class _Request:
    """The arguments of `sample_pairs`, checked; limits that were None are those of S_n."""

    n: int
    count: int
    seed: int
    walks: bool
    max_length: int
    max_nodes: int | None

    @classmethod
    def of(
        cls,
        n: int,
        count: int,
        seed: int,
        walks: bool,
        max_length: int | None,
        max_nodes: int | None,
    ) -> _Request:
        n, count, seed = index(n), index(count), index(seed)
        least = 2 if walks else 1
        if not least <= n <= MAX_N:
            raise UsageError(
                f"n = {n}: samples{' by walks' if walks else ''} are drawn from S_{least} to "
                f"S_{MAX_N}."
            )
        if count < 0:
            raise UsageError(f"a sample of {count} pairs: give a number that is not negative.")
        longest = n * (n - 1) // 2
        length = longest if max_length is None else min(index(max_length), longest)
        nodes = None if max_nodes is None else index(max_nodes)
        if length < least - 1:
            raise UsageError(f"max_length = {length}: the least that can be is {least - 1}.")
        if nodes is not None and nodes < least:
            raise UsageError(f"max_nodes = {nodes}: the least that can be is {least}.")
        return cls(n, count, seed, walks, length, nodes)

    def start(self) -> NDArray[np.uint64]:
        """The state of the generator before the first pair."""
        way = "walks" if self.walks else "uniform"
        text = f"klgnn sample {_VERSION} {way} n={self.n} seed={self.seed}"
        digest = hashlib.sha256(text.encode("ascii")).digest()
        return np.array([int.from_bytes(digest[:8], "little")], dtype=np.uint64)

    def description(self) -> str:
        relation = "x < w" if self.walks else "x <= w"
        text = f"pairs {relation} of S_{self.n}"
        limits = [f"length at most {self.max_length}"] * (self.max_length < self._longest)
        if self.max_nodes is not None:
            limits.append(f"at most {self.max_nodes:,} elements")
        return f"{text} with {' and '.join(limits)}" if limits else text

    @property
    def _longest(self) -> int:
        return self.n * (self.n - 1) // 2


def _uniform_pairs(request: _Request, state: NDArray[np.uint64]) -> Iterator[Block]:
    """Endless blocks: how many tries, and the pairs among them that fit."""
    tries, bound = _TRIES_AT_A_TIME[False], factorial(request.n)
    while True:
        ranks = kernels.random_ranks(state, bound, 2 * tries).reshape(tries, 2)
        yield tries, *_fitting(request, *np.ascontiguousarray(ranks.T))


def _all_pairs(request: _Request, state: NDArray[np.uint64]) -> Iterator[Block]:
    """The same for small n without repetitions, until there are no more."""
    bound = factorial(request.n)
    codes = np.arange(bound**2, dtype=np.int32)
    for begin in range(0, len(codes), _TRIES_AT_A_TIME[False]):
        end = min(begin + _TRIES_AT_A_TIME[False], len(codes))
        drawn = kernels.shuffle(state, codes, begin, end)
        yield len(drawn), *_fitting(request, drawn // bound, drawn % bound)


def _walks(request: _Request, state: NDArray[np.uint64]) -> Iterator[Block]:
    """The same for walks, endless."""
    tries, bound = _TRIES_AT_A_TIME[True], factorial(request.n)
    while True:
        xs, ws = np.empty((2, tries, request.n), np.int8)
        kernels.walk_down(state, request.n, bound, request.max_length, xs, ws)
        kept = _small_enough(request, xs, ws)
        yield tries, rank_permutations(xs[kept]), rank_permutations(ws[kept])


def _fitting(request: _Request, x_ranks: Ranks, w_ranks: Ranks) -> tuple[Ranks, Ranks]:
    """Of any pairs of permutations, those with x <= w within the limits."""
    xs, ws = np.empty((2, len(x_ranks), request.n), np.int8)
    places = np.empty(len(x_ranks), np.int64)
    found = kernels.keep_comparable(request.n, x_ranks, w_ranks, request.max_length, xs, ws, places)
    kept = places[:found][_small_enough(request, xs[:found], ws[:found])]
    return x_ranks[kept], w_ranks[kept]


def _small_enough(request: _Request, xs: Words, ws: Words) -> Ranks:
    """The places of the intervals that have at most `max_nodes` elements."""
    kept = np.arange(len(xs), dtype=np.int64)
    if request.max_nodes is None:
        return kept
    # A part of a long interval is counted first: most have more elements there already.
    enough = request.max_nodes.bit_length() + _LENGTH_BEYOND
    far = np.flatnonzero(lengths(ws) - lengths(xs) > enough + _WORTH_LOWERING)
    parts = kernels.lower_tops(xs[far], ws[far], enough)
    kept = np.delete(kept, far[count_sizes(xs[far], parts) > request.max_nodes])
    return kept[count_sizes(xs[kept], ws[kept]) <= request.max_nodes]


def _first_distinct(
    request: _Request, blocks: Iterator[Block], slots: int, progress: Report | None
) -> tuple[Ranks, Ranks]:
    xs, ws = np.empty((2, request.count), np.int64)
    places = np.zeros(slots, np.int64)
    found = tries = 0
    watch = _Watch(request)
    while found < request.count:
        block = next(blocks, None)
        if block is None:
            raise UsageError(
                f"there are {found:,} {request.description()}, and {request.count:,} were asked "
                "for. Ask for fewer, or widen the limits."
            )
        found = kernels.insert_new(places, xs, ws, found, *block[1:])
        tries += block[0]
        watch.look(tries, found)
        if progress is not None:
            progress(found, request.count)
    return xs, ws


class _Watch:
    """Stops a search that finds too little, by counting tries."""

    def __init__(self, request: _Request) -> None:
        self._request = request
        self._window = min(_WINDOW, 1000 * factorial(request.n) ** 2)
        self._tries = 0
        self._found = 0

    def look(self, tries: int, found: int) -> None:
        """Raises UsageError if the last tries were too few hits."""
        recent = tries - self._tries
        missing = self._request.count - found
        if recent < self._window or not missing:
            return
        new = found - self._found
        if missing * recent > _MOST_TRIES * new:
            raise UsageError(self._why(recent, new, tries, found))
        self._tries, self._found = tries, found

    def _why(self, recent: int, new: int, tries: int, found: int) -> str:
        rate = f"{new / recent:.2g}" if new else f"less than {1 / recent:.1g}"
        advice = (
            "widen the limits"
            if self._request.walks
            else "walk at random (--walks), or widen the limits (--max-nodes, --max-length)"
        )
        return (
            f"{found:,} of {self._request.count:,} {self._request.description()} were found in "
            f"{tries:,} tries; of the last {recent:,} a share of {rate} were new, so the rest "
            f"would take hours, or there are no more. Ask for fewer, or {advice}."
        )
