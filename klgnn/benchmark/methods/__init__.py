"""The methods that are measured, one file each, and the registry that finds them by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from data_gen.errors import UsageError
from klgnn.benchmark.methods.base import Method, Outcome, Task
from klgnn.benchmark.methods.formulas import HypercubeMethod, LeastSolutionMethod
from klgnn.benchmark.methods.graphs import GraphsMethod
from klgnn.benchmark.methods.majority import MajorityMethod
from klgnn.benchmark.methods.network import NetworkMethod
from klgnn.benchmark.methods.trees import TreesMethod

__all__ = ["METHODS", "Method", "Outcome", "Task", "find_method"]

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "majority": MajorityMethod(),
        "trees": TreesMethod(),
        "davies2021": GraphsMethod(),
        "network": NetworkMethod(),
        "least-solution": LeastSolutionMethod(),
        "hypercubes": HypercubeMethod(),
    }
)
"""Every method by what the user types, in the order of the tables."""


def find_method(name: str) -> Method:
    """Looks up a method.

    Raises:
        UsageError: If there is none of this name; the message lists those there are.

    Example:
        >>> find_method("trees").random
        False
    """
    if name not in METHODS:
        raise UsageError(f"There is no method {name!r}; there are {', '.join(METHODS)}.")
    return METHODS[name]
