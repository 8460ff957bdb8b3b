"""How each person of the staff is reached: their own addresses, zone and quiet hours.

Everything here is about whoever acts; an admin sees of others which kinds they have and which of them fail.
"""

import re
from dataclasses import dataclass

from statuspage.domain.addresses import checked_alert_address, masked_address
from statuspage.domain.errors import ConflictError, NotFoundError, RuleError
from statuspage.domain.milestones import UNSET, Unset
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import checked_line
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.page_settings import checked_zone
from statuspage.services.staff_messages import tell_person
from statuspage.store.accounts import Account, all_accounts
from statuspage.store.contacts import (
    Contact,
    ContactKind,
    StaffPreference,
    all_contacts,
    contacts_of,
    preference_of,
)
from statuspage.store.ids import new_public_id
from statuspage.store.reminders import MessageKind

MOST_CONTACTS = 10
# What wakes people, unless they say otherwise.
_PAGERS = frozenset({
    "betterstack", "goalert", "ilert", "incidentio", "opsgenie", "pagerduty", "pagertree", "signl4", "splunk",
    "squadcast", "spikesh", "xmatters", "twilio", "vonage", "plivo", "messagebird", "clicksend", "sinch",
    "bulksms", "d7networks", "46elks", "seven", "smsmanager", "telnyx", "clickatell", "pushover",
})  # fmt: skip
_CLOCK_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Preference:
    """When somebody wants to be left alone, in their own zone; None where they said nothing."""

    time_zone: str | None
    quiet_from: str | None
    quiet_until: str | None


@dataclass(frozen=True, slots=True)
class Reachable:
    """How a colleague is reached, without any address."""

    account: Account
    contacts: tuple[Contact, ...]
    has_quiet_hours: bool


def own_contacts(ctx: Context) -> list[Contact]:
    """Return the contacts of whoever acts, oldest first."""
    return contacts_of(ctx.session, _me(ctx))


def own_contact(ctx: Context, public_id: str) -> Contact:
    """Return a contact of whoever acts; raise `not_found` for somebody else's too."""
    for contact in own_contacts(ctx):
        if contact.public_id == public_id:
            return contact
    raise NotFoundError("not_found", "You have no such contact.")


def add_contact(ctx: Context, label: str, url: str, service: str, kind: ContactKind | None = None) -> Contact:
    """Add an address; `service` is what `StaffAlerts.kind_of` said of it before the transaction.

    Without a `kind` it is a pager where the service is one.
    """
    present = own_contacts(ctx)
    label, url = checked_line(label, "label"), checked_alert_address(url)
    if len(present) >= MOST_CONTACTS:
        raise ConflictError("too_many", f"You have {MOST_CONTACTS} contacts; remove one first.", "url")
    if any(contact.url == url for contact in present):
        raise RuleError("twice", "You have this address already.", "url")
    contact = Contact(
        public_id=new_public_id(),
        account_id=_me(ctx),
        label=label,
        kind=kind or (ContactKind.PAGER if service in _PAGERS else ContactKind.CHAT),
        url=url,
        created_at=ctx.now,
    )
    ctx.session.add(contact)
    ctx.session.flush()
    audit(ctx, "add_contact", contact.public_id, kind=contact.kind, address=masked_address(url))
    return contact


def change_contact(
    ctx: Context, contact: Contact, label: str | Unset = UNSET, kind: ContactKind | Unset = UNSET
) -> None:
    """Change what a contact is called, and whether it wakes; another address is another contact."""
    if not isinstance(label, Unset):
        contact.label = checked_line(label, "label")
    if not isinstance(kind, Unset):
        contact.kind = kind
    audit(ctx, "change_contact", contact.public_id, kind=contact.kind)


def remove_contact(ctx: Context, contact: Contact) -> None:
    """Remove an address; nothing is kept of it."""
    audit(ctx, "remove_contact", contact.public_id, kind=contact.kind, address=masked_address(contact.url))
    ctx.session.delete(contact)


def send_test(ctx: Context, contact: Contact) -> None:
    """Have the worker send a test there; what came of it stands in the contact afterwards."""
    tell_person(
        ctx, contact.account_id, MessageKind.TEST, new_public_id(), details={"contact": contact.public_id}
    )
    audit(ctx, "send_test", contact.public_id)


def own_preference(ctx: Context) -> Preference:
    """Return the zone and quiet hours of whoever acts."""
    row = preference_of(ctx.session, _me(ctx))
    return Preference(row.time_zone, row.quiet_from, row.quiet_until) if row else Preference(None, None, None)


def set_preference(ctx: Context, wanted: Preference) -> None:
    """Set them all at once; an empty text means none."""
    quiet_from = checked_clock_time(wanted.quiet_from, "quiet_from")
    quiet_until = checked_clock_time(wanted.quiet_until, "quiet_until")
    if (quiet_from is None) != (quiet_until is None):
        missing = "quiet_until" if quiet_until is None else "quiet_from"
        raise RuleError("quiet_hours", "Quiet hours need a beginning and an end, or neither.", missing)
    if quiet_from is not None and quiet_from == quiet_until:
        raise RuleError("quiet_hours", "Quiet hours can't end when they begin.", "quiet_until")
    zone = checked_zone(wanted.time_zone.strip()) if wanted.time_zone and wanted.time_zone.strip() else None
    row = preference_of(ctx.session, _me(ctx))
    if row is None:
        row = StaffPreference(account_id=_me(ctx))
        ctx.session.add(row)
    row.time_zone, row.quiet_from, row.quiet_until = zone, quiet_from, quiet_until
    account = ctx.session.get_one(Account, _me(ctx))
    audit(
        ctx,
        "set_preference",
        account.public_id,
        time_zone=zone,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
    )


def checked_clock_time(text: str | None, field: str) -> str | None:
    """Return a clock time as `22:00`, None for an empty text; refuse what is none."""
    if not text or not text.strip():
        return None
    found = _CLOCK_TIME.fullmatch(text.strip())
    if found is None:
        raise RuleError("quiet_hours", "Write a time like 22:00, from 00:00 to 23:59.", field)
    return f"{int(found[1]):02}:{found[2]}"


def reachable_staff(ctx: Context) -> list[Reachable]:
    """Return how everybody with an account is reached, for admins; never an address."""
    ctx.actor.require(SiteRole.ADMIN)
    contacts = all_contacts(ctx.session)
    found = []
    for account in all_accounts(ctx.session):
        if account.disabled_at is None:
            preference = preference_of(ctx.session, account.id)
            own = tuple(contact for contact in contacts if contact.account_id == account.id)
            found.append(Reachable(account, own, bool(preference and preference.quiet_from)))
    return found


def _me(ctx: Context) -> int:
    if ctx.actor.account_id is None:
        raise NotFoundError("no_account", "Only a person has contacts; act as one.")
    return ctx.actor.account_id
