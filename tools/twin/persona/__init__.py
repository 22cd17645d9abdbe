"""Personas and priors as data: who people are, and what is usual for them."""
