"""Advice: what a product costs or earns, who may have it, who can afford it, whom it suits, and which to recommend."""
