"""Importing history: as it is, once, and without a word to anybody."""

import gzip
import json
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from statuspage.adapters.markdown import MarkdownChild
from statuspage.domain.cadence import Policy
from statuspage.domain.component import Impact
from statuspage.domain.obligations import deadlines
from statuspage.services.import_history import Report, import_history, prepare
from statuspage.services.import_source import SourceError, read_source
from statuspage.store.components import all_components, all_groups
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import IncidentRow, IncidentUpdate, find_incident
from statuspage.store.records import Publication
from tests.conftest import Act
from tests.history import incident, update
from tests.needs import data_file

RENDERER = MarkdownChild()


def history_of(*incidents: dict[str, Any]) -> bytes:
    return json.dumps({"page": {}, "incidents": list(incidents)}).encode()


def imported(act: Act, history: bytes, components: bytes | None = None) -> Report:
    prepared = prepare(read_source(history, components), RENDERER)
    with act() as ctx:
        return import_history(ctx, prepared)


def test_an_imported_incident_keeps_its_id_its_times_and_its_texts(act: Act, session: Session):
    imported(act, history_of(incident("abcdefghijkl") | {"impact": "major"}))

    row = find_incident(session, "abcdefghijkl")
    assert row is not None
    assert [each.body for each in row.updates] == ["We are looking.", "It works again."]
    assert [each.published_at.isoformat() for each in row.updates] == [
        "2024-02-03T10:00:00+00:00",
        "2024-02-03T10:40:00+00:00",
    ]
    assert (row.impact, row.is_backfill) == (Impact.MAJOR, True)
    assert deadlines(incident_value(row), Policy()) == ()


def test_importing_the_same_file_again_changes_nothing(act: Act, session: Session):
    history = history_of(incident("abcdefghijkl"))
    imported(act, history)
    publications = session.scalar(select(func.count()).select_from(Publication))
    session.rollback()

    report = imported(act, history)

    assert (report.incidents, report.changed, report.unchanged) == (0, 0, 1)
    assert session.scalar(select(func.count()).select_from(Publication)) == publications


def test_a_history_that_has_grown_at_its_source_is_brought_up_to_date(act: Act, session: Session):
    imported(act, history_of(incident("abcdefghijkl")))
    grown = incident("abcdefghijkl")
    grown["incident_updates"].insert(0, update("p", "resolved", "One more word.", "2024-02-03T12:00:00Z"))

    report = imported(act, history_of(grown))

    assert report.changed == 1
    assert session.scalar(select(func.count()).select_from(IncidentUpdate)) == 3


def test_the_resolution_may_be_the_only_notice(act: Act, session: Session):
    only = incident("abcdefghijkl")
    only["incident_updates"] = only["incident_updates"][:1]

    imported(act, history_of(only))

    row = find_incident(session, "abcdefghijkl")
    assert row is not None
    assert [each.status for each in row.updates] == ["resolved"]


def test_notices_of_the_same_minute_keep_the_order_of_their_source(act: Act, session: Session):
    at = "2024-02-03T10:00:00Z"
    same = incident("abcdefghijkl")
    same["incident_updates"] = [
        update("c", "investigating", "third", at),
        update("b", "resolved", "second", at),
        update("a", "investigating", "first", at),
    ]

    imported(act, history_of(same))

    row = find_incident(session, "abcdefghijkl")
    assert row is not None
    assert [each.body for each in row.updates] == ["first", "second", "third"]
    assert row.status == "resolved"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "monitoring"}, "still open"),
        ({"impact": "maintenance"}, "maintenance"),
        ({"incident_updates": []}, "no notice"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"name": None}, "name"),
        ({"resolved_at": "2031-01-01T00:00:00Z"}, "in the future"),
        ({"incident_updates": [update("f", "resolved", "Fixed.", "2031-01-01T00:00:00Z")]}, "in the future"),
        ({"started_at": "0001-01-01T00:00:00+14:00"}, "started_at"),
    ],
)
def test_what_can_not_be_taken_is_left_out_with_its_reason(
    act: Act, session: Session, change: dict[str, Any], reason: str
):
    report = imported(act, history_of(incident("abcdefghijkl") | change, incident("mnopqrstuvwx", "z")))

    assert report.incidents == 1
    assert [reason in each.why for each in report.left_out] == [True]
    assert find_incident(session, "abcdefghijkl") is None


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (5, "it is not an object"),
        ({"id": "abcdefghijkl"}, "name: it is missing"),
        (incident("abcdefghijkl") | {"name": ["x"]}, "name: it is not text"),
        (incident("abcdefghijkl") | {"incident_updates": {}}, "incident_updates: it is not a list"),
        (incident("abcdefghijkl") | {"incident_updates": ["x"]}, "incident_updates.0: it is not an object"),
        (incident("abcdefghijkl") | {"created_at": "yesterday"}, "created_at: it is not a time"),
    ],
)
def test_a_reason_is_said_in_words_of_the_file(entry: Any, sentence: str):
    source = read_source(json.dumps({"incidents": [entry]}).encode())

    assert [each.why for each in source.unreadable] == [sentence]


