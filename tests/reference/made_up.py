"""Numbers that come from a name, so that no file need hold them; tests/networks/made_up.ts makes the same."""

import math

import numpy
import torch


def uniform(name, count):
    """Value i is a hash of the name (FNV-1a) and i (MurmurHash3's last mixing), uniform in [-1, 1)."""
    return (hashes(name, count) >> 8) / 2.0**23 - 1


def hashes(name, count):
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = (seed ^ byte) * 0x01000193 % 2**32
    h = (seed + numpy.arange(count, dtype=numpy.uint64) * 0x9E3779B1) % 2**32
    h = (h ^ (h >> 16)) * 0x85EBCA6B % 2**32
    h = (h ^ (h >> 13)) * 0xC2B2AE35 % 2**32
    return h ^ (h >> 16)


def made_up(name, shape, centre, spread):
    """Uniform in centre +- spread, rounded to float32, which is what the engine gets."""
    numbers = centre + spread * uniform(name, math.prod(shape))
    return torch.from_numpy(numbers.astype(numpy.float32)).double().reshape(tuple(shape))


def made_up_filter(name, shape):
    return made_up(name, shape, 0, (6 / math.prod(shape[1:])) ** 0.5)
