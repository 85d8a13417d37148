"""Files of ML4AlgComb, written here in their format from polynomials that coxeter3 computed."""

import hashlib
import json
import random
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_gen import ml4algcomb_rows
from data_gen.bruhat import rank_permutations
from data_gen.errors import DatasetError, MemoryLimitError
from data_gen.ml4algcomb import check_file
from data_gen.ml4algcomb_rows import COLUMNS, read_pairs

Row = tuple[list[int], list[int], list[int]]

GOLDEN = Path(__file__).parents[1] / "golden" / "kl_s5.json"
S5 = [list(word) for word in permutations(range(5))]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """All pairs of S_5, 0-indexed, with [0] where x is not below w, in a random order."""
    polynomials = json.loads(GOLDEN.read_text())["polynomials"]

    def name(word: list[int]) -> str:
        return "".join(str(value + 1) for value in word)

    result = [(x, w, polynomials[name(w)].get(name(x), [0])) for w in S5 for x in S5]
    random.Random(5).shuffle(result)
    return result


def compact(row: Row) -> str:
    x, w, coefficients = row
    words = ["".join(map(str, x)), "".join(map(str, w)), *map(str, coefficients)]
    return ", ".join(words)


def write(path: Path, rows: list[Row], line: Callable[[Row], str] = compact) -> Path:
    path.write_text("".join(line(row) + "\n" for row in rows))
    return path


def ranks(words: list[list[int]]) -> list[int]:
    return rank_permutations(np.array(words)).tolist()


def refused(path: Path, *messages: str) -> None:
    with pytest.raises(DatasetError) as caught:
        check_file(path)
    for message in messages:
        assert message in str(caught.value)


# Good files --------------------------------------------------------------------------------------


def test_the_whole_of_s5(tmp_path, rows):
    path = write(tmp_path / "kl_polynomials_5_train.txt", rows)
    found = check_file(path)
    below = [(x, w) for x, w, coefficients in rows if coefficients != [0]]
    assert (found.n, found.rows, found.duplicates) == (5, 14_400, 0)
    assert found.zero_rows == 14_400 - 3781
    assert found.xs.tolist() == ranks([x for x, _ in below])
    assert found.ws.tolist() == ranks([w for _, w in below])
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_blocks_have_the_rows_as_they_are(tmp_path, rows):
    path = write(tmp_path / "kl.txt", rows)
    (block,) = read_pairs(path)
    assert len(block) == len(rows)
    assert block.line_numbers.tolist() == list(range(1, 14_401))
    assert block.xs.tolist() == ranks([x for x, _, _ in rows])
    assert block.ws.tolist() == ranks([w for _, w, _ in rows])
    polynomials = [list(block.polynomial(k)) for k in range(len(rows))]
    assert polynomials == [[] if p == [0] else p for _, _, p in rows]


@pytest.mark.parametrize("size", [1, 17, 1000, 30_000])
def test_blocks_of_any_size(tmp_path, rows, monkeypatch, size):
    path = write(tmp_path / "kl.txt", rows[:2000])
    (expected,) = read_pairs(path)
    monkeypatch.setattr(ml4algcomb_rows, "_BLOCK_BYTES", size)
    blocks = list(read_pairs(path))
    assert len(blocks) > (1 if size < 30_000 else 0)
    for name in ("line_numbers", "xs", "ws", "coefficients"):
        together = np.concatenate([getattr(block, name) for block in blocks])
        assert together.tolist() == getattr(expected, name).tolist()


def as_lists(row: Row) -> str:
    return ", ".join(map(str, row))


def as_csv(row: Row) -> str:
    return ",".join(f'"{values}"' for values in row)


def as_arrays(row: Row) -> str:
    return " ".join("[" + " ".join(map(str, values)) + "]" for values in row)


def padded(row: Row) -> str:
    return compact(row) + ", 0, 0"


@pytest.mark.parametrize("line", [as_lists, as_csv, as_arrays, padded])
def test_other_forms_of_a_row(tmp_path, rows, line):
    path = write(tmp_path / "kl.txt", rows[:3000], line)
    expected = check_file(write(tmp_path / "compact.txt", rows[:3000]))
    found = check_file(path)
    assert found.xs.tolist() == expected.xs.tolist()
    assert found.ws.tolist() == expected.ws.tolist()


