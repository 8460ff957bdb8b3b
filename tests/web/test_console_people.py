"""People at an incident's screen: called, taken, handed over, acknowledged, and what each role needs."""

from collections.abc import Callable

import pytest

from statuspage.domain.roles import SiteRole
from tests.fakes import FakeClock
from tests.web.browsers import Browser
from tests.web.callers import Api
from tests.web.desks import Desk

LEAD, COMMANDER = "communications_lead", "incident_commander"


@pytest.fixture
def ana(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.COMMUNICATOR, name="Ana", email="ana@example.com"))


@pytest.fixture
def ben(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.COMMUNICATOR, name="Ben", email="ben@example.com"))


def plan(api: Api, role: str, *members: str) -> None:
    emails = [f"{member}@example.com" for member in members]
    body = {"rota": {"role": role, "members": emails, "starts_on": "2026-11-18"}}
    assert api.send("PUT", "rota", json=body).status_code == 200


def press(desk: Desk, incident: str, act: str, said: str | None = None, **fields: str):
    form = desk.incident(incident).form(f"/console/incidents/{incident}/{act}")
    return form.press(**{"answer": said} if said else {}, **fields)


def people(desk: Desk, incident: str) -> str:
    page = desk.incident(incident)
    return f"{page.part('live')} {page.part('people')}"


def test_what_looks_for_news_brings_the_people_along(ana: Desk, ben: Desk, api: Api):
    plan(api, LEAD, "ana")
    incident = api.declare()["id"]
    seen = ben.incident(incident)._tree().get_element_by_id("live").get("data-seen")
    path = f"incidents/{incident}/live"
    press(ana, incident, f"calls/{LEAD}", "accepted")

    news = ben.open(f"{path}?seen={seen}")

    assert news.status == 200
    assert 'id="people" hx-swap-oob="true"' in news.answer.text
    assert "“I have it”" in news.part("people")


def test_a_called_person_sees_it_on_top_and_takes_it(ana: Desk, ben: Desk, api: Api, clock: FakeClock):
    plan(api, LEAD, "ana", "ben")
    incident = api.declare()["id"]
    assert "You are called as communications lead." in people(ana, incident)
    assert "You are called as deputy communications lead." in people(ben, incident)
    assert "Ana is called, no answer yet" in people(ben, incident)
    assert "Ana is called, no answer yet" in ben.open("").text
    clock.advance(minutes=2)

    page = press(ana, incident, f"calls/{LEAD}", "accepted").follow()

    assert "You have it." in page.text
    assert "“I have it”, said 12:02 UTC" in people(ben, incident)
    assert "Ana has it" in ben.open("").text
    told = ben.incident(incident).text
    assert "took the role of communications lead." in told
    assert "made Ana" not in told
    assert "You are called" not in people(ana, incident)
    assert "You are called" not in people(ben, incident)
    assert api.incident(incident)["roles"] == {LEAD: "ana@example.com"}


def test_a_called_person_can_say_no(ana: Desk, ben: Desk, api: Api):
    plan(api, LEAD, "ana")
    incident = api.declare()["id"]

    press(ana, incident, f"calls/{LEAD}", "declined")

    assert "Ana can’t, said 12:00 UTC" in people(ben, incident)
    assert "Nobody yet" in people(ben, incident)


def test_an_offer_that_waits_for_long_stays_one_where_nobody_commands(
    ana: Desk, ben: Desk, api: Api, clock: FakeClock
):
    incident = api.detect(roles={LEAD: "ana@example.com"})["id"]
    press(ana, incident, "handover", to="ben@example.com")
    clock.advance(minutes=6)

    seen = people(ben, incident)

    assert "Until you accept, nothing changes." in seen
    assert "The commander has it" not in seen
    assert "nobody accepted it in time" not in seen
    assert press(ben, incident, "handover/decline").status == 303


@pytest.mark.parametrize("said", ["", "perhaps", "\0"])
def test_what_is_neither_yes_nor_no_answers_no_call(ana: Desk, api: Api, said: str):
    plan(api, LEAD, "ana")
    incident = api.declare()["id"]

    refused = press(ana, incident, f"calls/{LEAD}", answer=said)

    assert refused.status == 422
    assert "Say whether you take it." in refused.text
    assert "You are called as communications lead." in people(ana, incident)


def test_a_role_of_a_disabled_account_reads_as_open(ana: Desk, ben: Desk, api: Api):
    incident = api.detect(roles={LEAD: "ana@example.com"})["id"]
    [account] = [each for each in api.send("GET", "accounts").json if each["email"] == "ana@example.com"]
    body = {"account": {"disabled": True}}
    assert api.send("PATCH", f"accounts/{account['id']}", json=body).status_code == 200

    assert "Ana" not in people(ben, incident)
    assert "Nobody yet" in people(ben, incident)


