"""The published page of what was checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.formulas_at_large.interval import FORMULAS
from data_gen.polynomials import format_polynomial
from klgnn.markdown import table

__all__ = ["LISTED", "STATUS", "page"]

Results = tuple[Mapping[str, Any], Mapping[str, Sequence[Any]], float]

STATUS = {
    "standard": "theorem; join-strong: observed",
    "h-tilde-standard": "theorem",
    "h-tilde-strong": "conjecture",
    "h-tilde": "refuted in $S_6$",
    "shortcut-formula": "refuted in $S_6$",
    "same-terms": "observed",
    "amazing": "refuted in $S_6$",
    "bbdvw-standard": "theorem",
    "bbdvw": "conjecture",
    "gamma-positive": "conjecture",
    "numerical-criterion": "observed",
    "double-shortcuts-standard": "theorem",
    "double-shortcuts-strong": "conjecture",
    "double-shortcuts-other": "refuted in $S_5$, as reconstructed here",
    "upper-standard": "theorem; join-strong: observed",
    "upper-h-tilde-strong": "conjecture",
    "upper-h-tilde": "refuted in $S_6$",
}
LISTED = {
    **{name: f"`{name}`" for name in STATUS},
    "standard": "`standard-decompositions`",
    "shortcut-formula": "`h-tilde`: the same sum, by `shortcuts`",
    "same-terms": "`shortcuts`",
    "numerical-criterion": "`join-strong-criterion`",
    "double-shortcuts-other": "`double-shortcuts`: these pairs of all",
    "upper-standard": "`standard-decompositions` of the dual",
    "upper-h-tilde-strong": "`h-tilde-strong` of the dual",
    "upper-h-tilde": "`h-tilde` of the dual",
}
"""The name of each formula in `klgnn conjecture list`; what has the same name is the same."""

_SINGLE = "h-tilde"
_SHOWN = 12

_INTRO = """# Formulas checked past the literature

The formulas for $\\tilde R$ and $P$ from hypercube decompositions are theorems for standard
decompositions and conjectures, or false, beyond. In the literature they were checked on the about 3
million intervals up to $S_7$ and on 130,000 non-isomorphic ones of $S_8$ and $S_9$. Here they are
checked on **all** lower hypercube decompositions of every interval looked at, against polynomials
from the permutations: $P$ from the recursion of Kazhdan and Lusztig, $\\tilde R$ from Dyer's, up to
$S_7$ by tables, beyond by increasing paths of reflections.

One interval of an isomorphism class is looked at and stands for all of them. Classes are told apart
by the names of `klgnn.quotient`: equal for isomorphic intervals, so the graphs counted as different
are different. That equal names mean isomorphic intervals, and that these have the same polynomials,
was checked on all of $S_7$ (48,931 names and 48,931 canonical forms; `klgnn classes`); in $S_8$ the
numbers of intervals that the graphs stand for rest on it. Upper decompositions are the lower ones
of the dual interval; all of $S_n$, also up to a number of elements, is closed under duality, so
there they are checked as well.

