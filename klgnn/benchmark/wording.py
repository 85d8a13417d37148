"""What the page of results says in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from statistics import fmean
from types import MappingProxyType

from klgnn.benchmark.markdown import share
from klgnn.benchmark.problems import ALL, FEW, HARD
from klgnn.benchmark.results import Result

__all__ = [
    "DECODER_TEXT",
    "HOW_TO_READ",
    "INTRODUCTION",
    "METHOD_TEXTS",
    "PART_TEXTS",
    "conclusions",
    "facts",
    "remarks",
    "sampling_error",
]

INTRODUCTION = """\
A method is asked for $P_{x,w}$, given the Bruhat graph of $[x, w]$ without any labels. The unit is
an isomorphism class of such graphs. No test class is learnt from, wherever it occurs: its
polynomial is not shown in training, not even at a vertex $z$ of a larger graph whose $[z, w]$ it
is. A larger graph that contains it may be learnt from, without that label; the strict suite forbids
this too.
"""

HOW_TO_READ = """\
* *Exact* is the share of test classes whose whole polynomial is right.
* *Macro-F1* of a coefficient is the mean of F1 over the values that occur in the test: rare values
  count as much as frequent ones.
* *Calibration* is the expected calibration error: by how much the probability that a method gives
  to its answer and the share of right answers differ, in 15 bins. 0 is best. Decoders and formulas
  give no probabilities.
* Numbers are means over the seeds, with the least and the largest in brackets. Methods without a
  seed have one number. The split of a suite is the same for every seed.
* In the first table, *decoded* is by the first identity and monotonicity, two theorems; *network +
  both* and *least solution* also use the second identity, and monotonicity.
* No training takes longer than the limit above, the trees and davies2021 an eighth of it. Weights
  and settings are chosen on validation classes; nothing is chosen by the test.
