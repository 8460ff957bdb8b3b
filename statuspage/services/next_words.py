"""The words of the next notice, there before anybody writes them: offered, never forced."""

from dataclasses import dataclass
from typing import Any

from statuspage.domain.cadence import ONE_MINUTE
from statuspage.domain.default_texts import default_text
from statuspage.domain.incident import OPEN_STATUSES, IncidentStatus, NoticeKind
from statuspage.services.context import Context
from statuspage.services.drafts import FINAL_PREFIX, STATE_PREFIX
from statuspage.services.prepared_texts import suggest
from statuspage.services.ready_drafts import may_owe_notice, ready_draft
from statuspage.store.drafts import NoticeDraft
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow, states_from


@dataclass(frozen=True, slots=True)
class NextWords:
    """What the next notice may say. `draft` is where the words come from, None for a template."""

    kind: NoticeKind
    status: IncidentStatus
    body: str
    draft: NoticeDraft | None = None


def kind_of_next(row: IncidentRow | None, status: IncidentStatus) -> NoticeKind:
    """Return what kind of notice the next one with that status is."""
    if row is None or not row.updates:
        return NoticeKind.INITIAL
    if row.status is IncidentStatus.RESOLVED:
        return NoticeKind.REOPENING
    return NoticeKind.RESOLUTION if status is IncidentStatus.RESOLVED else NoticeKind.UPDATE


def words_for(ctx: Context, row: IncidentRow, status: IncidentStatus) -> str:
    """Return the site's best text for the incident's next notice with that status, else the product's."""
    kind = kind_of_next(row, status)
    kept = suggest(ctx, row, kind, status, row.impact)
    return kept.body if kept else default_text(kind, status)


def next_words(ctx: Context, row: IncidentRow) -> NextWords | None:
    """Return what the notice that is owed next may say; None where none is owed.

    What somebody has marked as ready comes before any template. Once service is known to be back, the words
    are those of a resolution.
    """
    if not may_owe_notice(row):
        return None
    draft = ready_draft(ctx, row)
    if draft is not None:
        status = IncidentStatus(draft.fields["status"])
        body = str(draft.fields["body"])
        return NextWords(kind_of_next(row, status), status, body, draft)
    status = _status_of_next(row)
    return NextWords(kind_of_next(row, status), status, words_for(ctx, row, status))


def suggested_words(ctx: Context, row: IncidentRow) -> tuple[IncidentStatus, str] | None:
    """Return status and text of what the incident may say next, for who is reminded of it."""
    found = next_words(ctx, row)
    return None if found is None else (found.status, found.body)


def starting_fields(ctx: Context, row: IncidentRow) -> dict[str, Any]:
    """Return what stands in a composer that nobody has written in."""
    ctx = ctx.at_time_of(row)
    value = incident_value(row)
    status = IncidentStatus.INVESTIGATING if row.status not in OPEN_STATUSES else row.status
    claimed = states_from(row.suspected) if not row.updates else value.states
    fields: dict[str, Any] = {
        "status": status.value,
        "body": words_for(ctx, row, status),
        "promise": str(ctx.page.limits.preset(row.impact) // ONE_MINUTE),
        "opened_at": ctx.now.isoformat(),
        "last_update_id": row.updates[-1].public_id if row.updates else "",
        "permanent_fix": "unknown",
    }
    if not row.updates:  # what is public has its title; the form does not ask for it again
        fields["name"] = row.name
    fields |= {STATE_PREFIX + public_id: state.value for public_id, state in claimed.items()}
    fields |= {FINAL_PREFIX + public_id: "operational" for public_id in claimed}
    return fields


def _status_of_next(row: IncidentRow) -> IncidentStatus:
    if row.status is IncidentStatus.DETECTED:
        return IncidentStatus.INVESTIGATING
    is_back = incident_value(row).episode.restored_at is not None
    return IncidentStatus.RESOLVED if is_back else row.status