This page is written by the last of these commands; the others can be stopped and go on where they
were, and `--workers` does not change a byte of their results. Processor times are those of the
formulas; to list the classes of $S_8$ takes a minute more, to draw intervals of $S_9$ some minutes:
"""


def page(found: Sequence[Results], by_hand: Path | None = None) -> str:
    """The page, in Markdown.

    Args:
        found: What `analysis.formulas_at_large.run.so_far` gives, for each check.
        by_hand: A text of comments that becomes part of it.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from analysis.formulas_at_large.run import check_formulas, so_far
        >>> from analysis.formulas_at_large.scope import Scope
        >>> with TemporaryDirectory() as folder:
        ...     _ = check_formulas(Scope(4), folder)
        ...     lines = page([so_far(folder)]).splitlines()
        >>> for line in lines:
        ...     if line.startswith(("klgnn", "| `h-tilde`", "| `bbdvw`")):
        ...         print(line)
        klgnn conjecture formulas check --n 4 --out checked-1
        klgnn conjecture formulas table checked-1 --out formulas-checked.md
        | `h-tilde`: the same, on all | 56 / 0 | refuted in $S_6$ | `h-tilde` |
        | `bbdvw`: the same, on all | 56 / 0 | conjecture | `bbdvw` |
    """
    folders = [f"checked-{k + 1}" for k in range(len(found))]
    commands = [_command(*pair) for pair in zip(found, folders, strict=True)]
    words = ["klgnn conjecture formulas table", *folders, "--out formulas-checked.md"]
    commands.append(" ".join(words))
    parts = [_INTRO, _fenced(commands), "## What was checked\n", _overview(found)]
    if by_hand is not None:
        parts.append(by_hand.read_text(encoding="utf-8"))
    parts += [
        "## Formula by formula\n",
        "Tried / failed, on the graphs looked at; in brackets the failures on all intervals that "
        "they\nstand for. The last column is the name in `klgnn conjecture list`, whose words the "
        "status has;\nthe statements are reconstructed from the sources, whose wording may differ."
        "\n",
        _limits(found),
        _formulas(found),
        "## Where the H-tilde formula fails\n",
        _failures(found),
        "## Sizes\n",
        _sizes(found),
    ]
    return "\n".join(parts)


def _command(results: Results, folder: str) -> str:
    scope = results[0]["scope"]
    words = ["klgnn conjecture formulas check", f"--n {scope['n']}"]
    if scope["kind"] == "sample":
        words += [f"--sample {scope['sample']}", f"--seed {scope['seed']}"]
    elif scope["kind"] != "classes":
        words.append(f"--intervals {scope['kind']}")
    if scope["max_nodes"] is not None:
        words.append(f"--max-nodes {scope['max_nodes']}")
    if scope["limits"]["upper"]:
        words.append("--upper")
    return " ".join([*words, f"--out {folder}"])


def _which(scope: Mapping[str, Any]) -> str:
    n, kind = scope["n"], scope["kind"]
    words = {
        "classes": f"$S_{n}$, every class",
        "new-classes": f"$S_{n}$, every class that is not in $S_{n - 1}$",
        "cores": f"$S_{n}$, every interval up to symmetry",
        "sample": f"$S_{n}$, drawn at random, none isomorphic to one of $S_{n - 1}$",
    }[kind]
    limit = scope["max_nodes"]
    return words + (f", at most {limit:,} elements" if limit is not None else "")


def _overview(found: Sequence[Results]) -> str:
    rows = []
    for result, _, seconds in found:
        counts, described = result["counts"], result["population"]
        planned = described["planned"]
        looked_at = f"{described['looked_at']:,}"
        if planned > described["looked_at"]:
            looked_at += f" of {planned:,}, the smallest; not finished"
        rows.append(
            [
                _which(result["scope"]),
                looked_at,
                f"{described['intervals']:,}",
                *(f"{counts[key][1]:,}" for key in ("decompositions", "join-strong")),
                f"{counts['standard'][0]:,}",
                f"{counts['undecomposed'][1]:,}",
                _time(seconds),
            ]
        )
    titles = [
        "intervals",
        "graphs looked at",
        "standing for so many intervals",
        "decompositions of these",
        "join-strong ones",
        "standard ones of the graphs",
        "intervals without a decomposition",
        "processor time",
    ]
    return _table(titles, rows)


def _limits(found: Sequence[Results]) -> str:
    """What is not tried on every decomposition."""
    pairs = max(result["scope"]["limits"]["pairs"] for result, _, _ in found)
    lines = [
        "Double shortcuts are tried on all pairs of standard decompositions, and on at most "
        f"{pairs} pairs of\njoin-strong ones and {pairs} others of each interval."
    ]
    for result, _, _ in found:
        most = result["scope"]["limits"]["amazing"]
        if most is not None:
            lines.append(
                f"In $S_{result['scope']['n']}$ `amazing` is tried on intervals with at most "
                f"{most} elements."
            )
    return "\n".join([*lines, ""])


def _formulas(found: Sequence[Results]) -> str:
    rows = []
    for name, words in FORMULAS.items():
        cells = [_cell(result, name) for result, _, _ in found]
        if any(cells):
            rows.append(
                [
                    f"`{name}`: {_mathematics(words)}",
                    *(cell or "-" for cell in cells),
                    STATUS[name],
                    LISTED[name],
                ]
            )
    scopes = [_which(result["scope"]) for result, _, _ in found]
    titles = ["formula", *scopes, "status", "in `klgnn conjecture list`"]
    return _table(titles, rows)


def _cell(result: Mapping[str, Any], name: str) -> str:
    if name not in result["tried"]:
        return ""
    tried, failed = result["tried"][name], result["failed"].get(name, [0, 0])
    text = f"{tried[0]:,} / {failed[0]:,}"
    return f"{text} ({failed[1]:,})" if failed[1] > failed[0] else text


def _failures(found: Sequence[Results]) -> str:
    parts = []
    for result, failures, _ in found:
        where = failures.get(_SINGLE, [])
        strong = result["failed"].get("h-tilde-strong", [0, 0])[0]
        tried, failed = result["tried"].get(_SINGLE, [0, 0]), result["failed"].get(_SINGLE, [0, 0])
        words = (
            f"{_which(result['scope'])}: {failed[0]:,} of {tried[0]:,} decompositions, "
            f"{strong:,} of them join-strong, on "
            f"{len({one['certificate'] for one in where}):,} graphs; they stand for {failed[1]:,} "
            f"of {tried[1]:,}."
        )
        if where:
            less = sum(min(one["excess"], default=0) < 0 for one in where)
            words += (
                " What the formula gives less $\\tilde R$ has a negative coefficient in "
                f"{less:,} of them."
            )
        parts.append(words + (" The smallest:\n" if where else "\n"))
        if where:
            rows = [
                [
                    f"{one['nodes']:,}",
                    *(f"`{one[key]}`" for key in ("u", "v")),
                    f"`{one['z'][0]}`",
                    f"${format_polynomial(one['excess'])}$",
                    f"{one['intervals']:,}",
                    f"`{one['certificate'][:16]}`",
                ]
                for one in where[:_SHOWN]
            ]
            titles = ["elements", "u", "v", "z", "too much", "intervals", "certificate"]
            parts.append(_table(titles, rows))
    return "\n".join(parts)


def _sizes(found: Sequence[Results]) -> str:
    rows = []
    for result, _, _ in found:
        described = result["population"]
        nodes, lengths = described["nodes"], sorted(map(int, described["by_length"]))
        degrees = [f"$S_{m}$: {k:,}" for m, k in described["by_degree"].items()]
        rows.append(
            [
                _which(result["scope"]),
                f"{nodes['least']:,} to {nodes['most']:,}, median {nodes['median']:,}",
                f"{nodes['total']:,}",
                f"{lengths[0]} to {lengths[-1]}" if lengths else "",
                "; ".join(degrees),
            ]
        )
    titles = ["intervals", "elements", "together", "lengths", "letters that move"]
    return _table(titles, rows)


def _time(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds < 600 else f"{seconds / 60:,.0f} min"


def _mathematics(words: str) -> str:
    return words.replace("R~", "$\\tilde R$")


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return table(titles, rows) + "\n"


def _fenced(lines: Sequence[str]) -> str:
    return "\n".join(["```sh", *lines, "```", ""])
