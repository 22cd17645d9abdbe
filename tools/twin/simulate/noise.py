"""Quasi-random noise for the simulation. The boundary to scipy, which has no type stubs."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from zlib import crc32

import numpy as np
import numpy.typing as npt

Real = npt.NDArray[np.float64]

#: Noise banks in use. One shared bank would bias figures over a population (all customers' luck would agree).
BANKS = 32
#: Larger banks are made anew: kept ones take at most a quarter of a megabyte each.
_KEPT_NUMBERS = 32_768
_PLACES = 2.0**10
#: A Sobol point may fall on 0, whose normal is infinite: no draw is farther out than one in a million.
_FARTHEST = 4.75


def bank_of(customer_id: str) -> int:
    """The bank that a customer's chance comes from: the same in every simulation, whoever else is in it."""
    return crc32(customer_id.encode()) % BANKS


def noise_bank(months: int, paths: int, seed: int, bank: int) -> Real:
    """Standard normals of shape (2, months, paths): income and spending. Scrambled Sobol points, so that few paths go far.

    Same arguments, same bytes. Sobol points are balanced in powers of two; other numbers of paths take the first ones. Each number
    has ten binary places and lies within 4.75, so that whole amounts times noise can be added up exactly.
    """
    kept = 2 * months * paths <= _KEPT_NUMBERS
    return _kept_bank(months, paths, seed, bank) if kept else _made_bank(months, paths, seed, bank)


def _made_bank(months: int, paths: int, seed: int, bank: int) -> Real:
    # Loaded on first use: scipy.stats alone takes longer to import than a forecast takes to compute.
    from scipy.special import ndtri
    from scipy.stats import qmc

    rng = np.random.default_rng([seed, bank])
    engine = qmc.Sobol(2 * months, scramble=True, rng=rng)
    uniforms = engine.random_base2((paths - 1).bit_length())[:paths]
    # Scrambling keeps the order of the points, so that without a shuffle path 17 of every bank would be a similar one.
    rng.shuffle(uniforms)
    noise = _exact(np.asarray(ndtri(uniforms.T), dtype=np.float64).reshape(2, months, paths))
    noise.setflags(write=False)
    return noise


_kept_bank = lru_cache(maxsize=128)(_made_bank)


def own_noise(customer_ids: Sequence[str], months: int, seed: int) -> Real:
    """Standard normals of shape (2, months, customers, 1): one path for each customer, independent of everybody else's."""
    noise = np.empty((2, months, len(customer_ids), 1))
    for row, customer_id in enumerate(customer_ids):
        own = int.from_bytes(blake2b(customer_id.encode(), digest_size=8).digest(), "little")
        noise[:, :, row, 0] = np.random.Generator(np.random.Philox(key=[seed, own])).standard_normal((2, months))
    return _exact(noise)


def _exact(normals: Real) -> Real:
    return np.rint(np.clip(normals, -_FARTHEST, _FARTHEST) * _PLACES) / _PLACES


@lru_cache(maxsize=8)
def normal_scores(count: int) -> Real:
    """The standard normals in the middle of `count` equal parts of probability, ascending."""
    from scipy.special import ndtri

    scores = np.asarray(ndtri((np.arange(count) + 0.5) / count), dtype=np.float64)
    scores.setflags(write=False)
    return scores
