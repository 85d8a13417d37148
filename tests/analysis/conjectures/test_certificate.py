"""A counterexample can be checked without this package, and a false one is found out."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.conjectures import (
    Scope,
    conjecture,
    examine,
    examine_interval,
    find_conjecture,
    load_conjectures,
    rechecks,
    standalone,
)
from analysis.conjectures.catalogue import CONJECTURES
from analysis.conjectures.certificate import FORMAT, certificate_of, sage_page, write_certificate
from analysis.conjectures.subject import Subject
from analysis.formulas.bbdvw import kl_by_bbdvw
from analysis.formulas.double_shortcuts import double_shortcuts
from analysis.formulas.r_tilde import r_tilde_by_h_tilde, shortcuts

KNOWN = ("132546", "345621")


@pytest.fixture(scope="module")
def h_tilde():
    refuted = find_conjecture("h-tilde")
    return certificate_of(refuted, examine_interval(refuted, *KNOWN).counterexamples[0])


@pytest.fixture(scope="module")
def commuting():
    refuted = find_conjecture("double-shortcuts")
    return certificate_of(refuted, examine(refuted, Scope((5,))).counterexamples[0])


def run_page(path: Path) -> subprocess.CompletedProcess[str]:
    """With nothing of this package on the path: -I takes no folder, -S no installed packages."""
    command = [sys.executable, "-I", "-S", str(path)]
    return subprocess.run(command, capture_output=True, text=True, cwd=path.parent)


def test_the_known_failure_in_s6(h_tilde):
    """The triple of the page of mathematics: H~ gives 3q^5 + q^7, the truth is 2q^5 + q^7."""
    assert h_tilde["format"] == FORMAT
    (case,) = h_tilde["failures"]
    assert case == {
        "z": "234561",
        "expected": [0, 0, 0, 0, 0, 2, 0, 1],
        "found": [0, 0, 0, 0, 0, 3, 0, 1],
        "join_strong": False,
    }
    assert len(h_tilde["elements"]) == 98
    assert len(h_tilde["edges"]) == Subject(*KNOWN).num_edges


def test_the_page_runs_without_this_package(h_tilde, tmp_path):
    path = tmp_path / "page.sage"
    path.write_text(sage_page(h_tilde))
    done = run_page(path)
    assert done.returncode == 0, done.stderr
    assert "h-tilde on [132546, 345621]" in done.stdout
    claims = [line.strip() for line in done.stdout.splitlines() if line.startswith("  ")]
    assert claims == [
        *("the elements: right", "the edges: right", "the length: right"),
        *("R~: right", "P: right", "failure 1: right"),
    ]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda c: c["interval"].update(kl=[1, 1]), "P"),
        (lambda c: c["interval"].update(r_tilde=[0, 0, 0, 0, 0, 1, 0, 1]), "R~"),
        (lambda c: c["interval"].update(length=6), "the length"),
        (lambda c: c["edges"].pop(), "the edges"),
        (lambda c: c["elements"].reverse(), "the elements"),
        (lambda c: c["failures"][0].update(found=[0, 0, 0, 0, 0, 2, 0, 1]), "failure 1"),
        (lambda c: c["failures"][0].update(join_strong=True), "failure 1"),
        (lambda c: c["failures"][0].update(z="145632"), "failure 1"),
    ],
)
def test_what_was_tampered_with_is_found(h_tilde, tmp_path, change, wrong):
    false = copy.deepcopy(h_tilde)
    change(false)
    try:
        found = rechecks.recheck(false)
    except (AttributeError, KeyError):  # z that is no decomposition: there is nothing to compare
        assert wrong == "failure 1"
        return
    assert [claim for claim, right in found.items() if not right] == [wrong]


def test_a_false_page_ends_with_1(h_tilde, tmp_path):
    false = copy.deepcopy(h_tilde)
    false["interval"]["kl"] = [1, 1]
    path = tmp_path / "page.sage"
    path.write_text(sage_page(false))
    done = run_page(path)
    assert done.returncode == 1
    assert "P: WRONG" in done.stdout


def test_double_shortcuts(commuting):
    assert all(rechecks.recheck(commuting).values())
    false = copy.deepcopy(commuting)
    case = false["failures"][0]
    case["D_12"], case["D_21"] = case["D_21"], case["D_12"]
    assert not rechecks.recheck(false)["failure 1"]


def test_files(tmp_path):
    refuted = find_conjecture("free-is-boolean")
    found = examine(refuted, Scope((4,))).counterexamples[0]
    json_path, sage_path = write_certificate(tmp_path, refuted, found)
    content = json.loads(json_path.read_text())
    assert content == certificate_of(refuted, found)
    assert content["elements"][0] == content["interval"]["x"] == "1324"
    done = run_page(sage_path)
    assert done.returncode == 0
    assert "failure 1: right" in done.stdout


def test_an_idea_of_ones_own_travels_with_its_text(tmp_path):
    path = tmp_path / "idea.py"
    text = '''"""Three quotes, a backslash \\\\ and a brace {."""
from analysis.conjectures import conjecture

@conjecture("flat", """at most two "atoms" """)
def flat(interval):
    return interval.atoms <= 2
'''
    path.write_text(text)
    (idea,) = load_conjectures(path)
    found = examine(idea, Scope((4,))).counterexamples[0]
    content = certificate_of(idea, found)
    assert content["definition"] == text
    page = tmp_path / "page.sage"
    page.write_text(sage_page(content))
    done = run_page(page)
    assert done.returncode == 0
    assert "failure 1: NOT CHECKED" in done.stdout


def test_two_isomorphic_intervals_come_with_an_isomorphism(monkeypatch):
    """As if two crowns had different polynomials."""
    invariance = find_conjecture("combinatorial-invariance")
    one, other = Subject("1324", "3412"), Subject("2143", "4231")
    case = {
        **{"key": one.certificate, "value": [[1, 1]], "other_value": [[1, 2]]},
        "other_interval": other.facts(),
    }
    from analysis.conjectures.tally import Counterexample

    content = certificate_of(invariance, Counterexample(one.facts(), 2, (case,)))
    assert sorted(content["failures"][0]["isomorphism"]) == list(range(10))
    assert rechecks.recheck(content)["failure 1"]
    images = content["failures"][0]["isomorphism"]
    images[1], images[5] = images[5], images[1]
    assert not rechecks.recheck(content)["failure 1"]


@pytest.mark.parametrize(
    "pair", [("1234", "4321"), ("1324", "3412"), ("12345", "35421"), ("13254", "35421")]
)
def test_the_naive_program_agrees_with_the_package(pair):
    """Two implementations that share nothing: polynomials, decompositions, and every formula."""
    subject, naive = Subject(*pair), standalone.Interval(*map(rechecks.read, pair))
    names = [rechecks.read(subject.name(v)) for v in range(subject.num_nodes)]
    assert naive.elements == names
    top = subject.top
    assert [naive.kl(y, naive.w) for y in names] == [list(p) for p in subject.exact.kl_to(top)]
    assert [naive.r_tilde(naive.x, y) for y in names] == [
        list(p) for p in subject.exact.r_tilde_from(0)
    ]
    by_z = {names[one.z]: one for one in subject.decompositions}
    assert [z for z in names if naive.clusters(z) is not None] == sorted(by_z, key=names.index)
    derived = naive.derived(list(subject.kl), subject.length)
    for z, one in by_z.items():
        assert naive.is_join_strong(z) == one.is_join_strong
        below = subject.exact.r_tilde_from(0).__getitem__
        assert naive.h_tilde(z) == list(r_tilde_by_h_tilde(one, below))
        assert naive.bbdvw(z) == derived
        pieces = kl_by_bbdvw(one, subject.kl_between)
        gammas = {y: gamma for y, gamma in naive.gammas(z).items() if gamma}
        assert gammas == {names[v]: list(gamma) for v, gamma in pieces.gamma.items()}
        steps = {names[p]: d for p, d in shortcuts(one).items()}
        assert naive.shortcuts(z, naive.w) == steps
        other = next(iter(by_z))
        found = double_shortcuts(one, by_z[other])
        assert naive.double_shortcuts(z, other) == {names[y]: list(p) for y, p in found.items()}


def test_the_rechecks_that_a_conjecture_names_are_there():
    from analysis.conjectures import all_conjectures

    named = {one.recheck for one in all_conjectures().values()} - {""}
    assert named == set(rechecks.RECHECKS)


def test_a_false_failure_of_the_formula_for_p_is_found_out():
    """BBDVW and the gammas have no counterexample, so each claim of one is false."""
    subject = Subject("1324", "3412")
    z = subject.name(subject.decompositions[0].z)
    claims = {"bbdvw": {"z": z}, "gamma_positive": {"z": z, "found": {z: [0, -1]}}}

    @conjecture("false", "it is false")
    def false(interval):
        return False

    (found,) = examine_interval(false, "1324", "3412").counterexamples
    content = certificate_of(false, found)
    for recheck, claim in claims.items():
        content["recheck"], content["failures"] = recheck, [claim]
        assert rechecks.recheck(content)["failure 1"] is False


REFUTED = [
    one.name
    for one in CONJECTURES
    if one.status == "refuted" and one.name not in ("h-tilde", "amazing")
]


@pytest.mark.parametrize("name", REFUTED)
def test_a_failure_of_every_refuted_statement_is_checked_again(name):
    refuted = find_conjecture(name)
    smallest = next(
        found.counterexamples[0]
        for n in (4, 5)
        if not (found := examine(refuted, Scope((n,)))).holds
    )
    content = certificate_of(refuted, smallest)
    assert all(rechecks.recheck(content).values())


def test_the_failure_of_the_shortcut_formula_is_checked_again():
    (found,) = examine_interval(find_conjecture("amazing"), "132546", "345621").counterexamples
    content = certificate_of(find_conjecture("amazing"), found)
    assert all(rechecks.recheck(content).values())


@pytest.mark.parametrize(
    ("recheck", "claim"),
    [
        ("deodhar", {"found": 4}),
        ("cover_generation", {"expected": 4, "found": 5, "order": [["1324", "1342"]]}),
        ("h_tilde_excess", {"z": "1432", "expected": [0, 1], "found": [], "join_strong": True}),
        ("monotonicity", {"z": "1342", "P_z": [1]}),
        ("free_is_boolean", {}),
        ("f_monotone", {"inside": ["1324", "1342"], "expected": 3, "found": 4}),
        ("f_equals_boolean", {"expected": 3, "found": 3}),
        ("absolute_length", {"expected": 4, "found": 4}),
        ("kl_duality", {"expected": [1], "found": [1]}),
        ("clusters_suffice", {"z": "1432", "expected": [0, 0, 0, 0, 1], "found": [0, 1]}),
        ("clusters_suffice_kl", {"z": "1432"}),
        ("bbdvw_by_length", {"z": "1432", "expected": [1, 1, 1, 1]}),
        ("amazing", {"z": "1432", "bottom": "1324", "expected": [0, 0, 0, 0, 1]}),
    ],
)
def test_what_is_no_failure_is_found_out(recheck, claim):
    """On the Boolean interval [1324, 4231] each of the statements holds."""

    @conjecture("false", "it is false")
    def false(interval):
        return False

    (found,) = examine_interval(false, "1324", "4231").counterexamples
    content = {**certificate_of(false, found), "recheck": recheck, "failures": [claim]}
    assert rechecks.recheck(content)["failure 1"] is False
