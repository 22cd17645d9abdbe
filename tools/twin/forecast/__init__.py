"""What the simulated months say of a balance: forecast, table, track record, runway."""
