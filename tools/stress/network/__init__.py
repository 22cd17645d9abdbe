"""Stress among people who pay each other: off unless the bank has switched it on, because it uses third parties' data."""
