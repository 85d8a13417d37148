"""How fast are attributions of the default network, beside captum on plain PyG, graph by graph?

The peer is the obvious way: the same network and weights with torch_geometric's MessagePassing,
which gathers both ends of every edge and scatters the messages back by addition, and captum called
once for every graph. A second peer gives captum the plain network's batches, as klgnn does its own.
Their gradients are compared before anything is timed. All run in this process, in turns.

Intervals are random pairs of S_7, about 200 elements and 1,150 edges on average. Occlusion is
quadratic and is timed on fewer.

    python benchmarks/attribution.py [--graphs 300] [--occluded 20] [--rounds 3] [--threads 1]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence

import torch
from captum.attr import Saliency
from torch import Tensor
from torch_geometric.data import Batch
from training import PlainLayer

from analysis.attribution import attribute
from data_gen.generation import generate
from klgnn.graphs import IntervalGraphs
from klgnn.models import Bidirectional, BidirectionalConfig, CoefficientNetwork, vocabulary_of
from klgnn.models.readout import bottom_and_top, sum_over_graphs

BATCH_NODES = 20_000


class Plain(Bidirectional):
    """The default network with plain PyG propagation: the layer of `benchmarks/training.py`."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.plain = PlainLayer()

    def embed(
        self,
        x: Tensor,
        edge_index: Tensor,
        batch: Tensor,
        num_graphs: int,
        edge_weight: Tensor | None = None,
    ) -> Tensor:
        """As in Bidirectional, with gather and scatter."""
        state = self.encoder(x)
        for step in self.steps:
            normal = step.before(state)
            own_up, other_up, own_down, other_down = step.messages(normal).chunk(4, dim=1)
            up = self.plain(own_up, other_up, edge_index)
            down = self.plain(own_down, other_down, edge_index.flip(0))
            heard = step.heard(torch.cat([up, down], dim=1))
            state = state + step.out(torch.relu(step.combine(torch.cat([normal, heard], dim=1))))
        bottom, top = bottom_and_top(edge_index, len(x))
        total = sum_over_graphs(state, batch, num_graphs)
        sizes = torch.bincount(batch, minlength=num_graphs)[:, None]
        ends = [sum_over_graphs(state[end], batch[end], num_graphs) for end in (bottom, top)]
        return self.readout(torch.cat([*ends, total / sizes, total / 100], dim=1))


def by_captum(network: CoefficientNetwork, batches: Sequence[Batch]) -> Tensor:
    """Vertex scores, float [V], one call of captum for each of the batches (or single graphs)."""
    scores = []
    for batch in batches:

        def largest(x: Tensor, batch: Batch = batch) -> Tensor:
            changed = batch.clone()
            changed.x = x
            return network(changed).logits[0].amax(1)

        gradient = Saliency(largest).attribute(batch.x.clone().requires_grad_(), abs=False)
        scores.append(gradient.abs().sum(1))
    return torch.cat(scores)


def timed(ways: dict[str, Callable[[], object]], rounds: int, threads: int) -> dict[str, float]:
    """The least seconds of each way: of the processor if there is one thread, else by the clock."""
    clock = time.process_time if threads == 1 else time.perf_counter
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, way in ways.items():
            begun = clock()
            way()
            best[name] = min(best.get(name, float("inf")), clock() - begun)
    return best


def show(seconds: dict[str, float], batches: Sequence[Batch]) -> None:
    """Prints a line for each way."""
    graphs, edges = (sum(getattr(b, of) for b in batches) for of in ("num_graphs", "num_edges"))
    nodes = sum(batch.num_nodes for batch in batches)
    print(f"{graphs} graphs, {nodes:,} vertices, {edges:,} edges")
    print(f"  {'':36} {'graphs/s':>10} {'edges/s':>12} {'20,000 graphs':>14}")
    for name, time_ in seconds.items():
        rest = 20_000 / graphs * time_ / 60
        print(f"  {name:36} {graphs / time_:10,.0f} {edges / time_:12,.0f} {rest:10,.1f} min")


def parse() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--graphs", type=int, default=300)
    parser.add_argument("--occluded", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    """Runs the benchmark and prints a table."""
    options = parse()
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as folder:
        dataset = generate(7, f"{folder}/s7", select="sample", limit=options.graphs, split_by="row")
        graphs = IntervalGraphs(dataset)
    vocabulary = vocabulary_of(graphs.labels)
    networks = []
    for kind in (Bidirectional, Plain):
        torch.manual_seed(0)
        networks.append(kind(BidirectionalConfig(), graphs.num_features, vocabulary).eval())
    ours, plain = networks
    batches = list(graphs.loader(BATCH_NODES))
    singles = [graph for batch in batches for graph in batch.to_data_list()]
    (found,) = attribute([ours], batches, 1)
    for theirs in (by_captum(plain, singles), by_captum(plain, batches)):
        torch.testing.assert_close(torch.from_numpy(found.scores), theirs, rtol=1e-3, atol=1e-5)

    def klgnn(some: Sequence[Batch], *how: str, **what: str) -> Callable[[], object]:
        return lambda: attribute([ours], some, 1, *how, **what)

    seconds = timed(
        {
            "klgnn, gradient": klgnn(batches),
            "captum on plain PyG, graph by graph": lambda: by_captum(plain, singles),
            "captum on plain PyG, batches": lambda: by_captum(plain, batches),
            "klgnn, gradient by edges": klgnn(batches, "gradient", part="edges"),
        },
        options.rounds,
        options.threads,
    )
    seconds |= timed(
        {
            "klgnn, integrated, 32 steps": klgnn(batches, "integrated-gradients"),
            "klgnn, integrated by edges": klgnn(batches, "integrated-gradients", part="edges"),
        },
        1,
        options.threads,
    )
    show(seconds, batches)
    fast, *peers = (seconds[name] for name in list(seconds)[:3])
    for name, peer in zip(("graph by graph", "batches"), peers, strict=True):
        print(f"klgnn is {peer / fast:.1f} times as fast as captum on plain PyG, {name}")
    every = max(1, len(singles) // options.occluded)
    some = [Batch.from_data_list(singles[::every])]
    ways = {
        "klgnn, occlusion of vertices": klgnn(some, "occlusion"),
        "klgnn, occlusion of edges": klgnn(some, "occlusion", part="edges"),
    }
    show(timed(ways, 1, options.threads), some)


if __name__ == "__main__":
    main()
