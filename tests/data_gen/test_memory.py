"""Saying how much memory is needed before it is taken."""

import pytest

from data_gen.errors import MemoryLimitError
from data_gen.kl_memory import predicted_bytes
from data_gen.memory import available_bytes, require_memory


def test_enough() -> None:
    assert available_bytes() > 1_000_000
    require_memory(1, "nothing")


def test_not_enough_names_both_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_gen.memory.available_bytes", lambda: 2_000_000)
    with pytest.raises(MemoryLimitError, match=r"toast needs about .*5000000 bytes.*2000000.*Diet"):
        require_memory(5_000_000, "toast", "Diet.")


def test_container_limit_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_gen.memory._container_bounds", lambda: [1234])
    assert available_bytes() == 1234


def test_address_space_limit_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_gen.memory._address_bounds", lambda: [-5])
    assert available_bytes() == 0


def test_predictions_grow() -> None:
    sizes = [predicted_bytes(n) for n in range(1, 14)]
    assert sizes == sorted(sizes)
    assert predicted_bytes(9, threads=2) > predicted_bytes(9, threads=1)
