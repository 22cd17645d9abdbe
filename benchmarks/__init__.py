"""Every speed claim, as a ratio measured in one run. `personaforge bench NAME`, from a checkout."""
