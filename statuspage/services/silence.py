"""The silence detector: notes what goes on without a word, and tells who can say one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from statuspage.domain.roles import SiteRole
from statuspage.domain.silence import (
    POSTMORTEM_DRAFT_AFTER,
    Silence,
    WarningKind,
    silences,
    unexplained,
    unwritten,
)
from statuspage.services.audit import audit
from statuspage.services.context import Context
from statuspage.services.people import people_of
from statuspage.services.ready_drafts import is_theirs_to_see
from statuspage.services.staff_messages import tell_person
from statuspage.store.accounts import all_accounts
from statuspage.store.components import Component
from statuspage.store.ids import new_public_id
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortem_clock import incidents_without_a_draft
from statuspage.store.reminders import MessageKind
from statuspage.store.silence import SilenceWarning, find_warnings, running_warnings
from statuspage.store.silence_watch import (
    Unwell,
    incidents_to_watch,
    unwell_components,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A silence with what it is about: an incident or a component."""

    silence: Silence
    now: datetime
    incident: IncidentRow | None = None
    component: Component | None = None

    @property
    def key(self) -> str:
        """Return what names the condition and its occasion."""
        about = self.incident or self.component
        assert about is not None
        return f"{self.silence.kind}:{about.public_id}:{self.silence.occasion}"


def has_silence_moved(ctx: Context) -> bool:
    """Return whether `watch_silence` would note anything now; it only reads."""
    due = {found.key for found in _due(ctx)}
    return due != {warning.key for warning in running_warnings(ctx.session)}


def watch_silence(ctx: Context) -> None:
    """Note each silence that is due, once for each occasion, and end the warnings of what is over.

    What was over and goes on after all runs again without anybody being told twice.
    """
    due = {found.key: found for found in _due(ctx)}
    known = find_warnings(ctx.session, due)
    for key, found in due.items():
        if key not in known:
            _warn(ctx, found)
        elif known[key].ended_at is not None:
            known[key].ended_at = None
    for warning in running_warnings(ctx.session):
        if warning.key not in due:
            warning.ended_at = _time_of(ctx, warning.incident).now
    ctx.session.flush()


def dismiss_warning(ctx: Context, warning: SilenceWarning) -> None:
    """Take a warning off the screens: somebody knows, and has a reason. Who did so stays on record."""
    ctx.actor.require(SiteRole.RESPONDER)
    if warning.dismissed_at is not None:
        return
    ctx = _time_of(ctx, warning.incident)
    warning.dismissed_at, warning.dismissed_by_id = ctx.now, ctx.actor.account_id
    _record_dismissal(ctx, warning, warning.incident)
    ctx.session.flush()
    ctx.session.refresh(warning)


def warnings_to_show(ctx: Context, row: IncidentRow | None = None) -> list[SilenceWarning]:
    """Return the warnings that run and that nobody has dismissed: of one incident, else all outside of
    drills."""
    running = [each for each in running_warnings(ctx.session) if each.dismissed_at is None]
    if row is not None:
        return [each for each in running if each.incident_id == row.id and is_theirs_to_see(ctx, row)]
    return [each for each in running if each.incident is None or each.incident.drill is None]


def _due(ctx: Context) -> Iterator[Found]:
    for found in (*_of_components(ctx), *_of_incidents(ctx)):
        if found.silence.is_due(found.now):
            yield found


def _of_components(ctx: Context) -> Iterator[Found]:
    for unwell in unwell_components(ctx.session):
        silence = _unexplained(unwell)
        if silence is not None:
            yield Found(silence, ctx.real_now, component=unwell.component)


def _unexplained(unwell: Unwell) -> Silence | None:
    # There are no maintenances in this version; a state says that it is one (`unexplained`).
    return unexplained(
        unwell.state, unwell.since_at, has_incident=unwell.has_open_incident, has_maintenance=False
    )


def _of_incidents(ctx: Context) -> Iterator[Found]:
    for row in incidents_to_watch(ctx.session):
        now = ctx.at_time_of(row).now
        for silence in silences(incident_value(row)):
            yield Found(silence, now, incident=row)
    for row in incidents_without_a_draft(ctx.session, ctx.real_now - POSTMORTEM_DRAFT_AFTER):
        if row.resolved_at is not None:
            yield Found(unwritten(row.resolved_at), ctx.real_now, incident=row)


def _warn(ctx: Context, found: Found) -> None:
    warning = SilenceWarning(
        public_id=new_public_id(),
        key=found.key,
        kind=found.silence.kind,
        incident_id=found.incident.id if found.incident else None,
        component_id=found.component.id if found.component else None,
        since_at=found.silence.since_at,
        noted_at=found.now,
    )
    ctx.session.add(warning)
    ctx.session.flush()
    for account_id in _told(ctx, found):
        tell_person(
            ctx,
            account_id,
            MessageKind.SILENCE,
            warning.public_id,
            incident=found.incident,
            warning=warning,
        )


def _told(ctx: Context, found: Found) -> list[int]:
    """Return whom to tell: who leads the incident and its commander, of a postmortem its owner; where nobody
    does, who may publish."""
    row = found.incident
    accounts = [account for account in all_accounts(ctx.session) if account.disabled_at is None]
    may_publish = [account.id for account in accounts if account.role.reaches(SiteRole.COMMUNICATOR)]
    if row is None:
        return may_publish
    people = people_of(ctx.at_time_of(row), row)
    is_postmortem = found.silence.kind is WarningKind.NO_POSTMORTEM_DRAFT
    wanted = (people.owner,) if is_postmortem and people.owner else (*people.leads, people.commander)
    told = list(dict.fromkeys(key for key in wanted if key is not None)) or may_publish
    if people.drill_participants is not None:
        return [account_id for account_id in told if account_id in people.drill_participants]
    return told


def _record_dismissal(ctx: Context, warning: SilenceWarning, row: IncidentRow | None) -> None:
    about = row or warning.component
    subject = about.public_id if about else warning.public_id
    audit(ctx, "dismiss_warning", subject, kind=warning.kind, warning=warning.public_id)


def _time_of(ctx: Context, row: IncidentRow | None) -> Context:
    return ctx if row is None else ctx.at_time_of(row)
