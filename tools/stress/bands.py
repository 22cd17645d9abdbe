"""Where the bands of the stress score begin."""

from tools.ledger.query import Band

WATCHLIST_FROM = 0.40
CRITICAL_FROM = 0.70


def band_of(score: float) -> Band:
    """Healthy below 0.40, watchlist below 0.70, else critical, of the score as it is shown (two decimals)."""
    shown = round(score, 2)
    if shown >= CRITICAL_FROM:
        return "critical"
    return "watchlist" if shown >= WATCHLIST_FROM else "healthy"
