"""The stream: events of accounts as they are booked, taken once, scored at once."""
