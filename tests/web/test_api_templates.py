"""Templates over the API, in the shape of Statuspage's incident templates."""

from typing import Any

import pytest

from statuspage.domain.roles import SiteRole
from tests.web.callers import Api, PublicSite

PATH = "incident_templates"


def send(api: Api, method: str, path: str = PATH, **template: Any) -> Any:
    return api.send(method, path, json={"template": template})


def created(api: Api, **template: Any) -> dict[str, Any]:
    answer = send(api, "POST", **{"name": "Mine", "body": "We are on it.", **template})
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_new_page_has_templates_of_every_kind(api: Api):
    found = api.get(PATH)

    assert {one["kind"] for one in found} == {"initial", "update", "resolution", "reopening"}
    assert [one["position"] for one in found if one["kind"] == "initial"] == list(range(1, 9))


def test_a_template_has_the_keys_that_clients_know(api: Api, component: str):
    template = created(
        api, title="Requests fail", update_status="investigating", components={component: "partial_outage"}
    )

    known = {"id", "name", "title", "body", "group_id", "update_status", "should_tweet", "components"}
    assert known | {"should_send_notifications"} <= set(template)
    assert [one["id"] for one in template["components"]] == [component]
    assert template["states"] == {component: "partial_outage"}
    assert (template["kind"], template["update_status"]) == ("initial", "investigating")


@pytest.mark.parametrize(
    ("fields", "kind", "status"),
    [
        ({}, "update", None),
        ({"update_status": "resolved"}, "resolution", "resolved"),
        ({"kind": "resolution"}, "resolution", "resolved"),
        ({"title": "It is down"}, "initial", None),
        ({"kind": "reopening"}, "reopening", None),
    ],
)
def test_the_kind_follows_from_what_is_said(api: Api, fields: dict[str, str], kind: str, status: str | None):
    template = created(api, **fields)

    assert (template["kind"], template["update_status"]) == (kind, status)


def test_a_template_is_changed_moved_and_taken_away(api: Api):
    template = created(api)
    path = f"{PATH}/{template['id']}"

    changed = send(api, "PATCH", path, body="Still on it.", position=1).json
    assert (changed["body"], changed["name"], changed["position"]) == ("Still on it.", "Mine", 1)
    assert api.get(path)["body"] == "Still on it."
    assert [one["name"] for one in api.get(f"{PATH}?q=still+on+it")] == ["Mine"]
    assert api.send("DELETE", path).status_code == 204
    assert api.send("GET", path).status_code == 404


def test_a_version_that_moved_on_is_not_overwritten(api: Api):
    template = created(api)
    path, seen = f"{PATH}/{template['id']}", {"If-Match": f'"{template["version"]}"'}
    send(api, "PATCH", path, body="First")

    answer = api.send("PATCH", path, seen, json={"template": {"body": "Second"}})

    assert (answer.status_code, answer.json["code"]) == (409, "stale")
    assert (answer.json["latest_text"], answer.json["body"]) == ("First", "Second")
    assert api.get(path)["body"] == "First"


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"body": "Hi {{nmae}}"}, "unknown_placeholder", "body"),
        ({"body": ""}, "blank", "body"),
        ({"body": "x" * 25_001}, "too_long", "body"),
        ({"update_status": "resolved", "kind": "update"}, "status_does_not_fit", "status"),
        ({"components": {"nowhere": "operational"}}, "unknown_component", "components"),
        ({"components": None}, "invalid", "components"),
        ({"kind": "party"}, "invalid", "kind"),
        ({"title": ["x"]}, "invalid", "title"),
    ],
)
def test_what_can_not_be_kept_is_refused(
    api: Api, fields: dict[str, Any], code: str, field: str, nothing_changes
):
    with nothing_changes():
        answer = send(api, "POST", **{"name": "Mine", "body": "Text", **fields})

    assert (answer.status_code, answer.json["code"], list(answer.json["fields"])) == (422, code, [field])


def test_responders_read_templates_and_do_not_write_them(api: Api):
    reader = api.acting_as(SiteRole.RESPONDER)

    assert reader.get(PATH)
    assert send(reader, "POST", name="Mine", body="Text").status_code == 403


def test_a_notice_without_text_takes_the_template_s(api: Api, component: str, site: PublicSite):
    created(api, body="We found it in {{components}}.", update_status="identified", position=1)
    incident = api.declare("Requests fail", components={component: "partial_outage"}, body="We are looking.")

    api.change(incident, status="identified")

    assert site.incident(incident)["incident_updates"][0]["body"] == "We found it in API."


def test_what_the_product_knows_is_filled_in_and_the_rest_blocks(api: Api, component: str, site: PublicSite):
    incident = api.declare(
        "Requests fail", components={component: "major_outage"}, body="Down: {{components}}"
    )
    assert site.incident(incident)["incident_updates"][0]["body"] == "Down: API"

    refused = api.send(
        "PATCH", f"incidents/{incident['id']}", json={"incident": {"body": "It was {{cause}}."}}
    )

    assert (refused.status_code, refused.json["code"]) == (422, "unfilled_placeholder")
    assert list(refused.json["fields"]) == ["body"]
