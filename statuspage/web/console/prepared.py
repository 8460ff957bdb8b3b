"""Texts that are there before anybody writes: what the composer starts from and offers."""

from collections.abc import Mapping
from dataclasses import dataclass

from statuspage.domain.incident import IncidentStatus, NoticeKind
from statuspage.domain.placeholders import fill
from statuspage.services.context import Context
from statuspage.services.next_words import kind_of_next
from statuspage.services.notice_templates import suggested_states
from statuspage.services.notice_text import NoticeText
from statuspage.services.prepared_texts import filled_text, fitting, known_values
from statuspage.store.incidents import IncidentRow
from statuspage.store.notice_templates import NoticeTemplate, all_templates
from statuspage.web.console.composing import STATE_PREFIX


@dataclass(frozen=True, slots=True)
class PreparedText:
    """A template with its placeholders filled as far as the product can."""

    id: str
    name: str
    title: str | None
    text: str
    status: IncidentStatus | None
    is_false_alarm: bool
    states: Mapping[str, str]


def prepared_texts(ctx: Context, row: IncidentRow) -> list[PreparedText]:
    """Return the templates for what may come next, whatever its status."""
    kinds = {kind_of_next(row, IncidentStatus.INVESTIGATING), kind_of_next(row, IncidentStatus.RESOLVED)}
    return _prepared(ctx, row, sorted(kinds))


def declaration_texts(ctx: Context) -> list[PreparedText]:
    """Return the situations to choose from when an incident is declared."""
    return _prepared(ctx, None, [NoticeKind.INITIAL])


def state_fields(ctx: Context, template: NoticeTemplate) -> dict[str, str]:
    """Return what a template suggests for components, as fields of a form."""
    states = suggested_states(ctx.session, template)
    return {STATE_PREFIX + public_id: state.value for public_id, state in states.items()}


def _prepared(ctx: Context, row: IncidentRow | None, kinds: list[NoticeKind]) -> list[PreparedText]:
    templates, values = all_templates(ctx.session), known_values(ctx, row)
    return [
        PreparedText(
            template.public_id,
            template.name,
            fill(template.title, values, is_markdown=False) if template.title else None,
            filled_text(NoticeText(template.body, template.html), values).body,
            template.status,
            template.is_false_alarm,
            state_fields(ctx, template),
        )
        for kind in kinds
        for template in sorted(fitting(templates, kind), key=lambda each: each.position)
    ]
