"""Everything that a training run is made of besides the data, under a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from data_gen.choices import check_choice
from klgnn.choices import PresetName
from klgnn.models.base import NetworkConfig
from klgnn.models.bidirectional import BidirectionalConfig
from klgnn.models.davies2021 import Davies2021Config
from klgnn.models.top_down import TopDownConfig

__all__ = ["PRESETS", "Preset", "find_preset"]


@dataclass(frozen=True)
class Preset:
    """One way to train.

    Attributes:
        model: A key of `klgnn.models.MODELS`.
        network: That network's settings.
        features: A key of `klgnn.features.FEATURE_NAMES`.
        batch_size: The mean size of a batch, in units of `batch_unit`.
        batch_unit: ``"nodes"``, ``"graphs"``, or ``"classes"`` of a quotient.
        epochs: The most epochs.
        patience: Training stops after so many epochs without a better validation loss.
        learning_rate: Of AdamW (which without weight decay is Adam).
        weight_decay: Of AdamW.
        schedule: ``"constant"``, or ``"cosine"`` (a short warm-up, then down to zero).
        clip: The largest norm of a gradient; 0 for no limit.
        validate_every: Epochs from one validation to the next. Only then is the log written, the
            state kept and the best epoch chosen; and always after the last epoch.
        growth: For quotients: in this share of the epochs the levels that take part grow from the
            top to all; see `klgnn.quotient_batches`.
        precision: ``"32-true"``, ``"bf16-mixed"`` or ``"16-mixed"`` (the last on a GPU only).

    Example:
        >>> quick = replace(find_preset("default"), epochs=5, patience=5)
        >>> quick.model, quick.epochs, quick.batch_size, quick.batch_unit
        ('bidirectional', 5, 3000, 'nodes')
    """

    model: str
    network: NetworkConfig
    features: str
    batch_size: int
    batch_unit: str
    epochs: int
    patience: int
    learning_rate: float
    weight_decay: float = 0.0
    schedule: str = "constant"
    clip: float = 0.0
    validate_every: int = 1
    growth: float = 0.0
    precision: str = "32-true"


_NOTEBOOK = Preset(
    model="davies2021",
    network=Davies2021Config(width=64, steps=3),
    features="centralities",
    batch_size=100,
    batch_unit="graphs",
    epochs=100,
    patience=100,
    learning_rate=1e-3,
)

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "default": Preset(
            model="bidirectional",
            network=BidirectionalConfig(width=32, steps=4, readout_width=64),
            features="default",
            batch_size=3000,
            batch_unit="nodes",
            epochs=30,
            patience=15,
            learning_rate=3e-3,
            weight_decay=0.01,
            schedule="cosine",
            clip=1.0,
        ),
        "top-down": Preset(
            model="top-down",
            network=TopDownConfig(),
            features="upper",
            batch_size=3_000,
            batch_unit="classes",
            epochs=110,
            patience=110,
            learning_rate=4e-3,
            weight_decay=0.01,
            schedule="cosine",
            clip=1.0,
            validate_every=10,
            growth=0.5,
        ),
        "davies2021": replace(
            _NOTEBOOK, network=Davies2021Config(width=128, steps=4), features="degrees"
        ),
        "davies2021-notebook": _NOTEBOOK,
    }
)
"""The presets by name; `klgnn.models.davies2021` says where the two of Davies et al. differ."""


def find_preset(name: str) -> Preset:
    """Looks up a preset.

    Raises:
        UsageError: If there is none of this name; the message lists those there are.

    Example:
        >>> find_preset("davies2021").network
        Davies2021Config(width=128, steps=4)
    """
    check_choice("--preset", name, PresetName)
    return PRESETS[name]
