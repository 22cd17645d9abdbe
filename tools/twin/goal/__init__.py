"""Goals and plans, and the chance to reach them."""
