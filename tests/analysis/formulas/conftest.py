"""Worked examples that an independent program made."""

import json
from pathlib import Path

import pytest

FILE = Path(__file__).parent / "worked_examples.json"


@pytest.fixture(scope="session")
def worked_examples():
    return json.loads(FILE.read_text(encoding="utf-8"))["intervals"]
