"""What neighbours' stress adds to a score, measured where contagion is real and, as control, where it is not.

Customers of a made-up network have a strain of their own, seen through a noisy score. With contagion, strain next quarter also grows
with the strain of those they are paid by; without it, it does not. A gain in the control would be a leak, not a signal.
"""

from importlib import import_module
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tools.errors import UsageError
from tools.stress.network.graph import Payment, PaymentGraph
from tools.value import Value

_TIES_EACH = 4
_TESTED = 0.5
_BOOTSTRAPS = 500

Floats = NDArray[np.float64]


class NetworkGain(Value):
    """AUC on held-out groups of customers with and without the neighbours' stress; the gain with its 95 % bootstrap interval."""

    contagion: float
    customers: int
    base_rate: float
    auc_own: float
    auc_with_neighbours: float
    gain: float
    gain_low: float
    gain_high: float


def network_gain(contagion: float, customers: int, seed: int) -> NetworkGain:
    """Measure the gain in a made-up network of `customers` whose strain passes on with strength `contagion` (0 is the control).

    Ties stay inside blocks of fifty customers, and whole blocks are held out: nobody is tested whose neighbours were learnt from.

    Raises:
        UsageError: (`usage`) fewer than 1,000 customers, or contagion below 0.
    """
    if customers < 1000 or contagion < 0:
        raise UsageError("A network to measure needs at least 1000 customers and a contagion of 0 or more. Choose larger figures.")
    rng = np.random.default_rng(seed)
    block = np.arange(customers) // 50
    graph = _network(block, rng)
    own = rng.normal(size=customers)
    seen = 1 / (1 + np.exp(-(own + rng.normal(scale=0.8, size=customers))))
    around = graph.neighbour_stress(dict(zip(graph.customer_ids, (1 / (1 + np.exp(-own))).tolist(), strict=True)))
    later = -2.2 + 0.9 * own + contagion * 4 * np.nan_to_num(around - 0.5)
    strained = rng.uniform(size=customers) < 1 / (1 + np.exp(-later))
    neighbours = graph.neighbour_stress(dict(zip(graph.customer_ids, seen.tolist(), strict=True)))
    held_out = np.isin(block, rng.permutation(block.max() + 1)[: int((block.max() + 1) * _TESTED)])
    return _measured(contagion, seen, neighbours, strained, held_out, rng)


def _network(block: NDArray[np.int64], rng: np.random.Generator) -> PaymentGraph:
    """Everybody pays four others of the same block amounts that vary a hundredfold."""
    customers = len(block)
    payer = np.repeat(np.arange(customers), _TIES_EACH)
    first = block[payer] * 50
    payee = first + (rng.uniform(size=len(payer)) * (np.minimum(first + 50, customers) - first)).astype(np.int64)
    amounts = np.exp(rng.uniform(np.log(1_000), np.log(100_000), size=len(payer))).astype(int)
    names = [f"made-up:{number}" for number in range(customers)]
    return PaymentGraph(
        names,
        (
            Payment(payer=names[int(one)], payee=names[int(other)], amount_minor=int(amount))
            for one, other, amount in zip(payer, payee, amounts, strict=True)
        ),
    )


def _measured(
    contagion: float, seen: Floats, neighbours: Floats, strained: NDArray[np.bool_], held_out: NDArray[np.bool_], rng: np.random.Generator
) -> NetworkGain:
    own = np.log(seen / (1 - seen))[:, None]
    both = np.column_stack([own, np.nan_to_num(neighbours, nan=float(np.nanmean(neighbours)))])
    labels = strained[held_out]
    without, using = (_held_out_scores(columns, strained, held_out) for columns in (own, both))
    gains = [
        _auc(using[drawn], labels[drawn]) - _auc(without[drawn], labels[drawn])
        for drawn in (rng.integers(0, len(labels), len(labels)) for _ in range(_BOOTSTRAPS))
    ]
    low, high = np.quantile(gains, [0.025, 0.975])
    base, added = _auc(without, labels), _auc(using, labels)
    return NetworkGain(
        contagion=contagion,
        customers=len(seen),
        base_rate=round(float(strained.mean()), 4),
        auc_own=round(base, 4),
        auc_with_neighbours=round(added, 4),
        gain=round(added - base, 4),
        gain_low=round(float(low), 4),
        gain_high=round(float(high), 4),
    )


def _held_out_scores(columns: Floats, strained: NDArray[np.bool_], held_out: NDArray[np.bool_]) -> Floats:
    linear_model: Any = import_module("sklearn.linear_model")
    model = linear_model.LogisticRegression()
    model.fit(columns[~held_out], strained[~held_out])
    return np.asarray(model.decision_function(columns[held_out]), dtype=float)


def _auc(scores: Floats, labels: NDArray[np.bool_]) -> float:
    """Chance that a strained customer scores above another, ties counted half (Mann and Whitney 1947)."""
    _, ranks, counts = np.unique(scores, return_inverse=True, return_counts=True)
    mean_rank = (np.cumsum(counts) - (counts - 1) / 2)[ranks]
    positive = int(labels.sum())
    return float((mean_rank[labels].sum() - positive * (positive + 1) / 2) / (positive * (len(labels) - positive)))


Verdict = Literal["gain", "no_gain"]


def verdict_of(gain: NetworkGain) -> Verdict:
    """`gain` where the whole interval lies above zero."""
    return "gain" if gain.gain_low > 0 else "no_gain"
