"""What survives in saliency: several reports with retrainings and controls, side by side.

    klgnn report RUN --retrain 10 --json > run.json                     (for each run)
    python -m analysis.report.comparison run.json ... --out docs/saliency.md

Nothing is computed here: every number is one that a report gave.

Example:
    A report of ten trainings, with the least that the page reads of it; the numbers are made up.

    >>> from tempfile import TemporaryDirectory
    >>> from unittest.mock import patch
    >>> types = [
    ...     {
    ...         "type": name,
    ...         "trained": {"value": value, "low": value - 0.1, "high": value + 0.1},
    ...         "comparisons": [{"control": "untrained", "mean": 0.02, "p_holm": 0.001}],
    ...         "differs": value > 0,
    ...     }
    ...     for name, value in (("extremal", 0.4), ("simple", -0.3), ("other", 0.0))
    ... ]
    >>> method = {"name": "gradient", "types": types, "wrong_mass": 0.02, "wrong_graphs": 0.01}
    >>> nothing = {"lines": [], "compared": 0, "differing": []}
    >>> report = {
    ...     "provenance": {
    ...         "run": "run",
    ...         "dataset": "s5",
    ...         "dataset_fingerprint": "0",
    ...         "dataset_command": "klgnn generate --n 5 --out s5",
    ...         "command": "klgnn report run --retrain 10",
    ...     },
    ...     "training": {
    ...         "groups": [5], "preset": "default", "seed": 0, "intervals": {"train": 2928},
    ...     },
    ...     "settings": {
    ...         "coefficient": 1, "method": "gradient", "target": "logit", "percentile": 99,
    ...         "ends": "drop",
    ...     },
    ...     "intervals": [3661, 3661],
    ...     "networks": [{"kind": "trained", "exact": 0.99, "coefficient": 0.99}] * 10,
    ...     "evidence": {
    ...         "networks": 10, "types": types, "edges": {"trained": [40, 60]},
    ...         "free": {"ranks": 0.7}, "maps": [],
    ...     },
    ...     "structure": {"pieces": [], "motifs": nothing, "subintervals": nothing},
    ...     "checks": {"methods": [method], "networks": [], "fidelity": []},
    ... }
    >>> text = page([report])
    >>> for line in text[text.index("```sh") :].splitlines()[1:5]:
    ...     print(line)
    klgnn generate --n 5 --out s5
    klgnn train s5 --preset default --seed 0 --out run
    klgnn report run --retrain 10 --json > run.json
    python -m analysis.report.comparison run.json --out saliency.md
    >>> with TemporaryDirectory() as folder:
    ...     words = [f"{folder}/{name}" for name in ("run.json", "saliency.md")]
    ...     _ = Path(words[0]).write_text(json.dumps(report))
    ...     with patch("sys.argv", ["comparison", words[0], "--out", words[1]]):
    ...         main()
    ...     lines = Path(words[1]).read_text().splitlines()
    >>> [line for line in lines if line.startswith("Differs")]
    ['Differs from every control: extremal reflections.']
"""

from __future__ import annotations

import argparse
import json
import math
import shlex
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from analysis.evidence import FEWEST_EDGES
from analysis.report.verdicts import KIND_NAMES, SHORT_NAMES
from data_gen.storage import write_atomically
from klgnn.markdown import table

__all__ = ["main", "page"]

PIECE_CONTROLS = ("untrained", "shuffled", "degrees", "distances")

_OCCURRING = (("motif", "motifs"), ("interval inside", "subintervals"))
_MOST = 8

PIECES = {"hypercube": "hypercubes", "ideal": "ideal"}

HEAD = """# What saliency shows, and what survives the controls

Davies et al. (Nature 600, 2021) found that simple reflections, $(i, i+1)$, are under-represented in
the salient subgraphs of networks that predict the coefficients of $q^3$ and $q^4$ on $S_9$, and
extremal ones, the other $(1, j)$ and $(i, n)$, over-represented: over ten trainings, against
uniformly random vertices. This page asks the same with controls that could kill the effect, and a
second question: whether the salient vertices lie on a standard hypercube decomposition.

*Differs* means: $p < 0.05$ after Holm's correction against every control, in one direction:
untrained networks, networks trained on shuffled labels (Welch's $t$ test, networks are the unit),
random vertices of the same ranks, of the same ranks and degrees, and of the same ranks and
distances from both ends (draws). Uniformly random vertices, the comparison of the paper, are shown
and decide nothing. The
[tutorial](tutorials/reading-a-network.md) explains each of them.

This page is written by the last of these commands from the reports of those before it:

"""


