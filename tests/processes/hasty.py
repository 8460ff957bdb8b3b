"""The product as it is, but for two lengths: `python -m tests.processes.hasty worker`.

What a killed worker held is taken over after four seconds instead of a minute, and what failed is tried again
after two, so that two hundred kills do not take hours.
"""

import sys
from datetime import timedelta

from statuspage.cli import main
from statuspage.domain import retry
from statuspage.store import outgoing

if __name__ == "__main__":
    retry.WAITS = (timedelta(seconds=2),) * len(retry.WAITS)
    outgoing.LEASE = timedelta(seconds=4)
    sys.exit(main())
