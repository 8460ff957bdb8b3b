"""Published notices: corrected, withdrawn, their lateness explained."""

from statuspage.domain.errors import RuleError
from statuspage.services.correct_notice import correct_notice, explain_lateness, find_update, retract_notice
from statuspage.store.incidents import get_incident
from statuspage.web.api.endpoint import Call
from statuspage.web.api.inputs import UpdateChange
from statuspage.web.api.lists import one_page_of
from statuspage.web.api.outputs import UpdateAnswer


def list_updates(call: Call, incident_id: str) -> list[UpdateAnswer]:
    """Return an incident's notices, newest first."""
    return list(one_page_of(call.answers.incident(get_incident(call.session, incident_id)).incident_updates))


def change_update(call: Call, body: UpdateChange, incident_id: str, update_id: str) -> UpdateAnswer:
    """Correct a notice; its times, promise and deadlines stay."""
    if body.display_at is not None:
        raise RuleError(
            "display_at_not_allowed", "A notice keeps the time it was published at.", "display_at"
        )
    row = call.incident_as_seen(incident_id)
    update = find_update(row, update_id)
    if call.text is not None or body.components is not None:
        correct_notice(call.ctx, row, update, call.text, body.components)
    if body.late_reason is not None:
        explain_lateness(call.ctx, row, update, body.late_reason)
    return call.answers.update(row, update)


def delete_update(call: Call, incident_id: str, update_id: str) -> UpdateAnswer:
    """Withdraw a notice's text; a tombstone stays, and its status, claims and promise."""
    row = call.incident_as_seen(incident_id)
    update = find_update(row, update_id)
    retract_notice(call.ctx, row, update)
    return call.answers.update(row, update)