def main() -> None:
    """Writes the page, or prints it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("reports", nargs="+", type=Path, help="What klgnn report --json printed.")
    parser.add_argument("--out", type=Path, help="The page to write [default: print it].")
    parser.add_argument("--by-hand", type=Path, help="A text that stands after the first table.")
    arguments = parser.parse_args()
    reports = [json.loads(path.read_text(encoding="utf-8")) for path in arguments.reports]
    try:
        text = page(reports, arguments.by_hand)
    except KeyError as error:
        parser.error(f"a report has no {error}: another klgnn wrote it. Make the reports again.")
    if arguments.out is None:
        print(text, end="")
    else:
        write_atomically(arguments.out, text.encode())


def page(reports: Sequence[dict[str, Any]], by_hand: Path | None = None) -> str:
    """The whole page; the text of `by_hand` stands after the first table."""
    parts = [HEAD, "```sh\n", *(f"{line}\n" for line in _commands(reports, by_hand))]
    parts += ["```\n\n## At a glance\n\n", _glance(reports)]
    if by_hand is not None:
        parts.append("\n" + by_hand.read_text(encoding="utf-8"))
    for report in reports:
        parts.append(f"\n## {_title(report)}\n\n")
        parts.append(_one(report))
    return "".join(parts)


def _commands(reports: Sequence[dict[str, Any]], by_hand: Path | None) -> list[str]:
    """What a reader types to get this page; what two reports share is said once."""
    lines: list[str] = []
    files: list[str] = []
    folders: dict[str, str] = {}
    for report in reports:
        provenance = report["provenance"]
        dataset = _folder(folders, provenance["dataset"], provenance["dataset_fingerprint"])
        name = provenance["run"]
        if f"{name}.json" in files:  # the same run, read in another way
            name = f"{name}-{len(files) + 1}"
        files.append(f"{name}.json")
        made = shlex.split(provenance["dataset_command"])
        lines.append(shlex.join([*made[:-1], dataset]))  # its last word is the folder
        lines.append(_train(report, dataset))
        lines.append(f"{provenance['command']} --json > {shlex.quote(files[-1])}")
    included = [] if by_hand is None else ["--by-hand", by_hand.name]
    written = ["python", "-m", "analysis.report.comparison", *files, *included]
    return [*dict.fromkeys(lines), shlex.join([*written, "--out", "saliency.md"])]


def _folder(folders: dict[str, str], name: str, fingerprint: str) -> str:
    """A name for a dataset's folder that no other dataset of the page has."""
    if fingerprint not in folders:
        taken = set(folders.values())
        numbered = (f"{name}-{number}" for number in count(2))
        folders[fingerprint] = (
            name if name not in taken else next(one for one in numbered if one not in taken)
        )
    return folders[fingerprint]


def _train(report: dict[str, Any], dataset: str) -> str:
    training, provenance = report["training"], report["provenance"]
    return (
        f"klgnn train {shlex.quote(dataset)} --preset {training['preset']} "
        f"--seed {training['seed']} --out {provenance['run']}"
    )


def _title(report: dict[str, Any]) -> str:
    groups = " and ".join(f"$S_{n}$" for n in report["training"]["groups"])
    k = report["settings"]["coefficient"]
    power = "$q$" if k == 1 else f"$q^{k}$"
    return f"{groups}, {power}, {report['training']['preset']} network"


def _glance(reports: Iterable[dict[str, Any]]) -> str:
    rows = []
    for report in reports:
        types = {kind["type"]: kind for kind in report["evidence"]["types"]}
        cells = [_title(report), str(report["evidence"]["networks"])]
        for name in ("extremal", "simple", "other"):
            kind = types[name]
            shuffled = _control(kind, "shuffled") or {"mean": None}
            cells.append(
                f"{_signed(kind['trained']['value'])} / "
                f"{_signed(_control(kind, 'untrained')['mean'])} / {_signed(shuffled['mean'])}"
                f"{_bold(kind)}"
            )
        pieces = [p for p in report["structure"]["pieces"] if p["piece"] == "hypercube"]
        cells.append(
            f"{_points(_mean(p['trained']['value'] for p in pieces))} / "
            f"{_points(_mean(v for p in pieces for v in p['untrained']))} / "
            f"{_points(_mean(v for p in pieces for v in p['shuffled']))}, "
            f"{sum(p['differs'] for p in pieces)} of {len(pieces)} differ"
        )
        rows.append(cells)
    head = ["", "trainings", "extremal", "simple", "other", "hypercube piece, points above chance"]
    return "Each cell: trained / untrained / trained on shuffled labels.\n\n" + _table(head, rows)


