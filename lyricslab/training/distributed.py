"""One training by several processes, as torchrun starts them: `python -m lyricslab pretrain` only.

Every rank holds the complete network and draws the same windows, of which it reads its share of
the songs side by side. DistributedDataParallel averages the gradients, so all ranks take the same
step and hold the same weights, to the bit. In a process that torchrun did not start, `rank` is 0,
`world_size` is 1, and everything else returns what it was given.
"""

from __future__ import annotations

import os
from typing import TypeVar

import torch
from torch import Tensor, distributed, nn
from torch.distributed.constants import default_pg_timeout
from torch.nn.parallel import DistributedDataParallel

from lyricslab.errors import InputError

T = TypeVar("T")

TIMEOUT = 24 * default_pg_timeout
"""Twelve hours, for the other ranks wait while rank 0 reads the text and measures; torchrun ends
them all if one of them dies."""


def join(device: torch.device) -> None:
    """Join the process group, where torchrun started several processes.

    Raises:
        InputError: if the device can train with one process only.
    """
    if int(os.environ.get("WORLD_SIZE", 1)) == 1:
        return
    if device.type not in ("cpu", "cuda"):
        raise InputError(
            "Several processes can train together on processors or NVIDIA GPUs only. Choose "
            "--device cpu, or one process."
        )
    if device.type == "cuda":
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    backend = "cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo"
    distributed.init_process_group(backend, timeout=TIMEOUT)


def rank() -> int:
    """Return this process's number, from 0; rank 0 owns the run."""
    return distributed.get_rank() if _joined() else 0


def world_size() -> int:
    """Return the number of processes that train together."""
    return distributed.get_world_size() if _joined() else 1


def local_songs(batch_size: int) -> slice:
    """Return which of the songs side by side this rank reads.

    Raises:
        InputError: if the ranks cannot share them equally.
    """
    if batch_size % world_size():
        raise InputError(
            f"{world_size()} processes cannot share {batch_size} songs side by side equally. "
            "Choose another --batch-size, or another number of processes."
        )
    share = batch_size // world_size()
    return slice(rank() * share, (rank() + 1) * share)


def wrap(module: nn.Module) -> nn.Module:
    """Return the module, with gradients that are averaged over the ranks in `backward`."""
    return DistributedDataParallel(module, forward_sync_buffers=False) if _joined() else module


def all_gather(share: Tensor) -> Tensor:
    """Return the shares of all ranks, (1, b, H) each, side by side: (1, B, H)."""
    if not _joined():
        return share
    shares = [torch.empty_like(share) for _ in range(world_size())]
    distributed.all_gather(shares, share.contiguous())
    return torch.cat(shares, dim=1)


def all_sum(value: float) -> float:
    """Return the sum over the ranks."""
    if not _joined():
        return value
    total = torch.tensor(value, dtype=torch.float64)
    distributed.all_reduce(total)
    return float(total)


def broadcast(value: T | None) -> T:
    """Return rank 0's value; the other ranks may give None."""
    values: list[T | None] = [value]
    if _joined():
        distributed.broadcast_object_list(values)
    assert values[0] is not None
    return values[0]


def _joined() -> bool:
    return distributed.is_available() and distributed.is_initialized()
