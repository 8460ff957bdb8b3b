"""A mail server on the loopback interface that remembers what it took."""

import asyncio
import email
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from tests.processes.product import free_port


class Postbox:
    """Takes every mail after `delay_seconds`: a moment in which whoever sends may be killed."""

    def __init__(self, delay_seconds: float = 0.0) -> None:
        self.port = free_port()
        self.taken: Counter[str] = Counter()
        self.subjects: list[str] = []
        self._delay_seconds = delay_seconds

    @property
    def url(self) -> str:
        """The address for STATUSPAGE_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content)
        self.taken[str(message["Message-ID"])] += 1
        self.subjects.append(str(message["Subject"]))
        await asyncio.sleep(self._delay_seconds)
        return "250 taken"


@contextmanager
def serving(postbox: Postbox) -> Iterator[Postbox]:
    """Have the server run."""
    controller = Controller(postbox, hostname="127.0.0.1", port=postbox.port)
    controller.start()
    try:
        yield postbox
    finally:
        controller.stop()
