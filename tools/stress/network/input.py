"""The input that other people's stress makes. It is in no registry of the activity: a model may read it only where the bank has a legal basis."""

from tools.stress.families.family import Input

#: Weighted mean of the scores of those whom a customer pays or is paid by, 0..1. Nobody can do anything about it, and nobody is told it.
NEIGHBOUR_STRESS = Input(name="neighbour_stress", family="network", direction=1, unit="share")
