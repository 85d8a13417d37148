import base64
import json
from dataclasses import replace

import numpy as np
import pytest

from analysis.attribution import attribute
from analysis.labelled import read_labelled
from analysis.report import explorer as module
from analysis.report.explorer import Explorer, build_explorer, choose_intervals, explored
from analysis.report.templates import safe_json
from analysis.salient import salient_nodes
from data_gen import schema
from data_gen.errors import RunError
from data_gen.intervals import BruhatInterval
from klgnn.graphs import IntervalGraphs


@pytest.fixture(scope="module")
def parts(run):
    dataset, network = run.dataset(), run.network()
    inputs = IntervalGraphs(dataset, features=run.config.features)
    (found,) = attribute([network], inputs.loader(20_000), 1)
    splits = np.asarray(dataset.read([schema.SPLIT])[schema.SPLIT].to_pylist(), dtype=object)
    return {
        "dataset": dataset,
        "network": network,
        "features": run.config.features,
        "graphs": read_labelled(dataset),
        "attributions": found,
        "salient": salient_nodes(found.scores, 80).mask,
        "splits": splits,
    }


@pytest.fixture(scope="module")
def built(parts):
    return build_explorer(**parts, count=30, coefficient=1, attributed="gradient")


def test_intervals_are_those_of_the_dataset(built, parts):
    table = parts["dataset"].read([schema.X, schema.W, schema.KL, schema.SPLIT]).to_pylist()
    graphs = parts["graphs"]
    assert len(built.intervals) == 30
    assert [one.row for one in built.intervals] == sorted({one.row for one in built.intervals})
    for one in built.intervals:
        row, nodes = table[one.row], graphs.nodes_of(one.row)
        assert (one.x, one.w, one.split) == (row[schema.X], row[schema.W], row[schema.SPLIT])
        assert list(one.polynomial) == row[schema.KL]
        assert one.num_nodes == BruhatInterval(one.x, one.w).num_nodes
        assert np.array_equal(one.scores, parts["attributions"].scores[nodes])
        assert list(one.salient) == np.flatnonzero(parts["salient"][nodes]).tolist()


def test_probabilities_are_those_of_the_network(built, parts):
    network = parts["network"]
    inputs = IntervalGraphs(parts["dataset"], features=parts["features"])
    for one in built.intervals[:5]:
        said = network(inputs.batch([one.row])).probabilities()
        for values, chances, vocabulary in zip(one.said, said, network.vocabulary, strict=True):
            known = dict(zip(vocabulary, chances[0].tolist(), strict=True))
            assert dict(values) == pytest.approx(known, abs=1e-5)
            assert [p for _, p in values] == sorted((p for _, p in values), reverse=True)


def test_cubes_lie_in_the_salient_part(built):
    assert any(one.cubes for one in built.intervals)
    for one in built.intervals:
        for cube in one.cubes:
            assert set(cube) <= set(one.salient)
            assert len(cube) == 1 << (len(cube).bit_length() - 1)


def test_what_the_page_reads_can_be_read_back(built):
    data = json.loads(json.dumps(built.to_dict(), allow_nan=False))
    assert data["coefficient"] == 1
    for one, entry in zip(built.intervals, data["intervals"], strict=True):
        levels = np.frombuffer(base64.b64decode(entry["scores"]), dtype="<u2")
        back = levels / 65_535 * entry["highest"]
        assert back == pytest.approx(one.scores, abs=float(one.scores.max()) / 60_000)
        assert entry["vertices"] == len(levels)


def test_a_thousand_intervals_are_a_few_megabytes(built):
    # 1,000 intervals of 200 vertices, all of them salient.
    one = replace(
        built.intervals[0],
        scores=np.linspace(0, 1, 200),
        salient=tuple(range(200)),
        cubes=(tuple(range(64)),) * module.MOST_CUBES,
    )
    text = safe_json(Explorer((one,) * 1000).to_dict())
    assert len(text.encode()) < 6_000_000


def test_scores_that_are_all_zero_stay_zero():
    interval = BruhatInterval("123", "321")
    one = explored(interval, None, [], np.zeros(6), np.zeros(6, dtype=bool))
    assert one.to_dict()["highest"] == 0
    assert set(base64.b64decode(one.to_dict()["scores"])) == {0}
    assert one.to_dict()["polynomial"] is None


def test_a_dataset_of_other_graphs_is_refused(parts):
    graphs = parts["graphs"]
    other = replace(graphs, targets=graphs.targets[::-1].copy())
    with pytest.raises(RunError, match="Generate the dataset again"):
        build_explorer(**{**parts, "graphs": other}, count=30)


def test_progress_is_told(parts):
    told = []
    build_explorer(**parts, count=3, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.fixture
def many():
    """A thousand intervals, one in a hundred with the rare polynomial."""
    polynomials = [(1, 1) if k % 100 == 7 else (1,) for k in range(1000)]
    splits = np.array(["test" if k % 5 == 0 else "train" for k in range(1000)], dtype=object)
    return polynomials, splits, np.full(1000, 20)


def test_rare_polynomials_are_chosen_too(many):
    polynomials, splits, sizes = many
    chosen, rule = choose_intervals(polynomials, splits, sizes, 50, 3)
    assert len(set(chosen)) == 50
    assert [polynomials[graph] for graph in chosen].count((1, 1)) == 10
    assert all(splits[graph] == "test" for graph in chosen if polynomials[graph] == (1,))
    assert "50 of the 1,000" in rule
    assert "seed 3" in rule
    assert choose_intervals(polynomials, splits, sizes, 50, 3) == (chosen, rule)
    assert choose_intervals(polynomials, splits, sizes, 50, 4)[0] != chosen


def test_few_intervals_are_all_there(many):
    polynomials, splits, sizes = many
    chosen, rule = choose_intervals(polynomials, splits, sizes, 1000, 0)
    assert chosen == list(range(1000))
    assert rule == "All 1,000 intervals of the dataset."


def test_what_is_too_large_is_left_out_and_that_is_said(many):
    polynomials, splits, sizes = many
    sizes[3] = module.MOST_VERTICES + 1
    chosen, rule = choose_intervals(polynomials, splits, sizes, 1000, 0)
    assert 3 not in chosen
    assert "(1 with more than 5,000 vertices left out)" in rule


def test_the_page_stays_below_its_size(many):
    polynomials, splits, sizes = many
    sizes = np.full(1000, 4_000)
    chosen, _ = choose_intervals(polynomials, splits, sizes, 1000, 0)
    assert len(chosen) == module.MOST_VERTICES_IN_ALL // 4_000


def test_nothing_to_choose_from():
    assert choose_intervals([], np.array([], dtype=object), np.array([], dtype=int), 5, 0)[0] == []
