"""What learns and answers."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch

from data_gen.errors import UsageError
from klgnn.benchmark import Task, find_method, score
from klgnn.benchmark.class_graphs import ClassGraphs, Portions
from klgnn.benchmark.levers import levers_of
from klgnn.benchmark.methods.graphs import GraphsMethod
from klgnn.benchmark.methods.network import NetworkMethod
from klgnn.benchmark.methods.trees import TreesMethod
from klgnn.benchmark.problems import ALL
from klgnn.identities.scores import NOTHING, stacked, widened
from klgnn.models import Davies2021Config, TopDownConfig
from klgnn.presets import find_preset
from klgnn.quotient import Quotient
from klgnn.sampler import BudgetSampler

LITTLE = replace(find_preset("davies2021"), network=Davies2021Config(width=8, steps=2), epochs=2)
SMALL = replace(find_preset("top-down"), network=TopDownConfig(width=8), epochs=6)


@pytest.fixture(scope="module")
def task(problems):
    return Task(problems["s6-unseen"], minutes=1.0)


def corrupted(problem):
    """The same problem with wrong labels wherever they may not be looked at in training."""
    labels = problem.quotient.labels.copy()
    labels[~(problem.train | problem.val)] += 7
    return replace(problem, quotient=replace(problem.quotient, labels=labels))


def test_majority_is_the_most_frequent_polynomial(task):
    problem = task.problem
    answers = find_method("majority").run(task, 0).answers
    counts = Counter(map(tuple, problem.quotient.labels[problem.train_roots].tolist()))
    said = tuple(answers["majority"].values[0].tolist())
    assert counts[said] == max(counts.values())


@pytest.mark.parametrize("name", ["least-solution", "hypercubes"])
def test_formulas_are_exact_where_they_are_known_to_be(task, name):
    for answer in find_method(name).run(task, 0).answers.values():
        assert score(task.problem, answer)[ALL]["exact"] == 1


@pytest.mark.parametrize(
    "method",
    [
        find_method("majority"),
        TreesMethod(rounds=10, block=5),
        GraphsMethod(preset=LITTLE),
        NetworkMethod(preset=SMALL),
        levers_of(SMALL)["as-it-is"],
    ],
    ids=lambda method: method.name,
)
def test_nothing_is_learnt_from_labels_that_are_out_of_bounds(task, method):
    blind = Task(corrupted(task.problem), minutes=1.0)
    seen, unseen = (method.run(t, 0).answers for t in (task, blind))
    assert list(seen) == list(unseen)
    for title, answer in seen.items():
        assert np.array_equal(answer.values, unseen[title].values), title


def test_trees_answer_alone_and_with_the_identities(task):
    outcome = TreesMethod(rounds=40, block=10).run(task, 0)
    exact = {title: score(task.problem, a)[ALL]["exact"] for title, a in outcome.answers.items()}
    assert list(exact) == [
        "trees",
        "trees + first identity",
        "trees + first identity, monotone",
        "trees + both identities, monotone",
    ]
    assert exact["trees + both identities, monotone"] == 1
    assert outcome.answers["trees"].confidence.max() <= 1
    assert outcome.notes["sets"]["all classes"]["training_exact"] > 0.8
    assert set(outcome.notes["chosen"]) == set(exact)


def test_the_better_training_set_is_chosen_by_validation(task):
    notes = TreesMethod(rounds=10, block=5).run(task, 0).notes
    sets = notes["sets"]
    best = max(sets, key=lambda title: sets[title]["validation_exact"])
    assert notes["chosen"]["trees"] == best


def test_the_network_answers_in_every_way(task):
    outcome = NetworkMethod(preset=SMALL).run(task, 0)
    assert "network fed by both identities, monotone" in outcome.answers
    fed = outcome.answers["network fed by both identities, monotone"]
    decoded = outcome.answers["network + both identities, monotone"]
    identities = task.identities
    for answer in (fed, decoded):
        assert not identities.residuals(answer.values).any()
        assert not identities.increases(answer.values).any()
    assert outcome.training.processor > 0


def test_a_graph_network_answers_held_out_roots(task):
    outcome = GraphsMethod(preset=LITTLE).run(task, 1)
    answer = outcome.answers["davies2021"]
    held_out = task.problem.val | task.problem.test
    assert (answer.confidence[held_out] > 0).all()
    assert not answer.confidence[~held_out].any()


def test_graphs_of_classes_are_what_they_stand_for():
    quotient = Quotient.of_group(5)
    chosen = np.arange(0, len(quotient), 7)
    graphs = ClassGraphs(quotient, chosen, "degrees")
    assert graphs.node_counts.tolist() == quotient.size[chosen].tolist()
    for k, c in enumerate(chosen):
        graph = graphs[k]
        assert graph.num_nodes == quotient.size[c]
        assert int(graph.rank.max()) == quotient.corank[c]
        assert graph.y.tolist() == [quotient.labels[c].tolist()]
        assert torch.equal(
            graph.x[:, 1], torch.bincount(graph.edge_index[0], minlength=len(graph.x))
        )


def test_portions_deal_out_every_pass():
    portions = Portions(BudgetSampler([1] * 12, 2, shuffle=True, seed=3), size=2)
    assert portions.epochs_in_a_pass == 3
    passes = []
    for epoch in range(6):
        portions.set_epoch(epoch)
        batches = list(portions)
        assert len(batches) == len(portions) == 2
        passes.append([row for batch in batches for row in batch])
    for first in (0, 3):
        dealt = [row for part in passes[first : first + 3] for row in part]
        assert sorted(dealt) == list(range(12))
    assert passes[:3] != passes[3:]


def test_scores_of_different_widths():
    scores = stacked([np.log([[0.5, 0.5]]), np.array([[0.0]])])
    assert scores.shape == (1, 2, 2)
    assert scores[0, 1].tolist() == [0.0, NOTHING]
    assert widened(scores, 3)[0, 2].tolist() == [0.0, NOTHING]
    assert widened(scores, 2) is scores


def test_an_unknown_method_is_an_error():
    with pytest.raises(UsageError, match="davies2021"):
        find_method("forest")
