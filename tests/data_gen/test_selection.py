"""Which pairs a selection lists, and which rows it keeps."""

import sys
from itertools import permutations
from math import factorial

import numpy as np
import pytest

from data_gen.bruhat import bruhat_leq, unrank_permutations
from data_gen.errors import UsageError
from data_gen.kl_table import KLTable
from data_gen.permutations import left_descents, right_descents
from data_gen.selection import (
    All,
    Classes,
    Index,
    Selection,
    descent_masks,
    find_selection,
    selection_names,
)


def listed(selection: Selection, n: int) -> list[tuple[int, int]]:
    table = KLTable.compute(n)
    xs, ws = selection.pairs(table, np.arange(factorial(n), dtype=np.int64))
    return list(zip(xs.tolist(), ws.tolist(), strict=True))


def brute_force(n: int) -> list[tuple[int, int]]:
    words = list(permutations(range(1, n + 1)))
    return [
        (x, w)
        for w, top in enumerate(words)
        for x, bottom in enumerate(words)
        if bruhat_leq(bottom, top)
    ]


@pytest.mark.parametrize("n", [2, 3, 4])
def test_all_is_bruhat_order(n):
    pairs = listed(find_selection("all"), n)
    assert sorted(pairs) == sorted(brute_force(n))
    assert len(set(pairs)) == len(pairs)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_extremal_by_its_definition(n):
    words = list(permutations(range(1, n + 1)))
    expected = [
        (x, w)
        for x, w in brute_force(n)
        if left_descents(words[w]) <= left_descents(words[x])
        and right_descents(words[w]) <= right_descents(words[x])
    ]
    assert sorted(listed(find_selection("extremal"), n)) == sorted(expected)


@pytest.mark.parametrize(
    ("name", "n", "count"),
    [("all", 5, 3781), ("all", 6, 98407), ("extremal", 6, 2940), ("extremal", 7, 50224)],
)
def test_counts(name, n, count):
    assert len(listed(find_selection(name), n)) == count


def test_some_tops_at_a_time_give_the_same():
    table, selection = KLTable.compute(4), find_selection("extremal")
    pieces = [selection.pairs(table, np.array([top])) for top in range(24)]
    whole = selection.pairs(table, np.arange(24))
    for piece, column in zip(zip(*pieces, strict=True), whole, strict=True):
        assert np.concatenate(piece).tolist() == column.tolist()


def test_descent_masks():
    left, right = descent_masks(5)
    for rank, word in enumerate(unrank_permutations(np.arange(120), 5) + 1):
        x = tuple(word.tolist())
        assert {i for i in range(1, 5) if left[rank] >> (i - 1) & 1} == left_descents(x)
        assert {i for i in range(1, 5) if right[rank] >> (i - 1) & 1} == right_descents(x)


def test_classes_keep_the_first_by_n_x_w():
    columns = np.array(
        # n, x, w, class
        [[4, 0, 9, 0], [3, 5, 1, 0], [3, 2, 8, 0], [3, 2, 7, 0], [5, 1, 1, 1], [5, 0, 2, 1]]
    ).T
    n, x, w, classes = columns
    zero = np.zeros_like(n)
    index = Index(n, x, w, zero, zero, zero, classes, ((1,),), ("a", "b"))
    assert sorted(Classes().choose(index).tolist()) == [3, 5]


def test_unknown_name_lists_the_known_ones():
    with pytest.raises(UsageError, match=r"'al'.*all, extremal, classes"):
        find_selection("al")


@pytest.fixture
def third_party(tmp_path, monkeypatch):
    """An installed distribution that announces selections."""
    (tmp_path / "other_package.py").write_text(
        "from data_gen.selection import All\n"
        "class Tops(All):\n"
        "    name = 'tops'\n"
        "    meaning = 'intervals below the longest element'\n"
        "    def pairs(self, table, tops):\n"
        "        xs, ws = super().pairs(table, tops)\n"
        "        return xs[ws == ws.max()], ws[ws == ws.max()]\n"
        "thing = Tops()\n"
    )
    info = tmp_path / "other_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[klgnn.selections]\n"
        "tops = other_package:Tops\n"
        "ready-made = other_package:thing\n"
        "broken = builtins:int\n"
        "all = other_package:Tops\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("other_package", None)


@pytest.mark.usefixtures("third_party")
def test_another_package_adds_a_selection():
    assert selection_names() == ("all", "extremal", "classes", "broken", "ready-made", "tops")
    assert find_selection("tops").meaning == "intervals below the longest element"
    assert find_selection("ready-made").name == "tops"


@pytest.mark.usefixtures("third_party")
def test_another_package_cannot_take_a_name():
    assert type(find_selection("all")) is All


@pytest.mark.usefixtures("third_party")
def test_something_else_is_refused():
    with pytest.raises(UsageError, match=r"builtins:int.*lacks"):
        find_selection("broken")
