"""The evaluation of a run."""

import dataclasses
import json
import shutil

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch

from data_gen.errors import RunError, UsageError
from klgnn.evaluation import evaluate, predict
from klgnn.metrics import exact_accuracy
from klgnn.models import CoefficientNetwork, NetworkConfig
from klgnn.runs import Run, RunFiles
from klgnn.streaming import StreamedGraphs


class Oracle(CoefficientNetwork):
    """Knows the labels it was given, in the order of the rows."""

    def __init__(self, vocabulary, answers: dict[int, list[int]]):
        super().__init__(NetworkConfig(), 1, vocabulary)
        self.answers = answers

    def forward(self, batch):
        from klgnn.models import Prediction

        y = torch.tensor([self.answers[int(row)] for row in batch.row])
        classes = self.classes(y).clamp(min=0)
        logits = [
            20.0 * torch.nn.functional.one_hot(column, len(values))
            for column, values in zip(classes.unbind(1), self.vocabulary, strict=True)
        ]
        return Prediction(tuple(logits), torch.zeros(len(y), 1))


def test_a_right_network_scores_one(short_run):
    graphs = short_run.graphs("test")
    answers = dict(zip(graphs.rows.tolist(), graphs.labels.tolist(), strict=True))
    said = predict(Oracle(short_run.config.vocabulary, answers), graphs)
    unseen = ~np.array(
        [
            all(v in short_run.config.vocabulary[k] for k, v in enumerate(row))
            for row in said.true.tolist()
        ]
    )
    assert (said.values[~unseen] == said.true[~unseen]).all()
    assert exact_accuracy(said.true, said.values) == pytest.approx(1 - unseen.mean())
    assert said.confidence.min() > 0.99


def test_predictions_do_not_depend_on_the_batches(short_run):
    network, graphs = short_run.network(), short_run.graphs("val")
    small, large = predict(network, graphs, budget=50), predict(network, graphs, budget=10**6)
    assert (small.values == large.values).all()
    assert np.allclose(small.confidence, large.confidence, atol=1e-5)
    assert small.rows.tolist() == graphs.rows.tolist()


def test_streamed_graphs_are_predicted_alike(short_run):
    network, graphs = short_run.network(), short_run.graphs("val")
    streamed = StreamedGraphs(short_run.dataset(), "val", short_run.config.features, memory=1)
    one, other = predict(network, graphs, 300), predict(network, streamed, 300)
    assert np.array_equal(one.values, other.values)
    assert np.array_equal(one.rows, other.rows)
    assert np.array_equal(one.confidence, other.confidence)


@pytest.mark.parametrize("damage", ["rows", "splits", "classes"])
def test_a_split_that_is_not_that_of_the_dataset(short_run, tmp_path, damage):
    ids = short_run.split_ids
    if damage == "rows":
        ids = ids.slice(1)
    else:
        name = {"splits": "split", "classes": "iso_class"}[damage]
        values = ids[name].to_pylist()
        ids = ids.set_column(ids.schema.get_field_index(name), name, [values[1:] + values[:1]])
    folder = shutil.copytree(short_run.path, tmp_path / "run")
    pq.write_table(ids, folder / RunFiles.SPLIT_IDS)
    run = Run.open(folder).with_dataset(short_run.dataset_path)
    with pytest.raises(RunError, match=r"split_ids\.parquet .*damaged"):
        evaluate(run)


def test_evaluate_is_what_training_recorded(short_run):
    for split, key in (("test", "test"), ("val", "validation")):
        found = json.loads(json.dumps(evaluate(short_run, split).to_dict()))
        assert found == short_run.metrics[key]


def test_content(short_run):
    result = evaluate(short_run, "val")
    graphs = short_run.graphs("val")
    assert result.graphs == len(graphs)
    assert set(result.exact) == {"network", "majority", "trees"}
    assert [scores.power for scores in result.coefficients] == [1, 2, 3, 4]
    assert sum(part["graphs"] for part in result.exact_by_degree.values()) == len(graphs)
    for name in result.exact:
        mean = sum(part["graphs"] * part[name] for part in result.exact_by_degree.values()) / len(
            graphs
        )
        assert mean == pytest.approx(result.exact[name])
    for scores in result.coefficients:
        column = graphs.labels[:, scores.power - 1]
        assert scores.counts == {
            str(int(v)): int((column == v).sum()) for v in column.unique().tolist()
        }
        assert all(0 <= value <= 1 for value in scores.macro_f1.values())
    assert result.leak.class_split_share == 0


def test_a_value_that_training_lacks_counts_as_wrong(short_run):
    graphs = short_run.graphs("val")
    graphs.labels[0, 1] = 50
    said = predict(short_run.network(), graphs)
    assert said.values[0, 1] != 50
    assert exact_accuracy(said.true[:1], said.values[:1]) == 0


def test_unknown_split(short_run):
    with pytest.raises(UsageError, match=r"'dev'.*train"):
        evaluate(short_run, "dev")


def test_results_are_frozen(short_run):
    with pytest.raises(dataclasses.FrozenInstanceError):
        evaluate(short_run, "val").graphs = 3
