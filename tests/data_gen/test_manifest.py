"""What a dataset says about itself."""

from dataclasses import replace

import pytest

from data_gen.errors import ChecksumError, DatasetError
from data_gen.manifest import Manifest, Parameters, Shard, Source, current_versions
from data_gen.schema import SCHEMA_VERSION

SHARD = Shard("data/train-00000-of-00001.parquet", "train", 3, 5, 4, 1, 2, 100, "ab" * 32)
MANIFEST = Manifest(
    Parameters((3, 4), "all", 7, 50), {"rows": 3}, (SHARD,), "cd" * 32, 2, 1, current_versions()
)


def test_comes_back_as_it_was():
    assert Manifest.from_json(MANIFEST.to_json(), "here") == MANIFEST


def test_every_changed_byte_is_noticed():
    data = MANIFEST.to_json()
    for place in range(len(data)):
        for change in (1, 16):
            changed = data[:place] + bytes([data[place] ^ change]) + data[place + 1 :]
            with pytest.raises(DatasetError, match="here"):
                Manifest.from_json(changed, "here")


def test_a_changed_count_is_damage():
    with pytest.raises(ChecksumError, match=r"here.*damaged.*--force"):
        Manifest.from_json(MANIFEST.to_json().replace(b'"rows": 3', b'"rows": 4'), "here")


def test_the_fingerprint_names_parameters_and_bytes():
    others = [
        replace(MANIFEST, parameters=replace(MANIFEST.parameters, seed=8)),
        replace(MANIFEST, shards=(replace(SHARD, sha256="ac" * 32),)),
    ]
    assert len({m.fingerprint for m in (MANIFEST, *others)}) == 3
    assert replace(MANIFEST, versions={}).fingerprint == MANIFEST.fingerprint


def test_the_command_can_be_pasted_into_a_shell():
    command = MANIFEST.parameters.command("my data")
    assert command == (
        "klgnn generate --n 3 --n 4 --select all --seed 7 --max-nodes 50 --out 'my data'"
    )


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        (
            Parameters((9,), "extremal", 0, 20, 5, "n == 9 and length > 2", 7),
            "generate --n 9 --select extremal --max-nodes 20 --max-length 5 "
            "--where 'n == 9 and length > 2' --limit 7",
        ),
        (
            Parameters((12,), "sample", limit=10, walks=True, shares=(80, 10, 10)),
            "generate --n 12 --select sample --limit 10 --walks --shares 80 10 10",
        ),
        (
            Parameters((5,), "import", split_by="row", source=Source("a b.csv", "ff")),
            "dataset import 'a b.csv' --split-by row",
        ),
    ],
)
def test_commands_and_json_keep_every_parameter(parameters, words):
    assert parameters.command("d") == f"klgnn {words} --out d"
    assert Parameters.from_dict(parameters.to_dict()) == parameters


def test_an_older_schema_is_said_to_be_older():
    old = replace(MANIFEST, schema_version=1).to_json()
    with pytest.raises(DatasetError, match=r"schema version 1, of an older klgnn.*generate"):
        Manifest.from_json(old, "here")


def test_damage_where_another_version_stands_is_told_with_the_version():
    """Whose checksum fits is of another klgnn for certain; whose does not may be."""
    now = SCHEMA_VERSION
    other = replace(MANIFEST, schema_version=now).to_json()
    other = other.replace(f'"schema_version": {now}'.encode(), b'"schema_version": 99')
    with pytest.raises(ChecksumError, match=rf"schema version 99, where this klgnn.* {now}: if"):
        Manifest.from_json(other[:-3], "here")
