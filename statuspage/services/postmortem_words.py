"""What a reminder of a postmortem says: by when it is owed, who sees to it, and what it lacks."""

from collections.abc import Iterator
from dataclasses import replace

from statuspage.domain.cadence import Deadline
from statuspage.render.staff_messages import StaffWords
from statuspage.services.people import people_of
from statuspage.services.postmortem_gate import unmet_of
from statuspage.services.telling import Telling, incident_link, quoted
from statuspage.store.accounts import Account
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import find_postmortem, head_of

EDITOR = "/postmortem"
_SAID = 3


def reminder_of_postmortem(telling: Telling, deadline: Deadline, when: str, *, is_final: bool) -> StaffWords:
    """Return the reminder; `when` says how much time there is, `is_final` that a first one is out."""
    row = telling.incident
    what = "final postmortem" if is_final else "postmortem"
    by, name = telling.clock(deadline.due_at), quoted(row)
    promised = "was promised to customers for" if is_final else "is due by"
    return StaffWords(
        f"{when}: {what} for {name}",
        (
            f"The {what} of {name} {promised} {by}: {when.lower()}.",
            *_still_open(telling, row, is_final=is_final),
            _whose(telling, row),
        ),
        "Open the postmortem",
        incident_link(telling.base_url, row, EDITOR),
    )


def _still_open(telling: Telling, row: IncidentRow, *, is_final: bool) -> Iterator[str]:
    """Say what stands between the text and its publication, the first points of it."""
    postmortem = find_postmortem(telling.ctx.session, row)
    if postmortem is None:
        return
    content = head_of(telling.ctx.session, postmortem).value
    # A preliminary text may be public for good reasons; what is owed now is the one without a promised date.
    missing = unmet_of(telling.ctx, postmortem, replace(content, final_by=None) if is_final else None)
    if not missing:
        yield "Nothing is missing any more: it only needs to be published."
        return
    count = "One point is" if len(missing) == 1 else f"{len(missing)} points are"
    more = f" And {len(missing) - _SAID} more." if len(missing) > _SAID else ""
    said = " ".join(each.sentence for each in missing[:_SAID])
    yield f"{count} open before it can be published. {said}{more}"


def _whose(telling: Telling, row: IncidentRow) -> str:
    owner = people_of(telling.ctx, row).owner
    account = None if owner is None else telling.ctx.session.get(Account, owner)
    return f"Owner: {account.name}." if account else "Nobody has been given it yet."
