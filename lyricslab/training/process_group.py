"""Several processes that train one network: each reads some of the songs that lie side by side.

Every process holds the whole network and draws the same windows, of which it reads its own
streams. DistributedDataParallel adds up the gradients while they are worked out, so that all take
the same step and hold the same weights, to the bit. A process alone passes through all of this
untouched.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from lyricslab.errors import InputError

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Team:
    """Which of the processes this one is. What is joined, summed or agreed upon, all must call."""

    rank: int = 0
    """The first, 0, speaks for all."""
    size: int = 1

    def streams(self, batch_size: int) -> slice:
        """Which of so many streams are this process's own."""
        first, behind = (k * batch_size // self.size for k in (self.rank, self.rank + 1))
        return slice(first, behind)

    def share(self, items: Iterable[Item]) -> Iterator[Item]:
        """This process's share of some work: every so many-th item."""
        return islice(items, self.rank, None, self.size)

    def wrap(self, module: nn.Module) -> nn.Module:
        """The module, such that after `backward` all hold the mean of their gradients."""
        if self.size == 1:
            return module
        return DistributedDataParallel(module, forward_sync_buffers=False)

    def join(self, part: Tensor, many: int) -> Tensor:
        """The parts of all put together: (own, ...) to (many, ...), whose rows are `streams`."""
        if self.size == 1:
            return part
        whole = torch.zeros(many, *part.shape[1:], dtype=part.dtype)
        whole[self.streams(many)] = part.cpu()
        distributed.all_reduce(whole)
        return whole

    def sum(self, value: float) -> float:
        """The sum over all processes."""
        if self.size == 1:
            return value
        total = torch.tensor(value, dtype=torch.float64)
        distributed.all_reduce(total)
        return float(total)

    def agree(self, flag: bool) -> bool:
        """What the first process says; clocks and wishes differ, but all must do the same."""
        if self.size == 1:
            return flag
        said = torch.tensor(flag)
        distributed.broadcast(said, src=0)
        return bool(said)

    def device(self, kind: torch.device) -> torch.device:
        """This process's own device of a kind: the processor, or one GPU each."""
        return torch.device("cuda", self.rank) if self.size > 1 and kind.type == "cuda" else kind


ALONE = Team()


def meet(rank: int, size: int, place: Path, kind: torch.device) -> Team:
    """Joins the other processes of this computer, which come to the same place.

    Args:
        place: a file that is not there yet, the same for all. Departure (torchrun): its own store
            is a server that the whole network reaches; a file is not.
        kind: what all compute on.

    Raises:
        InputError: if there is not a device for each.
    """
    if not distributed.is_available() or kind.type not in ("cpu", "cuda"):
        raise InputError(
            "Several processes can train together on processors or NVIDIA GPUs only. Choose "
            "--device cpu, or one process."
        )
    if kind.type == "cuda":
        there = torch.cuda.device_count()
        if size > there:
            raise InputError(
                f"{size} processes need a GPU each, and this computer has {there}. Choose at most "
                f"--processes {there}, or --device cpu."
            )
        torch.cuda.set_device(rank)
    if sys.platform != "win32":  # there it finds this computer by itself
        loopback = next(name for _, name in socket.if_nameindex() if name.startswith("lo"))
        for library in ("GLOO", "NCCL"):
            os.environ.setdefault(f"{library}_SOCKET_IFNAME", loopback)
    distributed.init_process_group(
        "cpu:gloo,cuda:nccl" if kind.type == "cuda" else "gloo",
        init_method=place.absolute().as_uri(),
        rank=rank,
        world_size=size,
    )
    return Team(rank, size)
