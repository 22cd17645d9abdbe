"""Forecasts learnt and calibrated on past origins of many customers."""
