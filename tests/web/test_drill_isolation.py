"""A drill changes not one public byte, from its alarm to its score card."""

import pytest

from statuspage.services.rebuilding import rebuild
from statuspage.store.incidents import get_incident
from statuspage.worker.jobs import catch_up_site, fixed_jobs
from statuspage.worker.tools import Tools
from tests.web.callers import FEEDS, wire

PATHS = ("", "history", "history/2026-11", "api/v2/summary.json", "api/v2/status.json", "sitemap.xml", *FEEDS)
LISTS = ("components", "incidents", "incidents/unresolved", "summary")


@pytest.fixture
def everything(client, site):
    """Return every file of the site, and what programs are told with it: bytes and ETags."""

    def look():
        answers = [client.get(f"/{path}") for path in (*PATHS, *(f"api/v2/{name}.json" for name in LISTS))]
        public = {path: content for path, content in site.files().items() if not path.startswith(".")}
        return public, [(one.status_code, one.data, one.headers["ETag"]) for one in answers]

    return look


def play(api, clock, component):
    """Play a whole drill at 60×, with every act that a real incident has."""
    drill = api.declare(
        "The cable is cut",
        is_drill=True,
        speed=60,
        status="detected",
        components={component: "major_outage"},
        participants=["admin@example.com"],
    )
    clock.advance(seconds=10)
    drill = api.change(drill, status="investigating", components={component: "major_outage"}, body="Look.")
    clock.advance(seconds=70)  # the promise is broken meanwhile
    drill = api.change(drill, body="Found it.", status="identified", late_reason="We were asleep.")
    drill = api.correct(drill, drill["last_update_id"], body="Found **it**.") and api.incident(drill)
    api.change(drill, name="The sea cable is cut", mitigated_at=wire(75))
    api.withdraw(drill, drill["last_update_id"])
    clock.advance(seconds=5)
    states = {component: "degraded_performance"}
    return api.change(drill, status="resolved", restored_at=wire(80), components=states, body="Over.")


def test_a_whole_drill_changes_not_one_public_byte(
    api, site, client, adapters, sessions, session, clock, component, everything
):
    api.declare(
        "Requests fail", status="resolved", restored_at=wire(0), components={component: "major_outage"}
    )
    before, listed = everything(), api.get("incidents")
    owed = api.deadlines()

    drill = play(api, clock, component)
    tools = Tools(adapters, sessions)
    for job in fixed_jobs(tools):
        job.run()
    catch_up_site(tools)
    played = everything()
    session.rollback()
    rebuild(session, adapters.site, clock, adapters.settings.base_url)

    assert (drill["is_drill"], drill["status"]) == (True, "resolved")
    assert played == before
    assert everything() == before
    assert api.get("incidents") == listed
    assert api.deadlines() == owed
    assert not site.has(f"incidents/{drill['id']}")
    assert not site.has(f"api/v2/incidents/{drill['id']}.json")


def test_the_drill_itself_went_all_the_way(api, clock, component, session):
    drill = play(api, clock, component)
    session.rollback()
    score = get_incident(session, drill["id"]).drill.score

    assert [notice["status"] for notice in drill["incident_updates"]] == [
        "resolved",
        "identified",
        "investigating",
    ]
    assert (score["first_notice_minutes"], score["promises_kept"], score["promises_broken"]) == (10, 1, 1)
    assert drill["speed"] == 60


def test_components_stay_as_customers_see_them(api, clock, component):
    before = api.get(f"components/{component}")
    play(api, clock, component)

    assert api.get(f"components/{component}") == before


def test_a_drill_is_overdue_by_its_own_clock(api, clock, component):
    drill = api.declare(is_drill=True, speed=60, status="detected")
    clock.advance(seconds=16)

    assert [one["is_overdue"] for one in api.deadlines(drill)] == [True]
    assert api.deadlines() == []


def test_a_real_incident_never_becomes_a_drill_and_a_drill_never_real(api, component, nothing_changes):
    real = api.declare()
    with nothing_changes():
        refused = api.refused_change(real, is_drill=True, body="x")

    assert (refused["status"], refused["code"]) == (422, "drill_stays_drill")


def test_a_drill_can_not_be_turned_public(api, nothing_changes):
    drill = api.declare(is_drill=True, status="detected")
    with nothing_changes():
        refused = api.refused_change(drill, is_drill=False, status="investigating", body="x")

    assert refused["code"] == "drill_stays_drill"
