"""The table against independent programs, known counts and identities."""

import hashlib
import itertools
import json
from functools import cache
from math import factorial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_gen import kl_table
from data_gen.bruhat import bruhat_leq, unrank_permutations
from data_gen.errors import (
    ChecksumError,
    DatasetError,
    MemoryLimitError,
    PermutationError,
    UsageError,
)
from data_gen.kl_build import build
from data_gen.kl_memory import predicted_bytes
from data_gen.kl_single import kl_coefficients
from data_gen.kl_table import NOT_BELOW, KLTable
from data_gen.memory import require_memory
from data_gen.permutations import (
    conjugate_by_w0,
    from_array,
    inverse,
    left_descents,
    length,
    right_descents,
)
from data_gen.r_polynomials import r_polynomial

GOLDEN = Path(__file__).parent.parent / "golden"

# Counts of the Kazhdan-Lusztig literature and of coxeter3 (tests/golden/kl_hashes.json has more).
PAIRS = {3: 19, 4: 213, 5: 3781, 6: 98407, 7: 3550919, 8: 170288585}
EXTREMAL_PAIRS = {4: 30, 5: 242, 6: 2940, 7: 50224}
LARGEST_TABLE = 9
DISTINCT = {4: 2, 5: 5, 6: 17, 7: 98}


@cache
def table(n: int) -> KLTable:
    return KLTable.compute(n)


def polynomial_of(x, w) -> tuple[int, ...]:
    """P_{x,w} from the table, or in S_10 (whose table takes minutes) alone."""
    return table(len(w)).polynomial(x, w) if len(w) <= LARGEST_TABLE else kl_coefficients(x, w)


def golden(name: str):
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def histogram(t: KLTable) -> dict[str, int]:
    keys = (",".join(map(str, polynomial)) for polynomial in t.polynomials)
    return dict(zip(keys, t.multiplicities.tolist(), strict=True))


def digest(counts: dict[str, int]) -> str:
    lines = sorted(f"{key}:{count}\n" for key, count in counts.items())
    return hashlib.sha256("".join(lines).encode("ascii")).hexdigest()


def permutations(n: int):
    return st.permutations(range(1, n + 1)).map(tuple)


@st.composite
def pairs_below(draw, smallest: int = 4, largest: int = 10):
    """x <= w: w at random (S_4 to S_10), x by going down at random reflections."""
    n = draw(st.integers(smallest, largest))
    w = draw(permutations(n))
    x = list(w)
    for i, j in draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=9)):
        if i < j and x[i] > x[j]:
            x[i], x[j] = x[j], x[i]
    return tuple(x), w


@pytest.mark.parametrize("n", PAIRS)
def test_number_of_pairs(n: int) -> None:
    assert table(n).count_pairs() == PAIRS[n]


@pytest.mark.parametrize("n", EXTREMAL_PAIRS)
def test_extremal_pairs_and_distinct_polynomials(n: int) -> None:
    assert table(n).num_extremal_pairs == EXTREMAL_PAIRS[n]
    assert len(table(n).polynomials) == len(set(table(n).polynomials)) == DISTINCT[n]


@pytest.mark.parametrize("n", [1, 2])
def test_smallest_groups(n: int) -> None:
    assert table(n).polynomials == ((1,),)
    assert table(n).count_pairs() == {1: 1, 2: 3}[n]
    assert table(n).ids(range(1, n + 1)).tolist() == [0] + [NOT_BELOW] * (n - 1)


def test_coefficient_counts_of_s6() -> None:
    found: dict[tuple[int, int], int] = {}
    for polynomial, count in zip(table(6).polynomials, table(6).multiplicities, strict=True):
        for degree, coefficient in enumerate(polynomial):
            if degree and coefficient:
                key = degree, coefficient
                found[key] = found.get(key, 0) + int(count)
    assert found == {
        (1, 1): 16564, (1, 2): 4366, (1, 3): 652, (1, 4): 78,
        (2, 1): 2146, (2, 2): 288, (2, 3): 48, (2, 4): 34,
        (3, 1): 42,
    }  # fmt: skip


def test_all_of_s5_against_coxeter3() -> None:
    everything = golden("kl_s5.json")["polynomials"]
    words = ["".join(map(str, x + 1)) for x in unrank_permutations(np.arange(120), 5)]
    for w in words:
        for x in words:
            assert list(table(5).polynomial(x, w)) == everything[w].get(x, []), (x, w)


