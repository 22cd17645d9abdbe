"""Days and months: payment days, rhythms of bookings, seasons, the months ahead."""
