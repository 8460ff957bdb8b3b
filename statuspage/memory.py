"""What a long-lived process asks of the C library's memory allocator."""

import ctypes
from contextlib import suppress

# <malloc.h> of the GNU C library.
M_TRIM_THRESHOLD = -1
KEPT_BYTES = 128 * 1024


def give_memory_back() -> None:
    """Have freed memory returned to the system as soon as more than 128 kB of it lie at the end of the heap.

    Otherwise the allocator raises that threshold with the largest block it has ever seen, and a process keeps
    whatever a large rebuild once took. Where the C library is another, nothing changes.
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
