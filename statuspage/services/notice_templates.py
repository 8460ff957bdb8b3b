"""Notice templates: kept, suggested, filled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from statuspage.domain.addresses import checked_runbook
from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.errors import RuleError, StaleError
from statuspage.domain.incident import OPEN_STATUSES, IncidentStatus, NoticeKind
from statuspage.domain.milestones import UNSET, Unset
from statuspage.domain.placeholders import check_placeholders, placeholders
from statuspage.domain.roles import SiteRole
from statuspage.domain.starter_templates import STARTER_TEMPLATES
from statuspage.domain.text import checked_line
from statuspage.services.audit import audit
from statuspage.services.component_states import checked_states
from statuspage.services.context import Context
from statuspage.services.notice_text import NoticeText, plain_text
from statuspage.store.components import find_components
from statuspage.store.ids import new_public_id
from statuspage.store.incident_values import states_field
from statuspage.store.notice_templates import NoticeTemplate, all_templates, any_template

# Which statuses a notice of each kind may have.
FITTING: Mapping[NoticeKind, frozenset[IncidentStatus]] = {
    NoticeKind.INITIAL: OPEN_STATUSES | {IncidentStatus.RESOLVED},
    NoticeKind.UPDATE: OPEN_STATUSES,
    NoticeKind.RESOLUTION: frozenset({IncidentStatus.RESOLVED}),
    NoticeKind.REOPENING: OPEN_STATUSES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFields:
    """What to set of a template; UNSET leaves a field alone, None makes it suit any."""

    name: str | Unset = UNSET
    kind: NoticeKind | Unset = UNSET
    status: IncidentStatus | Unset | None = UNSET
    impact: Impact | Unset | None = UNSET
    is_false_alarm: bool | Unset = UNSET
    title: str | Unset | None = UNSET
    body: NoticeText | Unset = UNSET
    states: Mapping[str, ComponentState] | Unset = UNSET
    runbook_url: str | Unset | None = UNSET


def create_template(ctx: Context, fields: TemplateFields) -> NoticeTemplate:
    """Add a template at the end."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    positions = [template.position for template in all_templates(ctx.session)]
    template = NoticeTemplate(
        public_id=new_public_id(),
        name="",
        kind=NoticeKind.UPDATE,
        body="",
        html="",
        is_false_alarm=False,
        states={},
        position=1 + max(positions, default=0),
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    _require_words(fields)
    _set(ctx, template, fields)
    ctx.session.add(template)
    ctx.session.flush()
    audit(ctx, "create_template", template.public_id, name=template.name)
    return template


def change_template(
    ctx: Context, template: NoticeTemplate, fields: TemplateFields, version: int | None = None
) -> None:
    """Change a template; with a `version` that it has no more it raises `stale`."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    if version is not None and version != template.version:
        raise StaleError(
            "Somebody else has changed this template meanwhile. Look at their text, then save yours.",
            None,
            template.body,
            fields.body.body if isinstance(fields.body, NoticeText) else None,
        )
    _set(ctx, template, fields)
    template.updated_at = ctx.now
    ctx.session.flush()
    audit(ctx, "change_template", template.public_id, name=template.name)


def archive_template(ctx: Context, template: NoticeTemplate) -> None:
    """Take a template away for good; what was published with it stays."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    template.archived_at = template.updated_at = ctx.now
    audit(ctx, "archive_template", template.public_id, name=template.name)


def move_template(ctx: Context, template: NoticeTemplate, place: int) -> None:
    """Put a template at that place, from 0, among those of its kind; one too far is the last."""
    ctx.actor.require(SiteRole.COMMUNICATOR)
    kin = [each for each in all_templates(ctx.session) if each.kind is template.kind]
    positions = [each.position for each in kin]
    kin.remove(template)
    kin.insert(place, template)
    for position, each in zip(positions, kin, strict=True):
        each.position = position
    ctx.session.flush()
    audit(ctx, "move_template", template.public_id, name=template.name)


def suggested_states(session: Session, template: NoticeTemplate) -> dict[str, ComponentState]:
    """Return how the template suggests its components are, by public id; archived ones are left out."""
    known = find_components(session, template.states)
    return {
        public_id: ComponentState(state)
        for public_id, state in template.states.items()
        if public_id in known and known[public_id].archived_at is None
    }


def install_starter_templates(session: Session, now: datetime) -> None:
    """Give a page that never had any template the set it starts with."""
    if any_template(session):
        return
    for position, starter in enumerate(STARTER_TEMPLATES, 1):
        session.add(
            NoticeTemplate(
                public_id=new_public_id(),
                name=starter.name,
                kind=starter.kind,
                status=starter.status,
                is_false_alarm=starter.is_false_alarm,
                title=starter.title,
                body=starter.body,
                html=plain_text(starter.body).html,
                states={},
                position=position,
                created_at=now,
                updated_at=now,
            )
        )


def _require_words(fields: TemplateFields) -> None:
    for name in ("name", "body"):
        if isinstance(getattr(fields, name), Unset):
            raise RuleError("blank", "Fill this in; it is empty.", name)


def _set(ctx: Context, template: NoticeTemplate, fields: TemplateFields) -> None:
    if not isinstance(fields.name, Unset):
        template.name = checked_line(fields.name, "name")
    if not isinstance(fields.title, Unset):
        title = checked_line(fields.title, "title") if fields.title and fields.title.strip() else None
        check_placeholders(title or "", "title")
        template.title = title
    if not isinstance(fields.body, Unset):
        _set_body(template, fields.body)
    for name in ("kind", "status", "impact", "is_false_alarm"):
        chosen = getattr(fields, name)
        if not isinstance(chosen, Unset):
            setattr(template, name, chosen)
    if not isinstance(fields.runbook_url, Unset):
        template.runbook_url = checked_runbook(fields.runbook_url)
    if not isinstance(fields.states, Unset):
        template.states = states_field(checked_states(ctx, fields.states))
    _check_use(template)


def _set_body(template: NoticeTemplate, text: NoticeText) -> None:
    check_placeholders(text.body, "body")
    # In the address of a link the markup has lost them, and they would stay there for ever.
    if placeholders(text.body) != placeholders(text.html):
        raise RuleError(
            "misplaced_placeholder", "A placeholder can't stand inside the address of a link.", "body"
        )
    template.body, template.html = text.body, text.html


def _check_use(template: NoticeTemplate) -> None:
    if template.kind is NoticeKind.RESOLUTION and template.status is None:
        template.status = IncidentStatus.RESOLVED
    if template.status is not None and template.status not in FITTING[template.kind]:
        raise RuleError("status_does_not_fit", "A notice of this kind never has that status.", "status")
    if template.is_false_alarm and template.kind is not NoticeKind.RESOLUTION:
        raise RuleError(
            "false_alarm_does_not_fit", "Only a resolution says that it was a false alarm.", "is_false_alarm"
        )
