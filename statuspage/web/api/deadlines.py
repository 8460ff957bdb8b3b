"""What is owed."""

from statuspage.services.owed import ever_owed, everything_owed
from statuspage.store.incidents import get_incident
from statuspage.web.api.endpoint import Call
from statuspage.web.api.outputs import DeadlineAnswer


def list_deadlines(call: Call) -> list[DeadlineAnswer]:
    """Return everything that is owed now, soonest first; what is only rehearsed stands at its incident."""
    return call.answers.deadlines(everything_owed(call.ctx))


def list_incident_deadlines(call: Call, incident_id: str) -> list[DeadlineAnswer]:
    """Return what one incident owes and owed, in the order it arose."""
    return call.answers.deadlines(ever_owed(call.ctx, get_incident(call.session, incident_id)))
