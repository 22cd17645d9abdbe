"""A small bank of two products and two policies, written to a folder of the test."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml

from knowledge.embedding import DIMENSIONS, Encoder

SAVER = {
    "name": "Harbour Saver", "kind": "savings", "summary": "Savings you can reach at any time.", "version": "2026-01", "jurisdiction": "uk",
    "currency": "GBP", "valid_from": "2026-01-01", "disclosures": ["deposit.fscs"],
}  # fmt: skip
LOAN = {
    "name": "Anchor Loan", "kind": "personal_loan", "summary": "A loan in fixed instalments.", "version": "2026-01", "jurisdiction": "uk",
    "currency": "GBP", "valid_from": "2026-01-01", "rates": [{"rate_bps": 669, "kind": "fixed"}],
    "example": {
        "amount_minor": 1_000_000, "term_months": 60, "rate_bps": 669, "fees_minor": 0, "apr_bps": 690, "instalment_minor": 19_655,
        "total_payable_minor": 1_179_300,
    },
    "disclosures": ["credit.representative_example", "credit.borrowing_costs"],
}  # fmt: skip
FUND = {
    "name": "Compass Fund", "kind": "fund", "summary": "Shares of many companies.", "version": "2026-01", "jurisdiction": "uk", "currency": "GBP",
    "valid_from": "2026-01-01", "risk_class": 4, "disclosures": ["risk.capital"],
}  # fmt: skip
COMPLAINTS = {"name": "Complaints", "summary": "How to complain.", "version": "3", "jurisdiction": "uk", "valid_from": "2026-01-01"}
PLAYBOOK = {
    "name": "Arrears playbook", "summary": "What a manager does first.", "version": "1", "jurisdiction": "uk", "valid_from": "2026-01-01",
    "audience": ["rm", "staff"],
}  # fmt: skip

TEXTS = {
    "products/harbour-saver": "## What it is\nA savings account with instant access.\n\n## Interest\nInterest is paid each month.",
    "products/anchor-loan": "## What it is\nMoney for one large purchase.\n\n## Paying early\nYou may repay the loan early at any time.",
    "products/compass-fund": "## What it is\nA fund that invests in shares.\n\n## Risk\nIts value can fall as well as rise.",
    "policies/complaints": "## How to complain\nTell us in the app, by telephone or by letter.\n\n## What happens next\nWe answer within eight weeks.",
    "policies/arrears-playbook": "## First call\nAsk what has changed in the household before you speak of payments.",
}
FIELDS = {
    "products/harbour-saver": SAVER, "products/anchor-loan": LOAN, "products/compass-fund": FUND, "policies/complaints": COMPLAINTS,
    "policies/arrears-playbook": PLAYBOOK,
}  # fmt: skip


def _write(folder: Path, name: str, fields: dict[str, object], text: str) -> Path:
    path = folder / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{yaml.safe_dump(fields, sort_keys=False)}---\n\n{text}\n", encoding="utf-8")
    return path


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """Folder of the whole small bank."""
    for name, fields in FIELDS.items():
        _write(tmp_path / "bank", name, fields, TEXTS[name])
    return tmp_path / "bank"


@pytest.fixture
def edit(bank: Path) -> Callable[..., Path]:
    """Rewrites one document: `edit("products/anchor-loan", example=None)` drops the field, `text=` replaces the body."""

    def change(document: str, /, text: str | None = None, **fields: object) -> Path:
        merged = {**FIELDS.get(document, {}), **fields}
        kept = {field: value for field, value in merged.items() if value is not None}
        _write(bank, document, kept, TEXTS.get(document, "## What it is\nA document.") if text is None else text)
        return bank

    return change


class CountingEncoder(Encoder):
    """Vectors from the letters of a text, without a model; remembers which texts it was asked for."""

    def __init__(self, version: str = "letters") -> None:
        super().__init__()
        self.asked: list[str] = []
        self.named = version

    @property
    def version(self) -> str:
        return self.named

    def encode(self, texts):
        self.asked.extend(texts)
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            for letter in text:
                vectors[row, ord(letter) % DIMENSIONS] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


@pytest.fixture
def counting_encoder() -> type[CountingEncoder]:
    return CountingEncoder
