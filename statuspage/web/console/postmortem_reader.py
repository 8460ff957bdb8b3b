"""A postmortem as its reviewer sees it: the text as customers will read it, and what is said of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from statuspage.domain.errors import DomainError, ForbiddenError, RuleError
from statuspage.domain.postmortem import ACTION_ITEMS, TIMELINE, Content, Section
from statuspage.domain.postmortem_gate import SECTION_NAMES
from statuspage.domain.roles import SiteRole
from statuspage.domain.text_diff import DiffLine, diff_lines
from statuspage.render.postmortem import item_words
from statuspage.render.zone import Zone
from statuspage.services.blame_check import PlacedFinding, check_blame
from statuspage.services.context import Context
from statuspage.services.people import active_accounts
from statuspage.services.postmortem_gate import unmet_of
from statuspage.services.postmortem_html import RenderedPostmortem, render_postmortem
from statuspage.services.postmortem_review import refuse_own
from statuspage.services.postmortem_templates import all_prompts
from statuspage.services.public_postmortem import postmortem_document
from statuspage.store.accounts import Account
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import (
    Postmortem,
    PostmortemRevision,
    comments_of,
    has_written,
    head_of,
    revision_with,
)
from statuspage.web.console.postmortem_desk import link_of, shared_values
from statuspage.web.console.postmortem_editor import found
from statuspage.web.console.postmortem_findings import ShownFinding, shown_findings
from statuspage.web.console.screens import looking
from statuspage.web.security import adapters

WHOLE = ""
PART_NAMES: Mapping[str, str] = {**SECTION_NAMES, WHOLE: "All of it"}


@dataclass(frozen=True, slots=True)
class ReadAloud:
    """The newest text with its markup; `trouble` where it can't be formatted: then nothing is published."""

    rendered: RenderedPostmortem | None
    trouble: DomainError | None = None


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """What became of one part since somebody read it."""

    name: str
    lines: list[DiffLine]


@dataclass(frozen=True, slots=True)
class JudgedFinding:
    """A finding with what a reviewer needs to accept it."""

    shown: ShownFinding
    rule: str
    sentence: str


def read_aloud(incident_id: str) -> ReadAloud:
    """Return the newest text with its markup. It opens its own transaction, and renders outside of it."""
    with looking() as ctx:
        content = head_of(ctx.session, found(ctx, incident_id)[1]).value
        prompts = all_prompts(ctx.session)
    try:
        return ReadAloud(render_postmortem(adapters().markdown, content, prompts))
    except RuleError as error:
        return ReadAloud(None, error)


def review_values(
    ctx: Context, row: IncidentRow, postmortem: Postmortem, document: ReadAloud, seen: str | None
) -> dict[str, Any]:
    """Return all that the page of the review shows; `seen` is the digest of an older text that was read."""
    head = head_of(ctx.session, postmortem)
    refusal = _refusal(ctx, postmortem)
    comments = comments_of(ctx.session, postmortem)
    return {
        **shared_values(ctx, row, postmortem),
        **text_values(postmortem, head, document),
        "unmet": unmet_of(ctx, postmortem),
        "link_of": link_of,
        "findings": _by_part(check_blame(ctx, postmortem, head.value)),
        "comments": {part: [one for one in comments if one.part == part] for part in PART_NAMES},
        "open_comments": sum(one.resolved_at is None for one in comments),
        "may_judge": refusal is None and ctx.actor.role.reaches(SiteRole.RESPONDER),
        "refusal": refusal,
        "candidates": list(_candidates(ctx, postmortem)),
        "may_take_back": _may_take_back(ctx, postmortem),
        "changes": changes_since(ctx, postmortem, head, seen),
        "form_key": new_public_id(),
    }


def text_values(postmortem: Postmortem, head: PostmortemRevision, document: ReadAloud) -> dict[str, Any]:
    """Return the text as customers will read it, and what of it they will not."""
    content, rendered = head.value, document.rendered
    is_newest = rendered is not None and rendered.digest == head.digest
    return {
        "read": postmortem_document(postmortem, head, html=rendered.sections)
        if rendered and is_newest
        else None,
        "trouble_with_text": document.trouble,
        "part_names": PART_NAMES,
        "item_words": item_words,
        "markup": lambda html: Markup(html),  # noqa: S704 - made safe by the renderer
        "internal_lines": sum(not entry.is_public for entry in content.timeline),
        "digest": head.digest,
    }


def changes_since(
    ctx: Context, postmortem: Postmortem, head: PostmortemRevision, seen: str | None
) -> list[ChangedPart] | None:
    """Return what has changed since the text of that digest; None where nobody asks or it is not known."""
    before = revision_with(ctx.session, postmortem, seen) if seen else None
    if before is None:
        return None
    zone = Zone(ctx.page.time_zone)
    old, new = _as_text(before.value, zone), _as_text(head.value, zone)
    parts = ((PART_NAMES.get(key, key), diff_lines(old[key], new[key])) for key in new)
    return [ChangedPart(name, lines) for name, lines in parts if lines]


def _as_text(content: Content, zone: Zone) -> dict[str, str]:
    """Return every part as lines of text, so that two of them can be compared."""
    texts: dict[str, str] = {section.value: content.text_of(section) for section in Section}
    texts[TIMELINE] = "\n".join(
        f"{zone.full(entry.at)}: {entry.text}{'' if entry.is_public else ' (internal)'}"
        for entry in content.timeline
    )
    texts[ACTION_ITEMS] = "\n".join(
        f"{item.title} ({item.kind}, {item.team or 'no team'}, by {item.due_on or 'no day'})"
        for item in content.items
    )
    promised = content.final_by
    texts["Preliminary"] = f"The final one is promised by {zone.full(promised)}." if promised else ""
    return texts


def _by_part(placed: Iterable[PlacedFinding]) -> dict[str, list[JudgedFinding]]:
    placed = list(placed)
    shown = shown_findings(placed)
    return {
        part: [
            JudgedFinding(one, each.finding.rule, each.finding.sentence)
            for one, each in zip(found, (each for each in placed if each.part == part), strict=True)
        ]
        for part, found in shown.items()
    }


def _refusal(ctx: Context, postmortem: Postmortem) -> DomainError | None:
    try:
        refuse_own(ctx, postmortem)
    except ForbiddenError as error:
        return error
    return None


def _candidates(ctx: Context, postmortem: Postmortem) -> Iterable[Account]:
    """Return who could be asked: everybody who may approve it, but for whoever asks."""
    for account in active_accounts(ctx).values():
        if account.id == ctx.actor.account_id or not account.role.reaches(SiteRole.RESPONDER):
            continue
        if not has_written(ctx.session, postmortem, account.id):
            yield account


def _may_take_back(ctx: Context, postmortem: Postmortem) -> bool:
    """Return whether whoever looks may take the approval back."""
    is_own = postmortem.approved_by_id is not None and postmortem.approved_by_id == ctx.actor.account_id
    return is_own or ctx.actor.role.reaches(SiteRole.ADMIN)
