"""PyTorch's time for the same UNet, written with torch alone, so that no diffusers need be installed.

    python bench/peer_torch.py UNET.safetensors FEEDS.f32 OUTPUT.f32 --side 64 --heads 8 --threads 2 --runs 3

FEEDS holds sample [2, 4, side, side], context [2, 77, width] and, for SDXL, text_embeds [2, 1280] as float32, one
behind the other; OUTPUT is Sanggar's exact answer to them. SDXL's heads are all 64 wide (--head-width 64). One line of
JSON per number format.
"""

import argparse
import json
import math
import resource
import time

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file


def waves(values, width):
    """Sinusoidal embeddings [n, width] of n numbers, cosines first."""
    frequencies = torch.exp(-math.log(10000) * torch.arange(width // 2, dtype=torch.float32) / (width // 2))
    angles = values[:, None] * frequencies[None]
    return torch.cat([angles.cos(), angles.sin()], -1)


class Unet:
    def __init__(self, weights, heads, head_width, groups=32):
        self.weights, self.heads, self.head_width, self.groups = weights, heads, head_width, groups

    def has(self, prefix):
        return any(name.startswith(prefix) for name in self.weights)

    def linear(self, x, name):
        weight = self.weights[name + ".weight"]
        return F.linear(x, weight.flatten(1), self.weights.get(name + ".bias"))

    def conv(self, x, name, stride=1):
        weight = self.weights[name + ".weight"]
        return F.conv2d(x, weight, self.weights[name + ".bias"], stride, weight.shape[-1] // 2)

    def norm(self, x, name, epsilon):
        return F.group_norm(x, self.groups, self.weights[name + ".weight"], self.weights[name + ".bias"], epsilon)

    def layer_norm(self, x, name):
        return F.layer_norm(x, x.shape[-1:], self.weights[name + ".weight"], self.weights[name + ".bias"])

    def resnet(self, x, name, time_embedding):
        h = self.conv(F.silu(self.norm(x, name + ".norm1", 1e-5)), name + ".conv1")
        h = h + self.linear(time_embedding, name + ".time_emb_proj")[:, :, None, None]
        h = self.conv(F.silu(self.norm(h, name + ".norm2", 1e-5)), name + ".conv2")
        return h + (self.conv(x, name + ".conv_shortcut") if name + ".conv_shortcut.weight" in self.weights else x)

    def attention(self, x, context, name):
        def split(y):
            heads = self.heads if self.head_width is None else y.shape[-1] // self.head_width
            return y.unflatten(-1, (heads, -1)).transpose(1, 2)

        q, k, v = (split(self.linear(y, f"{name}.to_{p}")) for y, p in ((x, "q"), (context, "k"), (context, "v")))
        return self.linear(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2), name + ".to_out.0")

    def transformer(self, x, name, context):
        batch, channels, height, width = x.shape
        t = self.linear(self.norm(x, name + ".norm", 1e-6).flatten(2).transpose(1, 2), name + ".proj_in")
        block = 0
        while self.has(f"{name}.transformer_blocks.{block}."):
            b = f"{name}.transformer_blocks.{block}"
            n = self.layer_norm(t, b + ".norm1")
            t = t + self.attention(n, n, b + ".attn1")
            t = t + self.attention(self.layer_norm(t, b + ".norm2"), context, b + ".attn2")
            hidden, gate = self.linear(self.layer_norm(t, b + ".norm3"), b + ".ff.net.0.proj").chunk(2, -1)
            t = t + self.linear(hidden * F.gelu(gate), b + ".ff.net.2")
            block += 1
        return x + self.linear(t, name + ".proj_out").transpose(1, 2).reshape(batch, channels, height, width)

    def step(self, x, block, index, time_embedding, context):
        x = self.resnet(x, f"{block}.resnets.{index}", time_embedding)
        name = f"{block}.attentions.{index}"
        return self.transformer(x, name, context) if self.has(name + ".") else x

    def embedding(self, x, name):
        return self.linear(F.silu(self.linear(x, name + ".linear_1")), name + ".linear_2")

    def __call__(self, sample, timestep, context, text_embeds):
        width = self.weights["time_embedding.linear_1.weight"].shape[1]
        t = self.embedding(waves(torch.tensor([timestep]), width).to(sample.dtype), "time_embedding")
        if self.has("add_embedding."):
            side = 8 * sample.shape[-1]
            sizes = waves(torch.tensor([side, side, 0, 0, side, side]), 256).flatten().to(sample.dtype)
            added = torch.cat([text_embeds, sizes.expand(len(text_embeds), -1)], -1)
            t = t + self.embedding(added, "add_embedding")
        t = F.silu(t)
        x = self.conv(sample, "conv_in")
        skips = [x]
        level = 0
        while self.has(f"down_blocks.{level}."):
            block, index = f"down_blocks.{level}", 0
            while self.has(f"{block}.resnets.{index}."):
                x = self.step(x, block, index, t, context)
                skips.append(x)
                index += 1
            if self.has(block + ".downsamplers."):
                x = self.conv(x, block + ".downsamplers.0.conv", 2)
                skips.append(x)
            level += 1
        x = self.resnet(self.step(x, "mid_block", 0, t, context), "mid_block.resnets.1", t)
        level = 0
        while self.has(f"up_blocks.{level}."):
            block, index = f"up_blocks.{level}", 0
            while self.has(f"{block}.resnets.{index}."):
                x = self.step(torch.cat([x, skips.pop()], 1), block, index, t, context)
                index += 1
            if self.has(block + ".upsamplers."):
                x = self.conv(F.interpolate(x, scale_factor=2.0), block + ".upsamplers.0.conv")
            level += 1
        return self.conv(F.silu(self.norm(x, "conv_norm_out", 1e-5)), "conv_out")


def machine_seconds():
    """Processor seconds that everything here took, and those that could have been."""
    with open("/proc/stat") as file:
        ticks = [int(tick) for tick in file.readline().split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / 100, sum(ticks) / 100


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("unet")
    parser.add_argument("feeds")
    parser.add_argument("output")
    parser.add_argument("--side", type=int, default=64)
    parser.add_argument("--heads", type=int, default=8)
    parser.add_argument("--head-width", type=int)
    parser.add_argument("--types", default="float32,bfloat16")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    feeds = torch.from_numpy(np.fromfile(arguments.feeds, np.float32))
    count = 2 * 4 * arguments.side**2
    sample = feeds[:count].reshape(2, 4, arguments.side, arguments.side)
    keys = (weight for name, weight in load_file(arguments.unet).items() if name.endswith("attn2.to_k.weight"))
    words = 2 * 77 * next(keys).shape[1]
    context, text_embeds = feeds[count:][:words].reshape(2, 77, -1), feeds[count:][words:].reshape(2, -1)
    exact = torch.from_numpy(np.fromfile(arguments.output, np.float32)).reshape(sample.shape)
    for dtype in (getattr(torch, name) for name in arguments.types.split(",")):
        started = time.perf_counter()
        unet = weights = None  # what ran before goes first: both at once need not fit
        weights = {name: weight.to(dtype) for name, weight in load_file(arguments.unet).items()}
        unet = Unet(weights, arguments.heads, arguments.head_width)
        loaded = time.perf_counter() - started
        seconds, busy = [], []
        machine, own = machine_seconds(), time.process_time()
        with torch.inference_mode():
            for _ in range(arguments.runs):
                started, used = time.perf_counter(), time.process_time()
                answer = unet(sample.to(dtype), 500.0, context.to(dtype), text_embeds.to(dtype)).float()
                seconds.append(time.perf_counter() - started)
                busy.append(time.process_time() - used)
        since, used = machine_seconds(), time.process_time() - own
        print(
            json.dumps(
                {
                    "dtype": str(dtype).removeprefix("torch."),
                    "loadSeconds": loaded,
                    "runSeconds": seconds,
                    "cpuSeconds": busy,
                    "others": max(0, since[0] - machine[0] - used) / (since[1] - machine[1]),
                    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                    "relativeError": ((answer - exact).norm() / exact.norm()).item(),
                    "version": torch.__version__,
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
