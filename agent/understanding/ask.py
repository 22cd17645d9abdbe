"""What a reading of a clause ends in: the arguments of a call, or something to ask first."""

from dataclasses import dataclass
from typing import Any

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Ask:
    """Something that has to be asked before a call can be made: `client`, `query`, `product`, `amount` or `change` (of a scenario), and what can be chosen from."""

    about: str
    options: tuple[str, ...] = ()
