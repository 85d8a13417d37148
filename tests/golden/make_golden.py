"""Make the golden Kazhdan-Lusztig data with coxeter3; README.md beside this file says how.

Runs only in an environment of its own that holds passagemath-coxeter3 (GPL). No test and no
package imports this file, and it imports none of them: the data stay independent of klgnn.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import random
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from itertools import permutations
from pathlib import Path
from typing import Any

Perm = tuple[int, ...]
Poly = tuple[int, ...]

HERE = Path(__file__).resolve().parent
RANDOM_PAIRS = 2000
UNIFORM_PAIRS = 500
NOT_BELOW_PAIRS = 200
NATIVE_VERSION = "3.1, tscrim/coxeter on GitHub, commit 7b5a1f0"


def name(p: Perm) -> str:
    """One-line notation, 1-indexed."""
    return "".join(map(str, p))


def swap_positions(p: Perm, i: int) -> Perm:
    """Return p s_i: swap the entries in positions i and i+1 (1-indexed)."""
    q = list(p)
    q[i - 1], q[i] = q[i], q[i - 1]
    return tuple(q)


def swap_values(p: Perm, i: int) -> Perm:
    """Return s_i p: swap the values i and i+1."""
    return tuple(i + 1 if v == i else i if v == i + 1 else v for v in p)


def right_descents(p: Perm) -> list[int]:
    """Positions i with p(i) > p(i+1)."""
    return [i for i in range(1, len(p)) if p[i - 1] > p[i]]


def left_descents(p: Perm) -> list[int]:
    """Values i such that i+1 stands before i."""
    return [i for i in range(1, len(p)) if p.index(i + 1) < p.index(i)]


def length(p: Perm) -> int:
    """Return the number of inversions."""
    return sum(a > b for k, a in enumerate(p) for b in p[k + 1 :])


def reduced_word(p: Perm) -> list[int]:
    """Indices i_1..i_k with p = s_{i_1} ... s_{i_k}, where (x s)(i) = x(s(i))."""
    word: list[int] = []
    while descents := right_descents(p):
        p = swap_positions(p, descents[0])
        word.append(descents[0])
    return word[::-1]


class Coxeter3:
    """S_n inside coxeter3, as type A_{n-1}."""

    def __init__(self, n: int) -> None:
        """Translate all of S_n and check the translation on every element."""
        import sage.all__sagemath_modules  # noqa: F401  (first, or the next import is circular)
        from sage.libs.coxeter3.coxeter import get_CoxGroup

        group = get_CoxGroup(["A", n - 1])
        group.full_context()
        self.n = n
        self.elements: list[Perm] = list(permutations(range(1, n + 1)))
        self.coxeter = {p: group(reduced_word(p)) for p in self.elements}
        self.length = {p: length(p) for p in self.elements}
        for p, g in self.coxeter.items():
            # Left and right must not be exchanged: descents by value, descents by position.
            ours = (left_descents(p), right_descents(p), self.length[p])
            theirs = (sorted(g.left_descents()), sorted(g.right_descents()), len(g))
            if ours != theirs:
                raise AssertionError(f"{name(p)}: descents and length {ours}, coxeter3 {theirs}")

    def polynomial(self, x: Perm, w: Perm) -> Poly:
        """P_{x,w} as coxeter3 gives it: ascending coefficients, () where x is not below w."""
        q_polynomial = self.coxeter[x].kazhdan_lusztig_polynomial(self.coxeter[w])
        return tuple(int(c) for c in q_polynomial.list())

    def double_cosets(self, w: Perm) -> dict[Perm, int]:
        """Every x is pushed up by the descents of w: the tops reached, and how many reach each."""
        left, right = left_descents(w), right_descents(w)
        top: dict[Perm, Perm] = {}
        count: dict[Perm, int] = {}
        for x in sorted(self.elements, key=self.length.__getitem__, reverse=True):
            up = next((swap_positions(x, i) for i in right if x[i - 1] < x[i]), None)
            if up is None:
                up = next((swap_values(x, i) for i in left if x.index(i) < x.index(i + 1)), None)
            top[x] = x if up is None else top[up]
            count[top[x]] = count.get(top[x], 0) + 1
        return count

    def extremal_pairs(self) -> Iterator[tuple[Perm, Perm, Poly, int]]:
        """All extremal pairs z <= w: z, w, P_{z,w} and the number of x that are pushed up to z."""
        cosets: dict[tuple[tuple[int, ...], tuple[int, ...]], dict[Perm, int]] = {}
        for w in self.elements:
            key = (tuple(left_descents(w)), tuple(right_descents(w)))
            if key not in cosets:
                cosets[key] = self.double_cosets(w)
            for z, size in cosets[key].items():
                if self.length[z] <= self.length[w] and (poly := self.polynomial(z, w)):
                    yield z, w, poly, size


def walk_down(z: Perm, w: Perm, rng: random.Random) -> Perm:
    """Return a random x with the same polynomial as z: steps by left and right descents of w."""
    left, right = left_descents(w), right_descents(w)
    for _ in range(rng.randrange(12)):
        side, descents = rng.choice([(swap_values, left), (swap_positions, right)])
        if descents:
            z = side(z, rng.choice(descents))
    return z


def random_pairs(group: Coxeter3, rng: random.Random) -> list[tuple[str, str, list[int]]]:
    """Pairs drawn as README.md says; each polynomial is asked of coxeter3 for that very pair."""
    chosen: dict[tuple[Perm, Perm], Poly] = {}
    while len(chosen) < UNIFORM_PAIRS:
        x, w = rng.choice(group.elements), rng.choice(group.elements)
        if poly := group.polynomial(x, w):
            chosen[x, w] = poly
    by_polynomial: dict[Poly, list[tuple[Perm, Perm]]] = {}
    for z, w, poly, _ in group.extremal_pairs():
        by_polynomial.setdefault(poly, []).append((z, w))
    while len(chosen) < RANDOM_PAIRS:
        for expected in sorted(by_polynomial):
            z, w = rng.choice(by_polynomial[expected])
            x = walk_down(z, w, rng)
            poly = group.polynomial(x, w)
            if poly != expected:
                raise AssertionError(f"{name(x)}, {name(w)}: {poly}, but {expected} when pushed up")
            chosen[x, w] = poly
            if len(chosen) == RANDOM_PAIRS:
                break
    while len(chosen) < RANDOM_PAIRS + NOT_BELOW_PAIRS:
        x, w = rng.choice(group.elements), rng.choice(group.elements)
        # Every second one has l(x) < l(w), so that the length alone does not decide.
        if len(chosen) % 2 and group.length[x] >= group.length[w]:
            continue
        if not group.polynomial(x, w):
            chosen[x, w] = ()
    return sorted((name(x), name(w), list(poly)) for (x, w), poly in chosen.items())


def key_of(poly: Iterable[int]) -> str:
    """Return the key of a polynomial in a histogram: "1,2,1" is 1 + 2q + q^2."""
    return ",".join(map(str, poly))


def histograms(group: Coxeter3) -> tuple[dict[str, int], dict[str, int]]:
    """Multiplicities of polynomials over all pairs x <= w, and over the extremal ones."""
    pairs: dict[str, int] = {}
    extremal: dict[str, int] = {}
    for _, _, poly, size in group.extremal_pairs():
        key = key_of(poly)
        pairs[key] = pairs.get(key, 0) + size
        extremal[key] = extremal.get(key, 0) + 1
    return pairs, extremal


def canonical_sha256(histogram: dict[str, int]) -> str:
    """sha256 of the lines c0,c1,...:multiplicity, sorted as strings, each with its newline."""
    lines = sorted(f"{poly}:{count}\n" for poly, count in histogram.items())
    return hashlib.sha256("".join(lines).encode("ascii")).hexdigest()


def summary(n: int, pairs: dict[str, int], extremal: dict[str, int]) -> dict[str, Any]:
    """Counts and hashes of one n, for kl_hashes.json."""
    return {
        "n": n,
        "pairs": sum(pairs.values()),
        "extremal_pairs": sum(extremal.values()),
        "distinct_polynomials": len(pairs),
        "sha256_pairs": canonical_sha256(pairs),
        "sha256_extremal": canonical_sha256(extremal),
    }


def compact(value: Any) -> str:
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":"))


def block(value: Any) -> str:
    """JSON with one line for each entry of the outermost list or object."""
    if isinstance(value, dict):
        body = ",\n".join(f"{compact(k)}:{compact(v)}" for k, v in value.items())
        return f"{{\n{body}\n}}"
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(compact, value)) + "\n]"
    return compact(value)


def write(path: Path, content: dict[str, Any]) -> None:
    """Write one golden file, atomically."""
    text = "{\n" + ",\n".join(f"{compact(k)}: {block(v)}" for k, v in content.items()) + "\n}\n"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, encoding="ascii")
    os.replace(temporary, path)
    print(f"{path.name}: {len(text)} bytes")


def make_pairs(out: Path, seed: int) -> None:
    """Make the files for which the Python interface is fast enough."""
    maker = {
        "program": "coxeter3 through its Python interface in passagemath-coxeter3",
        "passagemath-coxeter3": version("passagemath-coxeter3"),
        "python": platform.python_version(),
        "command": f"python make_golden.py pairs --seed {seed}",
    }
    s5 = Coxeter3(5)
    table: dict[str, dict[str, Poly]] = {}
    for w in s5.elements:
        row = {name(x): s5.polynomial(x, w) for x in s5.elements}
        table[name(w)] = {x: poly for x, poly in row.items() if poly}
    write(out / "kl_s5.json", {"made_by": maker, "n": 5, "polynomials": table})

    s7 = Coxeter3(7)
    drawn = {
        f"s{group.n}": random_pairs(group, random.Random(seed + group.n))
        for group in (Coxeter3(6), s7)
    }
    write(out / "kl_random_s6_s7.json", {"made_by": maker, **drawn})

    pairs, extremal = histograms(s7)
    counts = {k: v for k, v in summary(7, pairs, extremal).items() if "sha" not in k}
    content = {"made_by": maker, **counts, "histogram": dict(sorted(pairs.items()))}
    write(out / "kl_histogram_s7.json", content)


def make_native(out: Path, sources: list[Path]) -> None:
    """Turn the native driver's answers (one JSON file for each n) into golden files."""
    maker = {
        "program": "coxeter3, natively: a C++ driver around its fillKL (README.md)",
        "coxeter3": NATIVE_VERSION,
        "command": "python make_golden.py native s3.json ... s9.json",
    }
    hashes = []
    for answer in sorted((json.loads(p.read_text()) for p in sources), key=lambda a: a["n"]):
        n, pairs, extremal = answer["n"], answer["histogram"], answer["extremal_histogram"]
        entry = summary(n, pairs, extremal)
        claimed = {k: answer[k] for k in ("pairs", "extremal_pairs")}
        if any(entry[k] != v for k, v in claimed.items()):
            raise AssertionError(f"n={n}: the driver counted {claimed}, its histograms {entry}")
        hashes.append(entry)
        if n == 8:
            counts = {k: v for k, v in entry.items() if "sha" not in k}
            content = {"made_by": maker, **counts, "histogram": dict(sorted(pairs.items()))}
            write(out / "kl_histogram_s8.json", content)
    meaning = 'sha256 of the lines "c0,c1,...:multiplicity\\n", sorted as ASCII strings'
    write(out / "kl_hashes.json", {"made_by": maker, "meaning": meaning, "hashes": hashes})


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and make what it asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the JSON files")
    verbs = parser.add_subparsers(dest="verb", required=True)
    pairs = verbs.add_parser("pairs", help="all of S_5, random pairs of S_6 and S_7, S_7 histogram")
    pairs.add_argument("--seed", type=int, default=2021)
    native = verbs.add_parser("native", help="S_8 histogram and hashes from the native driver")
    native.add_argument("answers", type=Path, nargs="+", help="what the driver printed, one per n")
    given = parser.parse_args(arguments)
    if given.verb == "pairs":
        make_pairs(given.out, given.seed)
    else:
        make_native(given.out, given.answers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
