"""The text encoder parses: 8 learned slot tokens read the caption and answer with the condition tensor.

Trained on text alone with cross-entropy on 13 slots (condition.py). What it hands on is the one-hot of its answers, so
the denoiser can be trained on true slots, and two captions that ask for the same get the same tensor.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .condition import ROWS, SLOT_PLACES, SLOT_VALUES, WIDTH
from .tokenizer import MAX_LENGTH

HEADS = 4


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(3 * WIDTH, WIDTH)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, width = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(batch, length, 3, HEADS, width // HEADS).permute(2, 0, 3, 1, 4).unbind(0)
        attention = torch.softmax(q @ k.transpose(-1, -2) * (width // HEADS) ** -0.5 + mask, dim=-1)
        x = x + self.out((attention @ v).transpose(1, 2).reshape(batch, length, width))
        return x + self.down(F.silu(self.up(self.norm2(x))))


class TextEncoder(nn.Module):
    def __init__(self, vocabulary: int, layers: int = 4):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, WIDTH)
        self.places = nn.Parameter(torch.randn(MAX_LENGTH, WIDTH) * 0.05)
        self.queries = nn.Parameter(torch.randn(ROWS, WIDTH) * 0.5)
        nn.init.normal_(self.tokens.weight, std=0.5)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.norm = nn.LayerNorm(WIDTH)
        self.heads = nn.ModuleList(nn.Linear(WIDTH, n) for n in SLOT_VALUES)

    def logits(self, input_ids: Tensor) -> list[Tensor]:
        """13 tensors [B, values of the slot]."""
        batch, length = input_ids.shape
        words = self.tokens(input_ids) + self.places[:length]
        x = torch.cat([self.queries.expand(batch, ROWS, WIDTH), words], dim=1)
        padded = torch.cat([torch.zeros(batch, ROWS, dtype=torch.bool, device=input_ids.device), input_ids == 0], dim=1)
        mask = padded[:, None, None].float() * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        x = self.norm(x[:, :ROWS])
        return [head(x[:, row]) for head, (row, _) in zip(self.heads, SLOT_PLACES)]

    def forward(self, input_ids: Tensor) -> tuple[Tensor, Tensor]:
        """[B,L] -> the condition tensor [B,8,192] and the slots int64 [B,13]."""
        logits = self.logits(input_ids)
        slots = [answer.argmax(dim=-1) for answer in logits]
        rows = [[] for _ in range(ROWS)]
        for slot, values, (row, _) in zip(slots, SLOT_VALUES, SLOT_PLACES):
            rows[row].append((slot[:, None] == torch.arange(values, device=slot.device)).float())
        filled = []
        for parts in rows:
            row = torch.cat(parts, dim=-1) if parts else torch.zeros_like(logits[0][:, :1])
            filled.append(F.pad(row, (0, WIDTH - row.shape[-1])))
        return torch.stack(filled, dim=1), torch.stack(slots, dim=1)
