"""The risk analyst: where trouble shows: stress, its reasons, and questions about a book."""

from agent.specialist import Specialist

SPECIALIST = Specialist(
    name="risk_analyst", title="Risk analyst", about="where trouble shows: stress, its reasons, and questions about a book"
)
