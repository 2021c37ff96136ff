"""What suits this machine; touches speed only, never a result."""

from __future__ import annotations

import ctypes
import sys

import torch

_MALLOPT = {"M_TRIM_THRESHOLD": -1, "M_TOP_PAD": -2, "M_MMAP_THRESHOLD": -3}


def settle() -> None:
    """Sets this process up to train: one thread, and freed memory kept for the next step.

    Two threads in one process gain little alone and lose everything beside another process;
    keeping memory spares the page faults that cost small networks a third of their time.
    Only glibc offers that; elsewhere nothing changes.
    """
    torch.set_num_threads(1)
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_MALLOPT["M_MMAP_THRESHOLD"], 1 << 30)
        libc.mallopt(_MALLOPT["M_TRIM_THRESHOLD"], (1 << 31) - 1)
        libc.mallopt(_MALLOPT["M_TOP_PAD"], 1 << 26)
