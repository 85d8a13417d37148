"""Foreseeing memory: saying how much a piece of work needs before it starts."""

from __future__ import annotations

from pathlib import Path

import psutil  # type: ignore[import-untyped]

from data_gen.errors import MemoryLimitError
from data_gen.storage import format_bytes

__all__ = ["available_bytes", "require_memory"]

_CGROUP_FILES = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


def available_bytes() -> int:
    """How many bytes this process may still take: of the machine, its container and its limits.

    Example:
        >>> available_bytes() > 0
        True
    """
    bounds = [int(psutil.virtual_memory().available), *_container_bounds(), *_address_bounds()]
    return max(0, min(bounds))


def require_memory(needed: int, purpose: str, advice: str = "") -> None:
    """Refuses work that would not fit, before it starts.

    Args:
        needed: Bytes that the work takes at its peak.
        purpose: What they are for, as the subject of a sentence.
        advice: What to do instead.

    Raises:
        MemoryLimitError: If fewer than `needed` bytes are available. The message has both numbers.

    Example:
        >>> require_memory(10**18, "the table of S_13")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        data_gen.errors.MemoryLimitError: the table of S_13 needs about 1000 PB ...
    """
    available = available_bytes()
    if needed <= available:
        return
    message = (
        f"{purpose} needs about {format_bytes(needed)} ({needed} bytes) of memory, but only "
        f"{format_bytes(available)} ({available} bytes) are available."
    )
    raise MemoryLimitError(f"{message} {advice}".strip())


def _container_bounds() -> list[int]:
    bounds = []
    for limit_file, usage_file in _CGROUP_FILES:
        try:
            limit = int(Path(limit_file).read_text(encoding="ascii"))
            usage = int(Path(usage_file).read_text(encoding="ascii"))
        except (OSError, ValueError):  # no such controller, or the limit reads "max"
            continue
        bounds.append(limit - usage)
    return bounds


def _address_bounds() -> list[int]:
    try:
        import resource
    except ImportError:  # pragma: no cover - Windows has no resource limits
        return []
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY:
        return []
    return [limit - int(psutil.Process().memory_info().vms)]
