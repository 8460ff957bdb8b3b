"""A published notice is immutable; a correction or retraction is a revision of it (rule 8)."""

from dataclasses import replace

import pytest

from statuspage.domain.cadence import DeadlineKind
from statuspage.domain.obligations import deadlines
from statuspage.domain.revisions import correct, find_notice, retract
from tests.unit.acts import DEGRADED, MAJOR, POLICY, at, make_announced, make_resolved, owed, refused, say


def test_a_correction_replaces_the_text_and_nothing_else():
    incident = say(make_announced(text="We are on it."), at(20), text="More.")
    first = incident.notices[0]

    corrected = correct(incident, first.id, "We are working on it.", None)
    assert corrected.notices == (replace(first, text="We are working on it."), incident.notices[1])
    assert replace(corrected, notices=incident.notices) == incident


def test_a_correction_replaces_all_that_the_notice_said_of_components():
    incident = make_announced(states={"api": MAJOR})

    corrected = correct(incident, incident.notices[0].id, None, {"web": DEGRADED})
    assert corrected.notices[0].states == {"web": DEGRADED}
    assert corrected.notices[0].text == incident.notices[0].text


def test_a_retraction_takes_back_the_text_not_status_or_claims():
    incident = make_announced()

    withdrawn = retract(incident, incident.notices[0].id)
    assert withdrawn.notices[0].is_retracted
    assert (withdrawn.status, withdrawn.states) == (incident.status, {"api": MAJOR})


@pytest.mark.parametrize("incident", [make_announced(), make_resolved()], ids=["open", "resolved"])
def test_neither_correction_nor_retraction_moves_a_promise_or_deadline(incident):
    before = deadlines(incident, POLICY)

    for notice in incident.notices:
        assert deadlines(correct(incident, notice.id, "Other words.", {"web": DEGRADED}), POLICY) == before
        assert deadlines(retract(incident, notice.id), POLICY) == before
        assert retract(incident, notice.id).promise == incident.promise


def test_a_retracted_notices_promise_is_still_broken_when_nobody_keeps_it():
    incident = make_announced(announced_at=at(10))

    (promise,) = owed(retract(incident, incident.notices[0].id), DeadlineKind.UPDATE)
    assert promise.is_overdue(at(40, second=1))


def test_what_was_withdrawn_is_neither_corrected_nor_withdrawn_again():
    incident = make_announced()
    withdrawn = retract(incident, incident.notices[0].id)

    with refused("notice_withdrawn"):
        correct(withdrawn, incident.notices[0].id, "Other words.", None)
    with refused("notice_withdrawn"):
        retract(withdrawn, incident.notices[0].id)


def test_a_notice_that_does_not_exist_is_not_found():
    for act in (find_notice, retract):
        with refused("not_found"):
            act(make_announced(), "nosuchnotice")
    with refused("not_found"):
        correct(make_announced(), "nosuchnotice", "Other words.", None)
