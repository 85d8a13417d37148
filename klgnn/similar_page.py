"""The nearest intervals as one HTML page that needs nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from data_gen import hasse
from data_gen.graph import IntervalGraph
from data_gen.intervals import MAX_PICTURE_NODES, BruhatInterval
from data_gen.polynomials import format_polynomial
from klgnn.similarity import Neighbour
from klgnn.subject import Subject

__all__ = ["similar_page"]

_TEMPLATE = "similar_page.html.j2"
_MOST_LABELS = 60  # vertices; with more, names are read by resting the pointer on them


@dataclass(frozen=True)
class _Card:
    """One picture and what stands beside it."""

    title: str
    polynomial: Markup
    facts: tuple[str, ...]
    picture: Markup
    same_polynomial: bool


def similar_page(
    subject: Subject,
    polynomial: Sequence[int] | None,
    neighbours: Sequence[Neighbour],
    where: str,
    run: str,
) -> str:
    """Writes the page.

    Args:
        subject: What was asked about.
        polynomial: Its exact polynomial; None if it is not known.
        neighbours: What was found, nearest first.
        where: What was searched, in a few words.
        run: The name of the run.

    Returns:
        An HTML document; the same input gives the same text.

    Example:
        >>> near = Neighbour(0, 4, "2143", "4231", 3, 10, (1, 1), "5" * 32, "train", 0.25)
        >>> subject = Subject.of_interval("1324", "3412")
        >>> page = similar_page(subject, (1, 1), [near], "intervals of S_4", "default")
        >>> page.count("<svg"), "4231" in page
        (2, True)
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["mathematics"] = _mathematics
    labels = subject.interval.node_labels() if subject.interval is not None else None
    asked = _Card(
        title=subject.title,
        polynomial=_typeset(polynomial) if polynomial is not None else Markup("not known"),
        facts=_counts(subject.graph.num_nodes, subject.graph.num_edges, subject.graph.length),
        picture=_picture(subject.graph, labels),
        same_polynomial=False,
    )
    cards = [_card(neighbour, polynomial) for neighbour in neighbours]
    return environment.get_template(_TEMPLATE).render(
        asked=asked, cards=cards, where=where, run=run
    )


def _card(near: Neighbour, polynomial: Sequence[int] | None) -> _Card:
    interval = BruhatInterval(near.x, near.w)
    graph = interval.graph
    return _Card(
        title=f"[{near.x}, {near.w}] in S_{near.n}",
        polynomial=_typeset(near.polynomial),
        facts=(
            f"distance {near.distance:.3g}",
            *_counts(graph.num_nodes, graph.num_edges, graph.length),
            f"row {near.row:,}, {near.split}",
        ),
        picture=_picture(graph, interval.node_labels()),
        same_polynomial=polynomial is not None and tuple(polynomial) == near.polynomial,
    )


def _counts(nodes: int, edges: int, length: int) -> tuple[str, ...]:
    return (f"{nodes:,} elements", f"{edges:,} edges", f"length {length}")


def _picture(graph: IntervalGraph, labels: list[str] | None) -> Markup:
    if graph.num_nodes > MAX_PICTURE_NODES:
        profile = hasse.profile(graph.rank_sizes.tolist(), 60)
        return Markup("<pre>{}</pre>").format(profile)
    shown = None if labels is None or graph.num_nodes <= _MOST_LABELS else hasse.NodeStyle(label="")
    return Markup(
        hasse.svg(graph, labels, node_style=None if shown is None else lambda vertex: shown)
    )


def _mathematics(text: str) -> Markup:
    """Plain text with the index of S_8 lowered."""
    return Markup(re.sub(r"S_(\d+)", r"S<sub>\1</sub>", str(escape(text))))


def _typeset(polynomial: Sequence[int]) -> Markup:
    """1 + 2q + q^2 with raised exponents."""
    parts = []
    for term in format_polynomial(polynomial).split(" "):
        base, _, exponent = term.partition("^")
        raised = Markup("<sup>{}</sup>").format(exponent) if exponent else ""
        parts.append(Markup(base.replace("q", "<i>q</i>")) + raised)
    return Markup(" ").join(parts)
