"""Chat models: the built-in deterministic one, and any OpenAI-compatible endpoint."""
