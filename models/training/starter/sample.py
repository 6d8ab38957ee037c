"""Sampling, in torch, exactly as the app does it with the ONNX graphs: Euler steps of the flow, classifier-free guidance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

Velocity = Callable[[Tensor, Tensor, Tensor], Tensor]


def flow_times(steps: int) -> list[float]:
    """1, 1 - 1/steps, ..., 1/steps, 0: FlowMatchEulerDiscrete with sigmas linspace(1, 1/steps) and shift 1."""
    return [1 - i / steps for i in range(steps)] + [0.0]


@torch.inference_mode()
def sample(velocity: Velocity, condition: Tensor, guidance: float = 2.0, steps: int = 8, seed: int = 0, begin: Tensor | None = None, strength: float = 1.0) -> Tensor:
    """Latents [B,4,32,32] for conditions [B,8,192].

    `begin` (encoded pictures) with strength < 1 starts at the first time <= strength: image to image.
    The unconditional side is the empty prompt's tensor: all slots "not said".
    """
    batch = len(condition)
    noise = torch.from_numpy(np.random.default_rng(seed).standard_normal((batch, 4, 32, 32)).astype(np.float32))
    times = flow_times(steps)
    x = noise
    if begin is not None:
        times = times[steps - max(1, min(steps, int(steps * strength))) :]
        x = (1 - times[0]) * begin + times[0] * noise
    unsaid = empty_condition(batch)
    for now, after in zip(times, times[1:]):
        t = torch.full((batch,), now)
        v = velocity(x, t, condition)
        if guidance != 1:
            blank = velocity(x, t, unsaid)
            v = blank + guidance * (v - blank)
        x = x + (after - now) * v
    return x


def empty_condition(batch: int) -> Tensor:
    from .condition import SLOT_VALUES, encode_slots

    return encode_slots(torch.zeros(batch, len(SLOT_VALUES), dtype=torch.int64))


def to_pictures(decoded: Tensor) -> np.ndarray:
    """[B,3,H,W] in [-1,1] -> uint8 [B,H,W,3]."""
    return ((decoded.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()
