"""What people write: long, in any script, with markup; and what programs send along."""

import json
from typing import Any

import feedparser
import pytest

from statuspage.render.errors import TooComplex
from tests.web.callers import Api, PublicSite, wire


@pytest.mark.parametrize("bomb", ["<![CDATA[" * 2000, "[" * 10_000])
def test_a_text_that_takes_too_long_to_format_is_refused(api: Api, bomb: str, nothing_changes):
    with nothing_changes():
        refused = api.refused_declaration(body=bomb)

    assert (refused["status"], refused["code"], list(refused["fields"])) == (422, "too_complex", ["body"])
    assert refused["error"] == TooComplex().message


def test_the_longest_message_and_the_longest_title_are_accepted(api: Api, site: PublicSite):
    incident = api.declare("x" * 255, body="y" * 25_000)

    assert site.incident(incident)["incident_updates"][0]["body"] == "y" * 25_000


def test_emoji_and_right_to_left_text_are_shown_right(api: Api, site: PublicSite):
    name, body = "תקלה 🔥 في الخدمة", "שירות לא זמין 🧯"
    incident = api.declare(name, body=body)

    shown = site.incident(incident)
    assert (shown["name"], shown["incident_updates"][0]["body"]) == (name, body)
    for place, text in site.everywhere(incident).items():
        assert name in text, place
    assert f"<bdi>{name}</bdi>" in site.text("")
    assert 'dir="auto"' in site.text(f"incidents/{incident['id']}")


def test_markup_and_script_links_are_harmless_on_pages_and_in_feeds(
    api: Api, site: PublicSite, component: str
):
    attack = '<script>alert(1)</script><img src=x onerror=alert(2)> [here](javascript:alert(3)) "]]>'
    incident = api.declare(f"Bad {attack}", body=attack, components={component: "major_outage"})
    api.send("PATCH", f"components/{component}", json={"component": {"name": attack, "description": attack}})
    api.send("PATCH", "", json={"page": {"name": attack, "page_description": attack}})

    for place in ("", f"incidents/{incident['id']}", "history/2026-11"):
        text = site.text(place)
        assert "<script>alert" not in text
        assert "<img" not in text
        assert 'href="javascript:' not in text
    for feed in ("history.atom", "updates.rss"):
        parsed = feedparser.parse(site.text(feed), sanitize_html=False)
        [entry] = parsed.entries
        content = entry.get("content", [{"value": entry.get("summary")}])[0]["value"]
        assert not parsed.bozo
        assert is_harmless(content)
    [item] = json.loads(site.text("feed.json"))["items"]
    assert is_harmless(item["content_html"])


def is_harmless(html: str) -> bool:
    return "<script" not in html and "<img" not in html and "href" not in html


def test_forms_are_understood_like_json(api: Api, component: str):
    form = f"incident[name]=%C3%9Cber ümlaut&incident[components][{component}]=major_outage"
    form += "&incident[next_update_in]=45"
    made = api.send(
        "POST", "incidents.json", data=form.encode(), content_type="application/x-www-form-urlencoded"
    ).get_json()
    form = f"incident[component_ids][]={component}&incident[status]=identified&incident[no_change]=false"
    path, kind = f"incidents/{made['id']}.json", "application/x-www-form-urlencoded; charset=UTF-8"
    changed = api.send("PUT", path, data=form, content_type=kind).get_json()

    assert (made["name"], made["impact"], made["next_update_by"]) == ("Über ümlaut", "major", wire(45))
    assert (changed["status"], changed["components"][0]["status"]) == ("identified", "major_outage")


def test_a_mere_list_of_components_leaves_none_broken_after_the_resolution(
    api: Api, site: PublicSite, component: str
):
    incident = api.declare(components={component: "major_outage"})
    api.change(incident, status="resolved", component_ids=[component])

    assert site.state(component) == "operational"


def test_a_mere_list_of_components_takes_over_no_other_incidents_claim(
    api: Api, site: PublicSite, component: str
):
    milder = api.declare("Slow", components={component: "degraded_performance"})
    worse = api.declare("Outage", components={component: "major_outage"})
    api.change(milder, body="Still slow.", component_ids=[component])
    api.change(worse, status="resolved")

    assert site.state(component) == "degraded_performance"


def test_unknown_fields_are_passed_over(api: Api):
    assert api.declare(auto_transition_to_operational_state=True, deliver_notifications=False, x={"y": []})


def test_numbers_of_any_length_in_metadata_come_back_as_they_were(api: Api):
    kept: dict[str, Any] = {"big": 10**40, "small": -1.5e-300, "deep": [[{"a": None}]], "text": "é\u202e"}

    incident = api.detect(metadata=kept)
    assert api.incident(incident)["metadata"] == kept
