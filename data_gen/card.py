"""README.md of a dataset: a Hugging Face dataset card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data_gen import schema
from data_gen.manifest import Parameters, Shard
from data_gen.split_rule import SPLITS, SplitRule

__all__ = ["dataset_card", "dataset_title"]

_SPLIT_NAMES = {"train": "train", "val": "validation", "test": "test"}
_BY_N = ("intervals", "classified", "classes", "rows")
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
)

_BODY = """\
# {title}

Bruhat intervals [x, w] of {groups}, each with its Kazhdan-Lusztig polynomial P_{{x,w}}
and its Bruhat graph. Combinatorial invariance says that the polynomial depends on the unlabelled
graph alone.

Selection `{select}`: {meaning}.{limits}

Made by klgnn with

    {command}

The same command gives the same bytes, with any number of workers. manifest.json has the SHA-256 of
every file.

## Counts

| | rows | isomorphism classes |
|---|---:|---:|
{splits}
| all | {rows} | {row_classes} |

| | intervals looked at | classified | isomorphism classes | rows |
|---|---:|---:|---:|---:|
{by_n}

{intervals} intervals were looked at. {classified} of them were classified up to isomorphism, into
{classes} classes. {violations}
The rows have {polynomials} distinct polynomials, {nodes} vertices and {edges} edges.

## Columns

One row is one interval.

| column | type | meaning |
|---|---|---|
{columns}

Permutations are in one-line notation, 1-indexed. Vertices are ordered by rank and then
lexicographically; edges point upwards in length and are ordered by source and target; *every*
reflection is an edge, covers are those that raise the rank by one. (xt)(i) = x(t(i)), so the
reflection (i, j) of an edge swaps the entries in positions i and j.

## Splits

{split}

Each file holds one split, and its rows are ordered by number of vertices, n, x and w: the small
graphs come first, and a reader who streams meets graphs of one size together.

## Reading

```python
import pandas as pd
frame = pd.read_parquet("data")

from datasets import load_dataset
train = load_dataset("parquet", data_files="data/train-*.parquet")["train"]

from data_gen.dataset import IntervalDataset
interval = IntervalDataset.open(".").interval(0)
```

## Sources

