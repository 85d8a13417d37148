"""The language of `--where`."""

import numpy as np
import pytest

from data_gen.errors import UsageError
from data_gen.row_query import RowQuery

ROWS = {
    "n": np.array([3, 3, 4, 10]),
    "x": np.array([0, 1, 0, 0]),
    "w": np.array([1, 5, 23, 1]),
    "length": np.array([1, 2, 6, 1]),
    "num_nodes": np.array([2, 4, 24, 2]),
    "kl": np.array(["1", "1,1", "1,2,1", "1"]),
    "num_edges": np.array([1, 4, 72, 1]),
    "iso_class": np.array(["aa", "bb", "cc", "aa"], dtype=object),
    "class_size": np.array([2, 1, 1, 2]),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n == 3", [1, 1, 0, 0]),
        ("length > 1 and num_nodes < 20", [0, 1, 0, 0]),
        ("length > 1 & num_nodes < 20 | n == 10", [0, 1, 0, 1]),
        ("not (n == 3)", [0, 0, 1, 1]),
        ("1 < length <= 6", [0, 1, 1, 0]),
        ("n in [3, 10]", [1, 1, 0, 1]),
        ("n.isin([3]) and length.between(2, 6)", [0, 1, 0, 0]),
        ("num_nodes % 4 == 0", [0, 1, 1, 0]),
        ("`length` == 2", [0, 1, 0, 0]),
        ("x == '132'", [0, 1, 0, 0]),
        ("w == '1,2,3,4,5,6,7,8,10,9'", [0, 0, 0, 1]),
        ("x.str.startswith('12')", [1, 0, 1, 0]),
        ("kl == [1, 1]", [0, 1, 0, 0]),
        ("kl == (1, 1)", [0, 1, 0, 0]),
        ("kl != [1]", [0, 1, 1, 0]),
        ("kl in [[1, 1], [1, 2, 1]]", [0, 1, 1, 0]),
        ("kl.str.len() > 2", [0, 0, 1, 0]),
        ("kl.str[1] == 2", [0, 0, 1, 0]),
        ("class_size > 1 and iso_class == 'aa'", [1, 0, 0, 1]),
    ],
)
def test_rows_that_stay(text, expected):
    query = RowQuery.parse(text)
    assert query.mask(ROWS).astype(int).tolist() == expected
    assert query.early == ("class" not in text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("length >", "no pandas query"),
        ("size > 3", r"'size' cannot be asked for.*num_nodes"),
        ("split == 'train'", "'split' cannot be asked for"),
        ("3 > 2", "names no column"),
        ("n + 1", "no condition"),
        ("x + n", "cannot be evaluated"),
        ("sqrt(length) > 2", "'sqrt' cannot be asked for"),
        ("num_nodes == num_nodes.max()", r"\.max does not look at one row"),
        ("length.rank() < 3", r"\.rank does not look at one row"),
        ("length > length.shift()", r"\.shift does not look at one row"),
        ("kl == '1,1'", r"kl == \[1, 2, 1\]"),
        ("kl == 1", r"kl == \[1, 2, 1\]"),
        ("x == 132", "132 wants quotes"),
        ("x == '01324'", r"'01324' counts from 0.*1,?2,?4"),
        ("n == 4 and '1332' != w", "'1332' is not a permutation"),
        ("x == '1 3 2'", "in the dataset '1 3 2' is written '132'"),
        ("@n == 3", "no pandas query"),
    ],
)
def test_senseless_queries(text, message):
    with pytest.raises(UsageError, match=message):
        RowQuery.parse(text)
