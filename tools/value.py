"""The frozen value every record of the domain is made from."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen record: equal by content, hashable, closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
