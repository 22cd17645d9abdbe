"""The specialists, in the order in which a letter speaks. Adding one is one file, one row here, one prompt."""

from agent import persona_simulator, product_advisor, risk_analyst
from agent.specialist import Specialist

SPECIALISTS: dict[str, Specialist] = {
    specialist.name: specialist for specialist in (persona_simulator.SPECIALIST, risk_analyst.SPECIALIST, product_advisor.SPECIALIST)
}
