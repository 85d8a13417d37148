"""The compiled sums over neighbours against plain torch, and their gradients."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from klgnn.fitting import seeded
from klgnn.neighbours import Neighbours, _relu_sums_elsewhere, neighbour_sums, relu_sums


def random_graph(seed: int, num_nodes: int = 12, num_edges: int = 40):
    torch.manual_seed(seed)
    edges = torch.randint(0, num_nodes, (2, num_edges)).sort(dim=0).values
    edges = edges[:, edges[0] < edges[1]]
    return edges, Neighbours.of(edges, num_nodes)


def test_lists_are_the_edges():
    edges, neighbours = random_graph(0)
    low_at, low, high_at, high = neighbours.lists
    pairs = set(zip(*edges.tolist(), strict=True))
    assert {(int(j), i) for i in range(12) for j in low[low_at[i] : low_at[i + 1]]} == pairs
    assert {(i, int(j)) for i in range(12) for j in high[high_at[i] : high_at[i + 1]]} == pairs


@given(st.integers(0, 2**32), st.booleans())
def test_relu_sums_are_those_of_gather_and_scatter(seed, itself):
    _, neighbours = random_graph(seed)
    parts = torch.randn(12, 20)
    expected = _relu_sums_elsewhere(parts, neighbours, itself)
    assert torch.allclose(relu_sums(parts, neighbours, itself), expected, atol=1e-5)


def test_neighbour_sums_are_products_with_the_adjacency_matrix():
    edges, neighbours = random_graph(1)
    values = torch.randn(12, 6)
    below = torch.zeros(12, 12).index_put((edges[1], edges[0]), torch.ones(()), accumulate=True)
    expected = torch.cat([below @ values[:, :3], below.T @ values[:, 3:]], dim=1)
    assert torch.allclose(neighbour_sums(values, neighbours), expected, atol=1e-5)


@pytest.mark.parametrize("itself", [True, False])
def test_gradient_of_relu_sums(itself):
    _, neighbours = random_graph(2)
    parts = torch.randn(12, 12, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(lambda p: relu_sums(p, neighbours, itself), (parts,))


def test_gradients_of_neighbour_sums():
    _, neighbours = random_graph(3)
    values = torch.randn(12, 4, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(lambda v: neighbour_sums(v, neighbours), (values,))
    assert torch.autograd.gradgradcheck(lambda v: neighbour_sums(v, neighbours), (values,))


def test_views_and_expanded_gradients():
    _, neighbours = random_graph(4)
    wide = torch.randn(12, 16, requires_grad=True)
    relu_sums(wide[:, ::2], neighbours).sum().backward()
    fused = wide.grad.clone()
    wide.grad = None
    _relu_sums_elsewhere(wide[:, ::2], neighbours, False).sum().backward()
    assert torch.allclose(fused, wide.grad)


def on_no_cpu(neighbours: Neighbours) -> Neighbours:
    """The same neighbours as a GPU has them: without the lists of the compiled loops."""
    return replace(neighbours, lists=None)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("place", [lambda n: n, on_no_cpu], ids=["lists", "plain"])
def test_half_precision_is_summed_in_float32(dtype, place):
    edges = torch.stack([torch.arange(400), torch.full((400,), 400)])
    neighbours = place(Neighbours.of(edges, 401))
    ones = torch.full((401, 4), 0.5, dtype=dtype, requires_grad=True)
    summed, added = relu_sums(ones, neighbours), neighbour_sums(ones[:, :2], neighbours)
    assert summed.dtype == added.dtype == torch.float32
    assert summed[400].tolist() == [400, 0]  # in bfloat16 it would stop at 256
    assert added[400].tolist() == [200, 0]
    (summed.sum() + added.sum()).backward()
    assert ones.grad.dtype == dtype
    assert ones.grad[7].tolist() == [1, 1, 1, 0]


@pytest.mark.parametrize("place", [lambda n: n, on_no_cpu], ids=["lists", "plain"])
def test_within_autocast(place):
    _, neighbours = random_graph(6)
    linear, state = torch.nn.Linear(5, 12), torch.randn(12, 5)
    expected = relu_sums(linear(state), neighbours, True)
    with torch.autocast("cpu", torch.bfloat16):
        parts = linear(state)
        assert parts.dtype == torch.bfloat16
        found = relu_sums(parts, place(neighbours), True)
        found.square().sum().backward()
    assert found.dtype == linear.weight.grad.dtype == torch.float32
    assert torch.allclose(found, expected, rtol=0.05, atol=0.1)


def test_no_edges():
    neighbours = Neighbours.of(torch.zeros(2, 0, dtype=torch.long), 3)
    assert relu_sums(torch.ones(3, 8), neighbours).abs().sum() == 0


def test_any_number_of_threads_gives_the_same_bytes():
    _, neighbours = random_graph(5, 300, 2000)
    parts = torch.randn(300, 64, requires_grad=True)
    results = []
    for threads in (1, 2):
        with seeded(0, threads):
            out = relu_sums(parts, neighbours)
            (gradient,) = torch.autograd.grad(out.square().sum(), parts)
        results.append((out.detach(), gradient))
    assert torch.equal(results[0][0], results[1][0])
    assert torch.equal(results[0][1], results[1][1])


def weighted(neighbours_of, seed, requires_grad=True):
    torch.manual_seed(seed)
    edges, _ = random_graph(seed)
    weight = torch.rand(edges.shape[1], dtype=torch.double, requires_grad=requires_grad)
    return neighbours_of(Neighbours.of(edges, 12, weight)), weight


@pytest.mark.parametrize("place", [lambda n: n, on_no_cpu], ids=["lists", "plain"])
@pytest.mark.parametrize("itself", [True, False])
def test_gradients_by_weights_and_parts(place, itself):
    neighbours, weight = weighted(place, 7)
    parts = torch.randn(12, 12, dtype=torch.double, requires_grad=True)

    def sums(parts, weight):
        return relu_sums(parts, replace(neighbours, weight=weight), itself)

    assert torch.autograd.gradcheck(sums, (parts, weight))
    values = torch.randn(12, 6, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda v, w: neighbour_sums(v, replace(neighbours, weight=w)), (values, weight)
    )


@given(st.integers(0, 2**32), st.booleans())
def test_weighted_sums_are_those_of_gather_and_scatter(seed, itself):
    neighbours, weight = weighted(lambda n: n, seed)
    parts = torch.randn(12, 20, dtype=torch.double, requires_grad=True)
    found = []
    for sums in (relu_sums, _relu_sums_elsewhere):
        out = sums(parts, neighbours, itself)
        found.append((out, *torch.autograd.grad(out.square().sum(), (parts, weight))))
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("itself", [True, False])
def test_weights_of_one_change_no_byte(itself):
    edges, neighbours = random_graph(8, 60, 400)
    ones = torch.ones(edges.shape[1])
    parts = torch.randn(60, 32, requires_grad=True)
    plain = relu_sums(parts, neighbours, itself)
    weighed = relu_sums(parts, Neighbours.of(edges, 60, ones), itself)
    assert torch.equal(plain, weighed)
    one, other = (torch.autograd.grad(out.square().sum(), parts)[0] for out in (plain, weighed))
    assert torch.equal(one, other)


def test_an_edge_of_weight_zero_is_no_edge():
    edges, _ = random_graph(9)
    weight = torch.ones(edges.shape[1])
    weight[::3] = 0
    rest = Neighbours.of(edges[:, weight > 0], 12)
    parts, values = torch.randn(12, 16), torch.randn(12, 6)
    without = Neighbours.of(edges, 12, weight)
    torch.testing.assert_close(relu_sums(parts, without), relu_sums(parts, rest))
    torch.testing.assert_close(neighbour_sums(values, without), neighbour_sums(values, rest))
