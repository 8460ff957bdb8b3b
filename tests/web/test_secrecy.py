"""Nothing unannounced, and nothing meant for staff alone, may influence a public byte."""

from statuspage.domain.roles import SiteRole
from statuspage.web.publish import publish_now
from tests.fakes import FakeClock
from tests.web.callers import Api, Json, PublicSite, wire

MARK = "zebra-crossing-4711"


def _plant(api: Api, component: str, announced: Json) -> None:
    """Plant the mark wherever an unannounced incident has room for it, in each state it can be in."""
    marked: Json = {
        "components": {component: "major_outage"},
        "impact_override": "critical",
        "roles": {"scribe": "viewer@example.com"},
        "runbook_url": f"https://example.com/{MARK}",
        "metadata": {MARK: {"deep": MARK}},
        "began_at": wire(-60 * 24 * 400),
        "detected_at": wire(-60),
        "recurrence_of": announced["id"],
    }
    api.detect(f"Detected {MARK}", **marked)
    for status in ("dismissed", "internal"):
        incident = api.detect(f"To be {status} {MARK}", **marked)
        api.change(incident, status=status, reason=f"Because of {MARK}")
    revived = api.detect(f"To be revived {MARK}", **marked)
    api.change(revived, status="dismissed", reason=MARK)
    api.change(revived, status="detected", reason=MARK)
    api.change(
        revived, name=f"Renamed {MARK}", restored_at=wire(-5), mitigated_at=wire(-6), detected_at=wire(-50)
    )


def test_unannounced_incidents_influence_no_public_byte(
    api: Api, site: PublicSite, component: str, clock: FakeClock
):
    announced = api.declare("Known to all", components={component: "degraded_performance"})
    before = site.files()
    clock.advance(minutes=1)
    _plant(api, component, announced)

    assert site.files() == before


def test_nor_do_they_when_everything_is_built_anew(api: Api, site: PublicSite, component: str, app):
    announced = api.declare("Known to all", components={component: "degraded_performance"})
    api.change(announced, body="The same.")
    _plant(api, component, announced)
    api.send("PATCH", "", json={"page": {"name": "Renamed"}})
    with app.app_context():
        publish_now()

    assert [path for path, content in site.files().items() if MARK.encode() in content] == []
    assert site.state(component) == "degraded_performance"
    assert site.json("status")["status"]["indicator"] == "minor"
    assert not site.has("history/2025-10")


def test_what_staff_note_on_an_announced_incident_influences_no_public_byte(
    api: Api, site: PublicSite, clock: FakeClock
):
    incident = api.declare("Known to all", detected_at=wire(-30))
    before = site.files()
    clock.advance(minutes=1)
    api.change(incident, late_reason=f"Because of {MARK}")
    api.change(incident, roles={"communications_lead": "admin@example.com"})
    api.change(incident, runbook_url=f"https://example.com/{MARK}", metadata={"x": MARK})
    api.acting_as(SiteRole.RESPONDER).change(incident, restored_at=wire(0))

    assert site.files() == before


def test_refused_notices_influence_no_public_byte(api: Api, site: PublicSite, clock: FakeClock):
    incident = api.declare()
    before = site.files()
    clock.advance(minutes=1)
    api.refused_change(incident, body=MARK, next_update_in=5)
    api.refused_change(incident, body=MARK, name=MARK, components={"000000000000": "major_outage"})

    assert site.files() == before
