"""The page itself: its name, its looks and texts, its time zone, its policy and who must approve."""

import re
from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import available_timezones

from statuspage.domain.addresses import checked_contact_address, checked_web_address
from statuspage.domain.blame_site import SiteWord, checked_words
from statuspage.domain.cadence import Policy, checked_policy
from statuspage.domain.errors import RuleError
from statuspage.domain.milestones import UNSET, Unset
from statuspage.domain.roles import SiteRole
from statuspage.domain.text import checked_line, checked_text
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.publications import note_everything_changed, note_publication
from statuspage.store.pages import policy_fields

# What no customer sees, so that no page is rendered anew for it.
_INTERNAL = frozenset({"policy", "asks_approval", "blame_words"})
FOOTER_LIMIT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFields:
    """What to set of the page; UNSET leaves a field alone, None empties it."""

    name: str | Unset = UNSET
    description: str | Unset | None = UNSET
    home_url: str | Unset | None = UNSET
    support_url: str | Unset | None = UNSET
    footer_note: str | Unset | None = UNSET
    accent_color: str | Unset = UNSET
    has_powered_by: bool | Unset = UNSET
    time_zone: str | Unset = UNSET
    policy: Policy | Unset = UNSET
    asks_approval: bool | Unset = UNSET
    has_public_report: bool | Unset = UNSET
    blame_words: tuple[SiteWord, ...] | Unset = UNSET
    has_postmortem_promise: bool | Unset = UNSET
    has_action_progress: bool | Unset = UNSET


def change_page(ctx: Context, wanted: PageFields) -> None:
    """Change the page; what stays as it was leaves no trace.

    A policy may be stricter than the product's, never laxer (rule 13).
    """
    ctx.actor.require(SiteRole.ADMIN)
    page = ctx.page
    present = {field.name: getattr(page, field.name) for field in fields(PageFields)}
    present["policy"] = policy_fields(page.limits)
    chosen = _checked(wanted)
    changes = {name: [present[name], value] for name, value in chosen.items() if value != present[name]}
    if not changes:
        return
    for name, (_, value) in changes.items():
        setattr(page, name, value)
    page.updated_at = ctx.now
    # Where pages say by when a postmortem comes, that follows from these limits.
    is_promised = page.has_postmortem_promise and "policy" in changes
    if changes.keys() - _INTERNAL or is_promised:
        note_everything_changed(ctx, "change_page")
    elif page.has_public_report and "policy" in changes:
        # The public report measures by these limits.
        note_publication(ctx, "change_page")
    audit(ctx, "change_page", page.public_id, changes=changes)


def _checked(wanted: PageFields) -> dict[str, Any]:
    """Return what is to be set as the columns hold it."""
    sent = {field.name: getattr(wanted, field.name) for field in fields(PageFields)}
    return {
        name: _CHECKS[name](value, name) if name in _CHECKS else value
        for name, value in sent.items()
        if not isinstance(value, Unset)
    }


def checked_zone(name: str, field: str = "time_zone") -> str:
    """Return the name of a time zone; refuse one that nobody knows."""
    if name not in available_timezones():
        raise RuleError(
            "unknown_time_zone", "Use a name like Europe/Berlin or Etc/UTC; this one is unknown.", field
        )
    return name


def checked_colour(colour: str, field: str = "accent_color") -> str:
    """Return the colour in small letters; refuse what is not `#rrggbb`."""
    if not re.fullmatch("#[0-9a-fA-F]{6}", colour.strip()):
        raise RuleError("invalid_colour", "Write the colour like #1d70b8.", field)
    return colour.strip().lower()


def _text(text: str | None, field: str) -> str | None:
    return checked_text(text or "", field) or None


def _footer(text: str | None, field: str) -> str | None:
    return checked_text(text or "", field, FOOTER_LIMIT) or None


def _web(address: str | None, field: str) -> str | None:
    return checked_web_address(address, field) if address and address.strip() else None


def _contact(address: str | None, field: str) -> str | None:
    return checked_contact_address(address, field) if address and address.strip() else None


def _policy(policy: Policy, _field: str) -> dict[str, Any]:
    return policy_fields(checked_policy(policy))


def _words(words: tuple[SiteWord, ...], field: str) -> list[dict[str, str]]:
    return [{"word": each.word, "suggestion": each.suggestion} for each in checked_words(words, field)]


_CHECKS: dict[str, Any] = {
    "name": checked_line,
    "description": _text,
    "home_url": _web,
    "support_url": _contact,
    "footer_note": _footer,
    "accent_color": checked_colour,
    "time_zone": checked_zone,
    "policy": _policy,
    "blame_words": _words,
}
