"""Every input that a model may read, with the sense in which it may be monotone."""

from functools import lru_cache

from tools.stress.inputs import INPUTS
from tools.stress.network.input import NEIGHBOUR_STRESS
from tools.stress.statements import STATEMENTS


@lru_cache(maxsize=1)
def known_inputs() -> dict[str, int]:
    """Direction by name: those read off an activity, those read off card statements, and the stress of neighbours."""
    return {each.name: each.direction for each in (*STATEMENTS, *INPUTS, NEIGHBOUR_STRESS)}
