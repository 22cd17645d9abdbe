"""The days until the next income."""
