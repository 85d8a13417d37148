"""What a report says is established, and what it does not say."""

import dataclasses
import re
from types import SimpleNamespace

import numpy as np
import pytest

from analysis.evidence import SalientParts, weigh
from analysis.report.contents import SweepLine
from analysis.report.findings import Occurrences
from analysis.report.verdicts import MORE_EDGES, verdict
from analysis.statistics import Difference, Estimate
from tests.analysis.evidence.fans import EXTREMAL, NUMBER, at_random, chosen, leaning, make_fans

NAN = float("nan")


@pytest.fixture(scope="module")
def fans():
    return make_fans()


@pytest.fixture(scope="module")
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="module")
def untrained(fans, rng):
    return [at_random(fans, rng) for _ in range(5)]


@pytest.fixture(scope="module")
def one_training(fans, untrained):
    parts = SalientParts([chosen(fans, [EXTREMAL] * NUMBER)], untrained)
    return weigh(fans, parts, draws=99, replicates=200)


@pytest.fixture(scope="module")
def several(fans, untrained):
    rng = np.random.default_rng(5)
    trained = [leaning(fans, rng) for _ in range(4)]
    shuffled = [at_random(fans, rng) for _ in range(4)]
    return weigh(fans, SalientParts(trained, untrained, shuffled), draws=299)


@pytest.fixture(scope="module")
def nothing(fans, untrained):
    rng = np.random.default_rng(6)
    trained = [at_random(fans, rng) for _ in range(4)]
    return weigh(fans, SalientParts(trained, untrained), draws=99)


def first_sentence(text):
    return text.partition(". ")[0]


def piece(differs=True, value=0.2, kind="first", name="hypercube"):
    return SimpleNamespace(
        kind=kind, piece=name, differs=differs, trained=Estimate(value, NAN, NAN)
    )


def occurrences(*differing):
    return Occurrences(lines=(), compared=9, differing=differing, draws=20)


def structure(*pieces, motifs=(), subintervals=()):
    return SimpleNamespace(
        pieces=pieces, motifs=occurrences(*motifs), subintervals=occurrences(*subintervals)
    )


def test_several_trainings_establish_something(several):
    text = verdict(several)
    assert first_sentence(text) == (
        "Established, over 4 trainings: the salient part holds more extremal and fewer simple and "
        "other reflections than that of untrained networks, networks trained on shuffled labels "
        "and random vertices that keep rank, degrees or distances"
    )
    assert "Single reflections that differ from all controls:" in text
    assert "(1, 4) of S_5" in text
    # Every type that differs has its numbers.
    for name in ("Simple", "Extremal", "Other"):
        assert f"{name} reflections: " in text
    assert "the comparison of Davies et al." in text
    assert "nan" not in text.lower().replace("nothing", "")


def test_what_is_not_established_is_named(several):
    fails = [
        dataclasses.replace(
            kind,
            comparisons=tuple(dataclasses.replace(one, p_holm=0.5) for one in kind.comparisons),
        )
        if kind.type == "other"
        else kind
        for kind in several.types
    ]
    text = verdict(dataclasses.replace(several, types=tuple(fails)))
    assert "not established: anything about other reflections." in text
    assert "Other reflections: " not in text


def test_several_trainings_establish_nothing(nothing):
    text = verdict(nothing)
    assert text.startswith("Nothing is established, over 4 trainings: ")
    assert "no edge type, no single reflection sets the salient part" in text
    assert "apart from every control (untrained networks and random vertices" in text
    assert "decomposition" not in first_sentence(text)
    assert "No single reflection differs from all controls." in text
    # The numbers of extremal reflections stand there in any case.
    assert "Extremal reflections: " in text
    assert "shuffled" not in first_sentence(text)
    looked = verdict(nothing, structure=structure(piece(differs=False)))
    assert "no piece of a decomposition, no motif, no interval inside sets" in looked


def test_the_hypercube_piece_is_established_by_itself(nothing, several):
    pieces = structure(piece(kind="first"), piece(kind="posn"), piece(differs=False, kind="last"))
    text = verdict(nothing, structure=pieces)
    assert first_sentence(text).startswith(
        "Established, over 4 trainings: the salient part holds more of the hypercube piece of "
        "standard decompositions (first letter and place of n) than that of untrained networks"
    )
    assert "not established: anything about simple, extremal and other reflections" in text
    both = verdict(several, structure=pieces)
    assert "reflections and more of the hypercube piece" in both
    neither = verdict(several, structure=structure(piece(differs=False)))
    assert "not established: anything about the pieces of standard decompositions" in neither


def test_the_ideal_is_a_piece_too_and_the_rest_is_none(nothing):
    text = verdict(nothing, structure=structure(piece(name="ideal", value=-0.2)))
    assert "holds less of the ideal of standard decompositions (first letter)" in text
    rest = verdict(nothing, structure=structure(piece(name="elsewhere")))
    assert rest.startswith("Nothing is established")


def test_a_single_reflection_that_differs_is_in_the_first_sentence(nothing, several):
    text = verdict(dataclasses.replace(nothing, maps=several.maps))
    assert "another share of the single reflections (1, 2) of S_5" in first_sentence(text)


def test_with_one_control_network_nothing_is_tested(several):
    edges = {**several.edges, "shuffled": (*several.edges["shuffled"][:1], 49, 3, 0)}
    text = verdict(dataclasses.replace(several, edges=edges))
    assert first_sentence(text) == (
        "Nothing is established, over 4 trainings: there are too few networks trained on shuffled "
        "labels with at least 50 salient edges to compare with (at least 2 are wanted)"
    )
    assert "Networks with fewer than 50 salient edges do not count: 3 of 4 shuffled." in text


