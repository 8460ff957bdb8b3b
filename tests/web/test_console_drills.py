"""Drills at the console: started from a scenario, played, led, and looked at afterwards."""

import pytest

from statuspage.domain.roles import SiteRole
from statuspage.store.drills import drills_not_over
from tests.web.desks import Desk

RESPONDER, COMMUNICATOR, VIEWER = SiteRole.RESPONDER, SiteRole.COMMUNICATOR, SiteRole.VIEWER


@pytest.fixture
def desk(signed_in) -> Desk:
    return Desk(signed_in())


@pytest.fixture
def start(desk):
    """Start a drill at 60× by the form and return its incident's screen."""

    def press(**fields):
        return desk.open("drills/new").form().press(**{"title": "The cable is cut", "speed": "60", **fields})

    return press


def started(page):
    return page.follow().path.rsplit("/", 1)[-1]


def drill_of(session):
    session.rollback()
    return drills_not_over(session)[0].public_id


def test_a_drill_is_played_from_alarm_to_score_card(desk, start, clock, session, component):
    incident = started(start(**{f"state-{component}": "major_outage", "prompts": "5: A customer calls."}))
    drill = drill_of(session)
    clock.advance(seconds=10)
    heard = desk.incident(incident)
    desk.publish(incident, body="We are looking.")
    clock.advance(seconds=5)
    page = desk.publish(incident, status="resolved", body="It is over.", restored_at="2026-11-20T12:14")
    card = desk.open(f"drills/{drill}")

    assert "A customer calls." in heard.part("live")
    assert "Look at the score card" in page.text
    assert "10 min to the first notice: in time" in card.text
    assert "1 of 1 promises kept" in card.text
    assert "1 min from service back to the resolution: in time" in card.text
    assert "10 min" in desk.open("drills").text


def test_every_screen_of_it_says_drill_in_title_and_words(desk, start, session, component):
    incident = started(start(**{f"state-{component}": "major_outage"}))
    drill = drill_of(session)
    asked = desk.incident(incident).form("composer").press("publish", body="We are looking.")
    asked.form().press()
    paths = [f"incidents/{incident}", f"drills/{drill}"]
    paths += [f"incidents/{incident}/{act}" for act in ("facts", "timeline")]
    for page in (asked, *(desk.open(path) for path in paths), desk.open(f"drills/{drill}/page")):
        assert page.answer.text.split("<title>")[1].startswith("DRILL: "), page.path
        assert "DRILL This is a rehearsal" in page.text or "DRILL A copy for the staff" in page.text, (
            page.path
        )
    assert "no customer hears of it" in asked.text


def test_a_confirmation_in_place_says_drill(desk, start):
    incident = started(start())
    fields = desk.incident(incident).form("composer").fields | {"body": "x", "no_component": "on"}
    answer = desk.browser.post(f"/console/incidents/{incident}/publish", fields, HX_Request="true")

    assert "DRILL</span> Publish the first notice?" in answer.text


def test_its_screen_runs_at_its_own_speed(desk, start, clock):
    incident = started(start())
    clock.advance(seconds=2)
    page = desk.incident(incident)
    live = desk.browser.get(f"/console/incidents/{incident}/live")

    assert 'data-now="2026-11-20T12:02:00Z" data-speed="60"' in page.answer.text
    assert live.headers["X-Clock"] == "2026-11-20T12:02:00.000Z 60"
    assert "in 13 min" in page.part("live")


def test_paused_it_stands_still_and_says_so(desk, start, session, clock):
    incident = started(start())
    drill = drill_of(session)
    desk.open(f"drills/{drill}").form(f"/console/drills/{drill}/pause").press().follow()
    clock.advance(minutes=5)
    page = desk.incident(incident)
    refused = page.form("composer").press("publish", body="x", no_component="on")
    resumed = desk.open(f"drills/{drill}").form(f"/console/drills/{drill}/resume").press().follow()

    assert 'data-speed="0"' in page.answer.text
    assert "The drill is paused" in page.part("live")
    assert (refused.status, "Resume it, then go on." in refused.text) == (422, True)
    assert "The drill runs" in resumed.text


def test_the_rehearsal_page_shows_what_customers_would_see_and_is_for_staff_alone(
    desk, start, session, component, client
):
    incident = started(start(**{f"state-{component}": "major_outage"}))
    drill = drill_of(session)
    desk.publish(incident, body="The cable is being mended.")
    front = desk.open(f"drills/{drill}/page")
    own = desk.open(f"drills/{drill}/page/incident")

    assert "The cable is being mended." in front.text
    assert "Major outage" in front.text
    assert f'href="/console/drills/{drill}/page/incident"' in front.answer.text
    assert 'content="noindex"' in front.answer.text
    assert f"/incidents/{incident}" not in front.answer.text.replace("/console/incidents", "")
    assert "The cable is being mended." in own.text
    assert front.answer.headers["Cache-Control"] == "no-store"
    assert client.get(f"/console/drills/{drill}/page").status_code in (302, 303, 401)


