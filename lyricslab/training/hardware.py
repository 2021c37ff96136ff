"""What suits this machine; touches speed only, never a result."""

from __future__ import annotations

import ctypes
import os
import platform
import re
import sys
from pathlib import Path

import torch

from lyricslab.errors import InputError

_MALLOPT = {"M_TRIM_THRESHOLD": -1, "M_TOP_PAD": -2, "M_MMAP_THRESHOLD": -3}


def configure() -> None:
    """Sets this process up to train: one thread, and freed memory kept for the next step.

    Two threads in one process gain little alone and lose everything beside another process;
    keeping memory spares the page faults that cost small networks a third of their time.
    Only glibc offers that, and to a thread only where all share one arena (`lab.engine` sees to
    it); elsewhere nothing changes. On a GPU float32 is to mean float32: cuDNN
    would round what its LSTM multiplies, and losses would hang on the machine.
    """
    torch.set_num_threads(1)
    torch.backends.cudnn.allow_tf32 = False
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_MALLOPT["M_MMAP_THRESHOLD"], 1 << 30)
        libc.mallopt(_MALLOPT["M_TRIM_THRESHOLD"], (1 << 31) - 1)
        libc.mallopt(_MALLOPT["M_TOP_PAD"], 1 << 26)


def device(wish: str | None = None) -> torch.device:
    """The device that is asked for: here, by LYRICSLAB_DEVICE, or else whatever is best.

    Raises:
        InputError: if this computer has no such device.
    """
    wish = wish or os.environ.get("LYRICSLAB_DEVICE") or "auto"
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": _has_mps()}
    if wish == "auto":
        return torch.device(next(name for name in ("cuda", "mps", "cpu") if there[name]))
    if not there.get(wish):
        known = ", ".join(name for name, is_there in there.items() if is_there)
        raise InputError(f"This computer has no device '{wish}' that can be used. It has: {known}.")
    return torch.device(wish)


def random_state(device: torch.device) -> torch.Tensor:
    """Where the random numbers stand that a device draws dropout from, as bytes."""
    return torch.cuda.get_rng_state(device) if device.type == "cuda" else torch.get_rng_state()


def set_random_state(device: torch.device, state: torch.Tensor) -> None:
    """Takes up a `random_state`; one that another kind of device left means nothing to this one."""
    if len(state) != len(random_state(device)):
        return
    if device.type == "cuda":
        torch.cuda.set_rng_state(state, device)
    else:
        torch.set_rng_state(state)


def supports_bfloat16(device: torch.device) -> bool:
    """Whether the device multiplies in bfloat16 by itself; elsewhere that is slower, not faster."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def hardware(device: torch.device, processes: int = 1) -> str:
    """What computes, in words for a card; one device, or one core, for each process."""
    if device.type == "cuda":
        name = torch.cuda.get_device_name(device)
        return name if processes == 1 else f"{processes} x {name}"
    if device.type == "mps":
        return "Apple GPU"
    model = re.search(r"model name\s*:\s*(.+)", _cpuinfo())
    name = model[1].strip() if model else platform.processor() or platform.machine()
    cores = torch.get_num_threads() * processes
    return f"{cores} core{'s' if cores > 1 else ''} of {name}"


def _cpuinfo() -> str:
    path = Path("/proc/cpuinfo")
    return path.read_text("utf-8") if path.exists() else ""


def _has_mps() -> bool:
    return torch.backends.mps.is_available()
