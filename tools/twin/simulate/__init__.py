"""Months ahead of many customers at once, in whole minor units, with quasi-random noise."""
