"""What this machine computes with; it affects speed only, never a result."""

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
    """Set this process up to train: one thread, and freed memory is kept for the next step.

    Two threads in one process gain little alone and lose everything beside another process;
    keeping memory avoids the page faults that cost small networks a third of their time.
    Only glibc offers that, and to a thread only where all share one arena (`engine.dask_engine`
    sets that); elsewhere nothing changes. On a GPU, TF32 is turned off: cuDNN would round the
    factors of the LSTM's products, and losses would depend on the machine.
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


def warm() -> None:
    """Load everything that training needs, so that the first job of a worker starts at once."""
    configure()
    weight = torch.zeros(1, requires_grad=True)
    torch.optim.AdamW([weight])  # the first optimiser loads much more of torch


def device(name: str | None = None) -> torch.device:
    """Return the device of this name, or of LYRICSLAB_DEVICE, or else the best there is.

    Raises:
        InputError: if this computer has no such device.
    """
    name = name or os.environ.get("LYRICSLAB_DEVICE") or "auto"
    available = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
    }
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if available[kind]))
    if not available.get(name):
        usable = ", ".join(kind for kind, is_available in available.items() if is_available)
        raise InputError(
            f"This computer has no device '{name}' that can be used. It has: {usable}."
        )
    return torch.device(name)


def random_state(device: torch.device) -> torch.Tensor:
    """Return the state of the generator that draws dropout on a device, as bytes."""
    return torch.cuda.get_rng_state(device) if device.type == "cuda" else torch.get_rng_state()


def set_random_state(device: torch.device, state: torch.Tensor) -> None:
    """Restore a `random_state`; the state of another kind of device is ignored."""
    if len(state) != len(random_state(device)):
        return
    if device.type == "cuda":
        torch.cuda.set_rng_state(state, device)
    else:
        torch.set_rng_state(state)


def supports_bfloat16(device: torch.device) -> bool:
    """Return whether the device multiplies in bfloat16 itself; elsewhere that is slower."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def describe(device: torch.device, processes: int = 1) -> str:
    """Return what computes, for a card: one GPU, or one core, for each process."""
    if device.type == "cuda":
        name = torch.cuda.get_device_name(device)
        return name if processes == 1 else f"{processes} x {name}"
    if device.type == "mps":
        return "Apple GPU"
    cpuinfo = Path("/proc/cpuinfo")
    model = re.search(
        r"model name\s*:\s*(.+)", cpuinfo.read_text("utf-8") if cpuinfo.exists() else ""
    )
    name = model[1].strip() if model else platform.processor() or platform.machine()
    cores = torch.get_num_threads() * processes
    return f"{cores} core{'s' if cores > 1 else ''} of {name}"
