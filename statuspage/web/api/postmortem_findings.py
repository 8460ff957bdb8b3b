"""What the blameless check finds, as the manage API answers it."""

from statuspage.services.blame_check import PlacedFinding
from statuspage.web.api.fields import Moment, Output
from statuspage.web.api.postmortem_outputs import email_of, sure_moment


class AcceptedAnswer(Output):
    """What a reviewer said to a finding."""

    reason: str
    accepted_by: str | None
    accepted_at: Moment


class FindingAnswer(Output):
    """A place that may read as blame. `start` and `end` count characters in the section, the line, or the
    item's title; `key` is the id of the line or item. `wording` could stand in the place of `matched`, and is
    empty where only a person can find better words. `accepted` is null while it is open."""

    part: str
    key: str | None
    start: int
    end: int
    matched: str
    sentence: str
    rule: str
    reason: str
    suggestion: str
    wording: str
    accepted: AcceptedAnswer | None


def finding_answer(placed: PlacedFinding) -> FindingAnswer:
    """Return a finding and where it stands."""
    found, accepted = placed.finding, placed.accepted
    return FindingAnswer(
        part=placed.part,
        key=placed.key,
        start=found.start,
        end=found.end,
        matched=found.matched,
        sentence=found.sentence,
        rule=found.rule,
        reason=found.reason,
        suggestion=found.suggestion,
        wording=found.wording,
        accepted=AcceptedAnswer(
            reason=accepted.reason,
            accepted_by=email_of(accepted.accepted_by),
            accepted_at=sure_moment(accepted.accepted_at),
        )
        if accepted
        else None,
    )
