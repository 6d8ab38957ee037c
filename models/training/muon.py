"""Muon (Jordan et al. 2024) for matrices and convolutions, AdamW for the rest, as one optimiser."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def orthogonalised(grad: Tensor, steps: int = 4) -> Tensor:
    """Newton-Schulz iteration towards the nearest orthogonal matrix; bf16 is enough."""
    g = grad.bfloat16()
    g = g / (g.norm() + 1e-7)
    tall = g.shape[0] > g.shape[1]
    if tall:
        g = g.T
    for _ in range(steps):
        a = g @ g.T
        g = 3.4445 * g + (-4.775 * a + 2.0315 * (a @ a)) @ g
    return (g.T if tall else g).float()


class MuonAdamW(torch.optim.Optimizer):
    """Muon at `rate`, scaled to AdamW's update size, for all matrices but those named and the conditioning layers (`film`), which cost
    as much as they bring on a CPU; AdamW at `adam_rate` for everything else."""

    def __init__(self, model: nn.Module, rate: float, adam_rate: float, not_matrices: frozenset[str] = frozenset()):
        muon, adam = [], []
        for name, p in model.named_parameters():
            matrix = p.ndim >= 2 and name not in not_matrices and "film" not in name and min(p.shape[0], p[0].numel()) >= 8
            (muon if matrix else adam).append(p)
        groups = [{"params": muon, "base": rate, "muon": True}, {"params": adam, "base": adam_rate, "muon": False}]
        super().__init__(groups, {"lr": rate})

    def set_share(self, share: float) -> None:
        for group in self.param_groups:
            group["lr"] = group["base"] * share

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if group["muon"]:
                    momentum = state.setdefault("momentum", torch.zeros_like(p))
                    momentum.lerp_(p.grad, 0.05)
                    update = orthogonalised(p.grad.lerp(momentum, 0.95).flatten(1))
                    update = update.mul_(0.2 * max(update.shape) ** 0.5).reshape(p.shape)
                    p.mul_(1 - group["lr"] * 0.02).add_(update, alpha=-group["lr"])
                    continue
                first = state.setdefault("first", torch.zeros_like(p))
                second = state.setdefault("second", torch.zeros_like(p))
                state["count"] = count = state.get("count", 0) + 1
                first.lerp_(p.grad, 0.1)
                second.lerp_(p.grad.square(), 0.02)
                p.addcdiv_(first / (1 - 0.9**count), (second / (1 - 0.98**count)).sqrt_().add_(1e-8), value=-group["lr"])
