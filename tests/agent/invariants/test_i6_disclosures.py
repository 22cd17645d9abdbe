"""I6: notices are attached by code from the products and figures of a reply; no model can leave one out."""

from typing import Any

import pytest

from tests.agent.oracle import BESIDE, HOME
from tests.fakes import ScriptedModel, Told, ask, calls, catalogue, context_for, take_turn
from tools.compliance import rules
from tools.product import Product

PRODUCTS = [product for product in catalogue().products.values() if product.valid_to is None and product.jurisdiction == "uk"]


def wanted(product: Product) -> list[str]:
    """What must stand beside a product, by the tests' own list."""
    notices = [BESIDE[product.product_class]] if product.product_class in BESIDE else []
    return notices + ([HOME] if product.kind == "mortgage" else [])


def missing(told: Told, product: Product) -> list[str]:
    return [notice for notice in wanted(product) if notice not in told.text]


async def named(product: Product) -> Told:
    """A turn in which a model only drops the name of a product."""
    model = ScriptedModel.of(calls("profile_view"), f"You have {{{{f:profile_view.1.balance}}}}.\n{product.name} exists.")
    return await take_turn(context_for("customer", "x", model=model))


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.id)
async def test_naming_a_product_brings_its_notices(product: Product):
    told = await named(product)
    assert f"{product.name} exists." in told.text
    assert missing(told, product) == []


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.id)
async def test_a_product_entry_brings_its_notices_and_its_example(product: Product):
    other = "easy-saver" if product.id != "easy-saver" else "one-year-fixed-saver"
    told = await ask("customer", ("compare_products", {"products": [product.id, other]}))
    assert missing(told, product) == []


@pytest.mark.parametrize("tool", ["balance_forecast", "affordability", "recommend_product"])
async def test_simulated_figures_say_that_they_are(tool: str):
    told = await ask("customer", (tool, {"amount": "5000"} if tool == "affordability" else {}))
    assert "Simulated from your account history; not a promise." in told.text


async def test_without_the_rule_the_notices_would_be_missing(monkeypatch: Any):
    monkeypatch.setattr(rules, "RULES", tuple(row for row in rules.RULES if row[1] is not rules.notices_present))
    fund = catalogue().products["global-equity-index-fund"]
    assert missing(await named(fund), fund) != []


async def test_a_notice_stands_right_after_what_it_concerns():
    told = await ask("customer", ("recommend_product", {"need": "savings"}))
    kinds = [block.type for block in told.reply.blocks]
    last = max(number for number, kind in enumerate(kinds) if kind == "product")
    assert kinds[last + 1] == "disclosure"