@pytest.mark.parametrize("n", [6, 7])
def test_random_pairs_against_coxeter3(n: int) -> None:
    for x, w, polynomial in golden("kl_random_s6_s7.json")[f"s{n}"]:
        assert list(table(n).polynomial(x, w)) == polynomial, (x, w)


@pytest.mark.parametrize("n", [7, 8])
def test_histogram_against_coxeter3(n: int) -> None:
    assert histogram(table(n)) == golden(f"kl_histogram_s{n}.json")["histogram"]


@pytest.mark.parametrize("n", [3, 4, 5, 6, 7, 8])
def test_hashes_against_coxeter3(n: int) -> None:
    check_hashes(table(n))


@pytest.mark.slow
def test_s9_hashes_against_coxeter3() -> None:
    check_hashes(table(9))


def check_hashes(t: KLTable) -> None:
    expected = next(h for h in golden("kl_hashes.json")["hashes"] if h["n"] == t.n)
    assert t.count_pairs() == expected["pairs"]
    assert t.num_extremal_pairs == expected["extremal_pairs"]
    assert len(t.polynomials) == expected["distinct_polynomials"]
    assert digest(histogram(t)) == expected["sha256_pairs"]


@pytest.mark.parametrize("n", [2, 5, 7, pytest.param(8, marks=pytest.mark.slow),
                               pytest.param(9, marks=pytest.mark.slow)])  # fmt: skip
def test_worst_descents_give_the_same_polynomials(n: int) -> None:
    assert histogram(KLTable(build(n, worst=True))) == histogram(table(n))


@pytest.mark.parametrize("n", [4, 7, 8, pytest.param(9, marks=pytest.mark.slow)])
def test_same_bytes_for_any_number_of_threads(n: int, tmp_path: Path) -> None:
    digests = set()
    for threads in (1, 2, 3, 5):
        KLTable.compute(n, threads=threads).save(tmp_path / "table")
        digests.add(hashlib.sha256((tmp_path / "table").read_bytes()).hexdigest())
    assert len(digests) == 1


@given(pairs_below())
def test_symmetries(pair) -> None:
    x, w = pair
    polynomial = polynomial_of(x, w)
    assert polynomial == polynomial_of(inverse(x), inverse(w))
    assert polynomial == polynomial_of(conjugate_by_w0(x), conjugate_by_w0(w))


@given(pairs_below())
def test_shape(pair) -> None:
    x, w = pair
    polynomial = polynomial_of(x, w)
    assert polynomial[0] == 1
    assert min(polynomial) >= 0
    assert polynomial[-1] > 0
    gap = length(w) - length(x)
    assert x == w or 2 * (len(polynomial) - 1) <= gap - 1
    if len(w) <= LARGEST_TABLE:
        highest = polynomial[-1] if 2 * (len(polynomial) - 1) == gap - 1 else 0
        assert table(len(w)).mu(x, w) == highest


def test_mu_of_every_pair_is_zero_unless_x_is_below_w() -> None:
    t = table(4)
    words = list(itertools.permutations(range(1, 5)))
    for x in words:
        for w in words:
            polynomial, gap = t.polynomial(x, w), length(w) - length(x)
            highest = polynomial[-1] if polynomial and 2 * len(polynomial) - 1 == gap else 0
            assert t.mu(x, w) == highest


@given(pairs_below())
def test_pushing_up_changes_nothing(pair) -> None:
    x, w = pair
    polynomial = polynomial_of(x, w)
    for s in right_descents(w):
        higher = list(x)
        higher[s - 1 : s + 1] = sorted(x[s - 1 : s + 1], reverse=True)
        assert polynomial_of(higher, w) == polynomial
    for s in left_descents(w):
        places = list(inverse(x))
        places[s - 1 : s + 1] = sorted(places[s - 1 : s + 1], reverse=True)
        assert polynomial_of(inverse(tuple(places)), w) == polynomial


