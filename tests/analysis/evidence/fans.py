"""Two hundred small graphs with an edge of each type twice, and salient parts of them."""

import numpy as np

from analysis.labelled import LabelledGraphs

NUMBER = 200
EXTREMAL = [3, 4]


def make_fans():
    """Fans of S_5: a bottom with two edges of each type, to six atoms."""
    labels = [(1, 2), (2, 3), (1, 4), (3, 5), (2, 4), (2, 4)]
    i, j = zip(*labels, strict=True)
    one = (5, [0] + [1] * 6, [0] * 6, list(range(1, 7)), i, j)
    return LabelledGraphs.from_graphs([one] * NUMBER)


def chosen(graphs, atoms):
    """The bottom of every fan and some of its atoms."""
    mask = np.zeros(graphs.num_nodes, dtype=bool)
    mask[graphs.node_offsets[:-1]] = True
    for graph, picked in enumerate(atoms):
        mask[graphs.node_offsets[graph] + np.asarray(picked)] = True
    return mask


def at_random(graphs, rng):
    """Two atoms of each fan."""
    atoms = [rng.choice(np.arange(1, 7), 2, replace=False) for _ in range(NUMBER)]
    return chosen(graphs, atoms)


def leaning(graphs, rng, share=0.9):
    """Mostly the two extremal atoms, else any."""
    return chosen(
        graphs,
        [
            EXTREMAL if rng.random() < share else rng.choice(np.arange(1, 7), 2, replace=False)
            for _ in range(NUMBER)
        ],
    )
