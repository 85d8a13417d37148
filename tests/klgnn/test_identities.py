"""The identities: they hold, they exclude what is wrong, and what they decide alone."""

from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_gen.bruhat import unrank_permutations
from data_gen.errors import UsageError
from data_gen.intervals import BruhatInterval
from data_gen.permutations import from_array
from data_gen.r_polynomials import r_tilde_polynomial
from klgnn.identities import Identities
from klgnn.quotient import Quotient, QuotientBuilder

CHOICES = list(product([True, False], repeat=2))  # second, monotone
seeds = st.integers(0, 2**32)


@cache
def group(n: int) -> tuple[Quotient, Identities]:
    quotient = Quotient.of_group(n)
    return quotient, Identities.of(quotient)


def random_scores(quotient: Quotient, seed: int, values: int = 5) -> np.ndarray:
    shape = (len(quotient), quotient.labels.shape[1], values)
    return np.log(np.random.default_rng(seed).random(shape))


def scores_of(labels: np.ndarray, values: int) -> np.ndarray:
    """Highest at the labels."""
    scores = np.full((*labels.shape, values), -9.0)
    np.put_along_axis(scores, labels[..., None], 0.0, axis=2)
    return scores


def class_of(quotient: Quotient, x: str, w: str) -> int:
    return int(quotient.classes_of(BruhatInterval(x, w).graph)[0])


def far_of(identities: Identities, c: int) -> dict[int, int]:
    ends, target, weight = identities.far
    mine = slice(ends[c], ends[c + 1])
    return dict(zip(target[mine].tolist(), weight[mine].tolist(), strict=True))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6])
def test_all_statements_hold_on_every_class(n):
    quotient, identities = group(n)
    assert identities.strange_cycles == 0
    assert not identities.residuals(quotient.labels).any()
    assert not identities.increases(quotient.labels).any()


@pytest.mark.slow
def test_all_statements_hold_in_s8_and_the_least_solution_is_right():
    quotient = Quotient.of_group(8, max_nodes=500)
    assert len(quotient) == 9600
    identities = Identities.of(quotient)
    assert identities.strange_cycles == 0
    assert not identities.residuals(quotient.labels).any()
    assert not identities.increases(quotient.labels).any()
    alone = {}
    for monotone in (True, False):
        decoded = identities.least_solution(quotient.labels.shape[1], monotone)
        assert np.array_equal(decoded.labels, quotient.labels)
        alone[monotone] = int((decoded.candidates == 1).sum())
    assert alone == {True: 9577, False: 8662}


def test_far_classes_of_a_4_crown():
    """1324 < 3412: four 2-paths to pairs of coatoms, and one flip cycle of eight 3-paths."""
    quotient, identities = group(4)
    assert far_of(identities, class_of(quotient, "1324", "3412")) == {0: 1, 1: 4}


def test_far_weights_are_coefficients_of_r_tilde():
    quotient, identities = group(5)
    for c in range(0, len(quotient), 6):
        ends = (unrank_permutations(r[c : c + 1], 5)[0] for r in (quotient.bottom, quotient.top))
        interval = BruhatInterval(*map(from_array, ends))
        expected: dict[int, int] = {}
        for name, z in zip(quotient.classes_of(interval.graph), interval.nodes, strict=True):
            weight = sum(r_tilde_polynomial(interval.nodes[0], z)[2:4])
            if weight:
                expected[int(name)] = expected.get(int(name), 0) + weight
        assert far_of(identities, c) == expected


def test_a_wrong_label_is_noticed():
    quotient, identities = group(5)
    labels = quotient.labels.copy()
    wrong = int(np.flatnonzero(quotient.corank == 7)[0])
    labels[wrong, 0] += 1
    residuals = identities.residuals(labels)
    assert residuals[wrong].tolist() == [-5, -125]
    assert set(np.flatnonzero(residuals[:, 0])) == {
        wrong,
        *quotient.source[quotient.target == wrong],
    }


def test_an_increase_is_noticed():
    quotient, identities = group(5)
    labels = np.zeros_like(quotient.labels)
    labels[0, 1] = 1
    assert np.array_equal(identities.increases(labels), quotient.target == 0)


@pytest.mark.parametrize(("second", "monotone"), CHOICES)
@settings(max_examples=25)
@given(seed=seeds)
def test_what_is_decoded_obeys_unless_there_is_nothing_to_take(second, monotone, seed):
    quotient, identities = group(5)
    decoded = identities.decode(random_scores(quotient, seed), second, monotone)
    fails = identities.residuals(decoded.labels)[:, : 1 + second].any(axis=1)
    assert fails.sum() <= decoded.failed
    if monotone and (decoded.candidates > 0).all():
        assert not identities.increases(decoded.labels).any()


@pytest.mark.parametrize(("second", "monotone"), CHOICES)
def test_scores_that_are_right_are_followed(second, monotone):
    quotient, identities = group(6)
    scores = scores_of(quotient.labels, 8)
    decoded = identities.decode(scores, second, monotone)
    assert np.array_equal(decoded.labels, quotient.labels)
    assert decoded.failed == 0
    assert (decoded.candidates > 0).all()
    impossible = np.where(scores < 0, -np.inf, scores).astype(np.float32)
    assert np.array_equal(identities.decode(impossible, second, monotone).labels, quotient.labels)


