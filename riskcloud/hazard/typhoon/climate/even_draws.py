"""Random draws that are spread evenly: the same chances, less scatter between event sets.

A set of 10,000 years holds some two hundred storms of each parent. How many, and where they are
displaced to, need not be left to chance alone: parents take turns, and the leading parts of each
displacement fill their distribution evenly.
"""

from typing import Final

import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

from riskcloud.types import Floats, Ints

LEADING: Final = 3
"""Principal parts of each random process along a track that are spread evenly (ours): of a track
of six days they hold 98 % of the variance."""
SMALLEST: Final = 2.0**-33
"""Least chance that is turned into a normal number: half the last bit of the sequence."""


def in_turns(n_parents: int, n: int, rng: np.random.Generator) -> Ints:
    """Return the parents (n,) of n storms: each as often as another, but for one, in random order.

    Each storm is of each parent with the same chance. Source: proportionate stratified sampling,
    Cochran (1977), Sampling Techniques, chapter 5.
    """
    rounds, left = divmod(n, n_parents)
    parents = np.tile(np.arange(n_parents), rounds)
    return np.asarray(rng.permutation(np.concatenate([
        parents, rng.choice(n_parents, left, replace=False)])), np.int64)


def even_normals(m: int, roots: tuple[Floats, ...], rng: np.random.Generator) -> Floats:
    """Return independent standard normal numbers (len(roots), m, n) for m tracks of n steps.

    Parameters
    ----------
    m : tracks; n : steps of each.
    roots : of each process a matrix (n, n) that turns its numbers into values along the track.
    rng : draws them.

    Notes
    -----
    The ``LEADING`` principal parts of each process, together of all, are those of a scrambled Sobol
    sequence turned into normal numbers; the rest are drawn. Each number alone is standard normal.

    Source: Owen (1995), in Niederreiter & Shiue, Monte Carlo and Quasi-Monte Carlo Methods, 299-317
    (scrambling); principal parts first: Acworth, Broadie & Glasserman (1998), ibid. 1996, 1-18.
    """
    n = len(roots[0])
    leading = min(LEADING, n)
    sequence = qmc.Sobol(len(roots) * leading, scramble=True, rng=rng)
    chance = sequence.random_base2(max(m - 1, 1).bit_length())[:m]
    spread = ndtri(np.clip(chance, SMALLEST, 1.0 - SMALLEST))
    noise = rng.standard_normal((len(roots), m, n))
    for k, root in enumerate(roots):
        parts = np.linalg.svd(root)[2][:leading].T
        wanted = spread[:, k * leading:(k + 1) * leading]
        noise[k] += (wanted - noise[k] @ parts) @ parts.T
    return noise
