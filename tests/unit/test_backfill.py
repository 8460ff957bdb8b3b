"""History entered afterwards: it notifies nobody and owes nothing (rule 12)."""

from statuspage.domain.backfill import backfilled
from statuspage.domain.component import Impact
from statuspage.domain.incident import Claim, NoticeKind, claims
from statuspage.domain.obligations import deadlines, lateness_of
from statuspage.domain.warnings import warnings_about
from tests.unit.acts import DEGRADED, MAJOR, POLICY, RESOLVED, at, hours, refused, reopened, say


def entered(*, now, **fields):
    fields = {
        "notice_id": "notice",
        "text": "It was down.",
        "began_at": at(0),
        "restored_at": at(60),
        "display_at": None,
        "states": {"api": MAJOR},
        "component_total": 3,
        "impact_override": None,
        **fields,
    }
    return backfilled(now=now, **fields)


def test_only_what_has_been_over_for_more_than_24_hours_is_entered_afterwards():
    assert entered(now=at(60, second=1) + hours(24)).is_backfill
    with refused("backfill_too_young", "backfilled"):
        entered(now=at(60) + hours(24))


def test_history_is_resolved_and_told_in_one_notice_without_a_promise():
    incident = entered(now=at(0) + hours(100))

    (notice,) = incident.notices
    assert incident.status is RESOLVED
    assert (notice.kind, notice.promise, notice.published_at) == (NoticeKind.INITIAL, None, at(60))


def test_history_owes_nothing_is_never_late_and_raises_no_warning():
    incident = entered(now=at(0) + hours(100), text="Next update at 03:00")

    assert deadlines(incident, POLICY) == ()
    assert lateness_of(incident, incident.notices[0], POLICY) == 0
    assert warnings_about(incident) == ()


def test_history_claims_its_components_between_beginning_and_restoration():
    incident = entered(now=at(0) + hours(100), states={"api": DEGRADED})

    assert claims(incident) == (Claim("api", DEGRADED, at(0), at(60)),)
    assert incident.impact is Impact.MINOR


def test_the_time_shown_lies_between_the_beginning_and_now():
    now = at(0) + hours(100)

    assert entered(now=now, display_at=at(0)).notices[0].published_at == at(0)
    assert entered(now=now, display_at=now).notices[0].published_at == now
    with refused("display_at_out_of_range", "display_at"):
        entered(now=now, display_at=at(0, second=-1))
    with refused("display_at_out_of_range", "display_at"):
        entered(now=now, display_at=now + hours(1))


def test_the_time_shown_moves_no_milestone_of_service():
    early = entered(now=at(0) + hours(100), display_at=at(30))
    late = entered(now=at(0) + hours(100), display_at=at(600))

    assert (early.episode.resolved_at, late.episode.resolved_at) == (at(60), at(600))
    assert early.episode.restored_at == late.episode.restored_at == at(60)


def test_service_is_not_restored_before_it_broke():
    assert entered(now=at(0) + hours(100), restored_at=at(0)).episode.restored_at == at(0)
    with refused("restored_before_began", "restored_at"):
        entered(now=at(0) + hours(100), restored_at=at(0, second=-1))


def test_history_is_neither_updated_nor_reopened():
    incident = entered(now=at(60, second=1) + hours(24))

    with refused("incident_resolved"):
        say(incident, at(61) + hours(24), status=RESOLVED)
    with refused("incident_backfilled", "reopen"):
        reopened(incident, at(60, second=1) + hours(24))
