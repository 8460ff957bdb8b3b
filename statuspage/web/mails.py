"""Sending after the commit: a mail that can't be sent costs nobody what was done."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

from flask import Flask, current_app

from statuspage.services.ports import Mail, MailError
from statuspage.store.sign_ins import LinkKind
from statuspage.web.security import adapters

_PATHS = {LinkKind.INVITATION: "invitation", LinkKind.RESET: "reset"}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a mail: whether it left this machine, and what to tell the person who caused it."""

    is_delivered: bool
    words: str


def link_to(kind: LinkKind, secret: str) -> str:
    """Return the address that goes into a mail."""
    return f"{adapters().settings.base_url}/login/{_PATHS[kind]}/{secret}"


def send_now(mail: Mail) -> Sent:
    """Send a mail and say what became of it."""
    mailer = adapters().mailer
    try:
        mailer.send(mail)
    except MailError as error:
        log.warning("a mail to the staff could not be sent: %s", error)
        return Sent(False, f"The mail to {mail.to} could not be sent. {error}")
    if not mailer.delivers:
        return Sent(False, "No mail server is set, so no mail was sent.")
    return Sent(True, f"The link is on its way to {mail.to}.")


def later(job: Callable[[], None]) -> None:
    """Do something after the answer, so that nobody can tell from the time it takes what it was."""
    _worker().submit(_run, current_app._get_current_object(), job)  # type: ignore[attr-defined]


def _run(app: Flask, job: Callable[[], None]) -> None:
    try:
        with app.app_context():
            job()
    except Exception:
        log.exception("something that was to be done after an answer failed")


@cache
def _worker() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="after-answer")
