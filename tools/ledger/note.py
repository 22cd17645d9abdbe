"""Dated words about a customer. All of it is untrusted text: it is shown, never obeyed, and never reaches a model that plans."""

from datetime import date
from typing import Literal

from tools.value import Value


class Note(Value):
    """A remark in the file, by an employee."""

    id: str
    customer_id: str
    written_on: date
    author: str
    text: str


class Interaction(Value):
    """A contact between customer and bank."""

    id: str
    customer_id: str
    happened_on: date
    channel: Literal["app", "email", "sms", "chat_app", "phone", "branch", "letter"]
    direction: Literal["in", "out"]
    purpose: str
    text: str


class Flag(Value):
    """A circumstance that changes what may be said or sold, from a closed list."""

    customer_id: str
    kind: Literal["bereavement", "vulnerable", "hardship", "scam_victim", "coercion", "gambling", "complaint_open", "power_of_attorney"]
    since: date
    until: date | None = None
