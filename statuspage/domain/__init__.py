"""The rules: pure functions over frozen values. No clock, no I/O, no third-party package."""
