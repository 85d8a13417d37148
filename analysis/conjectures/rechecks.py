"""A counterexample checked again, by plain Python that shares no code with klgnn.

This text follows that of `analysis.conjectures.standalone` in every certificate. For each kind of
failure it decides again, from the definitions, whether it is one.
"""
# mypy: ignore-errors

from itertools import zip_longest

from analysis.conjectures.standalone import Interval, add


def read(text):
    """A permutation as the certificate writes it: digits, from n = 10 on with commas."""
    return tuple(int(c) for c in (text.split(",") if "," in text else text))


def recheck_h_tilde(interval, failure):
    """R~, what the sum gives, and whether z is join-strong."""
    z = read(failure["z"])
    truth, found = interval.r_tilde(interval.x, interval.w), interval.h_tilde(z)
    return truth != found and [truth, found, interval.is_join_strong(z)] == [
        failure["expected"],
        failure["found"],
        failure["join_strong"],
    ]


def recheck_h_tilde_excess(interval, failure):
    """R~, what the sum gives, and whether a coefficient of R~ is larger."""
    truth, found = failure["expected"], failure["found"]
    is_less = any(less > given for less, given in zip_longest(truth, found, fillvalue=0))
    return is_less and recheck_h_tilde(interval, failure)


def recheck_bbdvw(interval, failure):
    """The q-derived polynomial of P, and Q + J."""
    gap = interval.lengths[interval.w] - interval.lengths[interval.x]
    truth = interval.derived(interval.kl(interval.x, interval.w), gap)
    return truth != interval.bbdvw(read(failure["z"]))


def recheck_gamma_positive(interval, failure):
    """The gammas that are said to be negative."""
    z = read(failure["z"])
    gammas = interval.gammas(z)
    claimed = {read(a): gamma for a, gamma in failure["found"].items()}
    return interval.clusters(z) is not None and all(
        gammas[a] == gamma and min(gamma) < 0 for a, gamma in claimed.items()
    )


def recheck_double_shortcuts(interval, failure):
    """Both sums."""
    z1, z2 = read(failure["z1"]), read(failure["z2"])
    if interval.clusters(z1) is None or interval.clusters(z2) is None:
        return False
    sums = [interval.double_shortcuts(z1, z2), interval.double_shortcuts(z2, z1)]
    claimed = [{read(y): p for y, p in failure[side].items()} for side in ("D_12", "D_21")]
    return sums == claimed and sums[0] != sums[1]


def recheck_bbdvw_by_length(interval, failure):
    """The q-derived polynomial of P, and Q + J with lengths in place of numbers of elements."""
    gap = interval.lengths[interval.w] - interval.lengths[interval.x]
    truth = interval.derived(interval.kl(interval.x, interval.w), gap)
    return truth == failure["expected"] != interval.bbdvw(read(failure["z"]), by_length=True)


def recheck_clusters_suffice(interval, failure):
    """R~ and what the sum gives, over an ideal that is not closed under diamonds."""
    z = read(failure["z"])
    if interval.clusters(z, closed=False) is None:
        return False
    truth, found = interval.r_tilde(interval.x, interval.w), interval.h_tilde(z, closed=False)
    claimed = [failure["expected"], failure["found"]]
    return not interval.is_diamond_closed(z) and [truth, found] == claimed and truth != found


def recheck_clusters_suffice_kl(interval, failure):
    """The q-derived polynomial of P, and Q + J, over an ideal not closed under diamonds."""
    z, gap = read(failure["z"]), interval.lengths[interval.w] - interval.lengths[interval.x]
    if interval.clusters(z, closed=False) is None:
        return False
    truth = interval.derived(interval.kl(interval.x, interval.w), gap)
    return not interval.is_diamond_closed(z) and truth != interval.bbdvw(z, closed=False)


def recheck_amazing(interval, failure):
    """R~ from another bottom, and the sum over the shortcuts above it."""
    bottom, z = read(failure["bottom"]), read(failure["z"])
    truth, total = interval.r_tilde(bottom, interval.w), []
    for p, steps in interval.shortcuts(z, interval.w).items():
        total = add(total, interval.r_tilde(bottom, p), 1, steps)
    return interval.clusters(z) is not None and truth == failure["expected"] != total


def recheck_deodhar(interval, failure):
    """The edges at the bottom."""
    degree = len(interval.above[interval.x])
    gap = interval.lengths[interval.w] - interval.lengths[interval.x]
    return degree == failure["found"] and degree < gap


def recheck_monotonicity(interval, failure):
    """P at the bottom and further up."""
    z = read(failure["z"])
    larger, smaller = interval.kl(z, interval.w), interval.kl(interval.x, interval.w)
    return larger == failure["P_z"] and any(
        p < q for p, q in zip_longest(smaller, larger, fillvalue=0)
    )


def recheck_absolute_length(interval, failure):
    """The fewest edges, and the fewest transpositions: n less the number of cycles."""
    x, w = interval.x, interval.w
    after = dict(zip(x, w, strict=True))  # w x^-1, which is conjugate to x^-1 w
    cycles, left = 0, set(after)
    while left:
        cycles, letter = cycles + 1, min(left)
        while letter in left:
            left.remove(letter)
            letter = after[letter]
    numbers = [len(x) - cycles, interval.distances(w)[x]]
    return numbers == [failure["expected"], failure["found"]] and numbers[0] != numbers[1]