"""

METHOD_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "majority": (
            "**majority** answers the most frequent polynomial of the training intervals, "
            "**majority of each coefficient** the most frequent coefficients, whatever the graph."
        ),
        "trees": (
            "**trees** are gradient-boosted trees on counts (elements by rank and corank, edges by "
            "length, degrees), one for each coefficient. They see no graph. They learn twice, from "
            "the training intervals and from all training classes; for each row the one that is "
            "better on validation is shown."
        ),
        "davies2021": (
            "**davies2021** is the network of Davies et al. (Nature 600, 2021) on plain graphs, "
            "one label a graph."
        ),
        "network": (
            "**network** is the top-down network of this package. It learns from every training "
            "class, each once, and passes its own answers on to the classes below. **fed by** "
            "means that the decoder's answers are passed on in their place."
        ),
        "least-solution": (
            "**least solution** learns nothing. From the top down it takes, of all coefficients "
            "that obey both identities, those with the least sum of $p_4, p_5, \\ldots$ and then "
            "the least $p_3$. That this is right is an observation, and not always true."
        ),
        "hypercubes": (
            "**hypercube formula** is the formula of Blundell, Buesing, Davies, Velickovic and "
            "Williamson (2021) for a standard decomposition. It is exact, a theorem, but looks up "
            "the true polynomials of all smaller intervals, which the other methods have to guess."
        ),
    }
)
"""One for each method, by the name that the user types."""

DECODER_TEXT = """\
**+ first identity** and the like are decoders: from the top down they take the most probable
coefficients among those that obey identities. The first is the derivative of the recursion for
$P$ at $q = 1$, a theorem. The second, from the third derivative, needs an observation for which no
proof is known. *Monotone* demands that no coefficient of $P_{z,w}$ exceeds that of $P_{x,w}$ for
$x \\le z$, a theorem. All of them are read off the unlabelled graph.
"""

PART_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        HARD: f"*{HARD}*: degree at least 4 and more than 500 elements.",
        FEW: f"*{FEW}*: at most 5 training intervals have the same polynomial.",
    }
)

_NETWORK, _TREES, _LEAST = "network", "trees", "least solution"


def facts(results: Sequence[Result], processors: int, seeds: Iterable[int]) -> str:
    """On what machine, with what versions and with which seeds the results were made.

    Args:
        results: At least one.
        processors: How many the machine has.
        seeds: Those that mattered; they may come several times.

    Example:
        >>> used = {"klgnn": "1.2.0"}
        >>> made = Result("s6-unseen", "trees", 0, "", {}, 1, used, {}, {}, {}, {}, {})
        >>> facts([made], processors=2, seeds=[2, 0, 2])
        'Versions: klgnn 1.2.0. Processors: 2; threads: 1. Seeds: 0, 2.'
    """
    versions = ", ".join(f"{name} {number}" for name, number in results[0].versions.items())
    threads = ", ".join(map(str, sorted({result.threads for result in results})))
    said = f"Versions: {versions}. Processors: {processors}; threads: {threads}."
    met = ", ".join(map(str, sorted(set(seeds))))
    return f"{said} Seeds: {met}." if met else said


def sampling_error(classes: int, near: float = 0.95) -> str:
    """How far a share may be off because the test is finite.

    Example:
        >>> sampling_error(447)
        'With 447 test classes a share near 0.95 has a standard error of 0.010.'
    """
    error = sqrt(near * (1 - near) / classes)
    return f"With {classes:,} test classes a share near {near} has a standard error of {error:.3f}."


def conclusions(scores: Mapping[str, Sequence[Mapping[str, float]]]) -> list[str]:
    """What follows from the shares of exact answers, and what does not.

    Args:
        scores: For each answer and seed the share of exact answers by part.

    Returns:
        Sentences.

    Example:
        >>> conclusions({"network": [{"all": 0.9}, {"all": 0.8}], "trees": [{"all": 0.5}]})
        ['*network* against *trees* on the whole test: 0.850 and 0.500; the network is better.']
    """
    found = []
    least = [title for title in scores if title.startswith(_LEAST)]
    if least:
        parts = [part for part in scores[least[0]][0] if not part.startswith("degree")]
        best = {part: max(scores[title][0][part] for title in least) for part in parts}
        whole = [part for part in parts if best[part] == 1]
        if whole:
            found.append(
                f"The least solution is right on every class of {_listed(whole)}, without any "
                "learning. There a network's answer is no news: it shows what a network can learn, "
                "not what was not known."
            )
        for part in parts:
            if part in (ALL, HARD) and part not in whole:
                found.append(
                    f"On {_listed([part])} the least solution gets {share(best[part])} at best: "
                    "here an answer from elsewhere is worth having."
                )
    for title in scores:
        rival = title.replace(_NETWORK, _TREES, 1)
        if title != rival and rival in scores:
            parts = [part for part in (ALL, HARD) if part in scores[title][0]]
            found += [_compared(title, rival, part, scores) for part in parts]
    return found


def _compared(
    title: str, rival: str, part: str, scores: Mapping[str, Sequence[Mapping[str, float]]]
) -> str:
    mine = [seed[part] for seed in scores[title]]
    other = fmean(seed[part] for seed in scores[rival])
    mean = fmean(mine)
    verdict = "no better and no worse"
    if mean > other:
        verdict = "better" if min(mine) > other else "better on the mean, not with every seed"
    elif mean < other:
        verdict = "worse"
    return (
        f"*{title}* against *{rival}* on {_listed([part])}: {share(mean)} and {share(other)}; the "
        f"network is {verdict}."
    )


def _listed(parts: Sequence[str]) -> str:
    names = ["the whole test" if part == ALL else f"*{part}*" for part in parts]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def remarks(results: Sequence[Result]) -> str:
    """What the table of costs says about a method on a suite, from the notes of its seeds.

    Example:
        >>> from dataclasses import replace
        >>> made = Result("s6-unseen", "network", 0, "", {}, 1, {}, {}, {}, {}, {}, {"epochs": 31})
        >>> remarks([made, replace(made, seed=1, notes={"epochs": 26})])
        '26 to 31 epochs'
    """
    notes = [result.notes for result in results]
    if results[0].method == "trees":
        sets = notes[0]["sets"]
        scores = ", ".join(f"{share(s['training_exact'])} on {t}" for t, s in sets.items())
        late = any(any(s["out_of_time"]) for s in sets.values())
        clock = "; stopped by the clock" if late else ""
        return f"exact on their own training data: {scores}{clock}"
    for name, unit in (("passes", "passes over the training data"), ("epochs", "epochs")):
        if name in notes[0]:
            counts = sorted(note[name] for note in notes)
            return f"{counts[0]:g} to {counts[-1]:g} {unit}"
    return ""
