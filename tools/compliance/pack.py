"""Rule packs: thresholds, contacts and notices of one jurisdiction, as data."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from tools.errors import UsageError
from tools.product import Jurisdiction, Product
from tools.value import Value


class Disclosure(Value):
    """A notice and what it must stand beside.

    `classes` and `kinds`: products of these classes or kinds. `sources`: figures of these tools. `on`: `session` for the first reply
    of a conversation, `declared` only for products whose document names it.
    """

    id: str
    classes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    on: Literal["always", "declared", "session"] = "always"
    en: str
    rm: str | None = None

    def beside(self, product: Product) -> bool:
        """Whether it must stand beside `product`."""
        return product.product_class in self.classes or product.kind in self.kinds or self.id in product.disclosures

    def wording(self, role: str) -> str:
        """The words for a role; those for customers where no others are given."""
        return self.rm if role != "customer" and self.rm else self.en


class Pack(Value):
    """One jurisdiction's rules as data."""

    version: str
    jurisdiction: Jurisdiction
    thresholds: dict[str, float]
    contacts: dict[str, str]
    respond_within_hours: dict[str, int]
    disclosures: tuple[Disclosure, ...]
    replies: dict[str, str]

    def disclosure(self, rule: str) -> Disclosure:
        """The notice named `rule`. Raises UsageError when the pack has none."""
        for disclosure in self.disclosures:
            if disclosure.id == rule:
                return disclosure
        raise UsageError(f"Rule pack {self.version} has no notice {rule!r}. Add it to packs/{self.jurisdiction}.toml.")


@cache
def load_pack(jurisdiction: Jurisdiction) -> Pack:
    """The pack of a jurisdiction. Raises UsageError when there is none."""
    path = Path(__file__).parent / "packs" / f"{jurisdiction}.toml"
    if not path.exists():
        raise UsageError(f"There is no rule pack for {jurisdiction!r}. Use one that exists in tools/compliance/packs.")
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return Pack.model_validate({**raw, "disclosures": tuple(raw["disclosures"])})
