"""Ctrl-C: every verb says what is kept of its work, and that is so."""

from pathlib import Path
from unittest.mock import MagicMock

import pytest
from typer.testing import CliRunner

from data_gen.interrupts import GOES_ON, WITH_OUT
from klgnn.main import build_app

NOTHING = "Nothing was written."


def press(*arguments: object, **options: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("work", "words", "sentence"),
    [
        ("data_gen.generation.generate", "generate --n 4 --out OUT", GOES_ON),
        ("data_gen.generation.generate", "classes --n 4 --out OUT", GOES_ON),
        ("data_gen.generation.generate", "classes --n 4", WITH_OUT),
        ("data_gen.importing.import_pairs", "dataset import FILE --out OUT", GOES_ON),
        ("data_gen.resplit.split_dataset", "dataset split DATA --out OUT", GOES_ON),
        ("data_gen.leak.find_leak", "dataset split DATA", NOTHING),
        ("data_gen.isomorphism.certificate", "interval 1324 3412", NOTHING),
        ("klgnn.training.train", "train DATA --out OUT", GOES_ON),
        ("klgnn.evaluation.evaluate", "evaluate default", NOTHING),
        ("klgnn.benchmark.Benchmark.run", "benchmark --quick --out OUT", GOES_ON),
        ("klgnn.prediction.predict", "predict 1324 3412", NOTHING),
        ("klgnn.similarity.open_index", "similar 1324 3412", NOTHING),
        ("analysis.report.collect.collect", "report --out PAGE", GOES_ON),
        (
            "analysis.report.single.read_interval",
            "report --interval 1324 3412 --out PAGE",
            NOTHING,
        ),
        ("analysis.conjectures.run.examine", "conjecture test h-tilde --n 4", WITH_OUT),
        ("analysis.conjectures.run.examine", "conjecture test h-tilde --n 4 --out OUT", GOES_ON),
        (
            "analysis.conjectures.run.examine_interval",
            "conjecture test h-tilde --interval 1324 3412 --out OUT",
            NOTHING,
        ),
        (
            "analysis.conjectures.baseline.conjecture_baseline",
            "conjecture baseline h-tilde --n 4",
            NOTHING,
        ),
        ("analysis.discovery.run.discover", "conjecture discover --out PAGE", NOTHING),
        (
            "analysis.formulas_at_large.run.check_formulas",
            "conjecture formulas check --n 4",
            WITH_OUT,
        ),
        (
            "analysis.formulas_at_large.run.check_formulas",
            "conjecture formulas check --n 4 --out OUT",
            GOES_ON,
        ),
    ],
)
def test_every_verb_says_what_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, work: str, words: str, sentence: str
) -> None:
    monkeypatch.setattr(work, press)
    monkeypatch.setattr("data_gen.dataset.IntervalDataset.open", MagicMock())
    monkeypatch.setattr("klgnn.runs.Run.dataset", MagicMock())
    named = {"OUT": tmp_path / "out", "PAGE": tmp_path / "page.html"}
    told = [str(named.get(word, word)) for word in words.split()]
    done = CliRunner().invoke(build_app(told[0]), told)
    assert done.exit_code == 130, done.output
    assert done.stderr.splitlines()[-1] == f"Interrupted. {sentence}"
