"""All postmortems as their list shows them: how far each is, who has it, by when."""

from dataclasses import dataclass

from statuspage.domain.cadence import Deadline, DeadlineKind
from statuspage.domain.obligations import PostmortemTimes, open_deadlines
from statuspage.domain.postmortem import PostmortemState
from statuspage.services.context import Context
from statuspage.services.postmortem_clock import postmortem_times
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortem_list import Head, heads, open_items, read_stories
from statuspage.store.postmortems import Postmortem, all_postmortems


@dataclass(frozen=True, slots=True)
class ListedPostmortem:
    """One postmortem. `due` is what is owed of it now, None where nothing is."""

    postmortem: Postmortem
    row: IncidentRow
    head: Head
    state: PostmortemState
    due: Deadline | None
    open_items: int

    @property
    def is_open(self) -> bool:
        """Return whether there is something left to write, to read or to publish."""
        return self.due is not None or self.state not in (PostmortemState.PUBLISHED, PostmortemState.WAIVED)


def listed_postmortems(ctx: Context) -> list[ListedPostmortem]:
    """Return all postmortems, the newest incident's first."""
    known = all_postmortems(ctx.session)
    newest, items = heads(ctx.session), open_items(ctx.session)
    # What is over needs no look at the incident's whole story.
    read_stories(ctx.session, [one.incident for one in known if not one.is_settled])
    times = postmortem_times(ctx.session, [one.incident for one in known])
    return [
        ListedPostmortem(
            one,
            one.incident,
            newest[one.id],
            one.state_of(newest[one.id]),
            None if one.is_settled else _due(ctx, one.incident, times[one.incident_id]),
            items.get(one.id, 0),
        )
        for one in known
    ]


def _due(ctx: Context, row: IncidentRow, times: PostmortemTimes) -> Deadline | None:
    owed = open_deadlines(incident_value(row), ctx.page.limits, times)
    return next((deadline for deadline in owed if deadline.kind is DeadlineKind.POSTMORTEM), None)
