"""The conversation: graph, specialists, tools offered to them, understanding, models and words."""
