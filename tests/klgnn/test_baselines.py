"""The baselines have to be strong, or beating them says nothing."""

import numpy as np
import pytest

from klgnn.baselines import BoostedTrees, Majority, count_features, counts_of, fit_baselines
from klgnn.labels import labels
from klgnn.metrics import accuracy


def test_majority_breaks_ties_downwards():
    fitted = Majority().fit(np.array([[2, 0], [1, 0], [1, 1], [2, 1]]))
    assert fitted.coefficients.tolist() == [1, 0]
    assert fitted.polynomial.tolist() == [1, 0]


def test_counts_of_every_interval(s5):
    table = s5.read()
    longest = int(max(table["length"].to_pylist()))
    counts = count_features(table, longest)
    assert counts[:, 0].tolist() == table["num_nodes"].to_pylist()
    assert counts[:, 1].tolist() == table["num_edges"].to_pylist()
    assert counts[:, 2].tolist() == table["length"].to_pylist()
    sizes = counts[:, 3 : 3 + longest + 1]
    assert (sizes.sum(axis=1) == counts[:, 0]).all()
    assert (sizes[:, 0] == 1).all()
    steps = longest // 2 + 1
    at_bottom = counts[:, 4 + longest : 4 + longest + steps]
    covers = [
        sum(
            target_rank == 1
            for source, target_rank in zip(
                row["edge_sources"],
                [row["node_ranks"][t] for t in row["edge_targets"]],
                strict=True,
            )
            if source == 0
        )
        for row in table.to_pylist()
    ]
    assert at_bottom[:, 0].tolist() == covers


def test_longer_intervals_than_in_training_have_as_many_counts(s5):
    assert count_features(s5.read(), 4).shape[1] < count_features(s5.read(), 10).shape[1]
    assert np.isfinite(count_features(s5.read(), 4)).all()


def test_trees_learn_their_training_data(s5_all):
    """With l2_regularization=0 scikit-learn's boosting diverges here."""
    table = s5_all.read(split="train")
    y = labels(table)
    majority, trees, longest = fit_baselines(s5_all)
    assert longest == max(table["length"].to_pylist())
    assert np.array_equal(counts_of(s5_all, "train", longest), count_features(table, longest))
    said = trees.predict(counts_of(s5_all, "train", longest))
    assert trees.training_exact > 0.98
    assert accuracy(y[:, 0], said[:, 0]) > accuracy(
        y[:, 0], np.full(len(y), majority.coefficients[0])
    )


def test_a_constant_coefficient_needs_no_tree():
    counts = np.arange(200, dtype=np.float32)[:, None]
    y = np.stack([counts[:, 0] > 90, np.full(200, 3)], axis=1).astype(np.int64)
    trees = BoostedTrees().fit(counts, y)
    assert trees.models[1] == 3
    assert trees.predict(counts)[:, 1].tolist() == [3] * 200
    assert trees.training_exact == pytest.approx(1.0)