@pytest.mark.parametrize("header", [",".join(COLUMNS), '"' + '","'.join(COLUMNS) + '"'])
def test_a_line_of_column_names(tmp_path, rows, header):
    path = tmp_path / "kl.csv"
    path.write_text("\n".join([header, *map(as_csv, rows[:50]), "[1],[2],[3]"]))
    refused(path, "line 52", "'[1],[2],[3]'")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", " \t\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends(tmp_path, rows, end, last):
    lines = [compact(row) for row in rows[:100]]
    path = tmp_path / "kl.txt"
    path.write_bytes((end.join(lines) + (end if last else "")).encode())
    found = check_file(path)
    assert found.rows == 100
    assert found.xs.tolist() == ranks([x for x, _, p in rows[:100] if p != [0]])


def test_a_byte_order_mark(tmp_path, rows):
    path = write(tmp_path / "kl.txt", rows[:10])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert check_file(path).rows == 10


def test_repeated_pairs_are_counted_and_come_once(tmp_path, rows):
    expected = check_file(write(tmp_path / "once.txt", rows[:500]))
    found = check_file(write(tmp_path / "more.txt", rows[:500] + rows[100:300] + rows[:7]))
    below = sum(p != [0] for _, _, p in rows[100:300] + rows[:7])
    assert found.duplicates == below
    assert found.rows == 707 == found.zero_rows + found.duplicates + len(found.xs)
    assert found.xs.tolist() == expected.xs.tolist()
    assert found.ws.tolist() == expected.ws.tolist()


def test_ten_letters_need_lists(tmp_path):
    word = list(range(10))
    path = write(tmp_path / "kl.txt", [(word, word, [1])], as_lists)
    (block,) = read_pairs(path)
    assert (block.n, block.xs.tolist(), block.polynomial(0)) == (10, [0], (1,))


def test_progress_reaches_the_end(tmp_path, rows, monkeypatch):
    monkeypatch.setattr(ml4algcomb_rows, "_BLOCK_BYTES", 1000)
    path = write(tmp_path / "kl.txt", rows[:500])
    seen = []
    check_file(path, lambda *report: seen.append(report))
    assert seen == sorted(seen)
    assert len(seen) > 5
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)


# Wrong polynomials -------------------------------------------------------------------------------


def test_wrong_polynomials_are_all_counted_and_ten_are_quoted(tmp_path, rows):
    wrong = list(range(40, 14_400, 1000))
    changed = [
        (x, w, [*p[:-1], p[-1] + 1] if k in wrong else p) for k, (x, w, p) in enumerate(rows)
    ]
    path = write(tmp_path / "kl.txt", changed)
    refused(path, f"15 of the 14,400 rows of {str(path)!r}", "and 5 more")
    with pytest.raises(DatasetError) as caught:
        check_file(path)
    quoted = [line for line in str(caught.value).splitlines() if line.startswith("  line")]
    assert len(quoted) == 10
    for k, line in zip(wrong, quoted, strict=False):
        assert line.startswith(f"  line {k + 1}: '{compact(changed[k])}' says ")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("01234, 34012, 1, 1", "1 + q, but it is 1 + 2q"),
        ("02134, 23014, 1", "1, but it is 1 + q"),
        ("02134, 23014, 1, 0, 1", "1 + q^2, but it is 1 + q"),
        ("02134, 23014, 1, 1, 0, 2", "1 + q + 2q^3, but it is 1 + q"),
        ("02134, 23014, 0", "0, but it is 1 + q"),
        ("02134, 23014, -1, 1", "-1 + q, but it is 1 + q"),
        ("10234, 01243, 1", "1, but it is 0"),
        ("02134, 23014, 1, 999999999999999", "1 + 999999999999999q, but"),
    ],
)
def test_one_wrong_row(tmp_path, line, message):
    path = tmp_path / "kl.txt"
    path.write_text(f"01234, 01234, 1\n\n{line}\n01234, 01234, 1\n")
    refused(path, "1 of the 3 rows", f"line 3: {line!r} says {message}")