def _one(report: dict[str, Any]) -> str:
    settings, training, evidence = report["settings"], report["training"], report["evidence"]
    exact = [line["exact"] for line in report["networks"] if line["kind"] == "trained"]
    value = [line["coefficient"] for line in report["networks"] if line["kind"] == "trained"]
    controls = [line["exact"] for line in report["networks"] if line["kind"] == "shuffled"]
    text = (
        f"Differs from every control: {_differing(report)}.\n\n"
        f"{training['intervals']['train']:,} training intervals; {report['intervals'][0]:,} of "
        f"{report['intervals'][1]:,} attributed ({settings['method']} of the {settings['target']}, "
        f"percentile {settings['percentile']:g}, ends: {settings['ends']}). "
        f"{len(exact)} trainings get {_span(exact)} of the test polynomials right and "
        f"{_span(value)} of this coefficient"
        + (f"; on shuffled labels {_span(controls)} of the polynomials" if controls else "")
        + ".\n\n"
    )
    text += _types(evidence) + "\n" + _edges(evidence) + "\n"
    text += _pieces(report["structure"]) + "\n"
    for what, key in _OCCURRING:
        text += _occurrences(what, report["structure"][key]) + "\n"
    text += _methods(report["checks"]) + "\n" + _agreement(report["checks"]) + "\n"
    return text + _fidelity(report["checks"])


def _differing(report: dict[str, Any]) -> str:
    evidence = report["evidence"]
    types = [f"{kind['type']} reflections" for kind in evidence["types"] if kind["differs"]]
    single = [
        f"({i + 1}, {j + 1}) of $S_{chart['n']}$"
        for chart in evidence["maps"]
        for i, row in enumerate(chart["differs"])
        for j, differs in enumerate(row)
        if differs
    ]
    pieces = [
        f"{PIECES[piece['piece']]} of the {KIND_NAMES[piece['kind']]}"
        for piece in report["structure"]["pieces"]
        if piece["piece"] in PIECES and piece["differs"]
    ]
    inside = [
        f"{what}: {name}"
        for what, key in _OCCURRING
        for name in report["structure"][key]["differing"]
    ]
    return ", ".join([*types, *single, *pieces, *inside]) or "nothing"


def _types(evidence: dict[str, Any]) -> str:
    controls = [one["control"] for one in evidence["types"][0]["comparisons"]]
    rows = [
        [
            kind["type"],
            f"{_signed(kind['trained']['value'])} ({_signed(kind['trained']['low'])} to "
            f"{_signed(kind['trained']['high'])})",
            *(f"{_signed(one['mean'])}, p {_p(one['p_holm'])}" for one in kind["comparisons"]),
            "yes" if kind["differs"] else "no",
        ]
        for kind in evidence["types"]
    ]
    names = [SHORT_NAMES[control] for control in controls]
    return _table(["over-representation", "trained", *names, "differs"], rows)


def _pieces(structure: dict[str, Any]) -> str:
    rows = [
        [
            f"{KIND_NAMES[piece['kind']]}, {PIECES[piece['piece']]}",
            f"{100 * piece['share']:.0f}% ({100 * piece['chance']:.0f}%)",
            f"{_points(piece['trained']['value'])} ({_points(piece['trained']['low'])} to "
            f"{_points(piece['trained']['high'])})",
            *(_points(_mean(piece[name])) for name in PIECE_CONTROLS),
            _p(piece["p_holm"]),
            "yes" if piece["differs"] else "no",
        ]
        for piece in structure["pieces"]
        if piece["piece"] != "elsewhere"
    ]
    head = ["piece", "share (chance)", "excess, points", "untrained", "shuffled labels",
            "same ranks, degrees", "same ranks, distances", "p", "differs"]  # fmt: skip
    return _table(head, rows)


