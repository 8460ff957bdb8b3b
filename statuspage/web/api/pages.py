"""The page."""

import base64
from dataclasses import replace
from datetime import timedelta

from statuspage.domain.blame_site import SiteWord
from statuspage.domain.cadence import Limits, Policy
from statuspage.domain.errors import RuleError
from statuspage.domain.milestones import UNSET
from statuspage.services.logo import remove_logo, set_logo
from statuspage.services.page_settings import PageFields, change_page
from statuspage.services.ports import Picture
from statuspage.web.api.endpoint import Call
from statuspage.web.api.inputs import BlameWordInput, LimitsInput, LogoInput, PageChange, PolicyInput
from statuspage.web.api.outputs import PageAnswer
from statuspage.web.security import adapters

_NEVER_EMPTY = (
    *("name", "time_zone", "accent_color", "has_powered_by", "asks_approval", "has_public_report"),
    *("has_postmortem_promise", "has_action_progress"),
)
_MAY_BE_EMPTY = ("home_url", "support_url", "footer_note")


def list_pages(call: Call) -> list[PageAnswer]:
    """Return the page, in a list."""
    return [call.answers.page()]


def show_page(call: Call) -> PageAnswer:
    """Return the page."""
    return call.answers.page()


def change(call: Call, body: PageChange) -> PageAnswer:
    """Change the page."""
    kept = {name: getattr(body, name) for name in _NEVER_EMPTY if getattr(body, name) is not None}
    emptied = {name: getattr(body, name) for name in _MAY_BE_EMPTY if body.has(name)}
    fields = PageFields(
        **kept,
        **emptied,
        description=body.page_description if body.has("page_description") else UNSET,
        policy=_policy(call.ctx.page.limits, body.policy) if body.policy is not None else UNSET,
        blame_words=_words(body.blame_words) if body.blame_words is not None else UNSET,
    )
    change_page(call.ctx, fields)
    return call.answers.page()


def drawn(body: LogoInput) -> Picture:
    """Return the picture that was sent, drawn anew."""
    try:
        content = base64.b64decode("".join(body.content.split()), validate=True)
    except ValueError:
        raise RuleError("invalid", "Send the file in Base64.", "content") from None
    return adapters().pictures.encode(content)


def put_logo(call: Call, picture: Picture) -> PageAnswer:
    """Show a logo in place of the name. It is drawn anew: nothing of the file stays but what can be seen."""
    set_logo(call.ctx, picture)
    return call.answers.page()


def delete_logo(call: Call) -> None:
    """Show the name again."""
    remove_logo(call.ctx)


def _words(sent: list[BlameWordInput]) -> tuple[SiteWord, ...]:
    return tuple(SiteWord(each.word, each.suggestion) for each in sent)


def _policy(present: Policy, sent: PolicyInput) -> Policy:
    limits = _limits(present.limits, sent)
    if not sent.has("by_impact"):
        return replace(present, limits=limits)
    by_impact = {impact: _limits(limits, stricter) for impact, stricter in sent.by_impact.items()}
    return Policy(limits, by_impact)


def _limits(present: Limits, sent: LimitsInput) -> Limits:
    chosen = {name: getattr(sent, name) for name in Limits.__dataclass_fields__}
    changes = {name: timedelta(minutes=value) for name, value in chosen.items() if value is not None}
    return replace(present, **changes)
