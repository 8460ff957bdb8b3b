"""Words ready before they are needed, at the console and over the API."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from statuspage.domain.roles import SiteRole
from statuspage.settings import Settings
from statuspage.store.accounts import Account
from statuspage.store.drills import Drill
from statuspage.store.ids import new_public_id
from statuspage.store.incidents import get_incident
from statuspage.worker.asking import ask_technical_leads, look_for_silence
from statuspage.worker.tools import make_tools
from tests.factories import make_token
from tests.fakes import NOON, FakeClock
from tests.web.browsers import Browser
from tests.web.callers import Api, wire
from tests.web.desks import Desk

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ROLLED_BACK = "Rolled back 4.2, errors are falling."


@pytest.fixture
def rob(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.RESPONDER, name="Rob", email="rob@example.com"))


@pytest.fixture
def ana(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.COMMUNICATOR, name="Ana", email="ana@example.com"))


@pytest.fixture
def incident_id(ana: Desk, component: str) -> str:
    """A major incident, announced at noon with a promise for 12:30."""
    named = {f"state-{component}": "major_outage", "impact_override": "major", "promise": "30"}
    return ana.declare(name="Requests fail", body="We are looking.", **named)


@pytest.fixture
def work(settings: Settings, clock: FakeClock):
    """Run what a worker runs."""
    tools = make_tools(settings, clock)

    def run() -> None:
        ask_technical_leads(tools)
        look_for_silence(tools)

    yield run
    tools.sessions.kw["bind"].dispose()


def prepare(who: Desk, incident_id: str, **fields: str) -> object:
    form = who.incident(incident_id).form("composer")
    form.fields |= {"body": "We found it.", "status": "identified", **fields}
    return who.browser.post(f"/console/incidents/{incident_id}/ready", {**form.fields, "act": "ready"})


def publish_path(reader: Desk, path: str = "") -> str:
    html = reader.open(path).answer.text
    (found,) = {part.split('"')[0] for part in html.split('href="') if "/publish" in part.split('"')[0]}
    return found.removeprefix("/console/")


def test_a_responder_prepares_and_a_communicator_publishes_with_one_click(
    rob: Desk, ana: Desk, incident_id: str, api: Api
):
    prepare(rob, incident_id)
    for page in (ana.open(""), ana.incident(incident_id)):
        assert "Ready to go: Identified. “ We found it. ” by Rob" in page.text
    assert "Publish it" not in rob.open("").text

    asked = ana.open(publish_path(ana))
    assert "Publish this update? We found it." in asked.text
    assert "Next update by" in asked.text
    assert api.incident(incident_id)["status"] == "investigating"
    done = asked.form().press().follow()

    assert "published what Rob had prepared." in done.text
    assert "Ready to go:" not in done.text
    assert api.incident(incident_id)["incident_updates"][0]["body"] == "We found it."
    assert api.get(f"incidents/{incident_id}/drafts") == []


def test_to_open_the_composer_again_takes_nothing_back(rob: Desk, ana: Desk, incident_id: str):
    prepare(rob, incident_id)
    form = rob.incident(incident_id).form("composer")

    rob.browser.post(
        f"/console/incidents/{incident_id}/draft", form.fields
    )  # as the page does once it is there

    assert "Ready to go:" in ana.open("").text


def test_what_a_program_has_prepared_stays_ready_when_its_owner_looks(
    signed_in: Callable[..., Browser], ana: Desk, incident_id: str, api: Api, session: Session
):
    path = f"incidents/{incident_id}/draft"
    ben = signed_in(SiteRole.RESPONDER, email="ben@example.com")
    owner = session.scalars(select(Account).where(Account.email == "ben@example.com")).one()
    make_token(session, role=SiteRole.RESPONDER, owner=owner, secret="ben")
    session.commit()
    program = Api(api._client, api.page_id, "ben")
    program.send("PUT", path, json={"draft": {"body": "We found it.", "status": "identified"}})
    program.send("PUT", f"{path}/ready")

    ben.post(f"/console/{path}", Desk(ben).incident(incident_id).form("composer").fields)

    assert "Ready to go:" in ana.open("").text


def test_a_second_press_publishes_nothing_twice(rob: Desk, ana: Desk, incident_id: str, api: Api):
    prepare(rob, incident_id)
    form = ana.open(publish_path(ana)).form()
    form.press()

    assert form.press().status == 303
    assert len(api.incident(incident_id)["incident_updates"]) == 2


def test_what_was_changed_before_the_answer_is_not_published(
    rob: Desk, ana: Desk, incident_id: str, api: Api
):
    prepare(rob, incident_id)
    form = ana.open(publish_path(ana)).form()
    prepare(rob, incident_id, body="We found more.")

    page = form.press()

    assert page.status == 409
    assert "The draft has changed since you read it." in page.text
    assert "We found more." in page.text
    assert len(api.incident(incident_id)["incident_updates"]) == 1


def test_what_was_taken_back_is_not_published(rob: Desk, ana: Desk, incident_id: str):
    prepare(rob, incident_id)
    path = publish_path(ana)
    rob.browser.post(f"/console/incidents/{incident_id}/ready", {"act": "take_back"})

    page = ana.open(path)

    assert page.status == 409
    assert "This draft is not ready any more" in page.text
    assert "Ready to go:" not in ana.open("").text


def test_words_that_cannot_go_out_are_refused_beside_the_text(rob: Desk, incident_id: str):
    answer = prepare(rob, incident_id, body="The cause: {{cause}}")

    assert answer.status_code == 422
    assert "Write in place of {{cause}}" in answer.text
    assert "The cause: {{cause}}</textarea>" in answer.text


def test_a_drills_draft_is_shown_to_nobody_outside(
    rob: Desk, ana: Desk, incident_id: str, api: Api, sessions: sessionmaker[Session]
):
    prepare(rob, incident_id)
    path = publish_path(ana)
    with sessions() as session:
        row = get_incident(session, incident_id)
        row.drill = Drill(public_id=new_public_id(), title="Game day", speed=1, started_at=NOON)
        session.commit()

    for page in (ana.open(""), ana.incident(incident_id), rob.incident(incident_id), ana.open(path)):
        assert "Ready to go:" not in page.text
    assert "We found it." not in ana.incident(incident_id).text
    assert api.get(f"incidents/{incident_id}/drafts") == []


def test_the_api_prepares_suggests_and_publishes(api: Api, incident_id: str):
    rob, path = api.acting_as(SiteRole.RESPONDER), f"incidents/{incident_id}"
    assert api.get(f"{path}/suggestion")["status"] == "investigating"
    draft = {"body": "We found it.", "status": "identified"}
    rob.send("PUT", f"{path}/draft", json={"draft": draft})
    ready = rob.send("PUT", f"{path}/draft/ready").get_json()
    assert ready["ready_at"] == wire(0)

    suggestion = api.get(f"{path}/suggestion")
    assert suggestion == {
        "kind": "update", "status": "identified", "body": "We found it.", "draft_id": ready["id"],
    }  # fmt: skip
    stale = {"If-Match": "99"}
    assert api.refused("POST", f"{path}/drafts/{ready['id']}/publish", stale)["code"] == "stale"
    assert rob.send("DELETE", f"{path}/draft/ready").get_json()["ready_at"] is None
    assert api.refused("POST", f"{path}/drafts/{ready['id']}/publish")["code"] == "not_ready"
    rob.send("PUT", f"{path}/draft/ready")

    answer = api.send("POST", f"{path}/drafts/{ready['id']}/publish")

    assert answer.get_json()["incident_updates"][0]["body"] == "We found it."
    assert api.get(f"{path}/drafts") == []


def test_the_technical_lead_answers_from_a_phone_and_the_line_lands_in_the_leads_draft(
    rob: Desk, ana: Desk, incident_id: str, api: Api, clock: FakeClock, work: Callable[[], None]
):
    roles = {"technical_lead": "rob@example.com", "communications_lead": "ana@example.com"}
    api.change(incident_id, roles=roles)
    assert "You are technical lead. At 12:15" in rob.incident(incident_id).text
    clock.advance(minutes=15)
    work()
    assert "Rob is asked for the update due by 12:30" in ana.incident(incident_id).text
    ana.browser.post(
        f"/console/incidents/{incident_id}/draft", {"body": "We are on it.", "status": "identified"}
    )

    rob.incident(incident_id).form(f"/console/incidents/{incident_id}/question").press(answer=ROLLED_BACK)

    page = ana.incident(incident_id)
    assert page.form("composer").fields["body"] == f"We are on it.\n\n{ROLLED_BACK}"
    assert f"Rob says: “ {ROLLED_BACK} ”" in page.text
    assert f"What changed, what comes next? {ROLLED_BACK}" in page.text
    # The window that was open all the time goes on saving what it knows.
    ana.browser.post(
        f"/console/incidents/{incident_id}/draft",
        {"body": "We are on it!", "status": "identified", "answers": ""},
    )
    assert page.form("composer").fields["body"].endswith(ROLLED_BACK)
    live = ana.browser.get(f"/console/incidents/{incident_id}/live?answers=").text
    assert "Open the draft with it" in live


def test_a_second_answer_is_refused_and_kept_in_its_field(
    rob: Desk, ana: Desk, incident_id: str, clock: FakeClock, work: Callable[[], None]
):
    clock.advance(minutes=15)
    work()
    form = rob.open(f"incidents/{incident_id}/question").form()
    ana.act(incident_id, "question", answer=ROLLED_BACK)

    page = form.press(answer="It was the cache.")

    assert page.status == 422
    assert ROLLED_BACK in page.text
    assert page.form().fields["answer"] == "It was the cache."


def test_an_answer_to_what_is_not_asked_any_more_keeps_what_was_typed(
    rob: Desk, ana: Desk, incident_id: str, clock: FakeClock, work: Callable[[], None]
):
    clock.advance(minutes=15)
    work()
    form = rob.open(f"incidents/{incident_id}/question").form()
    ana.publish(incident_id, body="More.")

    page = form.press(answer="It was the cache.")

    assert page.status == 422
    assert "Nothing is asked of this incident now." in page.text
    assert page.form().fields["answer"] == "It was the cache."


def test_the_api_lists_and_answers_questions(
    api: Api, incident_id: str, clock: FakeClock, work: Callable[[], None]
):
    path = f"incidents/{incident_id}/questions"
    refused = api.refused("POST", f"{path}/answer", json={"question": {"answer": "x"}})
    assert (refused["status"], refused["code"]) == (404, "not_asked")
    clock.advance(minutes=15)
    work()
    (question,) = api.get(path)
    assert (question["due_at"], question["asked_at"], question["answer"]) == (wire(30), wire(15), None)

    answer = api.send("POST", f"{path}/answer", json={"question": {"answer": ROLLED_BACK}}).get_json()

    assert (answer["answer"], answer["answered_by"]) == (ROLLED_BACK, "admin@example.com")
    refused = api.refused("POST", f"{path}/answer", json={"question": {"answer": "x"}})
    assert (refused["status"], refused["code"]) == (409, "already_answered")


def test_a_silence_is_shown_and_dismissed(
    rob: Desk, ana: Desk, incident_id: str, api: Api, clock: FakeClock, work: Callable[[], None]
):
    clock.advance(minutes=30)
    work()
    for page in (ana.open(""), ana.incident(incident_id)):
        assert "There is no mitigation on record. Since" in page.text
    (warning,) = api.get("silence_warnings")
    assert (warning["kind"], warning["incident_id"]) == ("no_mitigation", incident_id)

    page = rob.open(f"warnings/{warning['id']}?from=incident").form().press().follow()

    assert page.path == f"/console/incidents/{incident_id}"
    assert "dismissed a warning: there is no mitigation on record." in page.text
    assert "There is no mitigation on record. Since" not in ana.open("").text
    assert "Rob dismissed it" in ana.open(f"warnings/{warning['id']}").text
    (warning,) = api.get("silence_warnings")
    assert (warning["dismissed_by"], warning["dismissed_at"]) == ("rob@example.com", wire(30))


def test_the_api_dismisses_once(api: Api, component: str, clock: FakeClock, work: Callable[[], None]):
    path = f"components/{component}"
    api.send("PATCH", path, json={"component": {"status": "major_outage", "reason": "The disk is full."}})
    clock.advance(minutes=15)
    work()
    (warning,) = api.get("silence_warnings")
    assert (warning["name"], warning["component_id"]) == ("API", component)

    for _ in range(2):
        answer = api.send("POST", f"silence_warnings/{warning['id']}/dismiss").get_json()
        assert answer["dismissed_by"] == "admin@example.com"


def test_runbooks_of_situation_and_components_stand_at_the_incident(ana: Desk, component: str, api: Api):
    ana.open(f"components/{component}").form().press(runbook_url="https://wiki.example.com/api")
    (template,) = [one for one in api.get("incident_templates") if one["name"] == "It is slow"]
    ana.open(f"templates/{template['id']}").form("template").press(
        runbook_url="https://wiki.example.com/slow"
    )
    assert api.get(f"components/{component}")["runbook_url"] == "https://wiki.example.com/api"

    incident_id = ana.declare(situation=template["id"], **{f"state-{component}": "degraded_performance"})

    page = ana.incident(incident_id)
    assert 'href="https://wiki.example.com/slow"' in page.answer.text
    assert 'href="https://wiki.example.com/api"' in page.answer.text
    assert api.incident(incident_id)["runbook_url"] == "https://wiki.example.com/slow"
    assert "wiki.example.com" not in ana.browser.get(f"/incidents/{incident_id}").text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "wiki", "ftp://wiki.example.com"])
def test_a_runbook_is_a_web_address(ana: Desk, component: str, api: Api, address: str):
    page = ana.open(f"components/{component}").form().press(runbook_url=address)
    assert page.status == 422
    assert page.errors == ["Write a web address that begins with https://."]
    template_id = api.get("incident_templates")[0]["id"]
    page = ana.open(f"templates/{template_id}").form("template").press(runbook_url=address)
    assert page.errors == ["Write a web address that begins with https://."]
    things = ((f"components/{component}", "component"), (f"incident_templates/{template_id}", "template"))
    for path, wrapper in things:
        refused = api.refused("PATCH", path, json={wrapper: {"runbook_url": address}})
        assert (refused["status"], refused["code"]) == (422, "invalid_address")
