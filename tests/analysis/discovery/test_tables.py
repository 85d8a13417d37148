import numpy as np
import pytest

from analysis.discovery.invariants import DEFINITIONS, NAMES
from analysis.discovery.tables import (
    InvariantTable,
    join_tables,
    polynomial_table,
    sampled_table,
    table_of_classes,
)
from data_gen.errors import UsageError
from data_gen.intervals import BruhatInterval
from data_gen.isomorphism import certificate

KL_COLUMNS = [NAMES.index(name) for name in ("kl_1", "kl_2", "kl_at_1")]

# From the table of worked examples in the specification of the mathematics.
WORKED = {
    ("1324", "3412"): {
        "nodes": 10, "edges": 16, "covers": 16, "length": 3, "atoms": 4, "coatoms": 4, "f": 3,
        "kl_1": 1, "kl_at_1": 2, "kl_degree": 1, "distance": 3, "r_top_2": 0,
    },
    ("1234", "4321"): {
        "nodes": 24, "edges": 72, "covers": 58, "length": 6, "atoms": 3, "coatoms": 3, "f": 3,
        "rank_2": 5, "corank_2": 5, "kl_1": 0, "r_2": 1, "r_top_2": 3, "r_top_4": 1, "distance": 2,
    },
    ("12345", "52341"): {
        "nodes": 68, "edges": 252, "covers": 216, "length": 7, "atoms": 4, "coatoms": 6, "f": 4,
        "kl_1": 2, "kl_2": 1, "kl_lead": 1, "kl_at_1": 4, "r_1": 1, "r_top_2": 3, "r_top_4": 3,
        "rank_2": 9, "corank_2": 14, "distance": 1,
    },
}  # fmt: skip


@pytest.mark.parametrize("ends", WORKED, ids=" ".join)
def test_the_invariants_of_the_worked_examples(
    ends: tuple[str, str], middle: InvariantTable
) -> None:
    name = certificate(BruhatInterval(*ends).graph)
    (row,) = (k for k, one in enumerate(middle.rows) if one.certificate == name)
    assert {key: int(middle[key][row]) for key in WORKED[ends]} == WORKED[ends]


def test_every_interval_is_counted(middle: InvariantTable) -> None:
    assert middle.multiplicities.sum() == 3661
    assert len(middle) == 90


def test_definitions_are_true(middle: InvariantTable) -> None:
    assert [str(one) for one in DEFINITIONS if not one.holds(NAMES, middle.values).all()] == []


def test_lower_and_regular_classes_of_s3() -> None:
    table = table_of_classes(3)
    assert table["nodes"].tolist() == [2, 4, 6]
    assert table.is_lower.all()
    assert table.is_regular.all()


def test_a_frame_has_all_columns(small: InvariantTable) -> None:
    frame = small.frame()
    assert set(NAMES) < set(frame.columns)
    assert frame["multiplicity"].sum() == 189


def test_joining_keeps_the_largest_multiplicity(small: InvariantTable) -> None:
    joined = join_tables([table_of_classes(3), small])
    assert joined.multiplicities.sum() == 189
    assert sorted({row.n for row in joined.rows}) == [3, 4]


def test_a_sample_agrees_with_the_classes(middle: InvariantTable) -> None:
    sample = sampled_table(5, 60, seed=3)
    assert sample.multiplicities.sum() == 120
    places = {row.certificate: k for k, row in enumerate(middle.rows)}
    same = middle.values[[places[row.certificate] for row in sample.rows]]
    assert np.array_equal(sample.values, same)
    assert sampled_table(5, 60, seed=3).rows == sample.rows


def test_a_sample_holds_the_duals(middle: InvariantTable) -> None:
    for sample in (sampled_table(5, 60, seed=3), polynomial_table(5)):
        met = {row.certificate for row in sample.rows}
        turned = set()
        for row in sample.rows:
            ends = [[len(row.x) + 1 - int(letter) for letter in word] for word in (row.w, row.x)]
            turned.add(certificate(BruhatInterval(*ends).graph))
        assert turned == met


def test_every_polynomial_has_an_interval() -> None:
    table = polynomial_table(5)
    found = {(row[0], row[1], row[2]) for row in table.values[:, KL_COLUMNS].tolist()}
    # 1 + q, 1 + 2q, 1 + 2q + q^2, 1 + q^2, and 1 for some of the duals
    assert found - {(0, 0, 1)} == {(1, 0, 2), (2, 0, 3), (2, 1, 4), (0, 1, 2)}


@pytest.mark.parametrize("n", [2, 10])
def test_polynomials_of_an_n_out_of_range_are_refused(n: int) -> None:
    with pytest.raises(UsageError, match=f"n = {n}"):
        polynomial_table(n)


@pytest.mark.parametrize("n", [3, 10])
def test_samples_of_an_n_out_of_range_are_refused(n: int) -> None:
    with pytest.raises(UsageError, match=f"n = {n}"):
        sampled_table(n, 5, seed=0)
