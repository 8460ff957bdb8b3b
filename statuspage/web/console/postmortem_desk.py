"""What the postmortem's editor shows beside its fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from statuspage.domain.cadence import Deadline, DeadlineKind
from statuspage.domain.errors import DomainError
from statuspage.domain.obligations import open_deadlines
from statuspage.domain.postmortem import (
    ACTION_ITEMS,
    NEEDED,
    SECTION_LIMIT,
    TIMELINE,
    Content,
    Section,
    form_for,
    may_be_waived,
)
from statuspage.domain.postmortem_gate import SECTION_NAMES, Unmet
from statuspage.render.postmortem import ORDER
from statuspage.services.blame_check import check_blame
from statuspage.services.context import Context
from statuspage.services.people import active_accounts
from statuspage.services.postmortem_clock import times_of
from statuspage.services.postmortem_gate import unmet_of
from statuspage.services.waive_postmortem import may_waive
from statuspage.store.accounts import Account, all_accounts
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import Postmortem, PostmortemComment, comments_of, find_postmortem, head_of
from statuspage.web.console import postmortem_words
from statuspage.web.console.postmortem_findings import shown_findings
from statuspage.web.console.postmortem_form import FINAL_BY, PostmortemForm
from statuspage.web.console.postmortem_saving import Outcome
from statuspage.web.security import adapters


def address_of(incident_id: str) -> str:
    """Return where the incident's postmortem is written."""
    return f"/console/incidents/{incident_id}/postmortem"


def shared_values(ctx: Context, row: IncidentRow, postmortem: Postmortem) -> dict[str, Any]:
    """Return what every screen of a postmortem shows of it."""
    head = head_of(ctx.session, postmortem)
    state = postmortem.state_of(head)
    return {
        "row": row,
        "postmortem": postmortem,
        "head": head,
        "state": state,
        "state_words": postmortem_words.state_in_words(postmortem, state),
        "tone": postmortem_words.TONES[state],
        "due": due_of(ctx, row),
        "here": address_of(row.public_id),
        "part_names": {**SECTION_NAMES, FINAL_BY: "Preliminary text"},
        "order": ORDER,
        "said": postmortem_words,
        "oob": "",
    }


def editor_values(
    ctx: Context, row: IncidentRow, postmortem: Postmortem, form: PostmortemForm, outcome: Outcome | None
) -> dict[str, Any]:
    """Return all that the editor shows: its fields with what is said of them, and the checklist."""
    shared = shared_values(ctx, row, postmortem)
    content = outcome.content if outcome else shared["head"].value
    needed = NEEDED[form_for(row.highest_impact)]
    return {
        **shared,
        "form": form,
        "errors": _by_field(outcome.errors) if outcome else {},
        "conflicts": outcome.conflicts if outcome else {},
        "findings": shown_findings(check_blame(ctx, postmortem, content)),
        "comments": _by_part(comments_of(ctx.session, postmortem)),
        "unmet": unmet_of(ctx, postmortem),
        "link_of": link_of,
        "not_needed": frozenset(section for section in Section if section not in needed),
        "accounts": list(active_accounts(ctx).values()),
        "former": _former_owners(ctx, form),
        "owners": {account.public_id: account.name for account in all_accounts(ctx.session)},
        "may_waive": may_waive(ctx, row) and may_be_waived(incident_value(row), row.highest_impact),
        "limit": SECTION_LIMIT,
    }


def due_of(ctx: Context, row: IncidentRow) -> Deadline | None:
    """Return the deadline of the postmortem that is owed, None where none is."""
    owed = open_deadlines(incident_value(row), ctx.page.limits, times_of(ctx.session, row))
    return next((deadline for deadline in owed if deadline.kind is DeadlineKind.POSTMORTEM), None)


@dataclass(frozen=True, slots=True)
class Card:
    """What the incident's own screen says of its postmortem."""

    words: str
    tone: str
    due: Deadline | None
    owner: str | None


def postmortem_card(ctx: Context, row: IncidentRow) -> Card | None:
    """Return what to say of the incident's postmortem, None where it has none."""
    postmortem = find_postmortem(ctx.session, row)
    if postmortem is None:
        return None
    state = postmortem.state_of(head_of(ctx.session, postmortem))
    owner = postmortem.owner.name if postmortem.owner else None
    words = postmortem_words.state_in_words(postmortem, state)
    return Card(words, postmortem_words.TONES[state], due_of(ctx, row), owner)


def link_of(one: Unmet, here: str) -> str:
    """Return where something can be done about a line of the checklist."""
    if one.item:
        return f"#item-{one.item}"
    if one.part in SECTION_NAMES:
        return f"#part-{one.part}"
    if one.code.startswith("final_date"):
        return f"#part-{FINAL_BY}"
    if one.code == "not_approved":
        return f"{here}/review"
    return "#findings" if one.code == "blame_finding_open" else "#main"


def field_of(name: str) -> str:
    """Return the field beside which a refusal stands."""
    return f"text-{name}" if name in set(Section) else name


def previews_of(content: Content) -> dict[Section, Markup]:
    """Return every section as it would read. Call it outside any transaction."""
    texts = {section: text for section, text in content.sections.items() if text.strip()}
    rendered = adapters().markdown.render_many(list(texts.values()))
    return {section: shown(html) for section, html in zip(texts, rendered, strict=True)}


def shown(html: str | DomainError) -> Markup:
    """Return the markup of a text, or why there is none."""
    if isinstance(html, DomainError):
        return Markup('<p class="error">{}</p>').format(html.message)
    return Markup(html)  # noqa: S704 - made safe by the renderer


def _by_field(errors: Mapping[str, DomainError]) -> dict[str, DomainError]:
    return {field_of(name): error for name, error in errors.items()}


def _by_part(comments: Iterable[PostmortemComment]) -> dict[str, list[PostmortemComment]]:
    found: dict[str, list[PostmortemComment]] = {}
    for comment in comments:
        if comment.resolved_at is None:
            found.setdefault(comment.part, []).append(comment)
    return found


def _former_owners(ctx: Context, form: PostmortemForm) -> dict[str, Account]:
    """Return the owners of action items who may not act any more: the list must not lose them silently."""
    named = {item.owner for item in form.items}
    return {
        account.public_id: account
        for account in all_accounts(ctx.session)
        if account.disabled_at is not None and account.public_id in named
    }


ROWS = (TIMELINE, ACTION_ITEMS, FINAL_BY)