def test_the_rehearsal_page_is_calm_before_the_first_notice(desk, start, session):
    started(start())
    drill = drill_of(session)

    assert desk.open(f"drills/{drill}/page").status == 200
    assert desk.open(f"drills/{drill}/page/incident").status == 404


def test_this_is_real_leads_to_a_real_incident(desk, start, session, clock):
    incident = started(start())
    drill = drill_of(session)
    clock.advance(seconds=30)
    page = desk.open(f"drills/{drill}").form(f"/console/drills/{drill}/real").press().follow()
    again = desk.open(f"incidents/{incident}")

    assert "This is a real incident now." in page.text
    assert "This is a rehearsal" not in page.text
    assert "in 14 min" in page.part("live")
    assert "The drill is over." in again.text
    assert "the real incident" in desk.open(f"drills/{drill}").text


def test_what_is_typed_wrong_stands_beside_its_field_and_stays(desk, start, person):
    wrong = [start(speed=speed) for speed in ("0", "61", "fast", "")]
    ticked = next(name for name in wrong[0].form().names() if name.startswith("participant-"))
    nobody = start(**{ticked: None})
    prompts = start(prompts="A customer calls.")

    assert [page.status for page in (*wrong, nobody, prompts)] == [422] * 6
    assert [page.errors for page in wrong] == [
        ["A drill runs at 1 to 60 times real time; 0 is not possible."],
        ["A drill runs at 1 to 60 times real time; 61 is not possible."],
        ["Type a whole number from 1 to 60."],
        ["Type a whole number from 1 to 60."],
    ]
    assert nobody.errors == ["Choose at least one person who takes part."]
    assert prompts.errors == [
        "Begin each line with its minute, like “5: A customer calls.”, not “A customer calls.”."
    ]
    assert prompts.form().fields["prompts"] == "A customer calls."
    assert wrong[1].form().fields["title"] == "The cable is cut"


def test_a_second_drill_and_one_beside_a_real_incident_are_refused_on_top_of_the_form(desk, start, session):
    started(start())
    second = start()
    drill = drill_of(session)
    desk.open(f"drills/{drill}").form(f"/console/drills/{drill}/end").press()
    over = desk.browser.post(f"/console/drills/{drill}/end", {})
    desk.declare(name="Real", body="x", no_component="on")
    beside = start()

    assert "is not over yet" in second.part("refused")
    assert over.status_code == 409
    assert "A real incident is open: “Real”" in beside.part("refused")
    assert "A real incident is open: “Real”" in desk.open("drills/new").text


def test_scenarios_come_as_a_set_and_are_written_changed_and_taken_away(desk):
    listed = desk.open("drills").form("/console/drills/scenarios/starter-set").press().follow()
    new = desk.open("drills/scenarios/new").form()
    desk_after = new.press(title="Fire", prompts="9: Smoke.\n\n1: A smell.").follow()
    path = next(
        link.split('"')[1]
        for link in desk_after.answer.text.split("href=")
        if "/drills/scenarios/" in link and 'Change Fire"' in link
    )
    page = desk.open(path.removeprefix("/console/"))
    stale = page.form()
    page.form().press(description="For beginners.").follow()
    lost = stale.press(title="Flood")
    gone = desk.open(path.removeprefix("/console/")).form().press("archive").follow()

    assert "Requests fail after a deployment" in listed.text
    assert page.form().fields["prompts"] == "1: A smell.\n9: Smoke."
    assert (lost.status, lost.form().fields["title"]) == (422, "Flood")
    assert "Fire" not in gone.part("main").replace("Five", "")


def test_a_scenario_says_what_it_is_for_in_no_more_than_the_api_takes(desk):
    refused = desk.open("drills/scenarios/new").form().press(title="Fire", description="x" * 2001)

    assert (refused.status, refused.errors) == (422, ["Shorten this to 2,000 characters."])
    assert refused.form().fields["title"] == "Fire"


def test_home_shows_a_drill_apart_and_owes_nothing_for_it(desk, start):
    started(start())
    home = desk.open("")

    assert "Nothing is owed." in home.text
    assert "DRILL The cable is cut running at 60×" in home.text


def test_a_viewer_looks_and_does_not_lead(signed_in, start, session):
    started(start())
    drill = drill_of(session)
    viewer = Desk(signed_in(VIEWER, email="viewer@example.com"))

    assert viewer.open(f"drills/{drill}").status == 200
    assert "This is real" not in viewer.open(f"drills/{drill}").text
    assert viewer.browser.post(f"/console/drills/{drill}/end", {}).status_code == 403


@pytest.mark.parametrize(("body", "is_kept"), [("We are looking.", False), ("Another word.", True)])
def test_a_save_that_arrives_after_its_own_notice_does_not_come_back_as_a_draft(desk, start, body, is_kept):
    incident = started(start())
    fields = desk.incident(incident).form("composer").fields
    desk.publish(incident, body="We are looking.", no_component="on")
    desk.browser.post(f"/console/incidents/{incident}/draft", {**fields, "body": body}, HX_Request="true")

    assert ("Discard this draft" in desk.incident(incident).text) is is_kept
