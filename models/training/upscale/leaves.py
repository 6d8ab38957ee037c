"""Dead-leaves pictures: random shapes laid over each other until the canvas is full (Matheron 1968; Achddou et al. 2021).

Occlusion edges, textures at all scales and colours as photos have them, and nobody's picture in it.
`python -m training.upscale.leaves --out DIR --count 260` writes leaves.npy, uint8 [N,256,256,3].
"""

from __future__ import annotations

import argparse
import os
from functools import cache
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np

SIZE = 256
SCALE = 2
CANVAS = SIZE * SCALE
BANK = 24
FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_TRIPLEX)


def _power_noise(rng: np.random.Generator, slope: float, stretch: float) -> np.ndarray:
    """1/f^slope noise, deviation 1, narrower in one direction by `stretch`."""
    fy, fx = np.meshgrid(np.fft.fftfreq(CANVAS), np.fft.rfftfreq(CANVAS), indexing="ij")
    turn = rng.uniform(0, np.pi)
    u, v = fx * np.cos(turn) + fy * np.sin(turn), (-fx * np.sin(turn) + fy * np.cos(turn)) * stretch
    weight = 1 / np.maximum(np.hypot(u, v), 1 / CANVAS) ** slope
    weight[0, 0] = 0
    noise = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((CANVAS, CANVAS))) * weight, (CANVAS, CANVAS))
    return (noise / noise.std()).astype(np.float32)


def _grating(rng: np.random.Generator) -> np.ndarray:
    yy, xx = np.mgrid[0:CANVAS, 0:CANVAS].astype(np.float32)
    turn, period = rng.uniform(0, np.pi), np.exp(rng.uniform(np.log(5), np.log(48)))
    phase = (xx * np.cos(turn) + yy * np.sin(turn)) / period * 2 * np.pi + 2.5 * _power_noise(rng, 2.0, 1.0)
    wave = np.sin(phase) if rng.random() < 0.5 else np.sign(np.sin(phase)) * 0.8
    return wave.astype(np.float32)


def _cells(rng: np.random.Generator) -> np.ndarray:
    count = int(rng.integers(60, 900))
    seeds = np.ones((CANVAS, CANVAS), np.uint8)
    seeds[rng.integers(CANVAS, size=count), rng.integers(CANVAS, size=count)] = 0
    distance = cv2.distanceTransform(seeds, cv2.DIST_L2, 5)
    return ((distance - distance.mean()) / distance.std()).astype(np.float32)


def _hair(rng: np.random.Generator) -> np.ndarray:
    img = np.zeros((CANVAS, CANVAS), np.float32)
    turn = rng.uniform(0, 2 * np.pi)
    for _ in range(2500):
        a = turn + rng.normal() * 0.25
        x, y = rng.uniform(0, CANVAS, 2)
        length = rng.uniform(15, 70)
        end = (int((x + np.cos(a) * length) * 16), int((y + np.sin(a) * length) * 16))
        cv2.line(img, (int(x * 16), int(y * 16)), end, float(rng.normal()), int(rng.integers(1, 3)), cv2.LINE_AA, 4)
    return (img - img.mean()) / img.std()


@cache
def _bank(seed: int) -> np.ndarray:
    """float32 [24,512,512]: textures of deviation about 1."""
    rng = np.random.default_rng(seed)
    made = [_power_noise(rng, rng.uniform(0.6, 2.0), 1.0) for _ in range(10)]
    made += [_power_noise(rng, rng.uniform(0.8, 1.8), rng.uniform(2, 8)) for _ in range(5)]
    made += [_grating(rng) for _ in range(5)] + [_cells(rng) for _ in range(2)] + [_hair(rng) for _ in range(BANK - 22)]
    return np.stack(made)


def _palette(rng: np.random.Generator) -> np.ndarray:
    """[n,3] RGB: wide luminance, heavy-tailed chroma, more blue-yellow than red-green, some grey."""
    n = int(rng.integers(12, 64))
    luminance = 255 * rng.beta(1.3, 1.3, n)
    strength = 0 if rng.random() < 0.1 else rng.uniform(6, 26)
    by, rg = rng.standard_t(4, n) * strength, rng.standard_t(4, n) * strength * 0.6
    return np.stack([luminance + 0.5 * by + rg, luminance + 0.1 * by - 0.6 * rg, luminance - 1.1 * by], 1).clip(0, 255)


def _outline(rng: np.random.Generator, radius: float) -> np.ndarray:
    """Polygon around the origin."""
    kind = rng.random()
    turn = rng.uniform(0, 2 * np.pi)
    if kind < 0.3:
        a = np.linspace(0, 2 * np.pi, 28, endpoint=False)
        points = np.stack([np.cos(a), np.sin(a) * rng.uniform(0.35, 1)], 1)
    elif kind < 0.6:
        n = int(rng.integers(3, 11))
        a = np.sort(rng.uniform(0, 2 * np.pi, n))
        points = np.stack([np.cos(a), np.sin(a)], 1) * rng.uniform(0.45, 1, (n, 1))
    elif kind < 0.82:
        h = rng.uniform(0.06, 0.9)
        points = np.array([(-1, -h), (1, -h), (1, h), (-1, h)])
    else:
        x = np.linspace(-1, 1, 18)
        bend, width = rng.uniform(-0.7, 0.7) * x**2 + rng.uniform(-0.3, 0.3) * x**3, rng.uniform(0.02, 0.14)
        points = np.concatenate([np.stack([x, bend - width], 1), np.stack([x, bend + width], 1)[::-1]])
    c, s = np.cos(turn), np.sin(turn)
    return points @ np.array([[c, s], [-s, c]]) * radius


