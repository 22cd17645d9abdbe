"""`personaforge evaluate network`: what the stress of people who pay each other adds to a score, and what it adds where there is nothing to add."""

import json
from typing import Annotated

import typer

#: How strongly strain passes on in the made-up network that has contagion; the control has none.
_CONTAGION = 0.6


def evaluate_network(
    customers: Annotated[int, typer.Option("--customers", help="Made-up customers, at least 1,000.")] = 20_000,
    seed: Annotated[int, typer.Option("--seed", help="Of the made-up network, from 0 on.")] = 1,
) -> None:
    """Measure the gain of neighbours' stress where strain passes on, and the control where it does not; prints one JSON object."""
    from tools.errors import UsageError
    from tools.stress.network.gain import network_gain, verdict_of

    if seed < 0:
        raise UsageError(f"--seed {seed} is below zero. Give 0 or more.", code="bad_comparison")
    measured = {"gain": network_gain(_CONTAGION, customers, seed), "control": network_gain(0.0, customers, seed)}
    told = {name: {**one.model_dump(mode="json"), "verdict": verdict_of(one)} for name, one in measured.items()}
    print(json.dumps({"seed": seed, **told}))
