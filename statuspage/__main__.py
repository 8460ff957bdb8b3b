"""`python -m statuspage`: the command without its console script."""

from statuspage.cli import main

main(prog_name="statuspage")
