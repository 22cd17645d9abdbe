"""How a score does in use: drift of its inputs, calibration over time, flows between bands, rates by group."""