D. Kazhdan and G. Lusztig, Representations of Coxeter groups and Hecke algebras, 1979.
A. Davies et al., Advancing mathematics by guiding human intuition with AI, Nature 600, 2021.
C. Blundell, L. Buesing, A. Davies, P. Velickovic and G. Williamson, Towards combinatorial
invariance for Kazhdan-Lusztig polynomials, arXiv:2111.15161.
"""


def dataset_card(
    parameters: Parameters, meaning: str, counts: dict[str, Any], shards: Sequence[Shard]
) -> str:
    """Writes the card: YAML front matter that `datasets.load_dataset` obeys, then text.

    Args:
        parameters: What was asked for.
        meaning: The selection in one line.
        counts: As in the manifest.
        shards: As in the manifest.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.generation import generate
        >>> with TemporaryDirectory() as folder:
        ...     manifest = generate(4, f"{folder}/s4", select="all").manifest
        >>> card = dataset_card(
        ...     manifest.parameters, manifest.meaning, manifest.counts, manifest.shards
        ... )
        >>> for line in card.splitlines():
        ...     if line.startswith(("# ", "| all", "| S_4")):
        ...         print(line)
        # Bruhat intervals of S_4
        | all | 213 | 14 |
        | S_4 | 213 | 213 | 14 | 213 |
    """
    title = dataset_title(parameters.ns)
    numbers = (
        "rows", "row_classes", "intervals", "classified", "classes", "polynomials", "nodes", "edges"
    )  # fmt: skip
    body = _BODY.format(
        title=title,
        groups=title.removeprefix("Bruhat intervals of "),
        select=parameters.select,
        meaning=meaning,
        limits=_limits(parameters, counts["left_out"]),
        command=parameters.command("DIR"),
        splits=_table([[name, *counts["splits"][name].values()] for name in counts["splits"]]),
        by_n=_table(
            [[f"S_{n}", *(record[name] for name in _BY_N)] for n, record in counts["by_n"].items()]
        ),
        violations=_violations(counts),
        columns=_table([[f"`{c.name}`", c.type, c.meaning] for c in schema.COLUMNS]),
        split=_split(parameters.split_rule),
        **{name: f"{counts[name]:,}" for name in numbers},
    )
    return _front_matter(title, counts["rows"], shards) + "\n" + body


def dataset_title(ns: Sequence[int]) -> str:
    """What to call a dataset.

    Example:
        >>> dataset_title((4, 5, 6))
        'Bruhat intervals of S_4, S_5 and S_6'
    """
    names = [f"S_{n}" for n in ns]
    last = names.pop()
    return f"Bruhat intervals of {', '.join(names) + ' and ' if names else ''}{last}"


def _front_matter(title: str, rows: int, shards: Sequence[Shard]) -> str:
    present = [name for name in SPLITS if any(shard.split == name for shard in shards)]
    files = [
        line
        for name in present
        for line in (f"  - split: {_SPLIT_NAMES[name]}", f"    path: data/{name}-*.parquet")
    ]
    size = next((text for bound, text in _SIZES if rows < bound), "n>100M")
    return "\n".join(
        [
            "---",
            f"pretty_name: {title}",
            "license: apache-2.0",
            "task_categories:",
            "- graph-ml",
            "tags:",
            "- mathematics",
            "- Kazhdan-Lusztig polynomials",
            "- Bruhat order",
            "- combinatorial invariance",
            "size_categories:",
            f"- {size}",
            "configs:",
            "- config_name: default",
            "  data_files:" if files else "  data_files: []",
            *files,
            "---",
            "",
        ]
    )


def _table(rows: Sequence[Sequence[object]]) -> str:
    return "\n".join(
        "| "
        + " | ".join(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row)
        + " |"
        for row in rows
    )


def _limits(parameters: Parameters, left_out: int) -> str:
    limits = []
    if parameters.max_nodes is not None:
        limits.append(f"of at most {parameters.max_nodes:,} elements")
    if parameters.max_length is not None:
        limits.append(f"of length at most {parameters.max_length}")
    if parameters.where is not None:
        limits.append(f"with `{parameters.where}`")
    text = f" Only intervals {' and '.join(limits)}" if limits else ""
    if parameters.select == "sample":
        way = "by random walks" if parameters.walks else "uniformly"
        return f"{text}{'.' if limits else ''} Drawn {way}."
    text += f"; {left_out:,} left out." if limits else ""
    if parameters.limit is not None:
        text += f" At most {parameters.limit:,} rows, those with the fewest elements."
    return text


def _split(rule: SplitRule) -> str:
    train, val, test = rule.shares
    hashed = f"a hash of the seed ({rule.seed}) and"
    if rule.by == "row":
        return (
            f"A row is put into train, val or test ({train}/{val}/{test}) by {hashed} its "
            "permutations.\n**This leaks**: most\nintervals have an isomorphic twin elsewhere."
        )
    if rule.by == "n":
        return (
            "Classes that do not occur below the largest n are the test. The others are put into "
            f"train\nor val ({train}:{val}) by {hashed} the certificate; isomorphic intervals are "
            "never separated."
        )
    return (
        f"A class is put into train, val or test ({train}/{val}/{test}) by {hashed} its\n"
        "certificate, so isomorphic intervals are never separated. Splitting rows at random leaks: "
        "most\nintervals have an isomorphic twin."
    )


def _violations(counts: dict[str, Any]) -> str:
    number = counts["classes_with_two_polynomials"]
    if counts["classes"] == counts["classified"]:
        return "No two of these are isomorphic."
    if number == 0:
        return "Each class carries one polynomial, as combinatorial invariance predicts."
    return (
        f"{number:,} classes carry more than one polynomial: each is a counterexample to "
        "combinatorial invariance, or an error in this program."
    )
