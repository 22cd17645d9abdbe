"""Signs of financial strain: signals, a score with its band and trend, and what drives it."""
