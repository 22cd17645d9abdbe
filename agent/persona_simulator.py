"""The persona simulator: how money moves and what comes next: profile, spending, forecasts."""

from agent.specialist import Specialist

SPECIALIST = Specialist(
    name="persona_simulator", title="Persona simulator", about="how money moves and what comes next: profile, spending, forecasts"
)
