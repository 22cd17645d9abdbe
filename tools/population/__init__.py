"""Synthetic banks: lifestyles as data, plans drawn from them, movements in arrays, settled so that money is conserved."""
