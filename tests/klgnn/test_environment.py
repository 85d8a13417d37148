"""What is set before torch is loaded."""

import os
import subprocess
import sys

from klgnn.environment import prepare_torch

NAMES = ("OMP_WAIT_POLICY", "THP_MEM_ALLOC_ENABLE")


def test_what_is_set_already_stays(monkeypatch):
    monkeypatch.setenv(NAMES[0], "active")
    monkeypatch.setenv(NAMES[1], "0")
    monkeypatch.delenv(NAMES[1])
    prepare_torch()
    assert [os.environ[name] for name in NAMES] == ["active", "1"]


def test_it_comes_before_torch():
    code = "import sys, klgnn.environment, klgnn.cli; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
