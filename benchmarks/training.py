"""How fast is a training step of the davies2021 network, beside the same network elsewhere?

One peer is plain PyG: what a torch_geometric MessagePassing layer does, which gathers both ends of
every edge, applies the ReLU, and scatters the messages back by addition. Everything else is the
same: weights, batch, loss, optimiser. Both run in this process, in turns, on the same threads.

Another may be any program, in any environment: `--peer COMMAND` runs it with the name of an .npz
file as its last word, in turns with the others. The file holds the batch (x float32 [N, F],
edge_index int64 [2, E] upwards, ptr int64 [G + 1] where each graph begins, y int64 [G, D]) and
width, steps and repeats. It prints a line for every step that it timed: a name and milliseconds, of
its processor if there is one thread, by the clock otherwise, as here.

    python benchmarks/training.py [--threads 1] [--graphs 100] [--width 128] [--steps 4]
                                  [--peer COMMAND] [--profile]
"""

from __future__ import annotations

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch_geometric.data import Batch
from torch_geometric.nn import MessagePassing

from data_gen.generation import generate
from klgnn.environment import prepare_torch
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


PARTS = ("forward", "backward", "optimiser")
HALF = "klgnn, bf16-mixed"


def stepper(
    network: CoefficientNetwork, batch: object, clock: Callable[[], float], half: bool = False
) -> Callable[[], tuple[float, ...]]:
    """One training step of the network; returns the loss and the seconds of the three `PARTS`.

    If `half`, as Lightning does it with `--precision bf16-mixed`.
    """
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0, fused=True)

    def step() -> tuple[float, ...]:
        times = [clock()]
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            loss = network.loss(batch)
        times.append(clock())
        loss.backward()
        times.append(clock())
        optimiser.step()
        optimiser.zero_grad()
        times.append(clock())
        return loss.item(), *(after - before for before, after in pairwise(times))

    return step


def same_losses(steps: dict[str, Callable[[], tuple[float, ...]]]) -> None:
    """Makes two steps of each network, which also compiles, and compares."""
    losses = {name: [step()[0] for _ in range(2)] for name, step in steps.items()}
    for name, found in losses.items():
        for one, other in zip(found, losses["klgnn"], strict=True):
            assert abs(one - other) < 1e-2 * abs(other), f"{name} is not the same network: {losses}"


def write_batch(path: Path, batch: Batch, options: argparse.Namespace) -> None:
    """Writes what a peer in another program needs."""
    np.savez(
        path,
        x=batch.x.numpy(),
        edge_index=batch.edge_index.numpy(),
        ptr=batch.ptr.numpy(),
        y=batch.y.numpy(),
        width=options.width,
        steps=options.steps,
        repeats=options.repeats,
    )


def run_peer(command: str, path: Path) -> dict[str, list[float]]:
    """Runs a peer; seconds of its steps by name."""
    words = [*shlex.split(command), str(path)]
    said = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout
    seconds: dict[str, list[float]] = {}
    for line in said.splitlines():
        name, _, milliseconds = line.rpartition(" ")
        seconds.setdefault(name, []).append(float(milliseconds) / 1e3)
    return seconds


def profile(step: Callable[[], tuple[float, ...]], repeats: int) -> None:
    """Prints where the time goes: the ten operations with the most of their own."""
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profiler:
        for _ in range(repeats):
            step()
    averages = sorted(profiler.key_averages(), key=lambda one: -one.self_cpu_time_total)
    total = sum(one.self_cpu_time_total for one in averages)
    print("where the time of klgnn goes (own time of each operation)")
    for one in averages[:10]:
        share, each = one.self_cpu_time_total / total, one.self_cpu_time_total / repeats / 1e3
        print(f"  {share:6.1%}  {each:8.2f} ms a step  {one.count // repeats:4} calls  {one.key}")


def show(
    seconds: dict[str, list[float]], parts: dict[str, list[tuple[float, ...]]], edges: int
) -> None:
    """Prints best and median of each, and how they compare."""
    print(f"{'':24}  {'best':>10}  {'median':>10}  {'edges/s, best step':>20}")
    for name, times in seconds.items():
        best, median = min(times), statistics.median(times)
        print(f"{name:24}  {best * 1e3:7.1f} ms  {median * 1e3:7.1f} ms  {edges / best:20,.0f}")
        for k, part in enumerate(PARTS if name in parts else ()):
            least = min(each[k] for each in parts[name])
            rate = f"{edges / least:20,.0f}" if part != "optimiser" else ""
            print(f"  {part:22}  {least * 1e3:7.1f} ms  {'':10}  {rate}")
    for name in seconds:
        pair = (HALF, "klgnn") if name == HALF else ("klgnn", name)
        if name != "klgnn":
            fast, slow = (seconds[one] for one in pair)
            ratio = min(slow) / min(fast)
            middle = statistics.median(slow) / statistics.median(fast)
            print(f"{pair[0]} is {ratio:.1f} times as fast as {pair[1]} (medians: {middle:.1f})")


def parse() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--graphs", type=int, default=100)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=7, help="in each round")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--peer", help="a program that times its own steps on the same batch")
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    return parser.parse_args()


def as_klgnn_train_does() -> None:
    """Begins again with the environment of `klgnn train`: torch reads it when it is loaded."""
    if "THP_MEM_ALLOC_ENABLE" not in os.environ:
        prepare_torch()
        os.execv(sys.executable, [sys.executable, *sys.argv])


def main() -> None:
    """Runs the benchmark and prints a table."""
    options = parse()
    as_klgnn_train_does()
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as folder:
        dataset = generate([5, 6], f"{folder}/s56", select="classes")
        graphs = IntervalGraphs(dataset, "train", features="degrees")
        batch = next(iter(graphs.loader(options.graphs, "graphs", shuffle=True)))
        vocabulary = vocabulary_of(graphs.labels)
        networks: dict[str, CoefficientNetwork] = {}
        for name, kind in (("klgnn", Davies2021), ("plain PyG", Plain)):
            torch.manual_seed(0)
            networks[name] = kind(Davies2021Config(options.width, options.steps), 2, vocabulary)
        # One thread: processor time, which a busy machine stretches less.
        clock = time.process_time if options.threads == 1 else time.perf_counter
        steps = {name: stepper(network, batch, clock) for name, network in networks.items()}
        same_losses(steps)
        torch.manual_seed(0)
        mixed = Davies2021(Davies2021Config(options.width, options.steps), 2, vocabulary)
        steps[HALF] = stepper(mixed, batch, clock, half=True)
        steps[HALF]()
        parts: dict[str, list[tuple[float, ...]]] = {name: [] for name in steps}
        others: dict[str, list[float]] = {}
        write_batch(Path(folder) / "batch.npz", batch, options)
        for _ in range(options.rounds):
            for _ in range(options.repeats):
                for name, step in steps.items():
                    parts[name].append(step()[1:])
            if options.peer:
                for name, times in run_peer(options.peer, Path(folder) / "batch.npz").items():
                    others.setdefault(name, []).extend(times)
    print(
        f"{batch.num_graphs} graphs, {batch.num_nodes:,} vertices, {batch.num_edges:,} edges; "
        f"width {options.width}, {options.steps} steps, {options.threads} thread(s); "
        f"{options.rounds} rounds of {options.repeats} steps"
    )
    whole = {name: [sum(each) for each in found] for name, found in parts.items()}
    show({**whole, **others}, parts, batch.num_edges)
    if options.profile:
        profile(steps["klgnn"], options.repeats)


if __name__ == "__main__":
    main()