def test_rows_with_w_before_x(tmp_path, rows):
    path = write(tmp_path / "kl.txt", [(w, x, p) for x, w, p in rows])
    refused(path, "14,400 rows", "right with x and w exchanged")


def test_no_such_hint_if_some_rows_are_otherwise_wrong(tmp_path, rows):
    turned = [(w, x, p) for x, w, p in rows]
    turned[0] = (*turned[0][:2], [7, 7])
    with pytest.raises(DatasetError) as caught:
        check_file(write(tmp_path / "kl.txt", turned))
    assert "exchanged" not in str(caught.value)


# Lines that are no rows --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("garbage", "no permutation"),
        ("P_{x,w} = 1", "no permutation"),
        ("01234", "too few fields"),
        ("01234, 34012", "too few fields"),
        ("01234, 34012, ", "too few fields"),
        ("[0, 1, 2, 3, 4], [3, 4, 0, 1, 2]", "too few fields"),
        ("[0, 1, 2, 3, 4], [3, 4, 0, 1, 2], []", "too few fields"),
        ("12345, 45123, 1, 1", "count from 1"),
        ("01234, 45123, 1, 1", "count from 1"),
        ("[1, 2, 3, 4, 5], [4, 5, 1, 2, 3], [1]", "count from 1"),
        ("01233, 34012, 1", "no permutation"),
        ("01235, 34012, 1", "no permutation"),
        ("01239, 34012, 1", "no permutation"),
        ("[0, 1, 2, 3, -4], [3, 4, 0, 1, 2], [1]", "no permutation"),
        ("[0, 1, 2, 3, 4, [3, 4, 0, 1, 2], [1]", "no permutation"),
        ("[0, 1, 2, 3, 4.0], [3, 4, 0, 1, 2], [1]", "no permutation"),
        ("01234x, 34012, 1", "no permutation"),
        ("0123456789012345678901234567890, 1, 1", "no permutation"),
        ("012345, 340125, 1", "not in S_5"),
        ("01234, 0123, 1", "not in S_5"),
        ("01234, 34012, 1, one", "no integer"),
        ("01234, 34012, 1.5", "no integer"),
        ("01234, 34012, 1 - 1", "no integer"),
        ("01234, 34012, 1-1", "no integer"),
        ("01234, 34012, [1, 1", "no integer"),
        ("01234, 34012, [1], 1", "no integer"),
        ("01234, 34012, 1]", "no integer"),
        ("01234, 34012, 9999999999999999999999", "15 digits"),
        ("\x00\x01\x02", "no permutation"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_line_that_is_no_row(tmp_path, rows, line, message, end):
    path = tmp_path / "kl.txt"
    path.write_bytes("".join([*(compact(row) + "\n" for row in rows[:20]), line, end]).encode())
    refused(path, f"{str(path)!r}, line 21: {line!r} ", message, "for instance 01234, 34012, 1, 2")


def test_a_whole_file_that_counts_from_one(tmp_path, rows):
    shifted = [([v + 1 for v in x], [v + 1 for v in w], p) for x, w, p in rows]
    path = write(tmp_path / "kl.txt", shifted)
    refused(path, "line 1: ", "count from 1; in these files they count from 0")


def test_a_line_in_a_later_block(tmp_path, rows, monkeypatch):
    monkeypatch.setattr(ml4algcomb_rows, "_BLOCK_BYTES", 500)
    path = write(tmp_path / "kl.txt", rows[:700])
    path.write_text(path.read_text() + "\n\n01234, 34012, x\n")
    refused(path, "line 703: '01234, 34012, x' ")


def test_another_n_further_down(tmp_path, rows):
    path = write(tmp_path / "kl.txt", [*rows[:30], ([0, 1, 2], [1, 0, 2], [1])])
    refused(path, "line 31: '012, 102, 1' ", "not in S_5")


@pytest.mark.parametrize("content", [b"", b"\n\r\n  \n", b"\xef\xbb\xbf", b",".join([b""])])
def test_an_empty_file(tmp_path, content):
    path = tmp_path / "kl.txt"
    path.write_bytes(content)
    refused(path, f"{str(path)!r} is empty")


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "kl.txt"
    path.write_bytes(bytes(range(256)) * 100)
    refused(path, "line 1: '\\x00\\x01")
    for byte in (b"0", b"\xff", b" "):
        path.write_bytes(b"01234, 34012, 1, 1\n" + byte * 9_000_000)
        with pytest.raises(DatasetError, match=r"line 2: .*\.\.\.' .*too long") as caught:
            check_file(path)
        assert len(str(caught.value)) < 1000


def test_no_file(tmp_path):
    refused(tmp_path / "nothing.txt", f"cannot read {str(tmp_path / 'nothing.txt')!r}: No such")
    refused(tmp_path, "cannot read", "Is a directory")


def test_an_n_beyond_the_table(tmp_path):
    word = list(range(13))
    path = write(tmp_path / "kl.txt", [(word, word, [1])], as_lists)
    with pytest.raises(MemoryLimitError, match="table of S_13"):
        check_file(path)


# Parquet -----------------------------------------------------------------------------------------


def write_parquet(path: Path, rows: list[Row], kind: pa.DataType | None = None) -> Path:
    columns = zip(*rows, strict=True)
    lists = kind or pa.list_(pa.int64())
    arrays = [pa.array(column, lists) for column in columns]
    pq.write_table(pa.table(arrays, names=list(COLUMNS)), path)
    return path


@pytest.mark.parametrize("kind", [pa.list_(pa.int64()), pa.large_list(pa.int8())])
def test_parquet(tmp_path, rows, monkeypatch, kind):
    monkeypatch.setattr(ml4algcomb_rows, "_BLOCK_ROWS", 1000)
    path = write_parquet(tmp_path / "train.parquet", rows, kind)
    expected = check_file(write(tmp_path / "kl.txt", rows))
    seen = []
    found = check_file(path, lambda *report: seen.append(report))
    assert (found.n, found.rows, found.zero_rows) == (5, 14_400, 14_400 - 3781)
    assert found.xs.tolist() == expected.xs.tolist()
    assert found.ws.tolist() == expected.ws.tolist()
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert seen[-1] == (14_400, 14_400)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (([0, 1, 2, 3, 4], [3, 4, 0, 1, 2], [1, 1]), "says 1 + q, but it is 1 + 2q"),
        (([1, 2, 3, 4, 5], [4, 5, 1, 2, 3], [1]), "count from 1"),
        (([0, 1, 2, 3, 3], [3, 4, 0, 1, 2], [1]), "no permutation"),
        (([0, 1, 2, 3, 4], [3, 4, 0, 1], [1]), "not in S_5"),
        (([0, 1, 2, 3, 4], [3, 4, 0, 1, 2], []), "too few fields"),
    ],
)
def test_a_bad_row_of_parquet(tmp_path, rows, monkeypatch, row, message):
    monkeypatch.setattr(ml4algcomb_rows, "_BLOCK_ROWS", 100)
    path = write_parquet(tmp_path / "kl.parquet", [*rows[:250], row, *rows[250:300]])
    refused(path, "row 251: '", message)


def test_parquet_that_is_something_else(tmp_path, rows):
    path = tmp_path / "kl.parquet"
    pq.write_table(pa.table({"x": ["01234"]}), path)
    refused(path, f"{str(path)!r} has no column 'Permutation 1'")
    pq.write_table(pa.table({name: ["01234"] for name in COLUMNS}), path)
    refused(path, "column 'Permutation 1'", "holds string; lists of integers are wanted")
    pq.write_table(pa.table({name: [[0, 1], None] for name in COLUMNS}), path)
    refused(path, "column 'Permutation 1'", "missing values")
    write_parquet(path, rows)
    path.write_bytes(path.read_bytes()[:-100])
    refused(path, "cannot be read as Parquet")
    write_parquet(path, rows[:1])
    pq.write_table(pq.read_table(path).slice(0, 0), path)
    refused(path, "is empty")
