"""Which pairs a selection lists, and how selections are found."""

import sys
from itertools import permutations
from math import factorial

import numpy as np
import pytest

from data_gen.bruhat import bruhat_leq, unrank_permutations
from data_gen.errors import UsageError
from data_gen.kl_table import KLTable
from data_gen.permutations import left_descents, right_descents
from data_gen.selections import All, find_selection, selection_names
from data_gen.symmetries import least_of_orbits

BUILTIN = (
    "all",
    "extremal",
    "extremal-classes",
    "irreducible",
    "polynomials",
    "polynomials-by-size",
    "classes",
    "sample",
)


def listed(name: str, n: int) -> list[tuple[int, int]]:
    table = KLTable.compute(n)
    xs, ws = find_selection(name).pairs(table, np.arange(factorial(n), dtype=np.int64))
    return list(zip(xs.tolist(), ws.tolist(), strict=True))


def brute_force(n: int) -> list[tuple[int, int]]:
    words = list(permutations(range(1, n + 1)))
    return [
        (x, w)
        for w, top in enumerate(words)
        for x, bottom in enumerate(words)
        if bruhat_leq(bottom, top)
    ]


def is_extremal(x: tuple[int, ...], w: tuple[int, ...]) -> bool:
    return left_descents(w) <= left_descents(x) and right_descents(w) <= right_descents(x)


def can_delete(x: tuple[int, ...], w: tuple[int, ...], i: int) -> bool:
    """The criterion of Billey and Warrington, word for word; i from 1."""
    if x[i - 1] != w[i - 1]:
        return False
    count = [sum(z[j - 1] >= z[i - 1] for j in range(1, i + 1)) for z in (x, w)]
    return count[0] == count[1]


@pytest.mark.parametrize("n", [2, 3, 4])
def test_all_is_bruhat_order(n):
    pairs = listed("all", n)
    assert sorted(pairs) == sorted(brute_force(n))
    assert len(set(pairs)) == len(pairs)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_extremal_by_its_definition(n):
    words = list(permutations(range(1, n + 1)))
    expected = [(x, w) for x, w in brute_force(n) if is_extremal(words[x], words[w])]
    assert sorted(listed("extremal", n)) == sorted(expected)


@pytest.mark.parametrize("n", [3, 4, 5])
def test_irreducible_by_its_definition(n):
    words = list(permutations(range(1, n + 1)))
    expected = [
        (x, w)
        for x, w in brute_force(n)
        if is_extremal(words[x], words[w])
        and not any(can_delete(words[x], words[w], i) for i in range(1, n + 1))
    ]
    assert sorted(listed("irreducible", n)) == sorted(expected)


@pytest.mark.parametrize(
    ("name", "n", "count"),
    [
        ("all", 5, 3781),
        ("all", 6, 98407),
        ("extremal", 6, 2940),
        ("extremal", 7, 50224),
        ("irreducible", 7, 3114),
    ],
)
def test_counts(name, n, count):
    assert len(listed(name, n)) == count


@pytest.mark.slow
def test_counts_of_davies_et_al():
    """The 2.9 million irreducible intervals of S_9, and the 24,322 polynomials on them."""
    table, selection = KLTable.compute(9), find_selection("irreducible")
    pieces = [selection.pairs(table, tops) for tops in np.array_split(np.arange(factorial(9)), 100)]
    xs, ws = (np.concatenate(column) for column in zip(*pieces, strict=True))
    assert len(xs) == 2_896_168
    assert len(np.unique(table.lookup(xs, ws))) == 24_322
    assert np.isin(ws, least_of_orbits(9)).sum() == 776_284


def test_some_tops_at_a_time_give_the_same():
    table, selection = KLTable.compute(4), find_selection("extremal")
    pieces = [selection.pairs(table, np.array([top])) for top in range(24)]
    whole = selection.pairs(table, np.arange(24))
    for piece, column in zip(zip(*pieces, strict=True), whole, strict=True):
        assert np.concatenate(piece).tolist() == column.tolist()


def test_a_source_lists_every_pair_once_with_its_polynomial():
    from data_gen.manifest import Parameters
    from data_gen.progress import no_progress

    table = KLTable.compute(5)
    source = find_selection("all").source(5, Parameters((5,), "all"), no_progress)
    found, place = {}, 0
    while place < len(source):
        xs, ws, place = source.block(place)
        numbers, texts = source.polynomials(xs, ws, None)
        for x, w, number in zip(xs.tolist(), ws.tolist(), numbers.tolist(), strict=True):
            assert (x, w) not in found
            found[x, w] = texts[number]
    words = unrank_permutations(np.arange(120), 5) + 1
    assert len(found) == 3781
    for (x, w), text in list(found.items())[::37]:
        assert text == ",".join(map(str, table.polynomial(words[x], words[w])))


def test_unknown_name_lists_the_known_ones():
    with pytest.raises(
        UsageError, match=r"'al'.*all, extremal, extremal-classes, irreducible.*classes"
    ):
        find_selection("al")


@pytest.fixture
def third_party(tmp_path, monkeypatch):
    """An installed distribution that announces selections."""
    (tmp_path / "other_package.py").write_text(
        "from data_gen.selections import All\n"
        "class Lower(All):\n"
        "    name = 'lower'\n"
        "    meaning = 'intervals that begin at the identity'\n"
        "    def pairs(self, table, tops):\n"
        "        xs, ws = super().pairs(table, tops)\n"
        "        return xs[xs == 0], ws[xs == 0]\n"
        "class Odd(All):\n"
        "    name, meaning, one_per = 'odd', 'wants the impossible', ('colour',)\n"
        "thing = Lower()\n"
    )
    info = tmp_path / "other_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[klgnn.selections]\n"
        "lower = other_package:Lower\n"
        "ready-made = other_package:thing\n"
        "broken = builtins:int\n"
        "odd = other_package:Odd\n"
        "all = other_package:Lower\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("other_package", None)


@pytest.mark.usefixtures("third_party")
def test_another_package_adds_a_selection(tmp_path):
    from data_gen.generation import generate

    assert selection_names() == (*BUILTIN, "broken", "lower", "odd", "ready-made")
    assert find_selection("ready-made").name == "lower"
    assert generate(4, tmp_path / "lower", select="lower").num_rows == factorial(4)


@pytest.mark.usefixtures("third_party")
def test_another_package_cannot_take_a_name():
    assert type(find_selection("all")) is All


@pytest.mark.usefixtures("third_party")
@pytest.mark.parametrize(
    ("name", "message"), [("broken", r"builtins:int.*lacks"), ("odd", r"per colour; only kl, ")]
)
def test_something_else_is_refused(name, message):
    with pytest.raises(UsageError, match=message):
        find_selection(name)
