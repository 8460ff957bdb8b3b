"""The product as it is, but for three lengths: `python -m tests.processes.hasty worker`.

What a killed worker held is taken over after four seconds instead of a minute, and what failed is tried again
after two, so that two hundred kills do not take hours. A mail server counts as hanging after a minute, not
a second: where a machine is busy, one that is merely slow would have several messages on their way at a kill.
"""

import sys
from datetime import timedelta

from statuspage.cli import main
from statuspage.domain import retry
from statuspage.store import outgoing
from statuspage.worker import delivery

if __name__ == "__main__":
    retry.WAITS = (timedelta(seconds=2),) * len(retry.WAITS)
    outgoing.LEASE = timedelta(seconds=4)
    delivery.PATIENCE_SECONDS = 60.0
    sys.exit(main())
