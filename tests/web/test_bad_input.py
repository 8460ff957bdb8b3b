"""Whatever is sent wrong gets a clear answer beside its field, and changes nothing."""

import json

from tests.web.callers import Api, Json, wire

COMPONENT = "the component's id stands here"

# What is sent as an incident, and the field that the answer names.
WRONG_FIELDS: list[tuple[Json, str]] = [
    ({"name": ""}, "name"),
    ({"name": " \t "}, "name"),
    ({"name": "x" * 500}, "name"),
    ({"name": "two\nlines"}, "name"),
    ({"name": "bell\x07"}, "name"),
    ({"name": None}, "name"),
    ({"name": ["x"]}, "name"),
    ({"name": {"x": "y"}}, "name"),
    ({"name": 7}, "name"),
    ({"name": "nul\x00"}, "name"),
    ({"name": "half\ud83d"}, "name"),
    ({"body": ""}, "body"),
    ({"body": " \n "}, "body"),
    ({"body": "x" * 25_001}, "body"),
    ({"body": "escape\x1b[31m"}, "body"),
    ({"body": "nul\x00"}, "body"),
    ({"body": "not a character\uffff"}, "body"),
    ({"body": ["x"]}, "body"),
    ({"status": "on fire"}, "status"),
    ({"status": "dismissed"}, "status"),
    ({"status": 1}, "status"),
    ({"status": ["resolved"]}, "status"),
    ({"detected_at": wire(1)}, "detected_at"),
    ({"detected_at": "yesterday"}, "detected_at"),
    ({"detected_at": 1763640000}, "detected_at"),
    ({"detected_at": "1763640000"}, "detected_at"),
    ({"detected_at": "2026-11-20"}, "detected_at"),
    ({"detected_at": "2026-11-20T11:00:00"}, "detected_at"),
    ({"detected_at": "2026-02-30T11:00:00Z"}, "detected_at"),
    ({"detected_at": "0001-01-01T00:00:00+23:59"}, "detected_at"),
    ({"detected_at": "9999-12-31T23:59:59-23:59"}, "detected_at"),
    ({"detected_at": {"x": 1}}, "detected_at"),
    ({"began_at": wire(1)}, "began_at"),
    ({"began_at": "1066-10-14T09:00:00Z"}, "began_at"),
    ({"restored_at": wire(-1), "status": "resolved"}, "restored_at"),
    ({"restored_at": wire(1), "status": "resolved"}, "restored_at"),
    ({"mitigated_at": wire(1)}, "mitigated_at"),
    ({"next_update_in": 29}, "next_update_in"),
    ({"next_update_in": -5}, "next_update_in"),
    ({"next_update_in": 10**30}, "next_update_in"),
    ({"next_update_in": 30.5}, "next_update_in"),
    ({"next_update_in": "soon"}, "next_update_in"),
    ({"next_update_in": True}, "next_update_in"),
    ({"next_update_in": [30]}, "next_update_in"),
    ({"next_update_by": wire(29)}, "next_update_by"),
    ({"next_update_by": wire(61)}, "next_update_by"),
    ({"next_update_by": wire(10_000)}, "next_update_by"),
    ({"components": {"000000000000": "major_outage"}}, "components"),
    ({"components": {"nul\x00": "major_outage"}}, "components"),
    ({"components": {COMPONENT: "broken"}}, f"components.{COMPONENT}"),
    ({"components": {COMPONENT: ["major_outage"]}}, f"components.{COMPONENT}"),
    ({"components": [COMPONENT]}, "components"),
    ({"components": "all"}, "components"),
    ({"components": {f"{number:012}": "major_outage" for number in range(2000)}}, "components"),
    ({"component_ids": ["000000000000"]}, "component_ids"),
    ({"component_ids": "all"}, "component_ids"),
    ({"component_ids": [7]}, "component_ids.0"),
    ({"component_ids": [f"{number:06}" for number in range(70_000)]}, "component_ids"),
    ({"impact_override": "huge"}, "impact_override"),
    ({"roles": {"king": "a@example.com"}}, "roles.king"),
    ({"roles": {"scribe": ["a@example.com"]}}, "roles.scribe"),
    ({"roles": {"scribe": "x" * 5000}}, "roles.scribe"),
    ({"roles": []}, "roles"),
    ({"runbook_url": "javascript:alert(1)"}, "runbook_url"),
    ({"runbook_url": "https://a b"}, "runbook_url"),
    ({"runbook_url": "https://" + "x" * 2000}, "runbook_url"),
    ({"metadata": [1]}, "metadata"),
    ({"metadata": {"a": {"b\x00": 1}}}, "metadata.a"),
    ({"metadata": {"a": {"b": ["\ud800"]}}}, "metadata.a.b"),
    ({"late_reason": "bell\x07"}, "late_reason"),
    ({"reason": "x" * 2001}, "reason"),
    ({"no_change": "perhaps"}, "no_change"),
    ({"no_change": True}, "no_change"),
    ({"false_alarm": True}, "false_alarm"),
    ({"permanent_fix": True}, "permanent_fix"),
    ({"is_drill": True, "speed": 0}, "speed"),
    ({"is_drill": True, "speed": 61}, "speed"),
    ({"is_drill": True, "speed": "fast"}, "speed"),
    ({"is_drill": True, "participants": []}, "participants"),
    ({"is_drill": True, "participants": ["nobody@example.com"]}, "participants"),
    ({"is_drill": True, "backfilled": True, "backfill_date": "2026-01-02"}, "is_drill"),
    ({"is_drill": True, "components": {"000000000000": "major_outage"}}, "components"),
    ({"speed": 10}, "speed"),
    ({"participants": ["admin@example.com"]}, "participants"),
    ({"scheduled_for": wire(60)}, "scheduled_for"),
    ({"display_at": wire(-60)}, "display_at"),
    ({"recurrence_of": "000000000000"}, "recurrence_of"),
    ({"backfilled": True, "backfill_date": "0001-01-01"}, "backfill_date"),
    ({"backfilled": True, "backfill_date": "2026-13-01"}, "backfill_date"),
    ({"backfilled": True, "backfill_date": 7}, "backfill_date"),
    ({"backfilled": True}, "backfill_date"),
    ({"backfilled": True, "backfill_date": "2026-01-02", "status": "investigating"}, "status"),
    ({"status": "detected", "body": "x"}, "body"),
    ({"status": "detected", "next_update_in": 30}, "next_update_in"),
]


