"""Models that are shipped."""
