"""One failure of the H-tilde formula once more, from the definitions, sharing no code with it.

Permutations are tuples, sets are sets, and R-tilde comes from Dyer's recursion as it stands.
"""

from collections.abc import Iterator
from functools import cache
from itertools import combinations

Word = tuple[int, ...]
Polynomial = dict[int, int]


def length(w: Word) -> int:
    return sum(a > b for a, b in combinations(w, 2))


def covers_above(w: Word) -> Iterator[Word]:
    """All w t that are longer, t a transposition."""
    for i, j in combinations(range(len(w)), 2):
        if w[i] < w[j]:
            longer = list(w)
            longer[i], longer[j] = w[j], w[i]
            yield tuple(longer)


def interval(u: Word, v: Word) -> dict[Word, set[Word]]:
    """The elements of [u, v], each with the ends of the edges up from it."""
    above, pending = {u: set()}, [u]
    while pending:
        w = pending.pop()
        above[w] = {x for x in covers_above(w) if length(x) <= length(v)}
        pending += [x for x in above[w] if x not in above]
    below = {v}
    for w in sorted(above, key=length, reverse=True):
        if above[w] & below:
            below.add(w)
    return {w: above[w] & below for w in below}


def up_sets(graph: dict[Word, set[Word]]) -> dict[Word, set[Word]]:
    found: dict[Word, set[Word]] = {}
    for w in sorted(graph, key=length, reverse=True):
        found[w] = {w}.union(*(found[x] for x in graph[w]))
    return found


@cache
def r_tilde(x: Word, w: Word) -> tuple[tuple[int, int], ...]:
    """R~_{x,w} as pairs (exponent, coefficient)."""
    descents = [i for i in range(len(w) - 1) if w[i] > w[i + 1]]
    if not descents:
        return ((0, 1),) if x == w else ()
    s = descents[0]
    shorter = swapped(w, s)
    total: Polynomial = dict(r_tilde(swapped(x, s), shorter))
    if x[s] < x[s + 1]:
        for exponent, coefficient in r_tilde(x, shorter):
            total[exponent + 1] = total.get(exponent + 1, 0) + coefficient
    return tuple(sorted(total.items()))


def swapped(w: Word, s: int) -> Word:
    return (*w[:s], w[s + 1], w[s], *w[s + 2 :])


def hypercubes(graph: dict[Word, set[Word]], p: Word, chosen: tuple[Word, ...]) -> list[Word]:
    """The tops of all hypercubes at p on some out-neighbours."""
    subsets = [
        frozenset(part) for k in range(2, len(chosen) + 1) for part in combinations(chosen, k)
    ]
    tops = []

    def extend(k: int, theta: dict[frozenset[Word], Word]) -> None:
        if k == len(subsets):
            tops.append(theta[frozenset(chosen)])
            return
        above = set.intersection(*(graph[theta[subsets[k] - {a}]] for a in subsets[k]))
        for vertex in above - set(theta.values()):
            extend(k + 1, {**theta, subsets[k]: vertex})

    extend(0, {frozenset(): p, **{frozenset([a]): a for a in chosen}})
    return tops


def h_tilde(u: Word, v: Word, z: Word) -> tuple[bool, Polynomial]:
    """Whether [u, z] is a hypercube decomposition of [u, v], and what the H-tilde formula gives."""
    graph = interval(u, v)
    up = up_sets(graph)
    ideal = {w for w in graph if z in up[w]}
    for p in graph:
        for a, b in combinations(graph[p] & ideal, 2):
            if not graph[a] & graph[b] <= ideal:
                return False, {}
    total: Polynomial = {}
    for p in ideal:
        for size in range(len(graph[p] - ideal) + 1):
            for chosen in combinations(sorted(graph[p] - ideal), size):
                if any(b in up[a] or a in up[b] for a, b in combinations(chosen, 2)):
                    continue
                tops = hypercubes(graph, p, chosen) if chosen else [p]
                if len(tops) != 1:
                    return False, {}
                if tops[0] == v:
                    for exponent, coefficient in r_tilde(u, p):
                        total[exponent + size] = total.get(exponent + size, 0) + coefficient
    return True, total
