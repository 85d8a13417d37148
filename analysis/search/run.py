"""Searching: methods take turns, round by round, until the budget is spent or enough is found.

The method that has used the least time comes next. What a method does in its rounds depends on the
seed alone; the clock decides only how many it gets. With a budget of rounds methods simply take
turns, the clock decides nothing, and a search that was stopped and went on ends in the same bytes
as one that was not.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.conjectures.looking import counterexample_at
from analysis.conjectures.tally import Counterexample
from analysis.search.methods import METHODS, Method
from analysis.search.objectives import ConjectureObjective, Objective
from analysis.search.state import StateFolder
from analysis.search.watching import Best, Enough, Watched
from data_gen.errors import UsageError
from data_gen.interrupts import heed_interrupt
from data_gen.storage import lock, sha256

__all__ = ["MAX_N", "Budget", "Finding", "Track", "search"]

MAX_N = 15
_SECONDS_BETWEEN_SAVES = 5.0

Watcher = Callable[["Finding"], None]


@dataclass(frozen=True)
class Budget:
    """When to stop.

    Attributes:
        seconds: In all, those of former runs in the same folder included.
        rounds: Of each method; None for no limit.
        target: The value that is enough.

    Raises:
        UsageError: If it is none.
    """

    seconds: float = math.inf
    rounds: int | None = None
    target: float = math.inf

    def __post_init__(self) -> None:
        """Refuses what would never stop, or never begin."""
        if self.seconds == math.inf and self.rounds is None:
            raise UsageError("a search needs a budget: seconds, or rounds.")
        if not self.seconds > 0 or (self.rounds is not None and self.rounds < 1):
            raise UsageError(
                f"a budget of {self.seconds} seconds and {self.rounds} rounds: both have to be "
                "above 0."
            )


@dataclass
class Track:
    """How one method is doing.

    Attributes:
        name: Of the method.
        watched: Its objective, with counts and the best pair.
        rounds: How many are finished.
        seconds: How long they took.
        elite_mean: Of the last one: the mean score of the best tenth.

    Example:
        >>> from analysis.search.quantities import QuantityObjective, find_quantity
        >>> boolean = QuantityObjective(find_quantity("boolean"), 4)
        >>> track = search(boolean, ["walks", "uniform"], Budget(rounds=2)).tracks[0]  # a Track
        >>> track.name, track.rounds, track.watched.evaluated, track.watched.best.value
        ('walks', 2, 40000, 4.0)
    """

    name: str
    watched: Watched
    rounds: int = 0
    seconds: float = 0.0
    elite_mean: float = math.nan
    method: Method | None = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; the numbers only."""
        watched = self.watched
        return {
            "rounds": self.rounds,
            "evaluated": watched.evaluated,
            "scored": watched.scored,
            "distinct": watched.distinct,
            "elite_mean": self.elite_mean if math.isfinite(self.elite_mean) else None,
            "best": None if watched.best is None else watched.best.to_dict(),
        }

    def restore(
        self, content: Mapping[str, Any], registers: NDArray[Any], clock: Sequence[float]
    ) -> None:
        """Sets everything but the method's own arrays."""
        self.rounds, self.watched.registers = content["rounds"], registers
        self.watched.evaluated, self.watched.scored = content["evaluated"], content["scored"]
        mean, best = content["elite_mean"], content["best"]
        self.elite_mean = math.nan if mean is None else mean
        self.seconds = clock[0]
        self.watched.best = None if best is None else Best.from_dict(best, clock[1])


