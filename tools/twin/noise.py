"""Quasi-random noise for the simulation. The boundary to scipy, which has no type stubs."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Real = npt.NDArray[np.float64]

#: Noise banks in use. One shared bank would bias figures over a population (all customers' luck would agree).
BANKS = 32


@lru_cache(maxsize=64)
def noise_bank(months: int, paths: int, seed: int, bank: int) -> Real:
    """Standard normals of shape (2, months, paths): income and spending. Scrambled Sobol points, so that few paths go far.

    Same arguments, same bytes. Sobol points are balanced in powers of two; other numbers of paths take the first ones.
    """
    # Loaded on first use: scipy.stats alone takes longer to import than a forecast takes to compute.
    from scipy.special import ndtri
    from scipy.stats import qmc

    engine = qmc.Sobol(2 * months, scramble=True, rng=np.random.default_rng([seed, bank]))
    uniforms = engine.random_base2((paths - 1).bit_length())[:paths]
    # A point may fall on 0, whose normal is infinite; the ends are 4.7 standard deviations out.
    normals = np.asarray(ndtri(np.clip(uniforms, 1e-6, 1 - 1e-6)), dtype=np.float64)
    noise = np.ascontiguousarray(normals.T.reshape(2, months, paths))
    noise.setflags(write=False)
    return noise