def test_an_id_of_another_shape_becomes_one_that_is_always_the_same(act: Act, session: Session):
    history = history_of(incident("INC-2024/17"))
    imported(act, history)

    report = imported(act, history)

    assert report.unchanged == 1


def test_unknown_components_are_added_and_known_ones_left_alone(act: Act, session: Session):
    listed = {
        "components": [
            {"id": "gggggggggggg", "name": "Platform", "group": True},
            {"id": "cccccccccccc", "name": "API", "group_id": "gggggggggggg", "status": "major_outage"},
        ]
    }
    history = history_of(incident("abcdefghijkl"))

    first = imported(act, history, json.dumps(listed).encode())
    again = imported(act, history, json.dumps(listed).encode())

    assert (first.components, again.components) == (1, 0)
    assert [group.name for group in all_groups(session)] == ["Platform"]
    assert [(each.name, each.group and each.group.name) for each in all_components(session)] == [
        ("API", "Platform")
    ]


@pytest.mark.parametrize(
    "odd",
    [
        {"name": "n" * 5000},
        {"description": "d" * 5000},
        {"id": "\ud83d"},
        {"group": True},
        {"group": True, "position": 2**70},
        {"position": 2**70},
    ],
    ids=["a long name", "a long text", "half a character", "a group", "a far group", "far away"],
)
def test_a_component_of_any_shape_keeps_nothing_of_the_history_out(
    act: Act, session: Session, odd: dict[str, Any]
):
    component = {"id": "cccccccccccc", "name": "API"} | odd

    report = imported(act, history_of(incident("abcdefghijkl") | {"components": [component]}))

    assert report.incidents == 1
    assert find_incident(session, "abcdefghijkl") is not None


def test_a_text_that_is_too_complex_stays_plain_text(act: Act, session: Session):
    bomb = incident("abcdefghijkl")
    bomb["incident_updates"][0]["body"] = "<![CDATA[" * 2000

    imported(act, history_of(bomb))

    row = find_incident(session, "abcdefghijkl")
    assert row is not None
    assert row.updates[-1].html.startswith("<p>&lt;![CDATA[")


def test_names_and_texts_of_any_length_are_taken(act: Act, session: Session):
    long = incident("abcdefghijkl") | {"name": "n" * 500}
    long["incident_updates"][0]["body"] = "word " * 6000

    imported(act, history_of(long))

    row = find_incident(session, "abcdefghijkl")
    assert row is not None
    assert (len(row.name), len(row.updates[-1].body)) == (500, 30_000)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"incidents": [', "bad_json"),
        (b"[]", "wrong_shape"),
        (b'{"incidents": {}}', "wrong_shape"),
        (b"\xff\xfe{}", "bad_utf8"),
        (b"[" * 100_000, "bad_json"),
        (gzip.compress(b'{"incidents": []}', mtime=0)[:-9], "bad_gzip"),
        (b"", "bad_json"),
    ],
    ids=["half", "a list", "no list", "not UTF-8", "too deep", "half packed", "empty"],
)
def test_a_broken_file_is_refused_whole(content: bytes, code: str):
    with pytest.raises(SourceError) as refused:
        read_source(content)

    assert refused.value.code == code


@pytest.mark.needs("data")
def test_all_of_the_real_history_is_taken(act: Act, session: Session):
    real_history = data_file("github-incidents.json.gz").read_bytes()

    report = imported(act, real_history)
    again = imported(act, real_history)

    assert (report.incidents, report.notices, report.components) == (801, 4514, 12)
    assert {each.why.split(":")[0] for each in report.left_out} == {"maintenance"}
    assert len(report.left_out) == 18
    assert (again.incidents, again.notices, again.changed, again.unchanged) == (0, 0, 0, 801)
    assert session.scalar(select(func.count()).select_from(IncidentRow)) == 801
