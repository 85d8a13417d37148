"""Ten intervals worked out by an independent naive program: every number must agree."""

import json
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from data_gen.intervals import BruhatInterval
from data_gen.kl_single import kl_polynomial
from data_gen.permutations import Permutation, PermutationLike, parse_permutation
from data_gen.r_polynomials import r_polynomial, r_tilde_polynomial

GOLDEN = Path(__file__).parent.parent / "golden" / "worked_examples.json"
EXAMPLES = json.loads(GOLDEN.read_text(encoding="utf-8"))["intervals"]


def reversed_values(x: PermutationLike) -> Permutation:
    """w0 x: complement every value."""
    values = parse_permutation(x)
    return tuple(len(values) + 1 - value for value in values)


def ascending(x: PermutationLike, w: PermutationLike) -> list[int]:
    return [int(c) for c in reversed(kl_polynomial(x, w).all_coeffs())]


@pytest.fixture(params=EXAMPLES, ids=lambda example: f"{example['x']}-{example['y']}")
def example(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


def test_graph(example: dict[str, Any]) -> None:
    interval = BruhatInterval(example["x"], example["y"])
    graph = interval.graph
    assert interval.length == example["length"]
    assert (graph.num_nodes, graph.num_edges) == (example["nodes"], example["edges"])
    assert graph.covers.sum() == example["cover_edges"]
    assert graph.rank_sizes.tolist() == example["rank_sizes"]
    assert (graph.rank_sizes[1], graph.rank_sizes[-2]) == (example["atoms"], example["coatoms"])
    assert graph.out_degrees[0] == example["outdeg_x"]
    plain = interval.to_networkx()
    bottom, top = (
        next(node for node, degree in degrees if degree == 0)
        for degrees in (plain.in_degree, plain.out_degree)
    )
    assert nx.shortest_path_length(plain, bottom, top) == example["dist"]


def test_polynomials(example: dict[str, Any]) -> None:
    x, y = example["x"], example["y"]
    assert ascending(x, y) == example["P"]
    assert ascending(reversed_values(y), reversed_values(x)) == example["P_dual"]
    assert list(r_tilde_polynomial(x, y)) == example["Rt"]
    assert list(r_polynomial(x, y)) == example["R"]


def test_coefficient_of_q_is_coatoms_minus_f(example: dict[str, Any]) -> None:
    """f(x,y) = l - [q^(l-2)] R-tilde, and [q]P = coatoms - f (from the defining identity of P)."""
    x, y = example["x"], example["y"]
    f = example["length"] - r_tilde_polynomial(x, y)[example["length"] - 2]
    assert f == example["f"]
    polynomial = [*ascending(x, y), 0]
    assert polynomial[1] == example["coatoms"] - f


def test_derived_polynomial_is_a_palindrome(example: dict[str, Any]) -> None:
    """(q - 1) P^d = q^l P(1/q) - P(q), and P^d reads the same both ways."""
    polynomial, length = ascending(example["x"], example["y"]), example["length"]
    padded = polynomial + [0] * (length + 1 - len(polynomial))
    product = [high - low for high, low in zip(reversed(padded), padded, strict=True)]
    derived = example["P_der"]
    times_q_minus_1 = [a - b for a, b in zip([0, *derived], [*derived, 0], strict=True)]
    assert product == times_q_minus_1
    assert derived == derived[::-1]
