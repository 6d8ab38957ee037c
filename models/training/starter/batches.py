"""What the denoiser learns from: straight paths from a start to a picture, each with what its caption says.

[Note: Redrawing]
Image to image starts from x_s = (1 - s) a + s noise, where `a` is the given picture. A net that has only seen noisy pictures
of the asked style believes what it sees more than the caption, and keeps the old style. So a share of each batch is a pair
from a family (render --family): picture a, the same scene in the asked style as b, a caption that says what differs and
often nothing else, and a straight path from x_s to b: x_t = b + (t / s) (x_s - b), whose velocity is (x_s - b) / s. With a = b
this is the ordinary rectified flow.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .condition import forget, slots_of_row


class Latents:
    """Latents, object shares and slots of one or more folders written by render and encode."""

    def __init__(self, folders: list[Path]):
        self.latents = torch.from_numpy(np.concatenate([np.load(folder / "latents.npy", mmap_mode="r") for folder in folders]))
        self.masks = torch.from_numpy(np.concatenate([np.load(folder / "masks.npy") for folder in folders]))
        self.rows = np.concatenate([np.load(folder / "scenes.npy") for folder in folders])
        self.slots = torch.from_numpy(np.stack([slots_of_row(row) for row in self.rows]))

    def __len__(self) -> int:
        return len(self.rows)

    def at(self, where: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.latents[where].float(), self.masks[where].float() / 255, self.slots[where]


class Families(Latents):
    """Folders of render --family: rows next to each other that differ in style and time only are one family."""

    def __init__(self, folders: list[Path]):
        super().__init__(folders)
        changes = (self.rows[1:, 2:] != self.rows[:-1, 2:]).any(axis=1)
        family = np.concatenate([[0], changes.cumsum()])
        _, first, size = np.unique(family, return_index=True, return_counts=True)
        self.first, self.size = torch.from_numpy(first[family]), torch.from_numpy(size[family])

    def relatives(self, where: Tensor, g: torch.Generator) -> Tensor:
        """Another member of the same family for each row."""
        further = 1 + torch.randint(1 << 30, where.shape, generator=g) % (self.size[where] - 1)
        return self.first[where] + (where - self.first[where] + further) % self.size[where]


@dataclass
class Batch:
    """The net sees x_t = target + (t / s) (start - target) and should answer (start - target) / s."""

    start: Tensor  # [B,4,32,32]
    target: Tensor  # [B,4,32,32]
    t: Tensor  # [B], at most s
    s: Tensor  # [B], 1 = from pure noise
    share: Tensor  # [B,32,32], of objects
    slots: Tensor  # [B,13], what the caption says

    def __add__(self, other: Batch) -> Batch:
        return Batch(*(torch.cat([getattr(self, f.name), getattr(other, f.name)]) for f in fields(Batch)))


def from_noise(data: Latents, count: int, g: torch.Generator) -> Batch:
    """A third of the times is late: the first steps decide what a picture holds, and the usual spread hardly draws them."""
    target, share, slots = data.at(torch.randint(len(data), (count,), generator=g))
    t = 0.02 + 0.98 * torch.sigmoid(torch.randn(count, generator=g) + 0.3)
    late = torch.rand(count, generator=g) < 1 / 3
    t = torch.where(late, 1 - 0.3 * torch.rand(count, generator=g), t)
    return Batch(torch.randn(target.shape, generator=g), target, t, torch.ones(count), share, forget(slots, g))


def from_relatives(data: Families, count: int, g: torch.Generator) -> Batch:
    """Pairs of one family, see [Note: Redrawing]. Half of the captions say nothing but what is to change."""
    wanted = torch.randint(len(data), (count,), generator=g)
    given, _, given_slots = data.at(data.relatives(wanted, g))
    target, share, slots = data.at(wanted)
    said = forget(slots, g)
    said[torch.rand(count, generator=g) < 0.5] = 0
    said = torch.where(slots != given_slots, slots, said)
    s = 0.3 + 0.65 * torch.rand(count, generator=g)
    t = (s * torch.rand(count, generator=g).sqrt()).clamp(min=0.02)
    at = s[:, None, None, None]
    return Batch((1 - at) * given + at * torch.randn(given.shape, generator=g), target, t, s, share, said)
