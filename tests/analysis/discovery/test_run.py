import ast
import json
from pathlib import Path

import pytest

import analysis.discovery.search
from analysis.discovery.invariants import NAMES
from analysis.discovery.known import KNOWN, names_of
from analysis.discovery.page import page_of
from analysis.discovery.refute import restricted, try_relation
from analysis.discovery.relations import parse_relation
from analysis.discovery.results import Budget, Discoveries
from analysis.discovery.run import discover
from analysis.discovery.tables import InvariantTable, table_of_classes
from data_gen.errors import UsageError

FOLDER = Path(analysis.discovery.search.__file__).parent


def reached_from(module: str) -> set[str]:
    """All modules of the package that one imports, through others too."""
    reached, todo = set(), [module]
    while todo:
        name = todo.pop()
        if name in reached:
            continue
        reached.add(name)
        for node in ast.walk(ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                prefix, _, last = node.module.rpartition(".")
                if prefix == "analysis.discovery":
                    todo.append(last)
    return reached


def test_the_search_cannot_look_up_what_is_known() -> None:
    reached = reached_from("search")
    assert {"equalities", "inequalities", "reduce", "refute", "tables"} <= reached
    assert "known" not in reached
    assert "known" in reached_from("run")


def test_the_coefficient_of_q_and_deodhar_are_found(discoveries: Discoveries) -> None:
    by_statement = {one.relation: one for one in discoveries.found}
    for text, name in (
        ("kl_1 = coatoms - f", "coefficient of q"),
        ("out_degree >= length", "Deodhar"),
    ):
        found = by_statement[parse_relation(text)]
        assert found.known_as == (name,)
        assert all(trial.holds for trial in found.trials)


def test_more_is_known_of_lower_intervals(discoveries: Discoveries) -> None:
    lower = discoveries.relations("lower")
    assert parse_relation("atoms = f", "lower") in lower
    assert all(one.under("") not in discoveries.relations() for one in lower)


def test_survivors_are_true_and_the_refuted_are_not(
    discoveries: Discoveries, middle: InvariantTable
) -> None:
    assert discoveries.refuted
    for one in discoveries.found:
        rows = restricted(middle, one.relation.hypothesis)
        assert one.relation.holds(NAMES, rows.values).all(), str(one.relation)
    for relation, trial in discoveries.refuted:
        rows = restricted(middle, relation.hypothesis)
        assert not relation.holds(NAMES, rows.values).all()
        assert trial.smallest is not None


def test_an_inequality_names_intervals_where_it_is_tight(discoveries: Discoveries) -> None:
    for one in discoveries.found:
        if not one.relation.is_equality:
            witnesses = [witness for trial in one.trials for witness in trial.tight]
            assert witnesses
            total = dict(one.relation.terms)
            for witness in witnesses:
                value = sum(total[name] * v for name, v in witness.values.items())
                assert value + one.relation.constant == 0


def test_the_baseline_is_there_where_labels_meet_the_graph(discoveries: Discoveries) -> None:
    by_statement = {str(one.relation): one.baseline for one in discoveries.found}
    q = by_statement["coatoms = f + kl_1"]
    assert q is not None
    assert q.expected_share < 1 == q.true_share
    assert by_statement["out_degree >= length"] is None


def test_same_arguments_same_result() -> None:
    budget = Budget(
        terms=1, larger=(), samples=((4, 10),), polynomials=(4,), rounds=0, permutations=2
    )
    one, other = (discover([3], [""], budget, seed=2).to_dict() for _ in range(2))
    assert json.dumps(one) == json.dumps(other)


def test_the_text_says_what_was_found(discoveries: Discoveries) -> None:
    text = page_of(discoveries, everything=True)
    known = text[text.index("  Known:") : text.index("  Refuted")]
    for line in (
        "    kl_1 = coatoms - f",
        "        coefficient of q (L. Patimo, arXiv:1811.08184",
        "    out_degree >= length    dual: in_degree >= length",
        "        Deodhar (Deodhar's inequality: M. Dyer 1993, P. Polo 1994)",
    ):
        assert line in known
    assert "    kl_2 = 0    fails on [14325, 45312], " in text
    assert "kl_1        [q]P" in text


def test_the_short_page_leaves_out_what_is_hardly_ever_sharp(discoveries: Discoveries) -> None:
    loose = [one for one in discoveries.found if not one.known_as and not one.is_sharp]
    assert loose
    short, long = page_of(discoveries), page_of(discoveries, everything=True)
    for one in loose:
        assert f"    {one.relation}\n" not in short
    assert len(short.splitlines()) < len(long.splitlines())


def test_of_dual_relations_one_is_named(discoveries: Discoveries) -> None:
    general = {str(one.relation): one for one in discoveries.found if not one.relation.hypothesis}
    assert str(general["out_degree >= length"].dual) == "in_degree >= length"
    assert "in_degree >= length" not in general
    assert general["coatoms = f + kl_1"].dual is None
    for one in discoveries.found:
        if one.dual is not None:
            assert all(try_relation(one.dual, *table).holds for table in tables_of_5())


def tables_of_5() -> list[tuple[InvariantTable, str]]:
    return [(table_of_classes(5), "S_5")]


def test_what_holds_under_a_weaker_hypothesis_is_not_said_again() -> None:
    budget = Budget(terms=1, larger=(), samples=(), polynomials=(), rounds=0, permutations=1)
    found = discover([4], ["P=1", "regular"], budget)
    assert found.relations("P=1")
    assert not set(found.relations("P=1")) & {
        one.under("P=1") for one in found.relations("regular")
    }


def test_the_most_interesting_come_first(discoveries: Discoveries) -> None:
    for hypothesis in ("", "lower"):
        here = [one for one in discoveries.found if one.relation.hypothesis == hypothesis]
        keys = [(bool(one.known_as), not one.is_sharp) for one in here]
        assert keys == sorted(keys)


def test_known_relations_are_true(middle: InvariantTable) -> None:
    for one in KNOWN:
        rows = restricted(middle, one.relation.hypothesis)
        assert one.relation.holds(NAMES, rows.values).all(), one.name
        assert names_of(one.relation) == (one.name,)


@pytest.mark.parametrize(
    ("ns", "budget", "message"),
    [
        ([], Budget(), "no n is given"),
        ([7], Budget(), "n = 7"),
        ([4], Budget(larger=(8,)), "n = 8"),
        ([4], Budget(terms=4), "terms = 4"),
        ([4], Budget(polynomials=(10,)), "n = 10"),
        ([4], Budget(rounds=-1), "rounds=-1"),
    ],
)
def test_nonsense_is_refused(ns: list[int], budget: Budget, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        discover(ns, [""], budget)
