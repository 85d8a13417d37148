import pytest

from analysis.conjectures import Scope, Subject, examine
from analysis.discovery.claims import claim, claimed
from analysis.discovery.relations import parse_relation
from analysis.discovery.tables import InvariantTable
from data_gen.errors import UsageError


@pytest.mark.parametrize(
    "text",
    ["kl_1 = coatoms - f", "kl_2 = 0", "atoms >= distance", "2 f <= rank_2", "r_1 + r_2 <= 1"],
)
@pytest.mark.parametrize("condition", ["", "P=1", "regular", "length<=4", "atoms=coatoms", "d=l"])
def test_a_claim_says_what_the_table_says(
    text: str, condition: str, middle: InvariantTable
) -> None:
    from analysis.discovery.refute import try_relation

    found = examine(claim(f"{text} if {condition}" if condition else text), Scope((5,)))
    trial = try_relation(parse_relation(text, condition), middle, "S_5")
    assert found.total.failing_intervals == trial.failing_intervals
    assert found.total.applicable == trial.intervals


def test_the_evidence_has_the_values() -> None:
    outcome = claim("kl_1 = 0").outcome(Subject("1324", "3412"))
    assert outcome.failures == ({"kl_1": 1},)


def test_a_claim_can_be_sent_elsewhere() -> None:
    one = claimed("f >= distance if atoms=coatoms")
    assert one.name == "f-ge-distance-if-atoms-eq-coatoms"
    assert one.file is not None
    assert "claim('f >= distance if atoms=coatoms')" in one.file[1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("girth >= 3", "'girth' is no invariant"),
        ("f >= ", "one side is empty"),
        ("f >= 1 if planar", "'planar' is no hypothesis"),
        ("f >= 1 if lower", "does not say whether"),
        ("f >= 1 if d=l if P=1", "one hypothesis"),
    ],
)
def test_nonsense_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        claimed(text)
