"""An interval and its polynomials by plain Python that shares no code with klgnn.

This text goes into every certificate, so it imports nothing but the standard library, and runs in
Sage as well. It is naive on purpose: everything follows a definition or a recursion word by word.
What is claimed of a counterexample is checked with it by `analysis.conjectures.rechecks`.
Permutations are tuples (x(1), ..., x(n)); polynomials are lists of coefficients from q^0 on.
"""
# mypy: ignore-errors

from itertools import combinations


def length(x):
    """The number of inversions."""
    return sum(1 for i, j in combinations(range(len(x)), 2) if x[i] > x[j])


def is_below(x, w):
    """Whether x <= w in Bruhat order: the first p entries, sorted, compare entry by entry."""
    firsts = range(1, len(x))
    return all(a <= b for p in firsts for a, b in zip(sorted(x[:p]), sorted(w[:p]), strict=True))


def swapped(x, i, j):
    """The permutation x t, t the transposition of the places i and j, counting from 0."""
    y = list(x)
    y[i], y[j] = y[j], y[i]
    return tuple(y)


def elements_of(x, w):
    """The elements of [x, w], by length: up from x as long as it stays below w."""
    found, pending = {tuple(x)}, [tuple(x)]
    while pending:
        y = pending.pop()
        for i, j in combinations(range(len(y)), 2):
            z = swapped(y, i, j)
            if y[i] < y[j] and z not in found and is_below(z, w):
                found.add(z)
                pending.append(z)
    return sorted(found, key=lambda y: (length(y), y))


def edges_above(y, inside):
    """The ends of the edges y -> y t that stay inside a set."""
    pairs = combinations(range(len(y)), 2)
    ends = (swapped(y, i, j) for i, j in pairs if y[i] < y[j])
    return [z for z in ends if z in inside]


def trim(p):
    """Without zeros at the end."""
    p = list(p)
    while p and p[-1] == 0:
        p.pop()
    return p


def add(p, q, factor=1, shift=0):
    """The sum p + factor q^shift q."""
    total = list(p) + [0] * max(0, len(q) + shift - len(p))
    for k, c in enumerate(q):
        total[k + shift] += factor * c
    return trim(total)


def multiply(p, q):
    """The product."""
    total = []
    for k, c in enumerate(p):
        total = add(total, q, c, k)
    return total


def r_tilde(x, y, known):
    """R~_{x,y}: with s a right descent of y, R~_{xs,ys}, plus q R~_{x,ys} if xs > x."""
    if not is_below(x, y):
        return []
    if x == y:
        return [1]
    if (x, y) not in known:
        s = next(i for i in range(len(y) - 1) if y[i] > y[i + 1])
        xs, ys = swapped(x, s, s + 1), swapped(y, s, s + 1)
        found = r_tilde(xs, ys, known)
        if x[s] < x[s + 1]:
            found = add(found, r_tilde(x, ys, known), 1, 1)
        known[x, y] = found
    return known[x, y]


