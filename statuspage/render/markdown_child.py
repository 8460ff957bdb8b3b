"""`python -m statuspage.render.markdown_child`: turns texts into HTML in a process that may die of it.

A request on stdin is one frame: four bytes of length, then a JSON list of texts. The answer on stdout is
one frame per text, in order, each a JSON string, or `null` for a text that can't be rendered. A text that
needs more than `CPU_SECONDS` ends the process: the timer's signal keeps its default action, which kills
even inside C code, where no Python handler would run.
"""

import contextlib
import json
import signal
import struct
import sys
from typing import IO

CPU_SECONDS = 1.0
_LENGTH = struct.Struct(">I")


def read_frame(stream: IO[bytes]) -> object:
    """Return the next frame's value; raise EOFError when the other side is gone."""
    length = _LENGTH.unpack(_read_exactly(stream, _LENGTH.size))[0]
    value: object = json.loads(_read_exactly(stream, length))
    return value


def write_frame(stream: IO[bytes], value: object) -> None:
    """Write `value` as one frame and flush it."""
    body = json.dumps(value).encode("ascii")
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def _read_exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data


def _render(text: str) -> str | None:
    from statuspage.render.markdown import to_html

    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    try:
        return to_html(text)
    except Exception:  # a text that breaks the formatter is refused like one that is too slow for it
        return None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def main() -> None:
    """Answer requests until stdin ends, which it does at the latest with the parent."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGPROF})
    # Ctrl-C in a terminal reaches the whole group; this process ends when its parent lets go of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            texts = read_frame(sys.stdin.buffer)
            assert isinstance(texts, list)
            for text in texts:
                write_frame(sys.stdout.buffer, _render(text))


if __name__ == "__main__":
    main()
