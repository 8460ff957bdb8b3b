"""Markdown rendered by a warm child process that may be killed and replaced at any text."""

import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from statuspage.render import markdown_child
from statuspage.render.errors import TooComplex

_ROOT = Path(__file__).resolve().parents[2]
_WALL_SECONDS = 20.0
_TEXTS_PER_REQUEST = 200


class MarkdownChild:
    """Renders Markdown within bounds of time; safe to share between threads.

    The child starts with the first text and ends with this object, or with the process that owns it.
    `wall_seconds` bounds a child that hangs without using the processor, which its own limit can't see.
    """

    def __init__(self, wall_seconds: float = _WALL_SECONDS) -> None:
        self._wall_seconds = wall_seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def render(self, text: str) -> str:
        """Return the safe HTML of one text; raise TooComplex (a RuleError, 422) when it takes too long."""
        result = self.render_many([text])[0]
        if isinstance(result, TooComplex):
            raise result
        return result

    def render_many(self, texts: Sequence[str]) -> list[str | TooComplex]:
        """Return the safe HTML of each text, in order; a text that takes too long costs only itself."""
        results: list[str | TooComplex] = []
        with self._lock:
            while len(results) < len(texts):
                start = len(results)
                results += self._answers(texts[start : start + _TEXTS_PER_REQUEST])
        return results

    def close(self) -> None:
        """End the child; the next text starts another."""
        with self._lock:
            self._forget()

    def _answers(self, texts: Sequence[str]) -> list[str | TooComplex]:
        """Return at least one result: those of a whole request, or up to the text that killed the child."""
        answers: list[str | TooComplex] = []
        try:
            stdin, stdout = self._pipes()
            with self._bounded():
                markdown_child.write_frame(stdin, list(texts))
            for _ in texts:
                with self._bounded():
                    answer = markdown_child.read_frame(stdout)
                answers.append(answer if isinstance(answer, str) else TooComplex())
        except (EOFError, BrokenPipeError):
            self._check_cause_of_death()
            answers.append(TooComplex())
        return answers

    def _check_cause_of_death(self) -> None:
        """Blame the text only for a death by signal: an exit of its own is a broken installation."""
        assert self._process is not None
        code = self._process.wait(self._wall_seconds)
        self._forget()
        if code >= 0:
            raise RuntimeError(f"The Markdown child ended by itself with exit code {code}.")

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is not None and self._process.poll() is not None:
            self._forget()
        if self._process is None:
            self._process = _start()
            self._ending = weakref.finalize(self, _end, self._process)
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        return process.stdin, process.stdout

    @contextmanager
    def _bounded(self) -> Iterator[None]:
        assert self._process is not None
        timer = threading.Timer(self._wall_seconds, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _forget(self) -> None:
        if self._process is not None:
            self._ending()
        self._process = None


def _start() -> subprocess.Popen[bytes]:
    # From the folder of the checkout, so that the module is found wherever the parent was started.
    return subprocess.Popen(  # noqa: S603 - our own module under our own interpreter
        [sys.executable, "-m", markdown_child.__name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=_ROOT,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the child, which holds nothing worth saving, and collect it."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        # Closing flushes what a dead child never read.
        with suppress(BrokenPipeError):
            pipe.close()
