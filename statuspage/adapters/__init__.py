"""The outside world: clocks, passwords, child processes."""
