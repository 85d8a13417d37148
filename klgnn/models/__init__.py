"""The networks, one file each, and the registry that finds them by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from klgnn.models.base import (
    CoefficientNetwork,
    GraphNetwork,
    NetworkConfig,
    Prediction,
    Vocabulary,
    vocabulary_of,
)
from klgnn.models.bidirectional import Bidirectional, BidirectionalConfig
from klgnn.models.davies2021 import Davies2021, Davies2021Config
from klgnn.models.top_down import TopDown, TopDownConfig

__all__ = [
    "MODELS",
    "Bidirectional",
    "BidirectionalConfig",
    "CoefficientNetwork",
    "Davies2021",
    "Davies2021Config",
    "GraphNetwork",
    "NetworkConfig",
    "Prediction",
    "TopDown",
    "TopDownConfig",
    "Vocabulary",
    "build_network",
    "vocabulary_of",
]

MODELS: Mapping[str, Any] = MappingProxyType(
    {"bidirectional": Bidirectional, "davies2021": Davies2021, "top-down": TopDown}
)
"""Every network by the name that config.toml uses."""


def build_network(
    name: str, config: Mapping[str, Any], num_features: int, vocabulary: Vocabulary
) -> CoefficientNetwork:
    """Builds an untrained network from the plain values that config.toml holds.

    The weights come from torch's random numbers as they stand: seed them first.

    Args:
        name: A key of `MODELS`.
        config: The fields of that network's `Config`; those left out keep their defaults.
        num_features: The number of columns of `x`.
        vocabulary: The values of each coefficient.

    Raises:
        ValueError: If there is no such network, or it has no such field.

    Example:
        >>> build_network("davies2021", {"width": 8}, 2, ((0, 1),)).num_coefficients
        1
    """
    if name not in MODELS:
        raise ValueError(f"No network {name!r}; there are {', '.join(MODELS)}.")
    network = MODELS[name]
    try:
        settings = network.Config(**config)
    except TypeError as error:
        message = f"The network {name!r} cannot be built from {dict(config)}: {error}."
        raise ValueError(message) from error
    built: CoefficientNetwork = network(settings, num_features, vocabulary)
    return built