def test_motifs_and_intervals_inside_are_established_like_the_rest(nothing, several):
    found = structure(piece(differs=False), motifs=["diamond", "V: simple, other"])
    text = verdict(nothing, structure=found)
    assert first_sentence(text).startswith(
        "Established, over 4 trainings: the salient part holds other numbers of 2 of 9 motifs than"
    )
    assert "of standard decompositions and anything about intervals inside" in text
    assert "of 9 compared: diamond; V: simple, other. Intervals inside that differ" in text
    assert "of 9 compared: none." in text
    both = verdict(several, structure=structure(piece(), subintervals=["diamond [123,231]"]))
    assert "other numbers of 1 of 9 intervals inside than" in both


def test_where_hardly_another_vertex_could_be_drawn_that_is_said(several):
    free = {"ranks": 0.99, "degrees": 0.2, "distances": 0.5}
    text = verdict(dataclasses.replace(several, free=free))
    assert "only so many could be others than the salient: 20% (degrees), 50% (distances)" in text
    free = dict.fromkeys(free, 1.0)
    assert "could be others" not in verdict(dataclasses.replace(several, free=free))


def test_trainings_with_few_salient_edges_conclude_nothing(several):
    text = verdict(dataclasses.replace(several, edges={**several.edges, "trained": (400, 9, 9, 9)}))
    assert text.startswith(
        "Nothing can be concluded: 1 of 4 trainings have 50 salient edges or more (at least 2 are"
    )


def test_what_another_percentile_unmakes_is_said_to_be_so(several, nothing):
    text = verdict(several, [SweepLine(95.0, 400, nothing.types)])
    assert "at this percentile (not at every other)" in first_sentence(text)
    assert "not at every other" not in verdict(several, [SweepLine(95.0, 400, several.types)])


def test_without_shuffled_labels_that_is_said(fans, untrained):
    rng = np.random.default_rng(5)
    found = weigh(fans, SalientParts([leaning(fans, rng) for _ in range(4)], untrained), draws=99)
    text = verdict(found)
    assert text.startswith("Established")
    assert text.endswith("There is no network trained on shuffled labels to compare with.")


def test_without_shuffled_labels_that_is_said_of_pieces_too(nothing):
    text = verdict(nothing, structure=structure(piece()))
    assert text.endswith("There is no network trained on shuffled labels to compare with.")


def test_one_training_says_so(one_training):
    text = verdict(one_training)
    assert text.startswith("In this one training yes: its salient part holds more extremal and")
    assert "one training establishes nothing about the next." in text
    assert text.endswith("klgnn report --retrain 10.")
    assert "Established" not in text
    assert "+200%" in text
    assert "Single reflections" not in text
    # Decompositions are tested over trainings only.
    assert "hypercube" not in verdict(one_training, structure=structure(piece(differs=False)))


def test_one_training_like_its_controls(fans, untrained):
    mask = at_random(fans, np.random.default_rng(8))
    found = weigh(fans, SalientParts([mask], untrained), draws=99, replicates=100)
    text = verdict(found)
    assert text.startswith("No: by the types of its salient reflections this network cannot be")
    assert "--retrain" not in text


def test_what_only_one_percentile_shows_is_said_to_be_so(fans, one_training, untrained):
    mask = at_random(fans, np.random.default_rng(8))
    other = weigh(fans, SalientParts([mask], untrained), draws=99, replicates=100, details=False)
    sweep = [SweepLine(95.0, 400, one_training.types), SweepLine(90.5, 400, other.types)]
    assert "at other percentiles: 95: simple (fewer), extremal (more) and other (fewer); " in (
        verdict(one_training, sweep)
    )
    assert "; 90.5: none." in verdict(one_training, sweep)
    assert "other percentiles" not in verdict(one_training)


def test_too_few_salient_edges(fans, untrained):
    lone = np.zeros(fans.num_nodes, dtype=bool)
    lone[:3] = True
    found = weigh(fans, SalientParts([lone], untrained), draws=3, replicates=50)
    text = verdict(found)
    assert text.startswith("Nothing can be concluded: there are 2 salient edges (at least 50")
    assert "5 untrained networks" in text
    assert "blind" not in text
    assert text.endswith(MORE_EDGES)
    assert "1 network is blind" in verdict(found, blind_networks=1)


def test_blind_controls_are_no_controls(fans):
    found = weigh(fans, SalientParts([chosen(fans, [EXTREMAL] * NUMBER)], []), draws=3)
    text = verdict(found, blind_networks=5)
    assert text.startswith("Nothing can be concluded: ")
    assert "0 untrained networks" in text
    assert "5 networks are blind" in text


def test_a_blind_network():
    text = verdict(None, (), structure(piece()), 3)
    assert text.startswith("The network is blind to its vertex features")
    assert "--part edges" in text


def test_what_was_not_tested_is_not_a_number_on_paper(several):
    """p-values and intervals that there are none of are left out or called unknown."""
    unknown = Difference(Estimate(NAN, NAN, NAN), NAN, Estimate(NAN, NAN, NAN))
    kinds = tuple(
        dataclasses.replace(
            kind,
            trained=Estimate(kind.trained.value, NAN, NAN),
            comparisons=tuple(
                dataclasses.replace(one, difference=unknown, p_holm=NAN, mean=NAN)
                for one in kind.comparisons
            ),
        )
        for kind in several.types
    )
    text = verdict(dataclasses.replace(several, types=kinds, maps=()))
    assert text.startswith("Nothing is established")
    assert not re.search(r"\bnan\b", text, re.IGNORECASE)
    assert "p unknown" in text
