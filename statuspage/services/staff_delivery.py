"""Bringing a message to its reader: by which ways, in which words, and what came of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from statuspage.domain.quiet_hours import is_quiet
from statuspage.domain.reminders import may_page
from statuspage.domain.retry import next_try
from statuspage.render.mails import Letterhead
from statuspage.render.staff_messages import StaffWords, staff_alert, staff_mail
from statuspage.services.context import Context
from statuspage.services.ports import AlertError, Mail, Mailer, MailError, StaffAlerts
from statuspage.services.remind import zone_of
from statuspage.services.staff_words import words_of
from statuspage.services.telling import Obsolete
from statuspage.store.contacts import Contact, ContactKind, StaffPreference, contacts_of
from statuspage.store.outgoing import Claim, settle
from statuspage.store.reminders import MessageChannel, MessageKind, MessageState, StaffMessage
from statuspage.store.silence import SilenceWarning, WarningKind

MAIL, OUTBOX, CHAT, PAGER = "mail", "outbox", "chat", "pager"
REACHED = "reached"
_LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True)
class Address:
    """An address of a chat or paging service. `key` names it in the message, without its secrets."""

    key: str
    kind: str
    label: str
    url: str = field(repr=False)
    contact_id: int | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it goes out: where to, and the mail that takes over where an address fails or none is.

    `reached` are the addresses that took it in an earlier attempt. What `is_only_tried` is not tried again.
    """

    title: str
    text: str
    addresses: tuple[Address, ...]
    mail: Mail | None
    reached: tuple[str, ...] = ()
    is_only_tried: bool = False


