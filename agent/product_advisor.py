"""The product advisor: what the bank offers and what suits: products, affordability, policies."""

from agent.specialist import Specialist

SPECIALIST = Specialist(
    name="product_advisor", title="Product advisor", about="what the bank offers and what suits: products, affordability, policies"
)
