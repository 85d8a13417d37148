"""A counterexample, written down so that it can be checked without this package.

Two files: plain JSON with the interval element by element, its edges and polynomials, and the
evidence; and a page that runs in Sage, or in Python alone, with everything that it needs inside.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from analysis.conjectures import rechecks, standalone
from analysis.conjectures.base import Conjecture
from analysis.conjectures.subject import Subject
from analysis.conjectures.tally import Counterexample
from data_gen.storage import write_atomically

__all__ = ["FORMAT", "certificate_of", "sage_page", "write_certificate"]

FORMAT = "klgnn-counterexample-1"

_HOW = (
    "Permutations are in one-line notation; polynomials are coefficients from q^0 on.",
    "elements: those of [x,w] in Bruhat order, by length and then lexicographically.",
    "edges: pairs of places in that list, counting from 0: y -> y t for a transposition t that "
    "makes y longer.",
    "interval.kl and interval.r_tilde are P_{x,w} and R~_{x,w}; the polynomials of subintervals "
    "follow from the recursions on the page of Sage.",
    "failures: where the statement fails, with what was expected and what was found.",
)

_IMPORT = "from analysis.conjectures.standalone import Interval, add\n"
_MAIN = '''
# ---- What is claimed, and the check.

import json

CERTIFICATE = json.loads(r"""
{certificate}
""")


def compare_with_sage(facts):
    """P_{{x,w}} as Sage computes it."""
    from sage.all import QQ, KazhdanLusztigPolynomial, LaurentPolynomialRing, Permutation, WeylGroup

    group = WeylGroup(["A", facts["n"] - 1], prefix="s")
    ring = LaurentPolynomialRing(QQ, "q")
    words = [Permutation(list(read(facts[end]))).reduced_word() for end in ("x", "w")]
    ends = [group.from_reduced_word(word) for word in words]
    found = KazhdanLusztigPolynomial(group, ring.gen()).P(*ends)
    return found == sum(c * ring.gen() ** k for k, c in enumerate(facts["kl"]))


def main():
    """Prints every claim, and whether it is right."""
    found = recheck(CERTIFICATE)
    try:
        import sage.all  # noqa: F401
    except ImportError:
        print("Sage is not here: checked by plain Python alone.")
    else:
        found["P, by Sage"] = compare_with_sage(CERTIFICATE["interval"])
    print("%s on [%s, %s]" % tuple([CERTIFICATE["conjecture"]] + [
        CERTIFICATE["interval"][end] for end in ("x", "w")
    ]))
    unknown = "NOT CHECKED: how to is not built in; what is claimed stands in the certificate"
    words = {{True: "right", False: "WRONG", None: unknown}}
    for claim, is_right in found.items():
        print("  %s: %s" % (claim, words[is_right]))
    return 1 if False in found.values() else 0


if __name__ == "__main__":
    import sys

    sys.exit(main())
'''


def certificate_of(conjecture: Conjecture, counterexample: Counterexample) -> dict[str, Any]:
    """What the JSON file holds.

    Example:
        >>> from analysis.conjectures import Scope, examine, find_conjecture
        >>> refuted = find_conjecture("free-is-boolean")
        >>> found = examine(refuted, Scope((4,)))
        >>> page = certificate_of(refuted, found.counterexamples[0])
        >>> page["interval"]["x"], page["interval"]["w"], len(page["elements"])
        ('1324', '3412', 10)
    """
    facts = counterexample.facts
    subject = Subject(facts["x"], facts["w"])
    graph = subject.graph
    return {
        "format": FORMAT,
        "conjecture": conjecture.name,
        "statement": conjecture.statement,
        "source": conjecture.source,
        "definition": conjecture.file[1] if conjecture.file else None,
        "recheck": conjecture.recheck,
        "how_to_read": list(_HOW),
        "interval": dict(facts),
        "elements": subject.names(range(subject.num_nodes)),
        "edges": np.stack([graph.sources, graph.targets], axis=1).tolist(),
        "failures": [_with_isomorphism(subject, dict(one)) for one in counterexample.failures],
    }


def sage_page(certificate: dict[str, Any]) -> str:
    """A page that checks a certificate: ``sage counterexample.sage``, or with python3.

    Args:
        certificate: What `certificate_of` gave.

    Example:
        The page run as it stands, and the claims on it that are right:

        >>> from analysis.conjectures import examine_interval, find_conjecture
        >>> refuted = find_conjecture("free-is-boolean")
        >>> found = examine_interval(refuted, "1324", "3412").counterexamples[0]
        >>> page = {"__name__": "page"}
        >>> exec(sage_page(certificate_of(refuted, found)), page)
        >>> claims = page["recheck"](page["CERTIFICATE"])
        >>> [claim for claim, is_right in claims.items() if is_right]
        ['the elements', 'the edges', 'the length', 'R~', 'P', 'failure 1']
    """
    lines = [
        f"# A counterexample to {certificate['conjecture']}, checked from scratch.",
        *(f"# {line}" for line in _wrapped(certificate["statement"])),
        *(f"# Source: {line}" for line in _wrapped(certificate["source"] or "not given")),
        "#",
        "# Run it with Sage, or with Python alone: sage FILE, or python3 FILE.",
        "",
    ]
    texts = (
        Path(str(part.__file__)).read_text(encoding="utf-8") for part in (standalone, rechecks)
    )
    # On the page the second finds what it imports from the first right above it.
    text = "\n".join(texts).replace(_IMPORT, "")
    # JSON never has three quotes in a row, so it cannot end the raw text it stands in.
    content = json.dumps(certificate, indent=1, ensure_ascii=True)
    return "\n".join(lines) + text + _MAIN.format(certificate=content)


def write_certificate(
    folder: str | Path, conjecture: Conjecture, counterexample: Counterexample
) -> tuple[Path, Path]:
    """Writes ``counterexample.json`` and ``counterexample.sage`` into a folder.

    Returns:
        Where they are, in this order.

    Raises:
        StorageError: If the disk refuses.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from analysis.conjectures import examine_interval, find_conjecture
        >>> refuted = find_conjecture("free-is-boolean")
        >>> found = examine_interval(refuted, "1324", "3412").counterexamples[0]
        >>> with TemporaryDirectory() as folder:
        ...     content, page = write_certificate(folder, refuted, found)
        ...     json.loads(content.read_text())["failures"], page.name
        ([{'expected': True, 'found': False}], 'counterexample.sage')
    """
    content = certificate_of(conjecture, counterexample)
    json_path = Path(folder, "counterexample.json")
    sage_path = Path(folder, "counterexample.sage")
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    write_atomically(json_path, text.encode())
    write_atomically(sage_path, sage_page(content).encode())
    return json_path, sage_path


def _with_isomorphism(subject: Subject, failure: dict[str, Any]) -> dict[str, Any]:
    """Adds which element goes to which where a failure is about two isomorphic intervals."""
    there = failure.get("other_interval")
    if there is None:
        return failure
    other = Subject(there["x"], there["w"])
    if other.certificate != subject.certificate:
        return failure
    image = dict(zip(_canonical_order(subject), _canonical_order(other), strict=True))
    return {**failure, "isomorphism": [image[v] for v in range(subject.num_nodes)]}


def _canonical_order(subject: Subject) -> list[int]:
    from data_gen.canonical_kernels import canonical_order
    from data_gen.refinement_kernels import make_adjacency

    graph = subject.graph
    rows = make_adjacency(graph.num_nodes, graph.sources, graph.targets)
    order: list[int] = canonical_order(rows, graph.ranks).tolist()
    return order


def _wrapped(text: str) -> list[str]:
    from textwrap import wrap

    return wrap(text, 96)
