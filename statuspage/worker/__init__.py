"""The background process: a scheduler that ticks and a few jobs of a few lines."""
