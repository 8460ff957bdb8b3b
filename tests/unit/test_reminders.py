"""Who is reminded of what is owed, and when."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from statuspage.domain.cadence import Deadline, DeadlineKind
from statuspage.domain.reminders import People, addressed, may_page, newest_due_step, steps
from tests.unit.acts import at, hours

INITIAL, UPDATE = DeadlineKind.INITIAL_NOTICE, DeadlineKind.UPDATE
RESOLUTION, POSTMORTEM = DeadlineKind.RESOLUTION_NOTICE, DeadlineKind.POSTMORTEM
BERLIN = ZoneInfo("Europe/Berlin")

LEAD, DEPUTY, COMMANDER, OWNER, OTHER, ADMIN = range(1, 7)
STAFF = People(
    leads=(LEAD,),
    deputy=DEPUTY,
    commander=COMMANDER,
    owner=OWNER,
    communicators=(LEAD, DEPUTY, OTHER),
    admins=(ADMIN,),
)


def make_deadline(kind=INITIAL, *, arose_at=None, due_at=None, met_at=None):
    """Make a deadline that arose at noon; an initial or resolution notice is due at 12:15."""
    length = {UPDATE: timedelta(minutes=60), POSTMORTEM: hours(48)}.get(kind, timedelta(minutes=15))
    return Deadline(kind, arose_at or at(0), due_at or at(0) + length, met_at)


def names(deadline, until, **options):
    return [step.name for step in steps(deadline, until, **options)]


def told(deadline, name, *, people=STAFF, acknowledged_at=None):
    """Return who is addressed in the step of that name."""
    (step,) = [step for step in steps(deadline, deadline.due_at + hours(72)) if step.name == name]
    return set(addressed(deadline, step, people, acknowledged_at))


def newest(deadline, now, **options):
    step = newest_due_step(deadline, now, **options)
    return step.name if step else None


@pytest.mark.parametrize("kind", [INITIAL, RESOLUTION])
def test_a_notice_owed_within_fifteen_minutes_is_reminded_of_when_it_arises_and_ever_after(kind):
    ladder = ["arising", "-10", "-5", "0", "+5", "+15", "+30", "+45", "+60"]

    assert names(make_deadline(kind), at(15 + 60)) == ladder


def test_an_update_is_reminded_of_from_ten_minutes_before_its_promise():
    assert names(make_deadline(UPDATE), at(60 + 45)) == ["-10", "-5", "0", "+5", "+15", "+30", "+45"]


@pytest.mark.parametrize(
    ("name", "minute"),
    [("-10", 50), ("-5", 55), ("0", 60), ("+5", 65), ("+15", 75), ("+30", 90), ("+45", 105)],
)
def test_a_step_is_due_at_its_very_minute_and_not_a_second_before(name, minute):
    assert newest(make_deadline(UPDATE), at(minute)) == name
    assert newest(make_deadline(UPDATE), at(minute, second=-1)) != name


def test_before_its_first_step_nothing_is_sent():
    assert newest(make_deadline(UPDATE), at(50, second=-1)) is None
    assert newest(make_deadline(INITIAL), at(0, second=-1)) is None


def test_after_an_outage_only_the_newest_due_step_is_sent():
    assert newest(make_deadline(UPDATE), at(74)) == "+5"
    assert newest(make_deadline(UPDATE), at(60 + 14 * 15 + 14)) == "+210"


def test_the_steps_go_on_however_long_nobody_acts():
    a_year_later = at(60) + timedelta(days=365)

    assert newest(make_deadline(UPDATE), a_year_later) == f"+{365 * 24 * 60}"
    assert len(steps(make_deadline(UPDATE), a_year_later, since=a_year_later)) < 10


def test_a_step_earlier_than_the_moment_its_deadline_arose_is_never_sent():
    entered_late = make_deadline(INITIAL, arose_at=at(5, second=1), due_at=at(15))
    entered_at_the_step = make_deadline(INITIAL, arose_at=at(10), due_at=at(15))

    assert names(entered_late, at(15)) == ["arising", "-5", "0"]
    assert names(entered_at_the_step, at(15)) == ["-5", "0"]


def test_a_deadline_that_arises_overdue_starts_with_its_arising():
    overdue = make_deadline(INITIAL, arose_at=at(40), due_at=at(15))

    assert names(overdue, at(60)) == ["arising", "+30", "+45"]
    assert newest(overdue, at(44)) == "arising"


def test_once_met_nothing_is_sent():
    met = make_deadline(UPDATE, met_at=at(60))

    assert newest(met, at(61)) is None
    assert newest(met, at(59)) is None
    assert names(met, at(100)) == ["-10", "-5"]


def test_each_step_has_its_own_name_so_that_it_is_sent_once():
    found = steps(make_deadline(INITIAL), at(600))

    assert len({step.name for step in found}) == len({step.at for step in found}) == len(found)


def test_the_initial_notice_first_concerns_commander_and_lead_then_more_and_more_people():
    deadline = make_deadline(INITIAL)

    assert told(deadline, "arising") == {COMMANDER, LEAD}
    assert told(deadline, "-10") == {LEAD, DEPUTY}
    assert told(deadline, "-5") == {LEAD, DEPUTY, COMMANDER}
    for name in ("0", "+5", "+15", "+60"):
        assert told(deadline, name) == {LEAD, DEPUTY, COMMANDER, OTHER, ADMIN}


def test_an_update_concerns_the_lead_first_and_everybody_from_five_minutes_after():
    deadline = make_deadline(UPDATE)

    assert told(deadline, "-10") == {LEAD}
    assert told(deadline, "-5") == {LEAD, DEPUTY}
    assert told(deadline, "0") == {LEAD, DEPUTY, COMMANDER}
    for name in ("+5", "+15", "+30"):
        assert told(deadline, name) == {LEAD, DEPUTY, COMMANDER, OTHER, ADMIN}


def test_a_resolution_notice_concerns_the_lead_then_the_commander_then_everybody():
    deadline = make_deadline(RESOLUTION)
    others = People(
        leads=(LEAD,), commander=COMMANDER, deputy=DEPUTY, communicators=(OTHER,), admins=(ADMIN,)
    )

    assert told(deadline, "arising") == {LEAD}
    assert told(deadline, "-10") == {LEAD}
    assert told(deadline, "-5") == {LEAD, COMMANDER}
    assert told(deadline, "0", people=others) == {LEAD, COMMANDER, OTHER, ADMIN}
    assert told(deadline, "+15", people=others) == {LEAD, COMMANDER, OTHER, ADMIN}


def test_a_postmortem_concerns_its_owner_then_the_commander_then_the_admins():
    deadline = make_deadline(POSTMORTEM)

    assert told(deadline, "-1440") == {OWNER}
    assert told(deadline, "-240") == {OWNER}
    assert told(deadline, "0") == {OWNER, COMMANDER}
    assert told(deadline, "+1440") == {OWNER, COMMANDER, ADMIN}
    assert told(deadline, "+2880") == {OWNER, COMMANDER, ADMIN}


def test_the_leads_word_spares_the_others_before_due_never_after():
    deadline = make_deadline(INITIAL)
    word = {"acknowledged_at": at(1)}

    assert told(deadline, "-10", **word) == {LEAD}
    assert told(deadline, "-5", **word) == {LEAD}
    assert told(deadline, "0", **word) == told(deadline, "0")
    assert told(make_deadline(UPDATE), "-5", **word) == {LEAD}
    assert told(make_deadline(UPDATE), "0", **word) == {LEAD, DEPUTY, COMMANDER}


def test_the_leads_word_does_not_spare_the_commander_of_a_resolution_notice():
    assert told(make_deadline(RESOLUTION), "-5", acknowledged_at=at(1)) == {LEAD, COMMANDER}


def test_a_word_given_before_the_deadline_arose_was_about_another():
    deadline = make_deadline(UPDATE, arose_at=at(0))

    assert told(deadline, "-5", acknowledged_at=at(0)) == {LEAD}
    assert told(deadline, "-5", acknowledged_at=at(0, second=-1)) == {LEAD, DEPUTY}


def test_a_deadline_that_arises_when_it_is_due_concerns_everybody_at_once():
    everybody = {LEAD, DEPUTY, COMMANDER, OTHER, ADMIN}

    assert told(make_deadline(INITIAL, arose_at=at(40), due_at=at(15)), "arising") == everybody
    assert told(make_deadline(INITIAL, arose_at=at(15), due_at=at(15)), "0") == everybody
    assert told(make_deadline(INITIAL, arose_at=at(14), due_at=at(15)), "arising") == {COMMANDER, LEAD}


def test_a_step_at_the_moment_its_deadline_arises_concerns_those_of_both():
    at_the_step = make_deadline(INITIAL, arose_at=at(5), due_at=at(15))

    assert told(at_the_step, "-10") == {LEAD, DEPUTY, COMMANDER}


def test_nobody_gets_two_messages_of_one_step():
    alone = People(leads=(LEAD,), deputy=LEAD, commander=LEAD, communicators=(LEAD,), admins=(LEAD,))
    deadline = make_deadline(INITIAL)

    for step in steps(deadline, at(60)):
        assert addressed(deadline, step, alone) == (LEAD,)


def test_where_nobody_leads_all_communicators_do():
    nobody_leads = People(communicators=(DEPUTY, OTHER), admins=(ADMIN,))

    assert told(make_deadline(UPDATE), "-10", people=nobody_leads) == {DEPUTY, OTHER}
    assert told(make_deadline(UPDATE), "-10", people=People(admins=(ADMIN,))) == {ADMIN}
    assert told(make_deadline(POSTMORTEM), "-240", people=nobody_leads) == {DEPUTY, OTHER}


def test_while_a_handover_is_offered_both_are_reminded():
    both = People(leads=(LEAD, DEPUTY))

    assert told(make_deadline(UPDATE), "-10", people=both) == {LEAD, DEPUTY}


def test_a_drill_reminds_its_participants_only():
    drill = People(
        leads=(LEAD,),
        commander=COMMANDER,
        communicators=(OTHER,),
        admins=(ADMIN,),
        drill_participants=frozenset({LEAD, OTHER}),
    )

    assert told(make_deadline(INITIAL), "0", people=drill) == {LEAD, OTHER}


def test_a_pager_never_rings_for_a_postmortem():
    assert [kind for kind in DeadlineKind if not may_page(kind)] == [POSTMORTEM]


def postmortem_due(local, *, zone=BERLIN):
    due_at = datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)
    return make_deadline(POSTMORTEM, arose_at=due_at - hours(48), due_at=due_at)


def local_steps(deadline, *, zone=BERLIN, days=2):
    """Return the steps up to some days after due, as `name local time`."""
    found = steps(deadline, deadline.due_at + timedelta(days=days), zone)
    return [f"{step.name} {step.at.astimezone(zone):%d %H:%M:%S}" for step in found]


def test_a_postmortem_is_reminded_of_a_day_and_four_hours_before_at_its_time_and_daily():
    assert local_steps(postmortem_due("2026-11-18T15:00")) == [
        "-1440 17 15:00:00",
        "-240 18 11:00:00",
        "0 18 15:00:00",
        "+1440 19 15:00:00",
        "+2880 20 15:00:00",
    ]


def test_a_reminder_of_a_postmortem_comes_between_nine_and_six_both_included():
    assert "0 18 09:00:00" in local_steps(postmortem_due("2026-11-18T09:00"))
    assert "0 18 18:00:00" in local_steps(postmortem_due("2026-11-18T18:00"))


def test_a_reminder_for_the_evening_comes_at_six_and_one_for_the_night_the_evening_before():
    assert "0 18 18:00:00" in local_steps(postmortem_due("2026-11-18T18:00:01"))
    assert "0 18 18:00:00" in local_steps(postmortem_due("2026-11-18T23:59"))
    assert "0 17 18:00:00" in local_steps(postmortem_due("2026-11-18T00:00"))
    assert "0 17 18:00:00" in local_steps(postmortem_due("2026-11-18T08:59:59"))


def test_two_reminders_that_fall_on_one_evening_are_one_the_later_of_them():
    assert local_steps(postmortem_due("2026-11-18T08:00"), days=0) == ["-1440 16 18:00:00", "0 17 18:00:00"]


def test_a_reminder_moved_before_the_resolution_is_never_sent():
    due_at = datetime(2026, 11, 18, 7, tzinfo=UTC)  # 08:00 in Berlin
    strict = make_deadline(POSTMORTEM, arose_at=due_at - hours(24), due_at=due_at)

    assert local_steps(strict, days=0) == ["0 17 18:00:00"]


def test_a_postmortem_reminder_is_due_at_its_moved_instant():
    deadline = postmortem_due("2026-11-18T08:00")
    six = datetime(2026, 11, 17, 18, tzinfo=BERLIN).astimezone(UTC)

    assert newest(deadline, six, zone=BERLIN) == "0"
    assert newest(deadline, six - timedelta(seconds=1), zone=BERLIN) == "-1440"
    assert newest(deadline, six + timedelta(days=100), zone=BERLIN) == f"+{1440 * 100}"


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        # Clocks go forward in the night to the 29th, back in the night to the 25th.
        ("2026-03-29T12:00", ["-1440 28 11:00:00", "-240 28 18:00:00", "0 29 12:00:00", "+1440 30 12:00:00"]),
        ("2026-10-25T12:00", ["-1440 24 13:00:00", "-240 24 18:00:00", "0 25 12:00:00", "+1440 26 12:00:00"]),
        ("2026-03-28T09:30", ["-1440 27 09:30:00", "-240 27 18:00:00", "0 28 09:30:00", "+1440 29 10:30:00"]),
        ("2026-10-24T09:30", ["-1440 23 09:30:00", "-240 23 18:00:00", "0 24 09:30:00", "+1440 24 18:00:00"]),
    ],
)
def test_a_day_is_24_hours_over_both_clock_changes_and_the_office_day_is_local(due, expected):
    assert local_steps(postmortem_due(due), days=1) == expected


def test_over_the_end_of_the_year_the_evening_before_is_in_the_old_year():
    (first, *_) = [line for line in local_steps(postmortem_due("2027-01-01T08:00")) if line.startswith("0 ")]

    assert first == "0 31 18:00:00"


def test_the_office_day_is_the_owners_not_the_sites():
    tokyo = ZoneInfo("Asia/Tokyo")

    assert "0 18 18:00:00" in local_steps(postmortem_due("2026-11-18T21:00", zone=tokyo), zone=tokyo)
    assert "0 18 21:00:00" not in local_steps(postmortem_due("2026-11-18T21:00", zone=tokyo), zone=tokyo)


def test_reminders_within_minutes_do_not_wait_for_the_day():
    at_night = datetime(2026, 11, 18, 2, tzinfo=UTC)

    assert newest(make_deadline(INITIAL, arose_at=at_night, due_at=at_night), at_night, zone=BERLIN) == "0"