@pytest.mark.parametrize(("second", "monotone"), CHOICES)
@settings(max_examples=25)
@given(seed=seeds)
def test_the_best_of_all_candidates_is_taken(second, monotone, seed):
    """Against trying everything, given the right labels above."""
    quotient, identities = group(6)
    c = len(quotient) - 1 - seed % 700
    scores = random_scores(quotient, seed, 6)[c : c + 1]
    decoded = identities.decode_level(c, c + 1, scores, quotient.labels.copy(), second, monotone)

    labels = quotient.labels.copy()
    labels[c] = 0
    length, degree = int(quotient.corank[c]), labels.shape[1]
    weights = length - 2 * np.arange(1, min((length - 1) // 2, degree) + 1)
    one, two = identities.residuals(labels)[c].tolist()
    tried = np.indices([one // w + 1 for w in weights]).reshape(len(weights), -1)
    obey = weights @ tried == one
    if second:
        obey &= weights**3 @ tried == two
    if monotone:
        above = quotient.target[quotient.edge_ends[c] : quotient.edge_ends[c + 1]]
        obey &= (tried >= labels[above].max(axis=0)[: len(weights), None]).all(axis=0)
    tried = tried[:, obey]
    totals = sum(
        scores[0, k, np.minimum(p, 5)] - 2.0 * np.maximum(p - 5, 0) for k, p in enumerate(tried)
    )
    assert decoded.candidates.tolist() == [obey.sum()]
    assert decoded.labels[0, : len(weights)].tolist() == tried[:, np.argmax(totals)].tolist()


@pytest.mark.parametrize(("second", "monotone"), CHOICES)
def test_level_by_level_is_the_same(second, monotone):
    quotient, identities = group(5)
    scores = random_scores(quotient, 7)
    whole = identities.decode(scores, second, monotone)
    labels = np.zeros_like(quotient.labels)
    candidates = []
    for low, high in pairwise(quotient.level_ends.tolist()):
        level = identities.decode_level(low, high, scores[low:high], labels, second, monotone)
        candidates += level.candidates.tolist()
        assert np.shares_memory(level.labels, labels)
    assert np.array_equal(labels, whole.labels)
    assert candidates == whole.candidates.tolist()


@pytest.mark.parametrize(
    ("above", "second", "p", "candidates", "failed"),
    [
        ((0, 0), True, 1, 1, 0),  # right
        ((1, 0), False, 5, 1, 0),  # 4 edges, 4 * 2 = 3 + p
        ((3, -3), False, 1, 0, 0),  # p = 1 is not monotone
        ((-2, 0), False, 3, 0, 1),  # no solution: the best score
        ((0, 2), True, 3, 0, 1),  # p = 9 is none of the second identity
    ],
)
def test_what_wrong_labels_above_leave(above, second, p, candidates, failed):
    """In a 4-crown, with 1 + p q at the bottom and `above` at the atoms; the scores say p = 3."""
    quotient, identities = group(4)
    crown = class_of(quotient, "1324", "3412")
    labels = quotient.labels.copy()
    labels[quotient.corank == 2, :2] = above
    scores = scores_of(np.array([[3, 1, 1, 1]]), 4)
    decoded = identities.decode_level(crown, crown + 1, scores, labels, second)
    assert decoded.labels.tolist() == [[p, 0, 0, 0]]
    assert decoded.candidates.tolist() == [candidates]
    assert decoded.failed == failed


@pytest.mark.parametrize("n", [5, 6])
@pytest.mark.parametrize("monotone", [True, False])
def test_the_least_solution_is_right_on_small_groups(n, monotone):
    quotient, identities = group(n)
    degree = int(np.flatnonzero(quotient.labels.any(axis=0)).max()) + 1
    for room in (degree, 6):
        decoded = identities.least_solution(room, monotone)
        assert np.array_equal(decoded.labels[:, :degree], quotient.labels[:, :degree])
        assert not decoded.labels[:, degree:].any()


def test_without_the_second_identity_no_graph_is_built():
    quotient, both = group(5)
    no_pairs = replace(quotient, bottom=np.empty(0, np.int64), top=np.empty(0, np.int64))
    identities = Identities.of(no_pairs, second=False)
    assert identities.far is None
    assert repr(identities) == "Identities(classes=91, second=False)"
    assert identities.residuals(quotient.labels).tolist() == [[0]] * 91
    scores = random_scores(quotient, 3)
    mine, theirs = (i.decode(scores, second=False) for i in (identities, both))
    assert np.array_equal(mine.labels, theirs.labels)
    with pytest.raises(UsageError, match="make the identities with second=True"):
        identities.decode(scores)
    with pytest.raises(UsageError, match="make the identities with second=True"):
        identities.least_solution(4)


def test_progress_is_reported():
    shown = []

    @contextmanager
    def progress(title):
        yield lambda done, total: shown.append((title, done, total))

    Identities.of(group(4)[0], progress=progress)
    assert shown[-1] == ("paths of two and three edges", 14, 14)


def test_a_quotient_of_nothing():
    identities = Identities.of(QuotientBuilder().finish())
    assert len(identities) == 0
    assert identities.least_solution(4).labels.shape == (0, 4)


def test_a_quotient_with_a_class_missing_is_refused():
    quotient, _ = group(4)
    names = quotient.names.copy()
    names[1] += np.uint64(1)
    with pytest.raises(UsageError, match="is missing from the quotient"):
        Identities.of(replace(quotient, names=names))


def test_bad_input_is_refused():
    _, identities = group(4)
    with pytest.raises(UsageError, match=r"labels have the shape \(3, 4\)"):
        identities.residuals(np.zeros((3, 4), np.int64))
    with pytest.raises(UsageError, match=r"scores have the shape \(2, 4, 3\)"):
        identities.decode(np.zeros((2, 4, 3)))
    with pytest.raises(UsageError, match=r"scores have the shape \(14, 4\)"):
        identities.decode(np.zeros((14, 4)))
    with pytest.raises(UsageError, match="not numbers"):
        identities.decode(np.full((1, 4, 3), np.nan))
