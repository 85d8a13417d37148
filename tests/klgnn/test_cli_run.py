"""What is said on stderr of a run that a command line names."""

from klgnn.cli_run import chosen_run
from klgnn.runs import Run, RunFiles


def test_a_run_of_this_version_needs_no_word(short_run, capsys):
    assert chosen_run(short_run.path) == short_run
    assert chosen_run(None) == chosen_run("default") == Run.default()
    assert capsys.readouterr().err == ""


def test_a_run_of_another_version(own_run, capsys):
    config = own_run.path / RunFiles.CONFIG
    now = own_run.config.versions["klgnn"]
    config.write_text(config.read_text().replace(f'klgnn = "{now}"', 'klgnn = "0.0.9"'))
    assert chosen_run(own_run.path).config.versions["klgnn"] == "0.0.9"
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"was made by klgnn 0.0.9; this is {now}" in said


def test_a_manifest_of_another_schema(own_run, capsys):
    path = own_run.path / RunFiles.DATASET
    path.write_bytes(path.read_bytes().replace(b'"schema_version": ', b'"schema_version": 9'))
    chosen_run(own_run.path)
    assert "schema version 9" in capsys.readouterr().err


def test_a_dataset_in_another_place(own_run, tmp_path):
    assert chosen_run(own_run.path, tmp_path / "data").dataset_path == tmp_path / "data"