def r_polynomial(x, y, known):
    """R_{x,y} = sum over k of [q^k]R~ (q - 1)^k q^((l - k)/2)."""
    gap, total = length(y) - length(x), []
    power, tilde = [1], r_tilde(x, y, known)
    for k, c in enumerate(tilde):
        if c:
            total = add(total, power, c, (gap - k) // 2)
        power = multiply(power, [-1, 1])
    return total


class Interval:
    """An interval of S_n with everything that its counterexample is about."""

    def __init__(self, x, w):
        self.x, self.w = tuple(x), tuple(w)
        self.elements = elements_of(self.x, self.w)
        inside = set(self.elements)
        self.above = {y: edges_above(y, inside) for y in self.elements}
        self.lengths = {y: length(y) for y in self.elements}
        self.r_known, self.kl_known, self.below_known = {}, {}, {}

    def is_below(self, a, b):
        """Whether a <= b."""
        if (a, b) not in self.below_known:
            self.below_known[a, b] = is_below(a, b)
        return self.below_known[a, b]

    def r_tilde(self, a, b):
        """R~_{a,b}."""
        return r_tilde(a, b, self.r_known)

    def kl(self, a, b):
        """P_{a,b}: q^l P(1/q) is the sum over c in [a,b] of R_{a,c} P_{c,b}, deg P <= (l-1)/2."""
        if not self.is_below(a, b):
            return []
        if a == b:
            return [1]
        if (a, b) not in self.kl_known:
            half, total = (self.lengths[b] - self.lengths[a] - 1) // 2, []
            for c in self.elements:
                if c != a and self.is_below(a, c) and self.is_below(c, b):
                    r = r_polynomial(a, c, self.r_known)
                    total = add(total, multiply(r, self.kl(c, b)))
            self.kl_known[a, b] = trim([-c for c in total[: half + 1]])
        return self.kl_known[a, b]

    def ideal(self, z):
        """The elements of [x, z]."""
        return [y for y in self.elements if self.is_below(y, z)]

    def cluster(self, p, ideal):
        """theta_p(Y) for all antichains Y of edge ends outside an ideal; None if it is none."""
        inside = set(ideal)
        ends = [y for y in self.above[p] if y not in inside]
        theta, layer = {(): p}, [()]
        while layer:
            following = []
            for chain in layer:
                for a in ends:
                    if chain and (a <= chain[-1] or any(self.comparable(a, b) for b in chain)):
                        continue
                    larger = (*chain, a)
                    if not chain:
                        theta[larger] = a
                    else:
                        faces = [theta[tuple(c for c in larger if c != b)] for b in larger]
                        tops = set(self.above[faces[0]]).intersection(
                            *(self.above[face] for face in faces[1:])
                        )
                        if len(set(faces)) < len(faces) or len(tops) != 1:
                            return None
                        theta[larger] = tops.pop()
                    following.append(larger)
            layer = following
        return theta

    def comparable(self, a, b):
        """Whether a <= b or b <= a."""
        return self.is_below(a, b) or self.is_below(b, a)

    def is_diamond_closed(self, z):
        """Whether every p -> a, b -> c with a and b in [x, z] has c in it."""
        inside = set(self.ideal(z))
        return not any(
            c not in inside and c in self.above[b]
            for p in self.elements
            for a, b in combinations([y for y in self.above[p] if y in inside], 2)
            for c in self.above[a]
        )

    def clusters(self, z, closed=True):
        """The clusters at all p of [x, z]; None if z gives no hypercube decomposition.

        If not `closed`, the ideal need not be closed under diamonds.
        """
        ideal = self.ideal(z)
        if closed and not self.is_diamond_closed(z):
            return None
        found = {p: self.cluster(p, ideal) for p in ideal}
        return None if z == self.w or None in found.values() else found

    def is_join_strong(self, z):
        """Whether theta_p(Y) is the least upper bound of Y, always."""
        return all(
            self.is_below(top, c)
            for theta in self.clusters(z).values()
            for chain, top in theta.items()
            if chain
            for c in self.elements
            if all(self.is_below(a, c) for a in chain)
        )

    def h_tilde(self, z, closed=True):
        """The sum of q^|Y| R~_{x,p} over p in [x, z] and Y with theta_p(Y) = w."""
        total = []
        for p, theta in self.clusters(z, closed).items():
            for chain, top in theta.items():
                if chain and top == self.w:
                    total = add(total, self.r_tilde(self.x, p), 1, len(chain))
        return total

    def gammas(self, z):
        """From the top of [x, z] down: P_{a,w} is the sum over b >= a of gamma_b P_{a,b}."""
        found = {}
        for a in reversed(self.ideal(z)):
            rest = self.kl(a, self.w)
            for b, gamma in found.items():
                rest = add(rest, multiply(gamma, self.kl(a, b)), -1)
            found[a] = rest
        return found

    def derived(self, p, gap):
        """(q^gap p(1/q) - p(q)) / (q - 1)."""
        padded = list(p) + [0] * (gap + 1 - len(p))
        quotient, carried = [], 0
        for c, d in list(zip(reversed(padded), padded, strict=True))[:-1]:
            carried -= c - d
            quotient.append(carried)
        return trim(quotient)

    def bbdvw(self, z, closed=True, by_length=False):
        """The hypercube piece Q plus the inductive piece J, as arXiv:2111.15161 has them.

        If `by_length`, with half of l(x, theta(Y)) - #Y in place of the number of ends below Y.
        """
        gap = self.lengths[self.w] - self.lengths[self.x]
        theta = self.clusters(z, closed)[self.x]
        ends = [chain[0] for chain in theta if len(chain) == 1]
        numerator = []
        for chain, top in theta.items():
            if not chain:
                continue
            lower = sum(1 for e in ends if any(e != a and self.is_below(e, a) for a in chain))
            if by_length:
                lower = (self.lengths[top] - self.lengths[self.x] - len(chain)) // 2
            power = [1]
            for _ in chain[1:]:
                power = multiply(power, [-1, 1])
            numerator = add(numerator, multiply(power, self.kl(top, self.w)), 1, lower)
        total = trim(reversed(numerator + [0] * (gap - len(numerator))))
        for a, gamma in self.gammas(z).items():
            if a != self.x:
                step = self.lengths[a] - self.lengths[self.x]
                total = add(total, multiply(gamma, self.derived(self.kl(self.x, a), step)))
        return total

    def distances(self, target):
        """The fewest edges of a path to a target, from wherever there is one."""
        found, layer, steps = {target: 0}, [target], 0
        while layer:
            steps += 1
            layer = [
                y
                for y in self.elements
                if y not in found and any(c in layer for c in self.above[y])
            ]
            found.update((y, steps) for y in layer)
        return found

    def shortcuts(self, z, target):
        """The p in [x, z] from which no first step towards a target stays in [x, z]."""
        far, inside = self.distances(target), set(self.ideal(z))
        return {
            p: far[p]
            for p in far
            if p in inside
            and not any(c in inside and far.get(c) == far[p] - 1 for c in self.above[p])
        }

    def double_shortcuts(self, z1, z2):
        """D_12(y) of arXiv:2404.12834, for the y where it is not 0."""
        found = {}
        for p, steps in self.shortcuts(z1, self.w).items():
            for y, more in self.shortcuts(z2, p).items():
                found[y] = add(found.get(y, []), [1], 1, steps + more)
        return found

    def f(self, a, b):
        """l(a,b) less the coefficient of q^(l - 2) in R~_{a,b}."""
        gap, tilde = self.lengths[b] - self.lengths[a], self.r_tilde(a, b)
        return gap - (tilde[gap - 2] if gap >= 2 else 0)

    def is_boolean(self, a, b):
        """Whether [a, b] is the order of all subsets, by what atoms lie below an element."""
        inside = [c for c in self.elements if self.is_below(a, c) and self.is_below(c, b)]
        atoms = [c for c in inside if self.lengths[c] == self.lengths[a] + 1]
        below = {c: frozenset(d for d in atoms if self.is_below(d, c)) for c in inside}
        return len(set(below.values())) == len(inside) == 2 ** len(atoms) and all(
            self.is_below(c, d) == (below[c] <= below[d]) for c in inside for d in inside
        )
