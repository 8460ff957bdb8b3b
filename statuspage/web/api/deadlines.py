"""What is owed."""

from statuspage.domain.cadence import DeadlineKind
from statuspage.domain.obligations import deadlines, open_deadlines
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import get_incident, incidents_that_may_owe
from statuspage.web.api.endpoint import Call
from statuspage.web.api.outputs import DeadlineAnswer


def list_deadlines(call: Call) -> list[DeadlineAnswer]:
    """Return everything that is owed now, soonest first; what is only rehearsed stands at its incident."""
    policy = call.ctx.page.limits
    owed = [
        (deadline, row)
        for row in incidents_that_may_owe(call.session)
        if row.drill is None
        for deadline in open_deadlines(incident_value(row), policy)
    ]
    owed.sort(key=lambda pair: (pair[0].due_at, pair[1].id))
    return [call.answers.deadline(row, deadline) for deadline, row in owed]


def list_incident_deadlines(call: Call, incident_id: str) -> list[DeadlineAnswer]:
    """Return what one incident owes and owed, in the order it arose."""
    row = get_incident(call.session, incident_id)
    found = deadlines(incident_value(row), call.ctx.page.limits)
    return [
        call.answers.deadline(row, deadline)
        for deadline in found
        # A drill ends with its incident, and its score card is the look back.
        if row.drill is None or deadline.kind is not DeadlineKind.POSTMORTEM
    ]
