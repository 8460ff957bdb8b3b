"""What a reminder of a postmortem says: by when it is owed, who sees to it, and what it lacks."""

from statuspage.domain.cadence import Deadline
from statuspage.render.staff_messages import StaffWords
from statuspage.services.people import people_of
from statuspage.services.telling import Telling, incident_link, quoted
from statuspage.store.accounts import Account
from statuspage.store.incidents import IncidentRow

EDITOR = "/postmortem"


def postmortem_words(telling: Telling, deadline: Deadline, when: str, *, is_final: bool) -> StaffWords:
    """Return the reminder; `when` says how much time there is, `is_final` that a first one is out."""
    row = telling.incident
    what = "final postmortem" if is_final else "postmortem"
    by, name = telling.clock(deadline.due_at), quoted(row)
    promised = "was promised to customers for" if is_final else "is due by"
    return StaffWords(
        f"{when}: {what} for {name}",
        (f"The {what} of {name} {promised} {by}: {when.lower()}.", _whose(telling, row)),
        "Open the postmortem",
        incident_link(telling.base_url, row, EDITOR),
    )


def _whose(telling: Telling, row: IncidentRow) -> str:
    owner = people_of(telling.ctx, row).owner
    account = None if owner is None else telling.ctx.session.get(Account, owner)
    return f"Owner: {account.name}." if account else "Nobody has been given it yet."