@given(pairs_below(), st.data())
def test_monotonicity(pair, data) -> None:
    """P_{x,w} - P_{z,w} has no negative coefficient for x <= z <= w (Braden-MacPherson)."""
    x, w = pair
    z = list(x)
    for i in range(len(w)):
        j = data.draw(st.integers(0, len(w) - 1))
        if i < j and z[i] < z[j]:
            higher = list(z)
            higher[i], higher[j] = z[j], z[i]
            z = higher if bruhat_leq(higher, w) else z
    lower, upper = polynomial_of(x, w), polynomial_of(z, w)
    assert len(lower) >= len(upper)
    assert all(a >= b for a, b in zip(lower, upper, strict=False))


@given(pairs_below(largest=6))
def test_inversion_formula(pair) -> None:
    """q^l P_{x,w}(1/q) = sum over a in [x, w] of R_{x,a} P_{a,w} (Kazhdan-Lusztig 1979)."""
    x, w = pair
    n, gap = len(w), length(w) - length(x)
    total = np.zeros(gap + 1, dtype=np.int64)
    for rank in np.flatnonzero(table(n).ids(w) != NOT_BELOW):
        a = from_array(unrank_permutations(rank, n))
        r = r_polynomial(x, a)
        if r:
            product = np.convolve(r, table(n).polynomial(a, w))
            total[: len(product)] += product
    reversed_polynomial = np.zeros(gap + 1, dtype=np.int64)
    polynomial = table(n).polynomial(x, w)
    reversed_polynomial[gap - len(polynomial) + 1 :] = polynomial[::-1]
    assert total.tolist() == reversed_polynomial.tolist()


@pytest.mark.slow
@pytest.mark.parametrize("n", [9, 10])
def test_random_pairs_against_single_pairs(n: int) -> None:
    """The table against `kl_coefficients`, which reduces pairs and uses other rows."""
    if n == 10:
        require_memory(predicted_bytes(10, 2), "the table of S_10")
    big = table(9) if n == 9 else KLTable.compute(10, threads=2)
    rng = np.random.default_rng(n)
    for _ in range(15):
        w = from_array(rng.permutation(n))
        ids = big.ids(w)
        for rank in rng.choice(np.flatnonzero(ids != NOT_BELOW), 10):
            x = from_array(unrank_permutations(rank, n))
            polynomial = big.polynomial(x, w)
            assert polynomial == big.polynomials[ids[rank]]
            assert polynomial == kl_coefficients(x, w)
            assert polynomial == big.polynomial(inverse(x), inverse(w))
            assert polynomial == big.polynomial(conjugate_by_w0(x), conjugate_by_w0(w))
            assert x == w or 2 * (len(polynomial) - 1) < length(w) - length(x)


@given(permutations(6), permutations(6))
def test_zero_exactly_off_bruhat_order(x, w) -> None:
    assert bool(table(6).polynomial(x, w)) == bruhat_leq(x, w)


@pytest.mark.parametrize("n", [3, 6, 8])
def test_rows_lookups_and_single_pairs_agree(n: int) -> None:
    rng = np.random.default_rng(n)
    t, count = table(n), factorial(n)
    for w_rank in rng.integers(0, count, 5):
        w = from_array(unrank_permutations(w_rank, n))
        row = t.ids(w)
        assert row.dtype == np.int32
        few = t.lookup(np.arange(count), np.full(count, w_rank))
        assert np.array_equal(row, few)
        for x_rank in rng.integers(0, count, 5):
            x = from_array(unrank_permutations(x_rank, n))
            number = row[x_rank]
            expected = () if number == NOT_BELOW else t.polynomials[number]
            assert t.polynomial(x, w) == expected


@pytest.mark.parametrize("n", [4, 8])
def test_many_lookups_at_once_agree_with_few(n: int) -> None:
    rng = np.random.default_rng(7)
    xs, ws = rng.integers(0, factorial(n), (2, 2 * kl_table._MANY))
    many = table(n).lookup(xs, ws)
    few = [table(n).lookup(xs[k::7], ws[k::7]) for k in range(7)]
    assert len(few[0]) < kl_table._MANY
    for k in range(7):
        assert np.array_equal(many[k::7], few[k])


def test_lookup_broadcasts() -> None:
    xs, ws = np.arange(24)[:, np.newaxis], np.arange(24)
    found = table(4).lookup(xs, ws)
    assert found.shape == (24, 24)
    assert (found != NOT_BELOW).sum() == 213


