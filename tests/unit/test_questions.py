"""When the technical lead is asked what changed."""

from dataclasses import replace
from datetime import timedelta

from statuspage.domain.cadence import PromiseIn
from statuspage.domain.incident import Incident
from statuspage.domain.questions import asked_at, is_asked
from tests.unit.acts import at, make_announced, make_incident, make_resolved, say


def test_the_question_comes_fifteen_minutes_before_the_promise():
    incident = make_announced(announced_at=at(10), promise=PromiseIn(30))

    assert asked_at(incident) == at(25)
    assert not is_asked(incident, at(25) - timedelta(seconds=1))
    assert is_asked(incident, at(25))


def test_it_stays_open_past_the_promise_until_the_next_notice():
    incident = make_announced(announced_at=at(10), promise=PromiseIn(30))
    assert is_asked(incident, at(90))

    incident = say(incident, at(90), promise=PromiseIn(60))

    assert not is_asked(incident, at(90))
    assert asked_at(incident) == at(135)


def test_nothing_is_asked_before_the_first_notice_and_after_the_last():
    assert asked_at(make_incident()) is None
    assert not is_asked(make_resolved(), at(600))


def test_a_promise_too_short_for_a_question_is_not_asked_about():
    incident = make_announced(announced_at=at(10), promise=PromiseIn(30))

    def promising(minute: float) -> Incident:
        return replace(incident, notices=(replace(incident.notices[-1], promise=at(minute)),))

    assert asked_at(promising(25)) == at(10)
    assert asked_at(promising(24)) is None
