"""The denoiser: an hourglass of residual convolutions with a transformer at 8 x 8, 32 x 32 x 4 latents.

Rectified flow: x_t = (1 - t) x0 + t noise; the output is the velocity noise - x0. Preconditioned so that the net's own
output always has unit variance (Karras et al. 2022, carried over to flow matching).
See [Note: Shape memory] in template.py for how objects get to their places.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from . import template
from .condition import EXTENTS, HUES, KINDS, SLOT_VALUES, WIDTH

WIDTHS = (64, 128, 256)
COND = 256
GLOBAL_VALUES = sum(SLOT_VALUES[:4])
BACKDROP_CHANNELS = 12
HUE_CHANNELS = 8
# Training draws a later time for one sample in 200 only, and what the net makes of times that it hardly knows is anyone's
# guess: told 1.0 at the first step, a well-trained one answered grey for a quarter of the prompts.
LATEST_TOLD = 0.95


class ConvBlock(nn.Module):
    """x + conv(silu(scale * conv(silu(x)) + shift)); scale and shift come from time and caption."""

    def __init__(self, width: int):
        super().__init__()
        self.norm = nn.GroupNorm(8, width)
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.film = nn.Linear(COND, 2 * width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.film.weight)
        nn.init.zeros_(self.film.bias)
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Tensor, cond: Tensor) -> Tensor:
        scale, shift = self.film(cond)[:, :, None, None].chunk(2, dim=1)
        h = self.conv1(F.silu(self.norm(x)))
        return x + self.conv2(F.silu(h * (1 + scale) + shift))


class TokenBlock(nn.Module):
    """Transformer block on 64 tokens with adaptive layer norm. Attention is written out: faster to train on CPUs."""

    def __init__(self, width: int, heads: int = 4):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width, elementwise_affine=False)
        self.norm2 = nn.LayerNorm(width, elementwise_affine=False)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.up = nn.Linear(width, 3 * width)
        self.down = nn.Linear(3 * width, width)
        self.film = nn.Linear(COND, 4 * width)
        for layer in (self.out, self.down, self.film):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor, cond: Tensor) -> Tensor:
        scale1, shift1, scale2, shift2 = self.film(cond)[:, None].chunk(4, dim=-1)
        batch, tokens, width = x.shape
        h = self.norm1(x) * (1 + scale1) + shift1
        q, k, v = self.qkv(h).reshape(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        attention = torch.softmax(q @ k.transpose(-1, -2) * (width // self.heads) ** -0.5, dim=-1)
        x = x + self.out((attention @ v).transpose(1, 2).reshape(batch, tokens, width))
        h = self.norm2(x) * (1 + scale2) + shift2
        return x + self.down(F.silu(self.up(h)))


class Denoiser(nn.Module):
    def __init__(self, blocks: tuple[int, int, int, int, int] = (2, 1, 4, 2, 2)):
        super().__init__()
        w0, w1, w2 = WIDTHS
        self.shape_memory = nn.Parameter(template.first_memory())
        self.backdrop_memory = nn.Parameter(torch.randn(GLOBAL_VALUES, BACKDROP_CHANNELS * 32 * 32) * 0.1)
        self.hue = nn.Parameter(torch.randn(HUES, HUE_CHANNELS) * 0.7)
        self.time1, self.time2 = nn.Linear(128, COND), nn.Linear(COND, COND)
        self.whole = nn.Linear(GLOBAL_VALUES, COND)
        self.column = nn.Linear(KINDS + HUES + EXTENTS, w2)
        self.token_place = nn.Parameter(torch.randn(1, 64, w2) * 0.3)
        self.column_share = nn.Parameter(_first_column_share())
        self.stem = nn.Conv2d(4 + template.CHANNELS + HUE_CHANNELS + BACKDROP_CHANNELS, w0, 3, padding=1)
        self.down0 = nn.ModuleList(ConvBlock(w0) for _ in range(blocks[0]))
        self.to1 = nn.Conv2d(w0, w1, 2, stride=2)
        self.down1 = nn.ModuleList(ConvBlock(w1) for _ in range(blocks[1]))
        self.to2 = nn.Conv2d(w1, w2, 2, stride=2)
        self.tokens = nn.ModuleList(TokenBlock(w2) for _ in range(blocks[2]))
        self.from2 = nn.Conv2d(w2, 4 * w1, 1)
        self.up1 = nn.ModuleList(ConvBlock(w1) for _ in range(blocks[3]))
        self.from1 = nn.Conv2d(w1, 4 * w0, 1)
        self.up0 = nn.ModuleList(ConvBlock(w0) for _ in range(blocks[4]))
        self.head = nn.Conv2d(w0, 4, 3, padding=1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def layout(self, columns: Tensor) -> Tensor:
        """Column one-hots [B,3,33] -> [B,20,32,32]: the objects' shape maps and colours at their places."""
        kind, hue, size = columns.split((KINDS, HUES, EXTENTS), dim=-1)
        which = (kind[..., 1:-1, None] * size[..., None, 1:]).flatten(2)
        maps = (which @ self.shape_memory).unflatten(-1, (template.CHANNELS, 32, template.WINDOW))
        coloured = maps[:, :, 4:8].mean(dim=2, keepdim=True) * (hue @ self.hue)[..., None, None]
        maps = torch.cat([maps, coloured], dim=2)
        placed = [F.pad(maps[:, i], (start, 32 - template.WINDOW - start)) for i, start in enumerate(template.STARTS)]
        return placed[0] + placed[1] + placed[2]

    def forward(self, hidden_states: Tensor, timestep: Tensor, encoder_hidden_states: Tensor) -> Tensor:
        """[B,4,32,32], t [B] in 0..1 (1 = noise), [B,8,192] -> velocity [B,4,32,32]."""
        t = timestep[:, None, None, None]
        variance = t * t + (1 - t) * (1 - t)
        spread = variance.sqrt()
        ehs = encoder_hidden_states
        whole = torch.cat([ehs[:, i, :n] for i, n in enumerate(SLOT_VALUES[:4])], dim=-1)
        columns = ehs[:, 4:7, : KINDS + HUES + EXTENTS]
        frequency = torch.exp(torch.arange(64, device=t.device) * (-math.log(1000.0) / 63)) * 100
        angle = timestep.clamp(max=LATEST_TOLD)[:, None] * frequency
        cond = self.time2(F.silu(self.time1(torch.cat([angle.sin(), angle.cos()], dim=-1)))) + self.whole(whole)
        cond = F.silu(cond)
        backdrop = (whole @ self.backdrop_memory).unflatten(-1, (BACKDROP_CHANNELS, 32, 32))
        x = self.stem(torch.cat([hidden_states / spread, self.layout(columns), backdrop], dim=1))
        for block in self.down0:
            x = block(x, cond)
        skip0 = x
        x = self.to1(x)
        for block in self.down1:
            x = block(x, cond)
        skip1 = x
        tokens = self.to2(x).flatten(2).transpose(1, 2) + self.token_place
        tokens = tokens + torch.einsum("sc,bcd->bsd", self.column_share, self.column(columns))
        for block in self.tokens:
            tokens = block(tokens, cond)
        x = self.from2(tokens.transpose(1, 2).unflatten(2, (8, 8)))
        x = skip1 + F.pixel_shuffle(x, 2)
        for block in self.up1:
            x = block(x, cond)
        x = skip0 + F.pixel_shuffle(self.from1(x), 2)
        for block in self.up0:
            x = block(x, cond)
        return (2 * t - 1) / variance * hidden_states - self.head(F.silu(x)) / spread


def _first_column_share() -> Tensor:
    """[64,3]: how much each of 8 x 8 tokens hears of each column, at the start of training."""
    across = torch.arange(8) * 32.0 + 16
    share = torch.exp(-((across[:, None] - torch.tensor([56.0, 128.0, 200.0])) ** 2) / (2 * 34.0**2))
    return share.repeat(8, 1)