def test_extremal_pairs() -> None:
    """Against the definition, for all of S_5."""
    words = [from_array(x) for x in unrank_permutations(np.arange(120), 5)]
    found = dict(table(5).extremal_pairs())
    assert sum(len(xs) for xs in found.values()) == table(5).num_extremal_pairs
    for w_rank, w in enumerate(words):
        expected = [
            x_rank
            for x_rank, x in enumerate(words)
            if left_descents(x) >= left_descents(w)
            and right_descents(x) >= right_descents(w)
            and bruhat_leq(x, w)
        ]
        assert found[w_rank].tolist() == expected


def test_saved_table_is_the_same(tmp_path: Path) -> None:
    table(6).save(tmp_path / "s6.kl")
    opened = KLTable.open(tmp_path / "s6.kl")
    assert opened.n == 6
    assert repr(opened) == repr(table(6))
    assert opened.polynomials == table(6).polynomials
    assert np.array_equal(opened.multiplicities, table(6).multiplicities)
    xs, ws = np.divmod(np.arange(720 * 720), 720)
    assert np.array_equal(opened.lookup(xs, ws), table(6).lookup(xs, ws))
    opened.save(tmp_path / "again.kl")
    assert (tmp_path / "again.kl").read_bytes() == (tmp_path / "s6.kl").read_bytes()
    assert not list(tmp_path.glob("*.tmp"))


@pytest.mark.parametrize("place", [40, -2])
def test_damaged_file_is_refused(tmp_path: Path, place: int) -> None:
    path = tmp_path / "s5.kl"
    table(5).save(path)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(ChecksumError, match=r"s5\.kl"):
        KLTable.open(path)


def test_short_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s5.kl"
    table(5).save(path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ChecksumError, match="cut short"):
        KLTable.open(path)


@pytest.mark.parametrize("content", [b"", b"12345678901234567890"])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(DatasetError, match="other"):
        KLTable.open(tmp_path / "other")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="nowhere"):
        KLTable.open(tmp_path / "nowhere")


@pytest.mark.parametrize("n", [0, -1, 2.0, True])
def test_bad_n(n) -> None:
    with pytest.raises(UsageError, match="n = "):
        KLTable.compute(n)


def test_bad_threads() -> None:
    with pytest.raises(UsageError, match="threads = 0"):
        KLTable.compute(3, threads=0)


@pytest.mark.parametrize("n", [12, 100])
def test_too_large_is_said_before_it_starts(n: int) -> None:
    with pytest.raises(MemoryLimitError, match=rf"S_{n} needs about .* bytes"):
        KLTable.compute(n)


def test_too_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_gen.memory.available_bytes", lambda: 1000)
    with pytest.raises(MemoryLimitError, match="1000 bytes"):
        KLTable.compute(8)


def test_bad_permutations_and_ranks() -> None:
    with pytest.raises(PermutationError, match="'123'"):
        table(4).polynomial("123", "1234")
    with pytest.raises(UsageError, match="between 0 and 23"):
        table(4).lookup(np.array([24]), np.array([0]))
    with pytest.raises(UsageError, match="between 0 and 23"):
        table(4).lookup(np.array([0]), np.array([-1]))
    with pytest.raises(UsageError, match="integers"):
        table(4).lookup(np.array([0.5]), np.array([0]))
    with pytest.raises(UsageError, match="shapes"):
        table(4).lookup(np.array([0, 1]), np.array([0, 1, 2]))


def test_progress_ends_with_everything_done() -> None:
    calls: list[tuple[int, int]] = []
    KLTable.compute(6, threads=2, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1][0] == calls[-1][1]
    assert all(done <= total for done, total in calls)


def test_interrupted_by_the_progress_callback() -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        KLTable.compute(8, threads=2, progress=stop)


@pytest.mark.parametrize(("highest", "size"), [(2**31 - 2, 2), (2**31 - 1, 0)])
def test_overflow_of_a_sum_is_detected(highest: int, size: int) -> None:
    """P + q P' with P = 1 + q and P' = highest: size 0 says that the builder must raise."""
    from data_gen.kl_kernels.rows import _write_sum

    start = np.array([0, 2, 3])
    coefficients = np.array([1, 1, highest], dtype=np.int32)
    poly = np.zeros(4, dtype=np.int64)
    assert _write_sum.py_func(start, coefficients, 0, 1, poly) == size