def _edges(evidence: dict[str, Any]) -> str:
    """How many salient edges the networks have, and which of them count."""
    parts = [
        f"{kind} {min(edges):,} to {max(edges):,} (median {int(median(edges)):,})"
        for kind, edges in evidence["edges"].items()
        if edges
    ]
    free = ", ".join(f"{100 * share:.0f}% ({kept})" for kept, share in evidence["free"].items())
    return (
        f"Salient edges of a network: {'; '.join(parts)}; with fewer than {FEWEST_EDGES} one does "
        f"not count. Of the random vertices might have been others than the salient: {free}.\n"
    )


def _occurrences(what: str, found: dict[str, Any]) -> str:
    kinds = list(found["lines"][0]["others"]) if found["lines"] else []
    rows = [
        [
            line["name"], f"{line['count']:,.0f}", f"{line['expected']:,.1f}",
            f"{line['ratio']['value']:.2f} ({line['ratio']['low']:.2f} to "
            f"{line['ratio']['high']:.2f})",
            *("-" if line["others"][k] is None else f"{line['others'][k]:.2f}" for k in kinds),
            _p(line["p_holm"]), "yes" if line["differs"] else "no",
        ]
        for line in found["lines"][:_MOST]
    ]  # fmt: skip
    head = [what, "count", "expected", "ratio", *(SHORT_NAMES[k] for k in kinds), "p", "differs"]
    more = f"{found['compared']} compared, {len(found['differing'])} differ.\n\n"
    return more + (_table(head, rows) if rows else "")


def _methods(checks: dict[str, Any]) -> str:
    rows = [
        [
            line["name"],
            *(
                f"{_signed(kind['trained']['value'])} / "
                f"{_signed(_control(kind, 'untrained')['mean'])}"
                f"{_bold(kind)}"
                for kind in line["types"]
            ),
            *([""] * (3 - len(line["types"]))),
            f"{100 * line['wrong_mass']:.0f}%",
        ]
        for line in checks["methods"]
    ]
    wrong = checks["methods"][0]["wrong_graphs"]
    head = ["attribution (trained / untrained)", "simple", "extremal", "other",
            f"score in wrong graphs ({100 * wrong:.1f}%)"]  # fmt: skip
    return _table(head, rows)


def _agreement(checks: dict[str, Any]) -> str:
    """How far networks agree, beside what their ranks alone would give."""
    rows = [
        [
            f"{line['first']}, {line['second']}",
            f"{100 * line['overlap']:.0f}% ({100 * line['chance_overlap']:.0f}%)",
            f"{line['correlation']:.2f} ({line['chance_correlation']:.2f})",
        ]
        for line in checks["networks"]
        if None not in (line["overlap"], line["correlation"])
    ]
    head = ["agreement between", "salient in common (chance)", "rank correlation (chance)"]
    return _table(head, rows)


def _fidelity(checks: dict[str, Any]) -> str:
    rows = [
        [line["network"], one["what"],
         f"{100 * one['salient']:.1f}%", f"{100 * one['random']:.1f}%",
         f"{_points(one['difference']['value'])} ({_points(one['difference']['low'])} to "
         f"{_points(one['difference']['high'])})"]
        for line in checks["fidelity"]
        for one in line["results"]
    ]  # fmt: skip
    return _table(["network", "part", "loss of probability, salient", "random", "difference"], rows)


def _control(kind: dict[str, Any], name: str) -> Any:
    return next((one for one in kind["comparisons"] if one["control"] == name), None)


def _bold(kind: dict[str, Any]) -> str:
    return " **differs**" if kind["differs"] else ""


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _span(shares: Sequence[float]) -> str:
    low, high = f"{100 * min(shares):.1f}%", f"{100 * max(shares):.1f}%"
    return low if low == high else f"{low} to {high}"


def _signed(value: float | None) -> str:
    return "-" if value is None or not math.isfinite(value) else f"{100 * value:+.0f}%"


def _points(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:+.1f}"


def _p(value: float | None) -> str:
    if value is None:
        return "-"
    return "< 0.0001" if value < 0.0001 else f"{value:.2g}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return table(head, rows) + "\n"


if __name__ == "__main__":
    main()
