"""Existing clients of Statuspage must find every key, and no other (`wire.md`)."""

import gzip
import json
from pathlib import Path

import pytest
from public_values import (
    API,
    MAIL,
    PARTIAL,
    at,
    make_front,
    make_group,
    make_notice,
    make_open_incident,
    make_page,
    make_resolved_incident,
)

from statuspage.render import v2

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
PAGE = "id name url time_zone updated_at"
COMPONENT = (
    "id name status created_at updated_at position description showcase start_date group_id page_id group"
    " only_show_if_degraded"
)
INCIDENT = (
    "id name status created_at updated_at monitoring_at resolved_at impact shortlink started_at page_id"
    " incident_updates components next_update_by postmortem_url"
)
UPDATE = (
    "id status body incident_id created_at updated_at display_at affected_components deliver_notifications"
    " custom_tweet tweet_id"
)
FRONT = make_front([make_open_incident()], [make_resolved_incident()], [*make_group("Europe", [API]), MAIL])


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        (v2.summary(FRONT), "page components incidents scheduled_maintenances status"),
        (v2.status(FRONT), "page status"),
        (v2.components(FRONT), "page components"),
        (v2.incidents(FRONT), "page incidents"),
        (v2.unresolved_incidents(FRONT), "page incidents"),
        (v2.incident(FRONT.page, make_open_incident()), "page incident"),
        (v2.scheduled_maintenances(FRONT.page), "page scheduled_maintenances"),
    ],
)
def test_each_body_has_its_keys_in_order(body, keys):
    document = json.loads(body)

    assert " ".join(document) == keys
    assert " ".join(document["page"]) == PAGE


def test_components_incidents_and_updates_have_their_keys_in_order():
    summary = json.loads(v2.summary(FRONT))
    group, member, _mail = summary["components"]
    incident = summary["incidents"][0]

    assert " ".join(group) == COMPONENT + " components"
    assert " ".join(member) == COMPONENT
    assert (group["group"], group["components"], member["group_id"]) == (True, [API.id], group["id"])
    assert " ".join(incident) == INCIDENT
    assert " ".join(incident["components"][0]) == COMPONENT
    assert {" ".join(update) for update in incident["incident_updates"]} == {UPDATE}


def test_what_is_unset_is_null():
    incident = json.loads(v2.incident(make_page(), make_open_incident()))["incident"]

    assert incident["resolved_at"] is None
    assert incident["postmortem_url"] is None
    assert incident["incident_updates"][0]["affected_components"] is None


def test_an_update_names_what_it_said_of_each_component():
    incident = json.loads(v2.incident(make_page(), make_open_incident()))["incident"]

    assert incident["incident_updates"][1]["affected_components"][0] == {
        "code": API.id,
        "name": API.name,
        "old_status": "operational",
        "new_status": PARTIAL,
    }


def test_times_have_milliseconds_and_z():
    incident = json.loads(v2.incident(make_page(), make_open_incident()))["incident"]

    assert incident["started_at"] == "2026-11-03T11:00:00.000Z"
    assert incident["next_update_by"] == "2026-11-03T14:40:00.000Z"


def test_a_correction_keeps_its_first_times():
    notice = make_notice(updated_at=at("15:00"), display_at=at("13:00"))

    fields = v2.update_fields(notice)

    assert [fields[key] for key in ("created_at", "updated_at", "display_at")] == [
        "2026-11-03T13:20:00.000Z",
        "2026-11-03T15:00:00.000Z",
        "2026-11-03T13:00:00.000Z",
    ]


def test_unresolved_incidents_come_newest_first_whatever_the_page_shows_first():
    worst_first = [
        make_open_incident(id="0lder0000001", created_at=at("12:00")),
        make_open_incident(id="newer0000001", created_at=at("13:00")),
    ]

    unresolved = json.loads(v2.unresolved_incidents(make_front(worst_first)))["incidents"]

    assert [one["id"] for one in unresolved] == ["newer0000001", "0lder0000001"]


def test_text_is_utf8_compact_and_never_stops_a_publication():
    body = v2.incident(make_page(name="Zürich 🔥"), make_open_incident(name="lone \ud800"))

    assert "Zürich 🔥".encode() in body
    assert b'": ' not in body
    assert json.loads(body)["incident"]["name"] == "lone ?"


def test_the_same_values_give_the_same_bytes():
    assert v2.summary(FRONT) == v2.summary(FRONT)


@pytest.mark.skipif(not DATA.exists(), reason="the reference data is not here")
@pytest.mark.parametrize("name", ["github-components.json", "box-components-with-problem.json"])
def test_components_have_the_keys_of_genuine_answers(name):
    genuine = json.loads((DATA / "statuspage-samples" / name).read_text())
    ours = json.loads(v2.components(FRONT))

    assert list(ours["page"]) == list(genuine["page"])
    for row in genuine["components"]:
        same_kind = next((mine for mine in ours["components"] if mine["group"] == row["group"]), None)
        assert same_kind is not None
        assert set(same_kind) == set(row)


@pytest.mark.skipif(not DATA.exists(), reason="the reference data is not here")
def test_incidents_have_the_keys_of_genuine_answers_and_two_of_ours():
    with gzip.open(DATA / "github-incidents.json.gz") as file:
        genuine = json.load(file)["incidents"][0]
    ours = json.loads(v2.incidents(FRONT))["incidents"][0]

    assert set(ours) - set(genuine) == {"next_update_by", "postmortem_url"}
    assert set(genuine) <= set(ours)
    assert set(genuine["incident_updates"][0]) == set(ours["incident_updates"][0])
