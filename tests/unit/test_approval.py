"""Approval never stands before the initial notice and never costs a promise (rule 11)."""

from dataclasses import replace

from statuspage.domain.approval import is_approval_asked, may_publish_alone_at
from statuspage.domain.component import Impact
from tests.unit.acts import MAJOR, at, make_announced, make_incident, make_resolved

EVERYTHING = {"api": MAJOR, "web": MAJOR, "db": MAJOR}


def test_only_later_notices_of_critical_incidents_wait_for_a_second_person():
    assert is_approval_asked(make_announced(states=EVERYTHING), site_asks=True)
    assert not is_approval_asked(make_announced(), site_asks=True)


def test_a_site_that_does_not_ask_waits_for_nobody():
    assert not is_approval_asked(make_announced(states=EVERYTHING), site_asks=False)


def test_approval_never_stands_before_the_first_notice_of_an_incident_or_episode():
    critical = replace(make_incident(), impact_override=Impact.CRITICAL)
    assert not is_approval_asked(critical, site_asks=True)
    assert not is_approval_asked(make_resolved(states=EVERYTHING), site_asks=True)


def test_the_author_may_publish_alone_five_minutes_after_writing():
    assert may_publish_alone_at(at(10), promise=at(40)) == at(15)
    assert may_publish_alone_at(at(10), promise=at(17)) == at(15)


def test_the_author_may_publish_alone_two_minutes_before_the_promise_if_that_is_earlier():
    assert may_publish_alone_at(at(36), promise=at(40)) == at(38)
    assert may_publish_alone_at(at(10), promise=at(16, second=59)) == at(14, second=59)


def test_with_less_than_two_minutes_left_the_author_need_not_wait():
    assert may_publish_alone_at(at(39), promise=at(40)) == at(39)
    assert may_publish_alone_at(at(50), promise=at(40)) == at(50)
