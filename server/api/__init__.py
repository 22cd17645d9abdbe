"""The REST endpoints, one file per noun."""
