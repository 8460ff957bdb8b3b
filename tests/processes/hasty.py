"""The product as it is, but for one length: `python -m tests.processes.hasty worker`.

What a killed worker held is taken over after four seconds instead of a minute, so that two hundred kills do
not take hours.
"""

import sys
from datetime import timedelta

from statuspage.cli import main
from statuspage.store import outgoing

if __name__ == "__main__":
    outgoing.LEASE = timedelta(seconds=4)
    sys.exit(main())
