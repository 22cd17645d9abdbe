"""Families of stress inputs: what each adds up from bookings, and what it reads off the windows."""
