"""Files of other banks, read into one value per source: no database, no clock."""
