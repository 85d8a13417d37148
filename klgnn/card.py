"""The model card: what a trained network is, how good, and what it is not good for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data_gen.dataset import IntervalDataset
from klgnn.features import FEATURE_NAMES
from klgnn.run_config import RunConfig

__all__ = ["model_card"]

_CARD = """\
---
library_name: klgnn
license: apache-2.0
tags:
- combinatorics
- kazhdan-lusztig-polynomials
- graph-neural-network
---

# {preset}, seed {seed}: Kazhdan-Lusztig polynomials from unlabelled Bruhat graphs

A graph network ({model}, {parameters:,} weights) that reads the unlabelled Bruhat graph of an
interval [x, w] of a symmetric group and gives one probability distribution for each coefficient of
q, ..., q^{coefficients} of P_{{x,w}}. It never sees a permutation or a reflection: its inputs are
the edges and, at every vertex: {features}.

## Data

{rows:,} intervals of {groups} (selection `{selection}`), fingerprint
`{fingerprint}`. Training, validation and
test are split by isomorphism class: no test graph has an isomorphic twin in training. (A random
80/20 split of these rows would give {row_leak:.1%} of the test rows a twin; of the {intervals:,}
intervals that they stand for, {interval_leak:.1%}.)

## Results on the test split ({graphs:,} graphs, read once, after training)

| | this network | most frequent answer | boosted trees on counts |
|---|---|---|---|
{table}

Macro-F1 is the mean over the values that occur in the test split. Values that never occur in
training count as wrong. The trees reach {trees_training:.1%} exact on their own training data.
{choice}

## Use

```python
from klgnn.runs import Run

run = Run.open("...")  # this folder
network = run.network()
prediction = network(run.graphs("test")[0])
```

From a shell, `klgnn predict` asks about one interval or graph, and `klgnn similar` finds others
that look like it to this network.

## Limits

A prediction is a guess, not a proof, and the exact polynomial can be computed (`klgnn interval`).
Larger intervals and larger n are beyond what it was measured on, and it gives no values but these,
for {values}.
"""


def model_card(config: RunConfig, metrics: Mapping[str, Any], dataset: IntervalDataset) -> str:
    """Writes the card of a run as Markdown with the front matter of Hugging Face.

    Args:
        config: The run's configuration.
        metrics: The content of its metrics.json.
        dataset: What it was trained on.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> from klgnn.training import train
        >>> with TemporaryDirectory() as folder:
        ...     dataset = generate(4, f"{folder}/s4")
        ...     run = train(dataset, f"{folder}/run", epochs=1, threads=1, progress=False)
        ...     card = model_card(run.config, run.metrics, dataset)
        >>> for line in card.splitlines():
        ...     if line.startswith(("# ", "## Results", "14 intervals")):
        ...         print(line)
        # default, seed 0: Kazhdan-Lusztig polynomials from unlabelled Bruhat graphs
        14 intervals of S_4 (selection `classes`), fingerprint
        ## Results on the test split (3 graphs, read once, after training)
    """
    test, training = metrics["test"], metrics["training"]
    parameters = dataset.manifest.parameters
    return _CARD.format(
        preset=config.preset,
        seed=config.seed,
        model=config.model,
        parameters=training["parameters"],
        coefficients=len(config.vocabulary),
        features=_features(config.features),
        rows=dataset.num_rows,
        groups=", ".join(f"S_{n}" for n in parameters.ns),
        selection=parameters.select,
        fingerprint=config.dataset_fingerprint,
        row_leak=test["leak"]["row_share"],
        intervals=test["leak"]["intervals"],
        interval_leak=test["leak"]["interval_share"],
        graphs=test["graphs"],
        table="\n".join(_rows(test)),
        trees_training=test["trees_training_exact"],
        choice=_choice(config, training["best_epoch"], training["epochs"]),
        values="; ".join(
            f"q^{k}: {_values(known)}" for k, known in enumerate(config.vocabulary, 1)
        ),
    )


def _choice(config: RunConfig, epoch: int, epochs: int) -> str:
    if config.training.get("kept") == "last":
        return f"The last epoch ({epoch}) was kept: it learned shuffled labels, for a control."
    return f"The epoch ({epoch} of {epochs}) was chosen by the validation loss."


def _features(name: str) -> str:
    if name == "upper":
        return (
            f"its corank, and {len(FEATURE_NAMES[name]) - 1} counts of what lies above it "
            "(elements by rank and corank, edges by length, degrees less what Deodhar's inequality "
            "demands)"
        )
    return ", ".join(column.replace("_", " ") for column in FEATURE_NAMES[name])


def _values(known: tuple[int, ...]) -> str:
    """0, 1, 2, 3 as 0 to 3."""
    if len(known) > 2 and known == tuple(range(known[0], known[-1] + 1)):
        return f"{known[0]} to {known[-1]}"
    return ", ".join(map(str, known))


def _rows(test: Mapping[str, Any]) -> list[str]:
    def row(title: str, scores: Mapping[str, float]) -> str:
        cells = (f"{scores[name]:.3f}" for name in ("network", "majority", "trees"))
        return f"| {title} | {' | '.join(cells)} |"

    lines = [row("whole polynomial, exact", test["exact"])]
    for scores in test["coefficients"]:
        lines.append(row(f"q^{scores['power']}, accuracy", scores["accuracy"]))
        lines.append(row(f"q^{scores['power']}, macro-F1", scores["macro_f1"]))
    return lines
