"""Networks of every family with random weights, and graphs without ties."""

import pytest
import torch

from klgnn.graphs import IntervalGraphs
from tests.small_run import make_run

FEATURES = {"davies2021": "degrees", "bidirectional": "default"}


@pytest.fixture(scope="module", params=sorted(FEATURES))
def network_and_graphs(request, dataset, tmp_path_factory):
    """In double precision, and with noise on the features.

    Automorphic vertices tie under a maximum, and rounding then decides which of them is meant.
    """
    model, features = request.param, FEATURES[request.param]
    run = make_run(tmp_path_factory.mktemp("runs") / model, dataset, model, features)
    graphs = list(IntervalGraphs(dataset, features=features, rows=range(10, 60)))
    generator = torch.Generator().manual_seed(1)
    for graph in graphs:
        noise = torch.randn(graph.x.shape, generator=generator, dtype=torch.float64)
        graph.x = graph.x.double() + 0.1 * noise
    return run.network().double(), graphs
