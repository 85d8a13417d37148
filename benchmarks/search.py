"""How long does a search need, by which method? In processor seconds, every seed shown.

python benchmarks/search.py [boolean] [h-tilde] [trees] [graphs] [--seeds 5] [--seconds 60]

boolean: Boolean intervals of the largest known dimension, from scratch: 9 in S_7, 12 in S_8, 13 in
S_9, 16 in S_10. h-tilde: the counterexample in S_6, nine of 97,687 intervals. trees and graphs:
the conjecture that A. Wagner refuted, on 19 vertices, by the cross-entropy method with two ways to
write a graph.
The peer is drawing pairs uniformly at random, in the same run. A search that does not get there
within the seconds shows the best that it found.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import networkx as nx
import numpy as np

from analysis.conjectures import find_conjecture
from analysis.search import Budget, Finding, search
from analysis.search.cross_entropy import CrossEntropy, Settings
from analysis.search.display import format_value
from analysis.search.graph_games import EdgeGame, TreeGame, is_counterexample
from analysis.search.methods import METHODS
from analysis.search.objectives import ConjectureObjective, Objective
from analysis.search.quantities import QuantityObjective, find_quantity

DIMENSIONS = {7: 9, 8: 12, 9: 13, 10: 16}
FOR_GRAPHS = Settings(rate=0.0005, survivors=0.02)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    known = {"boolean": boolean, "h-tilde": h_tilde, "trees": trees, "graphs": graphs}
    parser.add_argument("questions", nargs="*", choices=[*known, []], default=[])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each seed and method")
    options = parser.parse_args()
    for question in options.questions or known:
        known[question](options.seeds, options.seconds)


def boolean(seeds: int, seconds: float) -> None:
    quantity = find_quantity("boolean")
    assert quantity is not None
    for n, dimension in DIMENSIONS.items():
        print(f"\nBoolean interval of dimension {dimension} in S_{n}: seconds until then")
        compare(lambda n=n: QuantityObjective(quantity, n), dimension, seeds, seconds)


def h_tilde(seeds: int, seconds: float) -> None:
    print("\nh-tilde fails in S_6 (at most 300 elements): seconds until the counterexample")
    conjecture = find_conjecture("h-tilde")
    compare(lambda: ConjectureObjective(conjecture, 6), float("inf"), seeds, seconds)


def compare(make: Callable[[], Objective], target: float, seeds: int, seconds: float) -> None:
    """One line for each method: seconds, and how many pairs were scored."""
    for method in METHODS:  # compiles, and loads torch
        search(make(), [method], Budget(rounds=1, target=target), seed=-1)
    for method in METHODS:
        cells = []
        for seed in range(seeds):
            budget = Budget(seconds=seconds, target=target)
            found = search(make(), [method], budget, seed, clock=time.process_time)
            cells.append(cell(found))
        print(f"  {method:14} " + " ".join(f"{text:>18}" for text in cells), flush=True)


def cell(found: Finding) -> str:
    best = found.best
    if best is not None and best.value >= found.budget.target:
        return f"{best.seconds:.2f} ({found.tracks[0].watched.scored:,})"
    return "nothing" if best is None else f"only {format_value(best.value)}"


def trees(seeds: int, seconds: float) -> None:
    print("\nlambda + mu >= sqrt(n - 1) + 1 on trees of 19 vertices, 18 letters")
    game = TreeGame(19)
    for seed in range(seeds):
        print(f"  seed {seed}: {play(game, Settings(), seed, seconds)}", flush=True)


def graphs(seeds: int, seconds: float) -> None:
    print(f"\nthe same on all graphs of 19 vertices, 171 letters; {FOR_GRAPHS}")
    game = EdgeGame(19)
    for seed in range(seeds):
        print(f"  seed {seed}: {play(game, FOR_GRAPHS, seed, seconds)}", flush=True)


def play(game: EdgeGame | TreeGame, settings: Settings, seed: int, seconds: float) -> str:
    game.scores(np.zeros((1, game.steps), np.int8))  # compiles
    engine = CrossEntropy(game, settings, seed)
    begin, number, best, restarts, needed = time.process_time(), 0, -100.0, 0, 0.0
    while time.process_time() - begin < seconds and best < 1e-6:
        batch = engine.round(number)
        number, restarts = number + 1, restarts + batch.restarted
        if batch.scores.max() > best:
            best, needed = float(batch.scores.max()), time.process_time() - begin
            word = batch.words[[batch.scores.argmax()]]
    text = f"{number} rounds, {restarts} restarts, best {best:.4f} after {needed:.1f} s"
    if best < 1e-6:
        return f"not refuted; {text}"
    graph = nx.from_numpy_array(game.graphs(word)[0])
    proof = is_counterexample(graph)
    exact = "proved" if proof else "NOT CONFIRMED"
    degrees = sorted((degree for _, degree in graph.degree), reverse=True)
    return f"refuted ({exact}); {text}; degrees {degrees}"


if __name__ == "__main__":
    main()