def recheck_kl_duality(interval, failure):
    """P, and P of the interval from w0 w to w0 x."""
    turned = [tuple(len(y) + 1 - c for c in y) for y in (interval.w, interval.x)]
    found = [interval.kl(interval.x, interval.w), Interval(*turned).kl(*turned)]
    return found == [failure["expected"], failure["found"]] and found[0] != found[1]


def recheck_cover_generation(interval, failure):
    """The covers in the order given: how many are not generated by those before."""
    order = [tuple(map(read, cover)) for cover in failure["order"]]
    gaps = interval.lengths
    covers = [(p, a) for p in gaps for a in interval.above[p] if gaps[a] == gaps[p] + 1]
    above = {p: [a for q, a in covers if q == p] for p in gaps}
    squares = [
        [(p, a), (a, q), (b, q), (p, b)]  # neighbours in this circle share a vertex
        for p in gaps
        for a in above[p]
        for b in above[p]
        for q in above[a]
        if a < b and q in above[b]
    ]
    known, count = set(), 0
    for cover in order:
        if cover not in known:
            known, count, size = known | {cover}, count + 1, -1
            while size != len(known):
                size = len(known)
                for square in squares:
                    if any(square[k] in known and square[k - 1] in known for k in range(4)):
                        known.update(square)
    numbers = [interval.f(interval.x, interval.w), count]
    claimed = [failure["expected"], failure["found"]]
    return sorted(order) == sorted(covers) and numbers == claimed and numbers[0] != count


def recheck_free_is_boolean(interval, failure):
    """F and l, and whether the interval is Boolean."""
    x, w = interval.x, interval.w
    is_free = interval.f(x, w) == interval.lengths[w] - interval.lengths[x]
    return is_free and not interval.is_boolean(x, w)


def recheck_f_equals_boolean(interval, failure):
    """f, and the dimension of the largest Boolean interval inside."""
    largest = max(
        interval.lengths[b] - interval.lengths[a]
        for a in interval.elements
        for b in interval.elements
        if interval.is_below(a, b) and interval.is_boolean(a, b)
    )
    found = interval.f(interval.x, interval.w)
    return [largest, found] == [failure["expected"], failure["found"]] and largest != found


def recheck_f_monotone(interval, failure):
    """F of the interval, and f of one inside."""
    inside = interval.f(*map(read, failure["inside"]))
    whole = interval.f(interval.x, interval.w)
    return [whole, inside] == [failure["expected"], failure["found"]] and inside > whole


RECHECKS = {
    "h_tilde": recheck_h_tilde,
    "h_tilde_excess": recheck_h_tilde_excess,
    "bbdvw": recheck_bbdvw,
    "gamma_positive": recheck_gamma_positive,
    "double_shortcuts": recheck_double_shortcuts,
    "bbdvw_by_length": recheck_bbdvw_by_length,
    "clusters_suffice": recheck_clusters_suffice,
    "clusters_suffice_kl": recheck_clusters_suffice_kl,
    "amazing": recheck_amazing,
    "deodhar": recheck_deodhar,
    "monotonicity": recheck_monotonicity,
    "absolute_length": recheck_absolute_length,
    "kl_duality": recheck_kl_duality,
    "cover_generation": recheck_cover_generation,
    "free_is_boolean": recheck_free_is_boolean,
    "f_equals_boolean": recheck_f_equals_boolean,
    "f_monotone": recheck_f_monotone,
}


def recheck(certificate):
    """Checks all that a certificate says.

    Returns:
        For each claim, in words, whether it is right; None where there is no way to tell.
    """
    facts = certificate["interval"]
    interval = Interval(read(facts["x"]), read(facts["w"]))
    x, w = interval.x, interval.w
    place = {y: k for k, y in enumerate(interval.elements)}
    edges = sorted([place[y], place[c]] for y in interval.elements for c in interval.above[y])
    found = {
        "the elements": [read(y) for y in certificate["elements"]] == interval.elements,
        "the edges": sorted(certificate["edges"]) == edges,
        "the length": interval.lengths[w] - interval.lengths[x] == facts["length"],
        "R~": interval.r_tilde(x, w) == facts["r_tilde"],
        "P": interval.kl(x, w) == facts["kl"],
    }
    for k, failure in enumerate(certificate["failures"], start=1):
        check = RECHECKS.get(certificate["recheck"])
        check = recheck_pair if "other_interval" in failure else check
        found["failure " + str(k)] = None if check is None else check(interval, failure)
    return found


def recheck_pair(interval, failure):
    """The other interval: its polynomials, and the isomorphism if one is given."""
    facts = failure["other_interval"]
    other = Interval(read(facts["x"]), read(facts["w"]))
    same = [other.kl(other.x, other.w), other.r_tilde(other.x, other.w)]
    if same != [facts["kl"], facts["r_tilde"]] or failure["value"] == failure["other_value"]:
        return False
    if "isomorphism" not in failure:
        return None
    images = [other.elements[k] for k in failure["isomorphism"]]
    image = dict(zip(interval.elements, images, strict=True))
    return len(set(image.values())) == len(interval.elements) == len(other.elements) and all(
        sorted(image[c] for c in interval.above[y]) == sorted(other.above[image[y]])
        for y in interval.elements
    )
