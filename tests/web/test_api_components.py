"""Components and groups over the manage API."""

import pytest
from sqlalchemy.orm import Session

from statuspage.store.components import claim_set_by_hand, get_component
from tests.web.callers import Api, Json, PublicSite


def _new(api: Api, **fields: object) -> Json:
    answer = api.send("POST", "components", json={"component": {"name": "API", **fields}})
    assert answer.status_code == 201, answer.text
    made: Json = answer.get_json()
    return made


def _new_group(api: Api, **fields: object) -> Json:
    answer = api.send("POST", "component-groups", json={"component_group": {"name": "Europe", **fields}})
    assert answer.status_code == 201, answer.text
    made: Json = answer.get_json()
    return made


def test_a_new_component_is_operational_on_the_page_and_in_the_json(api: Api, site: PublicSite):
    made = _new(api, description="REST and webhooks", start_date="2025-01-31")

    assert (made["status"], made["start_date"], made["group"]) == ("operational", "2025-01-31", False)
    assert api.get(f"components/{made['id']}") == made
    public = {name: value for name, value in made.items() if name != "runbook_url"}
    assert site.json("components")["components"] == [public]
    assert "REST and webhooks" in site.text("")


def test_a_state_set_by_hand_shows_beside_what_incidents_claim(api: Api, site: PublicSite):
    made = _new(api, status="degraded_performance")
    incident = api.declare(components={made["id"]: "major_outage"})
    assert site.state(made["id"]) == "major_outage"

    api.change(incident, status="resolved")
    assert site.state(made["id"]) == "degraded_performance"
    api.send("PUT", f"components/{made['id']}", json={"component": {"status": "operational"}})
    assert site.state(made["id"]) == "operational"


def test_a_component_leaves_the_page_and_stays_in_history(api: Api, site: PublicSite):
    made = _new(api)
    incident = api.declare(components={made["id"]: "major_outage"})
    assert api.send("DELETE", f"components/{made['id']}").status_code == 204

    assert site.json("components")["components"] == []
    assert [each["id"] for each in site.incident(incident)["components"]] == [made["id"]]
    assert api.refused("DELETE", f"components/{made['id']}")["status"] == 404
    refused = api.refused_declaration(components={made["id"]: "major_outage"})
    assert refused["code"] == "unknown_component"
    assert api.change(incident, status="resolved")["status"] == "resolved"


def test_a_group_stands_above_its_members_in_the_order_given(api: Api, site: PublicSite):
    first, second = _new(api, name="First"), _new(api, name="Second")
    group = _new_group(api, components=[second["id"], first["id"]])

    rows = site.json("components")["components"]
    assert [row["name"] for row in rows] == ["Europe", "Second", "First"]
    assert rows[0]["components"] == group["components"] == [second["id"], first["id"]]
    assert [row["group_id"] for row in rows] == [None, group["id"], group["id"]]


def test_a_removed_group_leaves_its_components(api: Api, site: PublicSite):
    made = _new(api)
    group = _new_group(api, components=[made["id"]])
    assert api.send("DELETE", f"component-groups/{group['id']}").status_code == 204

    assert [(row["name"], row["group_id"]) for row in site.json("components")["components"]] == [
        ("API", None)
    ]
    assert api.get("component-groups") == []


@pytest.mark.parametrize("empty", [None, ""])
def test_a_component_leaves_its_group(api: Api, empty: str | None):
    made = _new(api)
    _new_group(api, components=[made["id"]])
    changed = api.send(
        "PATCH", f"components/{made['id']}", json={"component": {"group_id": empty}}
    ).get_json()

    assert changed["group_id"] is None


def test_the_page_is_named_and_described(api: Api, site: PublicSite):
    page = api.send(
        "PATCH",
        "",
        json={"page": {"name": "Acme", "page_description": "All we run.", "time_zone": "Europe/Berlin"}},
    ).get_json()

    assert (page["name"], page["time_zone"]) == ("Acme", "Europe/Berlin")
    assert "All we run." in site.text("")
    assert site.json("summary")["page"]["time_zone"] == "Europe/Berlin"
    assert api.get("") == page


def test_everything_is_put_in_order_at_once(api: Api, components: list[str], site: PublicSite):
    group = api.send("POST", "component-groups", json={"component_group": {"name": "Europe"}}).json["id"]
    first, second = components
    order = [{"id": group, "components": [second]}, {"id": first, "components": []}]

    answer = api.send("PUT", "component-order", json={"component_order": {"order": order}})

    assert (answer.status_code, answer.json) == (200, order)
    assert api.get("component-order") == order
    assert [row["name"] for row in site.json("components")["components"]] == ["Europe", "Dashboard", "API"]


def test_an_order_that_leaves_something_out_changes_nothing(api: Api, components: list[str], nothing_changes):
    with nothing_changes():
        order = {"order": [{"id": components[0]}]}
        answer = api.send("PUT", "component-order", json={"component_order": order})

    assert (answer.status_code, answer.json["code"]) == (409, "order_incomplete")


@pytest.mark.parametrize("description", ["x" * 2001, "a\0b"])
@pytest.mark.parametrize("thing", ["component", "component-group"])
def test_a_description_that_can_not_be_kept_is_refused(api: Api, thing: str, description: str):
    sent = {thing.replace("-", "_"): {"name": "API", "description": description}}
    answer = api.send("POST", f"{thing}s", json=sent)

    assert (answer.status_code, list(answer.json["fields"])) == (422, ["description"])


def test_a_group_that_can_not_be_is_unknown(api: Api, component: str):
    answer = api.send("PATCH", f"components/{component}", json={"component": {"group_id": "a\0b"}})

    assert answer.status_code == 422


def test_a_new_reason_for_the_same_state_is_kept(api: Api, session: Session, component: str):
    for reason in ("First", "Second"):
        fields = {"status": "degraded_performance", "reason": reason}
        api.send("PATCH", f"components/{component}", json={"component": fields})

    session.rollback()
    running = claim_set_by_hand(session, get_component(session, component))
    assert running is not None
    assert running.reason == "Second"
