"""Mails to the staff: values in, subject and both texts out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from statuspage.render.colour import readable

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "email"
_WHITE = "#ffffff"


@dataclass(frozen=True, slots=True)
class MailTexts:
    """A mail as it reads: the subject on one line, the text, and the same as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Whose mails these are."""

    page_name: str
    accent_color: str
    base_url: str


def invitation_mail(head: Letterhead, link: str, name: str, inviter: str | None) -> MailTexts:
    """Return the mail that invites somebody to the staff."""
    whose = f"{inviter} invites you" if inviter else "You are invited"
    return _link_mail(
        head,
        subject=f"{_line(whose)} to the status page of {_line(head.page_name)}",
        greeting=f"Hello {name},",
        before=f"{whose} to help run the status page of {head.page_name}. Choose a password, and you are in.",
        label="Choose a password",
        link=link,
        after="The link works once, for seven days. If you expected no invitation, ignore this mail.",
    )


def reset_mail(head: Letterhead, link: str, name: str) -> MailTexts:
    """Return the mail with which somebody chooses a new password."""
    return _link_mail(
        head,
        subject=f"A new password for the status page of {_line(head.page_name)}",
        greeting=f"Hello {name},",
        before=f"Here you choose a new password for the status page of {head.page_name}.",
        label="Choose a new password",
        link=link,
        after="The link works once, for one hour. If you did not ask for it, ignore this mail.",
    )


def staff_mail_texts(head: Letterhead, subject: str, **values: str | tuple[str, ...]) -> MailTexts:
    """Return a mail that tells one of the staff something; see `render/staff_messages.py`."""
    return _mail(head, "staff", subject, values)


def _link_mail(head: Letterhead, *, subject: str, **values: str) -> MailTexts:
    return _mail(head, "link", subject, values)


def _mail(head: Letterhead, name: str, subject: str, values: Mapping[str, object]) -> MailTexts:
    more = {"head": head, "accent": readable(head.accent_color, _WHITE), "subject": subject, **values}
    text, html = (_environment().get_template(f"{name}.{kind}").render(more) for kind in ("txt", "html"))
    return MailTexts(subject, text, html)


def _line(text: str) -> str:
    return " ".join(text.split())


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