def test_a_role_that_somebody_has_by_now_is_not_taken_twice(ana: Desk, ben: Desk, api: Api):
    plan(api, LEAD, "ana", "ben")
    incident = api.declare()["id"]
    form = ana.incident(incident).form(f"/console/incidents/{incident}/calls/{LEAD}")
    press(ben, incident, f"calls/{LEAD}", "accepted")

    refused = form.press(answer="accepted")

    assert refused.status == 422
    assert "Ben has this role by now." in refused.text


def test_the_lead_says_i_have_it_once_for_each_deadline(ana: Desk, api: Api, clock: FakeClock):
    incident = api.detect(roles={LEAD: "ana@example.com"})["id"]
    clock.advance(minutes=3)

    press(ana, incident, "acknowledge")

    assert "“I have it”, said 12:03 UTC" in people(ana, incident)
    page = ana.incident(incident)
    assert f"/console/incidents/{incident}/acknowledge" not in [
        one.get("action") for one in page._tree().forms
    ]
    clock.advance(minutes=2)
    api.change(incident, status="investigating")
    press(ana, incident, "acknowledge")
    assert "“I have it”, said 12:05 UTC" in people(ana, incident)


def test_taking_the_lead_where_nobody_has_it_is_saying_i_have_it(ana: Desk, api: Api):
    incident = api.declare()["id"]

    press(ana, incident, "roles/mine")

    assert "“I have it”, said 12:00 UTC" in people(ana, incident)
    assert api.get(f"incidents/{incident}/people")["acknowledged_at"] is not None


def test_the_lead_is_offered_and_accepted(ana: Desk, ben: Desk, api: Api, clock: FakeClock):
    incident = api.declare(roles={LEAD: "ana@example.com"})["id"]

    press(ana, incident, "handover", to="ben@example.com")

    assert "offered to Ben, who can answer by 12:05 UTC, in 5 min" in people(ana, incident)
    assert "Ana hands the communications lead over to you." in people(ben, incident)
    clock.advance(minutes=2)
    press(ben, incident, "handover/accept")
    assert api.incident(incident)["roles"] == {LEAD: "ben@example.com"}
    assert "offered to" not in people(ana, incident)


def test_an_offer_is_declined_or_taken_back(ana: Desk, ben: Desk, api: Api):
    incident = api.declare(roles={LEAD: "ana@example.com"})["id"]
    for desk, answer in ((ben, "decline"), (ana, "withdraw")):
        press(ana, incident, "handover", to="ben@example.com")
        press(desk, incident, f"handover/{answer}")
        assert "offered to" not in people(ana, incident)
    assert api.incident(incident)["roles"] == {LEAD: "ana@example.com"}


def test_an_offer_that_nobody_accepts_goes_to_the_commander(ana: Desk, ben: Desk, api: Api, clock: FakeClock):
    roles = {LEAD: "ana@example.com", COMMANDER: "admin@example.com"}
    incident = api.declare(roles=roles)["id"]
    press(ana, incident, "handover", to="ben@example.com")
    clock.advance(minutes=5, seconds=1)

    assert "has it, because nobody accepted it in time" in people(ana, incident)
    assert "you may still take it" in people(ben, incident)

    press(ben, incident, "handover/accept")

    assert api.incident(incident)["roles"][LEAD] == "ben@example.com"


def test_a_handover_to_somebody_who_cannot_lead_is_refused_beside_its_field(ana: Desk, ben: Desk, api: Api):
    incident = api.declare(roles={LEAD: "ana@example.com"})["id"]

    refused = press(ana, incident, "handover", to="viewer@example.com")

    assert refused.status == 422
    assert "may not publish, and could not keep a promise." in refused.errors[0]


def test_the_commander_records_a_decision_and_sees_who_is_silent(ana: Desk, ben: Desk, api: Api):
    plan(api, "scribe", "ben")
    incident = api.declare(roles={COMMANDER: "ana@example.com"})["id"]
    page = ana.incident(incident)
    assert "No answer yet: Ben (scribe)" in page.text.replace("  ", " ")

    [form] = [one for one in page._tree().forms if one.xpath(".//input[@id='decision']")]
    ana.browser.post(form.get("action"), {"kind": "decision", "text": "We fail over."})

    text = ana.incident(incident).text
    assert text.count("We fail over.") == 2  # on top, and in the timeline


def test_the_scribe_has_one_line_on_top(ben: Desk, api: Api):
    incident = api.declare(roles={"scribe": "ben@example.com"})["id"]

    page = ben.incident(incident)

    assert "For the scribe: the log" in page.text
    assert "For the commander" not in page.text


def test_an_incident_that_is_over_asks_nobody_for_anything(ana: Desk, api: Api):
    plan(api, LEAD, "ana")
    incident = api.declare()["id"]
    api.change(incident, status="resolved")

    assert "You are called" not in ana.incident(incident).text
