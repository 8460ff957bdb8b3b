"""The benchmarks: `python -m bench` prints ratios measured in one run, and whether each limit holds."""
