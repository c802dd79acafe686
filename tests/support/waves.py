"""Blocks of what meters are asked about: noise, a note, nothing."""

from __future__ import annotations

import numpy as np

from transcode.pcm import Block

RATE = 44_100


def noise(frames: int, channels: int = 2, *, level: float = 0.1, seed: int = 1) -> Block:
    samples = np.random.default_rng(seed).normal(0, level, (frames, channels))
    return samples.astype(np.float32)


def sine(hertz: float, frames: int = RATE, *, level: float = 0.5, rate: int = RATE) -> Block:
    wave = level * np.sin(2 * np.pi * hertz * np.arange(frames) / rate)
    return wave[:, np.newaxis].astype(np.float32)


def silence(frames: int, channels: int = 1) -> Block:
    return np.zeros((frames, channels), np.float32)