@dataclass
class Finding:
    """What a search has found, while it runs and when it has ended.

    Attributes:
        objective: What was made large.
        seed: Of the search.
        budget: What it was given.
        tracks: Of the methods, in the order in which they were named.
        interrupted: Whether Ctrl-C ended it.

    Example:
        That all Kazhdan-Lusztig polynomials are 1 is true up to S_3.

        >>> from analysis.conjectures import conjecture
        >>> from analysis.search.objectives import ConjectureObjective
        >>> @conjecture("smooth", "P_{x,w} = 1.")
        ... def smooth(interval):
        ...     return interval.kl == (1,)
        >>> found = search(ConjectureObjective(smooth, 4), ["walks"], Budget(rounds=1), seed=1)
        >>> found.fails, found.winner.name, found.best.x, found.best.w
        (True, 'walks', '1234', '4231')
        >>> found.counterexample().facts["kl"]
        [1, 1]
    """

    objective: Objective
    seed: int
    budget: Budget
    tracks: list[Track]
    interrupted: bool = False

    @property
    def seconds(self) -> float:
        """How long all methods ran."""
        return sum(track.seconds for track in self.tracks)

    @property
    def winner(self) -> Track | None:
        """The method with the best value; of several the one that needed the fewest pairs."""
        found = [track for track in self.tracks if track.watched.best is not None]

        def order(track: Track) -> tuple[float, float]:
            best = track.watched.best
            return (-best.value, best.evaluated) if best else (0.0, 0.0)

        return min(found, key=order) if found else None

    @property
    def best(self) -> Best | None:
        """The best pair; None if none was scored."""
        winner = self.winner
        return None if winner is None else winner.watched.best

    @property
    def fails(self) -> bool:
        """Whether a counterexample was found."""
        return self.best is not None and self.best.fails

    def counterexample(self) -> Counterexample | None:
        """The interval at which the conjecture fails, if one was met.

        It is the core of the pair that was met: an isomorphic interval, often of a smaller S_m.
        """
        if (
            not self.fails
            or self.best is None
            or not isinstance(self.objective, ConjectureObjective)
        ):
            return None
        subject = self.objective.subject(*self.best.words())
        return counterexample_at(self.objective.conjecture, subject)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; what `klgnn conjecture search --json` prints.

        Keys: search, kind, statement, n, seed, max_nodes, fails, best (value, x, w, length, nodes,
        method, round, seconds until then), counterexample, methods, seconds, interrupted.
        """
        kind, statement = _described(self.objective)
        counterexample = self.counterexample()
        return {
            "search": self.objective.name,
            "kind": kind,
            "statement": statement,
            "n": self.objective.n,
            "seed": self.seed,
            "max_nodes": self.objective.max_nodes,
            "fails": self.fails,
            "best": self._best(),
            "counterexample": None if counterexample is None else counterexample.to_dict(),
            "methods": {track.name: {**track.to_dict(), **_times(track)} for track in self.tracks},
            "seconds": round(self.seconds, 3),
            "interrupted": self.interrupted,
        }

    def _best(self) -> dict[str, Any] | None:
        winner = self.winner
        if winner is None or winner.watched.best is None:
            return None
        from data_gen.interval_batch import interval_size
        from data_gen.permutations import length, parse_pair

        best = winner.watched.best
        x, w = parse_pair(best.x, best.w)
        return {
            **best.to_dict(),
            "length": length(w) - length(x),
            "nodes": interval_size(x, w),
            "method": winner.name,
            "seconds": round(best.seconds, 3),
        }


def search(
    objective: Objective,
    methods: Sequence[str],
    budget: Budget,
    seed: int = 0,
    folder: str | Path | None = None,
    watcher: Watcher | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Finding:
    """Searches for pairs x < w that make an objective large.

    Args:
        objective: What is made large; `analysis.search.objectives.ConjectureObjective` or
            `analysis.search.quantities.QuantityObjective`.
        methods: Names of `analysis.search.methods.METHODS`.
        budget: When to stop. A counterexample, or a value of the target, ends the search as well.
        seed: Of everything random.
        folder: Where to keep the state, so that the same call goes on after a kill.
        watcher: Called after each round with what was found so far.
        clock: What seconds are: of the wall, or `time.process_time` to be fair on a busy machine.

    Returns:
        What was found; after Ctrl-C, too, with `Finding.interrupted`.

    Raises:
        UsageError: If n is out of range, or a conjecture's function raises.
        DatasetError: If the folder holds another search, or another process searches there.

    Example:
        >>> from analysis.search.quantities import QuantityObjective, find_quantity
        >>> boolean = QuantityObjective(find_quantity("boolean"), 5)
        >>> search(boolean, ["local"], Budget(rounds=1), seed=1).best.value
        5.0
    """
    if not 2 <= objective.n <= MAX_N:
        raise UsageError(f"n = {objective.n}: pairs are searched for in S_2 to S_{MAX_N}.")
    found = Finding(objective, seed, budget, [])
    for name in methods:
        found.tracks.append(Track(name, Watched(objective, budget.target)))
    with ExitStack() as stack:
        state = None
        if folder is not None:
            state = StateFolder(folder, _header(found))
            stack.enter_context(lock(state.lock))
        _Search(found, state, watcher or (lambda finding: None), clock).run()
    return found


class _Search:
    """The loop of `search`."""

    def __init__(
        self,
        found: Finding,
        state: StateFolder | None,
        watcher: Watcher,
        clock: Callable[[], float],
    ) -> None:
        self._found, self._state, self._watcher, self._clock = found, state, watcher, clock
        self._arrays: dict[str, NDArray[Any]] = {}
        if state is not None and (kept := state.read()) is not None:
            self._restore(*kept)

    def run(self) -> None:
        """Runs rounds until it is time to stop."""
        found = self._found
        saved = time.monotonic()
        try:
            while (track := self._next()) is not None:
                before = found.best
                self._round(track)
                is_late = time.monotonic() - saved > _SECONDS_BETWEEN_SAVES
                if self._state is not None and (is_late or found.best != before):
                    self._save(self._state)
                    saved = time.monotonic()
                self._watcher(found)
                heed_interrupt()
        except KeyboardInterrupt:
            # The round that it broke off is done again by whoever goes on.
            found.interrupted = True
            return
        if self._state is not None:
            self._save(self._state)

    def _next(self) -> Track | None:
        """Whose turn it is; None if it is over."""
        found, budget = self._found, self._found.budget
        if found.seconds >= budget.seconds:
            return None
        if found.best is not None and found.best.value >= budget.target:
            return None
        open_ones = [
            track for track in found.tracks if budget.rounds is None or track.rounds < budget.rounds
        ]
        if budget.rounds is not None:  # then nothing may depend on the clock
            return min(open_ones, key=lambda track: track.rounds, default=None)
        return min(open_ones, key=lambda track: track.seconds, default=None)

    def _round(self, track: Track) -> None:
        if track.method is None:  # what it takes to load torch is nobody's time
            track.method = self._made(track)
        begin, before = self._clock(), track.seconds
        watched = track.watched
        watched.clock = lambda: before + self._clock() - begin
        watched.round = track.rounds
        try:
            track.elite_mean = track.method.round(track.rounds)
        except Enough:
            pass
        finally:
            track.seconds = watched.clock()
        track.rounds += 1

    def _made(self, track: Track) -> Method:
        method = METHODS[track.name](track.watched, self._found.seed)
        if track.rounds:
            method.load(_of(self._arrays, track.name))
        return method

    def _save(self, state: StateFolder) -> None:
        numbers, clock = {}, {}
        for track in self._found.tracks:
            own = {} if track.method is None else track.method.arrays()
            own = own or _of(self._arrays, track.name)
            own |= {"registers": track.watched.registers}
            self._arrays |= {f"{track.name}/{key}": value for key, value in own.items()}
            numbers[track.name] = track.to_dict()
            best = track.watched.best
            clock[track.name] = [track.seconds, best.seconds if best else 0.0]
        state.write({"methods": numbers}, self._arrays, clock)

    def _restore(
        self, state: dict[str, Any], arrays: dict[str, NDArray[Any]], clock: Mapping[str, Any]
    ) -> None:
        self._arrays = arrays
        for track in self._found.tracks:
            registers = np.array(arrays[f"{track.name}/registers"])
            seconds = clock.get(track.name, [0.0, 0.0])
            track.restore(state["methods"][track.name], registers, seconds)


def _of(arrays: Mapping[str, NDArray[Any]], name: str) -> dict[str, NDArray[Any]]:
    """The arrays of one method."""
    start = f"{name}/"
    return {k.removeprefix(start): v for k, v in arrays.items() if k.startswith(start)}


def _times(track: Track) -> dict[str, Any]:
    best = track.watched.best
    found = {"seconds": round(track.seconds, 3)}
    return found if best is None else {**found, "seconds_to_best": round(best.seconds, 3)}


def _described(objective: Objective) -> tuple[str, str]:
    if isinstance(objective, ConjectureObjective):
        return "conjecture", objective.conjecture.statement
    return "quantity", getattr(getattr(objective, "quantity", None), "statement", "")


def _header(found: Finding) -> dict[str, Any]:
    """Which search it is; the budget may grow from one run to the next."""
    objective = found.objective
    code = ""
    if isinstance(objective, ConjectureObjective) and objective.conjecture.file:
        code = sha256(objective.conjecture.file[1].encode())
    return {
        "format": 1,
        "what": objective.name,
        "code": code,
        "n": objective.n,
        "max_nodes": objective.max_nodes,
        "methods": [track.name for track in found.tracks],
        "seed": found.seed,
    }
