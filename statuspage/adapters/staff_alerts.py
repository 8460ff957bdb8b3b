"""Chat and paging services through Apprise, each message in a child process with a fence around it."""

import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

from statuspage.adapters import alert_child
from statuspage.adapters.alert_child import Outcome, Request
from statuspage.domain.errors import RuleError
from statuspage.render.markdown_child import read_frame, write_frame
from statuspage.services.ports import AlertError

WITHIN_SECONDS = 20.0
_ROOT = Path(__file__).resolve().parents[2]
_MOST_IDLE = 2
_REFUSALS = {
    "network": "The address leads into a private network; nothing is sent there.",
    "file": "The address names a file of this machine; nothing is sent that way.",
    "program": "The address starts a program of this machine; nothing is sent that way.",
}


class AppriseAlerts:
    """Sends messages with Apprise; safe to share between threads.

    Apprise is loaded by the first child only: it costs a process 20 MB and a second. A child is used again
    as long as messages follow each other; one that takes too long is killed. Addresses in `trusted` are the
    operator's own: they may lead anywhere.
    """

    def __init__(
        self,
        *,
        allows_private: bool = False,
        trusted: Collection[str] = (),
        within_seconds: float = WITHIN_SECONDS,
    ) -> None:
        self._allows_private = allows_private
        self._trusted = frozenset(trusted)
        self._within_seconds = within_seconds
        self._lock = threading.Lock()
        self._idle: list[subprocess.Popen[bytes]] = []
        weakref.finalize(self, _end_all, self._idle)

    def kind_of(self, url: str) -> str:
        """Return the service that an address belongs to, like `slack`; raise a `RuleError` for none."""
        try:
            outcome = self._outcome(url, None, None)
        except AlertError as error:
            raise RuleError("bad_address", str(error), "url") from error
        if outcome["refused"] and not outcome["kind"]:
            raise RuleError("bad_address", _REFUSALS[outcome["refused"]], "url")
        if not outcome["kind"]:
            raise RuleError(
                "bad_address",
                "This is no address of a chat or paging service that is known here; see the examples.",
                "url",
            )
        if outcome["is_local"]:
            raise RuleError(
                "bad_address",
                "Addresses of this kind can't be used here; take one of a chat or paging service. "
                "Mail goes to your account's address by itself.",
                "url",
            )
        return outcome["kind"]

    def send(self, url: str, title: str, text: str) -> None:
        """Hand a message to the service; raise `AlertError` with a sentence that names no secret."""
        outcome = self._outcome(url, title, text)
        if outcome["is_sent"]:
            return
        if outcome["is_local"]:
            raise AlertError("The address is none of a chat or paging service that can be used here.")
        if outcome["status"] is not None:
            raise AlertError(f"The service refuses the message: it answered {outcome['status']}.")
        if outcome["refused"]:
            raise AlertError(_REFUSALS[outcome["refused"]])
        if not outcome["kind"]:
            raise AlertError("The address is none of a chat or paging service that can be used here.")
        raise AlertError("The service can't be reached, or does not take the message.")

    def close(self) -> None:
        """End the children that wait; the next message starts another."""
        with self._lock:
            _end_all(self._idle)

    def _outcome(self, url: str, title: str | None, text: str | None) -> Outcome:
        request = Request(
            url=url,
            title=title,
            text=text,
            allows_private=self._allows_private,
            is_trusted=url in self._trusted,
        )
        while (child := self._waiting()) is not None:
            outcome = self._ask(child, request)
            if outcome is not None:
                return outcome
        outcome = self._ask(_start(), request)
        if outcome is None:
            raise AlertError("The program that sends messages broke off.")
        return outcome

    def _waiting(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _ask(self, child: subprocess.Popen[bytes], request: Request) -> Outcome | None:
        """Return the child's answer, None where it had ended by itself; raise `AlertError` if it hangs."""
        with self._bounded(child) as is_over:
            outcome = _exchanged(child, request)
        if outcome is not None and not is_over.is_set():
            self._keep(child)
            return outcome
        code = _end(child)
        if outcome is None and is_over.is_set():
            raise AlertError("The service does not answer in time.")
        if outcome is None and code != 0:
            raise AlertError("The program that sends messages broke off.")
        return outcome

    @contextmanager
    def _bounded(self, child: subprocess.Popen[bytes]) -> Iterator[threading.Event]:
        """Kill the child when its time is over; the event tells so."""
        is_over = threading.Event()

        def give_up() -> None:
            is_over.set()
            child.kill()

        timer = threading.Timer(self._within_seconds, give_up)
        timer.daemon = True
        timer.start()
        try:
            yield is_over
        finally:
            timer.cancel()

    def _keep(self, child: subprocess.Popen[bytes]) -> None:
        with self._lock:
            if len(self._idle) < _MOST_IDLE:
                self._idle.append(child)
                return
        _end(child)


def _start() -> subprocess.Popen[bytes]:
    # It needs none of our secrets; from the folder of the checkout, so that the module is found.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STATUSPAGE_")}
    environment["NETRC"] = os.devnull  # passwords of whoever runs us
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    return subprocess.Popen(  # noqa: S603 - our own module under our own interpreter
        [sys.executable, "-m", alert_child.__name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=_ROOT,
        env=environment,
    )


def _exchanged(child: subprocess.Popen[bytes], request: Request) -> Outcome | None:
    """Return the child's answer, None where it is gone."""
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        write_frame(child.stdin, request)
        return cast(Outcome, read_frame(child.stdout))
    except (EOFError, BrokenPipeError):
        return None


def _end(child: subprocess.Popen[bytes]) -> int:
    """Let a child go, by force where it does not end by itself, and collect it; return how it ended."""
    for pipe in (child.stdin, child.stdout):
        assert pipe is not None
        with suppress(BrokenPipeError):  # closing flushes what a dead child never read
            pipe.close()
    try:
        return child.wait(1)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def _end_all(children: list[subprocess.Popen[bytes]]) -> None:
    while children:
        _end(children.pop())
