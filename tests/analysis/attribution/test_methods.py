"""Methods are found by name, brought by packages, or handed over; each holds what all must."""

from importlib import metadata

import pytest
import torch
from torch_geometric.data import Batch

from analysis.attribution import attribute, feature_attributions
from analysis.attribution.methods import AttributionMethod, Signed, find_method
from data_gen.errors import UsageError

NAMES = ("gradient", "input-x-gradient", "integrated-gradients", "occlusion")


class Features:
    """The features themselves, whatever the network says."""

    name, noun, means, takes_whole = "features", "size", "nothing", False

    def attribute(self, asked):
        return Signed(asked.inputs().detach())


def announce(monkeypatch, value: str) -> None:
    point = metadata.EntryPoint("features", value, "klgnn.attributions")
    real = metadata.entry_points

    def found(**wanted):
        mine = [point] if wanted.get("name", point.name) == point.name else []
        return [*real(**wanted), *mine]

    monkeypatch.setattr(metadata, "entry_points", found)


def test_the_names_are_those_of_the_objects():
    assert tuple(find_method(name).name for name in NAMES) == NAMES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("part", ["nodes", "edges"])
def test_a_batch_gives_what_its_graphs_give(network_and_graphs, name, part):
    network, graphs = network_and_graphs
    chosen = graphs[3:6]
    together, _ = feature_attributions(network, Batch.from_data_list(chosen), 1, name, part=part)
    apart = [
        feature_attributions(network, Batch.from_data_list([one]), 1, name, part=part)[0]
        for one in chosen
    ]
    torch.testing.assert_close(together, torch.cat(apart), rtol=1e-3, atol=1e-5)


def test_an_object_of_ones_own(network_and_graphs):
    network, graphs = network_and_graphs
    batch = Batch.from_data_list(graphs[:5])
    found, predicted = feature_attributions(network, batch, 1, Features())
    torch.testing.assert_close(found, batch.x)
    assert torch.equal(predicted, feature_attributions(network, batch, 1)[1])


def test_what_is_read_is_settled_on_the_graphs_as_they_are(network_and_graphs):
    """Also by a method that asks about something else first."""

    class Elsewhere(Features):
        def attribute(self, asked):
            asked(torch.zeros_like(asked.inputs()))
            return super().attribute(asked)

    network, graphs = network_and_graphs
    batch = Batch.from_data_list(graphs[:20])
    _, settled = feature_attributions(network, batch, 1, Elsewhere())
    assert torch.equal(settled, feature_attributions(network, batch, 1)[1])


def test_a_package_brings_one(network_and_graphs, monkeypatch):
    announce(monkeypatch, f"{__name__}:Features")
    network, graphs = network_and_graphs
    batch = Batch.from_data_list(graphs[:5])
    (found,) = attribute([network], [batch], 1, "features")
    torch.testing.assert_close(torch.from_numpy(found.scores), batch.x.abs().sum(1).float())
    assert isinstance(find_method("features"), AttributionMethod)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("no_such_package:Features", "does not load: ModuleNotFoundError"),
        (f"{__name__}:NAMES", "needs name, noun, means, takes_whole and attribute"),
    ],
)
def test_a_package_that_brings_none(monkeypatch, value, message):
    announce(monkeypatch, value)
    with pytest.raises(UsageError, match=message):
        find_method("features")


def test_no_method_of_that_name():
    with pytest.raises(UsageError, match=r"'gradiant'.* Did you mean gradient"):
        find_method("gradiant")
