"""How fast is a training step of the davies2021 network, beside the same network in plain PyG?

The peer does what a torch_geometric MessagePassing layer does: gathers both ends of every edge,
applies the ReLU, and scatters the messages back by addition. Everything else is the same: weights,
batch, loss, optimiser. Both run in this process, in turns, on the same threads.

    python benchmarks/training.py [--threads 1] [--graphs 100] [--width 128] [--steps 4]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch_geometric.nn import MessagePassing

from data_gen.generation import generate
from klgnn.graphs import IntervalGraphs
from klgnn.models import CoefficientNetwork, Davies2021, Davies2021Config, vocabulary_of
from klgnn.models.readout import max_over_graphs


class PlainLayer(MessagePassing):
    """relu(own part of the receiver + other part of the sender), summed by gather and scatter."""

    def __init__(self) -> None:
        super().__init__(aggr="add")

    def forward(self, own: Tensor, other: Tensor, edge_index: Tensor) -> Tensor:
        """Sums the messages of the neighbours."""
        return self.propagate(edge_index, own=own, other=other, size=(len(own), len(own)))

    def message(self, own_i: Tensor, other_j: Tensor) -> Tensor:
        """One message per edge."""
        return torch.relu(own_i + other_j)


class Plain(Davies2021):
    """The same network with plain PyG propagation."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.plain = PlainLayer()

    def embed(self, x: Tensor, edge_index: Tensor, batch: Tensor, num_graphs: int) -> Tensor:
        """As in Davies2021, with gather and scatter."""
        loops = torch.arange(len(x)).expand(2, -1)
        up, down = (torch.cat([edges, loops], 1) for edges in (edge_index, edge_index.flip(0)))
        state = self.encoder(x)
        for step in self.steps:
            own_up, other_up, own_down, other_down = step.messages(state).chunk(4, dim=1)
            heard = torch.cat(
                [self.plain(own_up, other_up, up), self.plain(own_down, other_down, down)], dim=1
            )
            state = torch.relu(step.skip(state) + step.combine(heard))
        return max_over_graphs(state, batch, num_graphs)


def stepper(network: CoefficientNetwork, batch: object) -> Callable[[], float]:
    """One training step of the network; returns the loss."""
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0, fused=True)

    def step() -> float:
        optimiser.zero_grad()
        loss = network.loss(batch)
        loss.backward()
        optimiser.step()
        return loss.item()

    return step


def main() -> None:
    """Runs the benchmark and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--graphs", type=int, default=100)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as folder:
        dataset = generate([5, 6], f"{folder}/s56", select="classes")
        graphs = IntervalGraphs(dataset, "train", features="degrees")
    batch = next(iter(graphs.loader(options.graphs, "graphs", shuffle=True)))
    vocabulary = vocabulary_of(graphs.labels)
    networks: dict[str, nn.Module] = {}
    for name, kind in (("klgnn", Davies2021), ("plain PyG", Plain)):
        torch.manual_seed(0)
        networks[name] = kind(Davies2021Config(options.width, options.steps), 2, vocabulary)
    steps = {name: stepper(network, batch) for name, network in networks.items()}
    losses = {name: [step() for _ in range(2)] for name, step in steps.items()}  # compiles, too
    assert all(abs(a - b) < 1e-2 * abs(a) for a, b in zip(*losses.values(), strict=True)), (
        f"not the same network: {losses}"
    )
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(options.repeats):
        for name, step in steps.items():
            began = time.perf_counter()
            step()
            seconds[name].append(time.perf_counter() - began)
    print(
        f"{batch.num_graphs} graphs, {batch.num_nodes:,} vertices, {batch.num_edges:,} edges; "
        f"width {options.width}, {options.steps} steps, {options.threads} thread(s); "
        f"best and median of {options.repeats}"
    )
    for name, times in seconds.items():
        best, median = min(times), statistics.median(times)
        print(
            f"{name:10}  {best * 1e3:8.1f} ms  {median * 1e3:8.1f} ms a step  "
            f"{batch.num_edges / best:12,.0f} edges/s forward and backward"
        )
    ratio = min(seconds["plain PyG"]) / min(seconds["klgnn"])
    middle = statistics.median(seconds["plain PyG"]) / statistics.median(seconds["klgnn"])
    print(f"klgnn is {ratio:.1f} times as fast (medians: {middle:.1f})")


if __name__ == "__main__":
    main()
