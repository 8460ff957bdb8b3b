"""A status page that keeps its word: it runs the clock of incident communication."""

__version__ = "0.1.0"