def _fill(rng: np.random.Generator, colour: np.ndarray, bank: np.ndarray, height: int, width: int) -> np.ndarray:
    """float32 [h,w,3]: flat, gradient, or texture."""
    fill = np.empty((height, width, 3), np.float32)
    fill[:] = colour
    how = rng.random()
    if how > 0.82:
        return fill
    if how > 0.62 or rng.random() < 0.25:
        slope = rng.normal(size=2) * 60 / max(height, width)
        ramp = slope[0] * np.arange(height)[:, None] + slope[1] * np.arange(width)[None]
        fill += (ramp - ramp.mean())[..., None].astype(np.float32)
    if how <= 0.62:
        texture = bank[int(rng.integers(len(bank)))]
        y, x = (int(rng.integers(0, CANVAS - n + 1)) for n in (height, width))
        amplitude = np.exp(rng.uniform(np.log(0.008), np.log(0.22))) * 255
        tint = 1 + rng.normal(size=3) * 0.15
        fill += texture[y : y + height, x : x + width, None] * (amplitude * tint).astype(np.float32)
    return fill


def _lay(img: np.ndarray, rng: np.random.Generator, radius: float, colour: np.ndarray, bank: np.ndarray) -> None:
    centre = rng.uniform(-0.1 * CANVAS, 1.1 * CANVAS, 2)
    points = _outline(rng, radius) + centre
    low, high = np.floor(points.min(0)).astype(int) - 2, np.ceil(points.max(0)).astype(int) + 3
    x0, y0 = np.maximum(low, 0)
    x1, y1 = np.minimum(high, CANVAS)
    if x1 <= x0 or y1 <= y0:
        return
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    if rng.random() < 0.07 and radius > 8:
        word = "".join(chr(int(c)) for c in rng.integers(33, 122, int(rng.integers(1, 7))))
        cv2.putText(mask, word, (2, (y1 - y0) * 3 // 4), FONTS[int(rng.integers(4))], radius / 18, 255, max(1, int(radius / 14)), cv2.LINE_AA)
    else:
        cv2.fillPoly(mask, [np.round((points - (x0, y0)) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    alpha = mask.astype(np.float32)[..., None] / 255
    if rng.random() < 0.06:
        alpha *= rng.uniform(0.3, 0.8)
    roi = img[y0:y1, x0:x1]
    if rng.random() < 0.25 and radius > 6:
        shift = (int(radius * 0.15) + 1, int(radius * 0.15) + 1)
        shadow = cv2.GaussianBlur(np.roll(mask, shift, (0, 1)), (0, 0), max(0.8, radius * 0.08)).astype(np.float32)[..., None] / 255
        roi *= 1 - shadow * 0.4
    fill = _fill(rng, colour, bank, y1 - y0, x1 - x0)
    if rng.random() < 0.2 and radius > 6:
        soft = cv2.GaussianBlur(mask, (0, 0), max(1.0, radius * 0.25)).astype(np.float32)[..., None] / 255
        fill *= 0.7 + 0.45 * soft
    roi += alpha * (fill - roi)


def leaf_picture(seed: int) -> np.ndarray:
    """uint8 RGB [256,256,3]."""
    rng = np.random.default_rng(seed)
    bank, palette = _bank(seed % 4), _palette(rng)
    img = _fill(rng, palette[0], bank, CANVAS, CANVAS)
    power, low, high = rng.uniform(1.6, 3.0), 1.0 * SCALE, rng.uniform(0.15, 0.5) * CANVAS
    goal, area, laid = rng.uniform(1.2, 5) * CANVAS**2, 0.0, 0
    blur_at = set(rng.integers(1, 900, int(rng.integers(1, 4))).tolist()) if rng.random() < 0.45 else set()
    while area < goal and laid < 1800:
        u = rng.random()
        # The first leaves are large, so that small ones do not all lie on one ground.
        radius = rng.uniform(0.3, 1) * high if laid < 30 else (low ** (1 - power) + u * (high ** (1 - power) - low ** (1 - power))) ** (1 / (1 - power))
        _lay(img, rng, radius, palette[int(rng.integers(len(palette)))], bank)
        area, laid = area + 1.4 * radius**2, laid + 1
        if laid in blur_at:
            img = cv2.GaussianBlur(img, (0, 0), rng.uniform(1, 6))
    if rng.random() < 0.4:
        light = cv2.resize(rng.uniform(0.7, 1.15, (3, 3)).astype(np.float32), (CANVAS, CANVAS), interpolation=cv2.INTER_CUBIC)
        img *= light[..., None]
    if rng.random() < 0.3:
        img = cv2.GaussianBlur(img, (0, 0), rng.uniform(0.4, 1.4))
    small = cv2.resize(img.clip(0, 255), (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    return np.round(small).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=260)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    with Pool(args.processes) as pool:
        made = pool.map(leaf_picture, range(args.seed, args.seed + args.count), chunksize=4)
    np.save(args.out / "leaves.npy", np.stack(made))


if __name__ == "__main__":
    main()
