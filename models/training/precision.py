"""bf16 where the processor multiplies it itself; elsewhere it is emulated and slower than float32."""

from __future__ import annotations

import torch


def autocast() -> torch.autocast:
    return torch.autocast("cpu", torch.bfloat16, enabled=torch.ops.mkldnn._is_mkldnn_bf16_supported())
