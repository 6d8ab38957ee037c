"""PyTorch's time for a step of Z-Image's size, with torch alone: one block's weights, run as often as there are blocks.

    python bench/peer_z_image.py --side 64 --words 64 --threads 2 --runs 2

A block's weights (0.35 GB in bfloat16) are far larger than any cache, so that reading the same ones again costs what
other blocks' would; memory for all 34 (12 GB) need not be there. One line of JSON: seconds of a step, processor seconds.
"""

import argparse
import json
import resource
import time

import torch
import torch.nn.functional as F

WIDTH, HEADS, HIDDEN, CLOCK = 3840, 30, 10240, 256


def weights(dtype):
    def matrix(rows, columns):
        return (torch.randn(rows, columns) / columns**0.5).to(dtype)

    names = {name: matrix(WIDTH, WIDTH) for name in ("q", "k", "v", "out")}
    names |= {"w1": matrix(HIDDEN, WIDTH), "w3": matrix(HIDDEN, WIDTH), "w2": matrix(WIDTH, HIDDEN)}
    return names | {"modulation": matrix(4 * WIDTH, CLOCK)}


def norm(x):
    return F.rms_norm(x, x.shape[-1:], eps=1e-5)


def block(x, clock, angles, w):
    scale_seen, gate_seen, scale_fed, gate_fed = F.linear(clock, w["modulation"]).chunk(4, -1)
    seen = norm(x) * (1 + scale_seen)

    def head(name):
        return norm(F.linear(seen, w[name]).unflatten(-1, (HEADS, -1)))

    def turned(y):
        pairs = torch.view_as_complex(y.float().unflatten(-1, (-1, 2)).contiguous())
        return torch.view_as_real(pairs * angles[:, None]).flatten(-2).to(y.dtype)

    q, k = (turned(head(name)).transpose(1, 2) for name in "qk")
    v = F.linear(seen, w["v"]).unflatten(-1, (HEADS, -1)).transpose(1, 2)
    read = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
    x = x + gate_seen.tanh() * norm(F.linear(read, w["out"]))
    fed = norm(x) * (1 + scale_fed)
    fed = F.linear(F.silu(F.linear(fed, w["w1"])) * F.linear(fed, w["w3"]), w["w2"])
    return x + gate_fed.tanh() * norm(fed)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--side", type=int, default=64, help="latents, each side")
    parser.add_argument("--words", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--dtype", default="bfloat16")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    dtype = getattr(torch, options.dtype)
    pixels = (options.side // 2) ** 2
    w = weights(dtype)
    clock = torch.randn(1, 1, CLOCK).to(dtype)

    def run(tokens, times):
        x = torch.randn(1, tokens, WIDTH).to(dtype)
        angles = torch.polar(torch.ones(tokens, WIDTH // HEADS // 2), torch.rand(tokens, WIDTH // HEADS // 2))
        for _ in range(times):
            x = block(x, clock, angles, w)
        return x

    seconds, processor = [], []
    with torch.inference_mode():
        run(pixels, 1)
        for _ in range(options.runs):
            began, busy = time.perf_counter(), time.process_time()
            run(pixels, 2)  # the noise refiner
            run(options.words, 2)  # the context refiner
            assert torch.isfinite(run(pixels + options.words, 30)).all()
            seconds.append(time.perf_counter() - began)
            processor.append(time.process_time() - busy)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    answer = {"version": torch.__version__, "dtype": options.dtype, "peak": peak}
    print(json.dumps(answer | {"seconds": min(seconds), "processor": min(processor)}))


main()