def test_each_wrong_field_of_an_incident_is_named_and_nothing_is_declared(
    api: Api, component: str, nothing_changes
):
    mistaken = []
    with nothing_changes():
        for fields, field in WRONG_FIELDS:
            refused = api.refused_declaration(**json.loads(json.dumps(fields).replace(COMPONENT, component)))
            if (refused["status"], list(refused["fields"])) != (422, [field.replace(COMPONENT, component)]):
                mistaken.append((str(fields)[:100], refused))

    assert mistaken == []


def test_each_wrong_field_of_a_notice_is_named_and_nothing_is_published(
    api: Api, component: str, nothing_changes
):
    only_declared = {"status", "recurrence_of", "backfill_date", "backfilled"}
    only_declared |= {"is_drill", "speed", "participants"}
    only_open = {"no_change", "name"}
    incident = api.declare()
    mistaken = []
    with nothing_changes():
        for fields, field in WRONG_FIELDS:
            if only_declared & set(fields) or field in only_open:
                continue
            fields = json.loads(json.dumps(fields).replace(COMPONENT, component))
            refused = api.refused_change(incident, **{"status": "identified", **fields})
            if (refused["status"], list(refused["fields"])) != (422, [field.replace(COMPONENT, component)]):
                mistaken.append((str(fields)[:100], refused))

    assert mistaken == []


# Where it is sent, what, and the field that the answer names.
WRONG_ELSEWHERE: list[tuple[str, str, Json, str]] = [
    ("components", "component", {"name": ""}, "name"),
    ("components", "component", {"name": "x", "description": "bell\x07"}, "description"),
    ("components", "component", {"name": "x", "description": "x" * 2001}, "description"),
    ("components", "component", {"name": "x", "status": "broken"}, "status"),
    ("components", "component", {"name": "x", "group_id": "000000000000"}, "group_id"),
    ("components", "component", {"name": "x", "group_id": "nul\x00"}, "group_id"),
    ("components", "component", {"name": "x", "position": -1}, "position"),
    ("components", "component", {"name": "x", "position": False}, "position"),
    ("components", "component", {"name": "x", "position": 2**63}, "position"),
    ("components", "component", {"name": "x", "start_date": "someday"}, "start_date"),
    ("components", "component", {"name": "x", "showcase": "perhaps"}, "showcase"),
    ("component-groups", "component_group", {"name": "x" * 256}, "name"),
    ("component-groups", "component_group", {"name": "x", "components": ["000000000000"]}, "components"),
    ("component-groups", "component_group", {"name": "x", "components": {"a": 1}}, "components"),
    ("", "page", {"name": "\x00"}, "name"),
    ("", "page", {"time_zone": "Middle/Earth"}, "time_zone"),
    ("", "page", {"time_zone": "../../etc/passwd"}, "time_zone"),
    ("", "page", {"support_url": "javascript:alert(1)"}, "support_url"),
    ("", "page", {"page_description": "\x0b"}, "page_description"),
    ("", "page", {"policy": {"by_impact": {"huge": {}}}}, "policy.by_impact.huge"),
]


def test_each_wrong_field_of_the_rest_is_named_too(api: Api, nothing_changes):
    mistaken = []
    with nothing_changes():
        for path, wrapper, fields, field in WRONG_ELSEWHERE:
            refused = api.refused("POST" if path else "PATCH", path, json={wrapper: fields})
            if (refused["status"], list(refused["fields"])) != (422, [field]):
                mistaken.append((str(fields)[:100], refused))

    assert mistaken == []
