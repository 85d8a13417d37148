"""What torch reads from the environment when it is loaded: call this before, once per process."""

from __future__ import annotations

import os

__all__ = ["prepare_torch"]


def prepare_torch() -> None:
    """Lets idle threads sleep, and large tensors live in large pages; what is set already stays.

    Torch and numba have a pool of threads each, and by default idle ones keep the cores busy: on
    two shared cores that made training several times as slow. On Linux a new tensor of 48 MB costs
    12,000 page faults, more than the sum that is written into it; large pages make that 24.

    Example:
        >>> prepare_torch()
        >>> os.environ["OMP_WAIT_POLICY"]
        'passive'
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