@dataclass(frozen=True, slots=True)
class Try:
    """What came of one address: `error` is empty where it took the message."""

    address: Address
    error: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt."""

    is_delivered: bool
    sent_by: str = ""
    error: str = ""
    is_final: bool = False


def prepare(
    ctx: Context, message: StaffMessage, base_url: str, staff_alerts: Sequence[str]
) -> Outgoing | Obsolete:
    """Return a message in the words of this moment with its ways, or why nobody needs it any more."""
    if message.account is not None and message.account.disabled_at is not None:
        return Obsolete("The account is disabled.")
    words = words_of(ctx, message, base_url)
    if isinstance(words, Obsolete):
        return words
    found = _addresses(ctx, message, staff_alerts)
    if message.channel is not MessageChannel.PERSON and not found:
        return Obsolete("The address was removed.")
    reached = tuple(message.details.get(REACHED, ()))
    return Outgoing(
        words.title,
        staff_alert(words),
        found,
        _mail(ctx, message, words, base_url),
        reached,
        is_only_tried=message.kind is MessageKind.TEST,
    )


def send_to(alerts: StaffAlerts, address: Address, outgoing: Outgoing) -> Try:
    """Hand a message to one address. Never call it inside a transaction."""
    try:
        alerts.send(address.url, outgoing.title, outgoing.text)
    except AlertError as error:
        return Try(address, str(error)[:_LONGEST_ERROR])
    return Try(address)


def conclude(mailer: Mailer, outgoing: Outgoing, tries: Sequence[Try]) -> Outcome:
    """Return what came of it, after a mail where an address has failed or there was none.

    Never call it inside a transaction.
    """
    took = [each.address.kind for each in tries if not each.error]
    error = " ".join(f"{each.address.label}: {each.error}" for each in tries if each.error)
    if tries and not error:
        return Outcome(True, _joined(took))
    if outgoing.mail is None:
        error = error or "There is no address to send it to."
        return Outcome(False, _joined(took), error, is_final=outgoing.is_only_tried)
    if tries and not mailer.delivers:
        return Outcome(
            bool(took), _joined(took), f"{error} No mail server is set, so no mail was sent either."
        )
    try:
        mailer.send(outgoing.mail)
    except MailError as refusal:
        return Outcome(bool(took), _joined(took), f"{error} {refusal}".strip())
    return Outcome(True, _joined([*took, MAIL if mailer.delivers else OUTBOX]), error)


def note_try(session: Session, one: Try, now: datetime) -> None:
    """Note at a person's contact whether it works; the row's version stays, for nobody has edited it."""
    if one.address.contact_id is None:
        return
    values = (
        {"failed_at": now, "last_error": one.error} if one.error else {"worked_at": now, "last_error": None}
    )
    session.execute(
        update(Contact)
        .where(Contact.id == one.address.contact_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def note_outcome(session: Session, claim: Claim, outcome: Outcome, now: datetime) -> None:
    """Settle a message: sent, to be tried again, or given up."""
    error = outcome.error[:_LONGEST_ERROR] or None
    if outcome.is_delivered:
        settle(session, claim, MessageState.SENT, sent_at=now, sent_by=outcome.sent_by, last_error=error)
        return
    again = None if outcome.is_final else next_try(claim.attempts, now)
    if again is None:
        settle(session, claim, MessageState.FAILED, last_error=error)
    else:
        settle(session, claim, MessageState.PENDING, try_at=again, last_error=error)


def note_obsolete(session: Session, claim: Claim, reason: str) -> None:
    """Settle a message that nobody needs any more."""
    settle(session, claim, MessageState.CANCELLED, last_error=reason)


def _addresses(ctx: Context, message: StaffMessage, staff_alerts: Sequence[str]) -> tuple[Address, ...]:
    if message.channel is MessageChannel.STAFF_ALERTS:
        return tuple(
            Address(_digest(url), CHAT, f"Staff alerts {number}", url)
            for number, url in enumerate(staff_alerts, 1)
        )
    if message.channel is MessageChannel.INCIDENT_CHANNEL:
        url = message.incident.channel_alert_url if message.incident else None
        return (Address(_digest(url), CHAT, "The incident's channel", url),) if url else ()
    assert message.account_id is not None
    contacts = contacts_of(ctx.session, message.account_id)
    if message.kind is MessageKind.TEST:
        contacts = [each for each in contacts if each.public_id == message.details["contact"]]
    elif _is_muted(ctx, message):
        return ()
    elif not _may_page(ctx, message):
        contacts = [each for each in contacts if each.kind is ContactKind.CHAT]
    return tuple(Address(each.public_id, each.kind.value, each.label, each.url, each.id) for each in contacts)


def _may_page(ctx: Context, message: StaffMessage) -> bool:
    """Return whether a pager may ring: never for a postmortem, nor for what only informs or can wait."""
    if message.reminder is not None:
        return may_page(message.reminder.kind)
    only_informs = message.kind in {MessageKind.PROMPT, MessageKind.POSTMORTEM, MessageKind.ACTION_ITEM}
    return not only_informs and not _is_of_a_draft(ctx, message)


def _is_of_a_draft(ctx: Context, message: StaffMessage) -> bool:
    """Return whether it warns that nobody writes a postmortem: that can wait for the morning."""
    warning = ctx.session.get(SilenceWarning, message.warning_id) if message.warning_id else None
    return warning is not None and warning.kind is WarningKind.NO_POSTMORTEM_DRAFT


def _is_muted(ctx: Context, message: StaffMessage) -> bool:
    """Return whether the person's quiet hours leave it to a mail: a reminder of what is not due yet, or of
    an action item, which is never urgent."""
    if message.account_id is None or not _is_never_urgent(ctx, message):
        return False
    wishes = ctx.session.get(StaffPreference, message.account_id)
    if wishes is None:
        return False
    zone = zone_of(ctx, message.account_id)
    return is_quiet(wishes.quiet_from, wishes.quiet_until, ctx.real_now, zone)


def _is_never_urgent(ctx: Context, message: StaffMessage) -> bool:
    is_of_incident = message.incident is not None
    return message.kind is MessageKind.ACTION_ITEM or (is_of_incident and _can_wait(ctx, message))


def _can_wait(ctx: Context, message: StaffMessage) -> bool:
    reminder, incident = message.reminder, message.incident
    if reminder is None or incident is None:
        return _is_of_a_draft(ctx, message)
    return ctx.at_time_of(incident).now < reminder.due_at


def _mail(ctx: Context, message: StaffMessage, words: StaffWords, base_url: str) -> Mail | None:
    account = message.account
    if account is None or message.kind is MessageKind.TEST:
        return None
    texts = staff_mail(Letterhead(ctx.page.name, ctx.page.accent_color, base_url), words)
    return Mail(account.email, account.name, texts.subject, texts.text, texts.html, key=message.public_id)


def _joined(ways: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(ways))


def _digest(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:12]
