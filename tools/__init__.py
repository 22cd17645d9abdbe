"""Deterministic domain: values in, values out. No clock, no network, no database, no unseeded random, no language model."""
