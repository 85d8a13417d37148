"""What determined a run, and its text: the file config.toml of the run folder."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import tomli_w

from data_gen.errors import RunError
from klgnn.models import Vocabulary

__all__ = ["CONFIG_FILE", "RunConfig"]

CONFIG_FILE = "config.toml"

_VERSION = 1


@dataclass(frozen=True)
class RunConfig:
    """The content of config.toml.

    Attributes:
        preset: The name of the preset it began with.
        seed: Of the weights and of the order of the batches.
        model: A key of `klgnn.models.MODELS`.
        network: The fields of that network's config.
        features: A key of `klgnn.features.FEATURE_NAMES`.
        training: Batches, optimiser, epochs and patience.
        vocabulary: For each coefficient the values that occur in training.
        dataset_path: The dataset's folder, relative to the run folder if not absolute. Empty for a
            model that is shipped without it: it is made again from dataset.json.
        dataset_fingerprint: Its fingerprint when the run began.
        threads: The number of threads that trained; other numbers may round differently.
        accelerator: What trained, ``"cpu"`` or ``"cuda"``; they round differently, too.
        versions: Of the packages that matter; not compared between runs.

    Example:
        >>> from klgnn.runs import Run
        >>> config = Run.default().config
        >>> config.preset, config.model, config.features, len(config.vocabulary)
        ('top-down', 'top-down', 'upper', 4)
        >>> again = RunConfig.from_toml(config.to_toml())
        >>> config.differences(again), config.differences(replace(config, seed=1, threads=4))
        ([], ['seed'])
    """

    preset: str
    seed: int
    model: str
    network: Mapping[str, Any]
    features: str
    training: Mapping[str, Any]
    vocabulary: Vocabulary
    dataset_path: str
    dataset_fingerprint: str
    threads: int
    versions: Mapping[str, str] = field(default_factory=dict)
    accelerator: str = "cpu"

    def to_toml(self) -> str:
        """The text of config.toml."""
        values = asdict(self)
        document = {
            "config_version": _VERSION,
            **{
                key: values[key] for key in ("preset", "seed", "features", "threads", "accelerator")
            },
            "dataset": {"path": self.dataset_path, "fingerprint": self.dataset_fingerprint},
            "model": {"name": self.model, **self.network},
            "training": dict(self.training),
            "vocabulary": {f"q{k}": list(v) for k, v in enumerate(self.vocabulary, 1)},
            "versions": dict(self.versions),
        }
        return tomli_w.dumps(document)

    @classmethod
    def from_toml(cls, text: str) -> RunConfig:
        """Reads what `to_toml` wrote.

        Raises:
            RunError: If the text is not such a document, or of another version.
        """
        try:
            values = tomllib.loads(text)
            if values["config_version"] != _VERSION:
                raise RunError(
                    f"{CONFIG_FILE} has version {values['config_version']}; this klgnn reads "
                    f"version {_VERSION}."
                )
            network = dict(values["model"])
            return cls(
                preset=values["preset"],
                seed=values["seed"],
                model=network.pop("name"),
                network=network,
                features=values["features"],
                training=values["training"],
                vocabulary=tuple(tuple(v) for v in values["vocabulary"].values()),
                dataset_path=values["dataset"]["path"],
                dataset_fingerprint=values["dataset"]["fingerprint"],
                threads=values["threads"],
                versions=values["versions"],
                accelerator=values.get("accelerator", "cpu"),
            )
        except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
            raise RunError(
                f"{CONFIG_FILE} is damaged ({error}). Train again into another folder, or with "
                "--force into this one."
            ) from error

    def differences(self, other: RunConfig) -> list[str]:
        """What would make another run: the names of the settings that differ."""
        mine, theirs = (_comparable(config) for config in (self, other))
        return [key for key in mine if mine[key] != theirs.get(key)] + [
            key for key in theirs if key not in mine
        ]


def _comparable(config: RunConfig) -> dict[str, Any]:
    """The settings that determine a run, flat; where the dataset lies is not among them."""
    values = asdict(replace(config, versions={}, dataset_path="", threads=0, accelerator=""))
    flat = {key: value for key, value in values.items() if not isinstance(value, dict)}
    for key in ("network", "training"):
        flat.update({f"{key}.{name}": value for name, value in values[key].items()})
    return flat
