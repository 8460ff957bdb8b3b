"""What customers see."""

import gzip
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from public_values import (
    DEGRADED,
    MAIL,
    MAINTENANCE,
    MERGED_INTO,
    PARTIAL,
    at,
    make_component,
    make_front,
    make_group,
    make_month,
    make_notice,
    make_open_incident,
    make_page,
    make_resolved_incident,
    twenty_components,
)

from statuspage.domain.component import ComponentState, Impact
from statuspage.domain.public import IncidentLink, LogoGround, PublicLogo
from statuspage.render import pages
from statuspage.render.assets import load_assets

ASSETS = load_assets("#1d70b8")
TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "public"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Outline(HTMLParser):
    """Checks that tags nest and ids are unique; collects text, headings, attributes."""

    def __init__(self, html):
        super().__init__()
        self.open, self.ids, self.headings, self.attributes, self.texts = [], set(), [], [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        assert len(attributes) == len(attrs), attrs
        self.attributes.append((tag, attributes))
        if "id" in attributes:
            assert attributes["id"] not in self.ids
            self.ids.add(attributes["id"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((tuple(self.open), data))

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(data for _, data in self.texts))


def front(*open_incidents, **keywords):
    return pages.front_page(make_front(open_incidents, **keywords), ASSETS)


def text_of(html):
    return Outline(html).text


def every_page():
    incident = make_open_incident()
    hostile_group = make_group(
        HOSTILE, [make_component("h0st11e00001", HOSTILE, PARTIAL, description=HOSTILE)]
    )
    hostile = make_open_incident(id="h0st11e00002", name=HOSTILE, merged_into=IncidentLink("x", HOSTILE))
    page = make_page(name=HOSTILE, description=HOSTILE, support_url="https://acme.example/?a=1&b=2")
    month = make_month(
        [make_resolved_incident(), make_resolved_incident(date(2026, 10, 3), is_false_alarm=True)]
    )
    return {
        "calm": front(components=twenty_components()),
        "one": front(incident, components=twenty_components(broken=True)),
        "several": front(incident, make_open_incident(id="0ther0000001", is_overdue=True)),
        "hostile": front(hostile, hostile, components=hostile_group, page=page).replace(
            "h0st11e00002", "a", 1
        ),
        "incident": pages.incident_page(make_page(), incident, ASSETS),
        "hostile incident": pages.incident_page(page, hostile, ASSETS),
        "month": pages.month_page(month, ASSETS),
        "empty month": pages.month_page(make_month([], previous=None, next=None), ASSETS),
        "history": pages.history_index(make_page(), ["2026-11", "2025-12"], ASSETS),
        "not found": pages.not_found_page(make_page(), ASSETS),
    }


EVERY = every_page()


@pytest.mark.parametrize("name", EVERY)
def test_every_page_nests_and_has_one_first_heading_and_no_gap_between_levels(name):
    headings = Outline(EVERY[name]).headings

    assert headings.count(1) == 1
    assert headings[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))


@pytest.mark.parametrize("name", EVERY)
def test_no_page_has_inline_script_style_or_pictures(name):
    outline = Outline(EVERY[name])

    tags = [tag for tag, _ in outline.attributes]
    assert "style" not in tags
    assert "img" not in tags
    assert [attributes for tag, attributes in outline.attributes if tag == "script"] == [
        {"src": ASSETS.url("app.js")}
    ]
    assert not [
        key for _, attributes in outline.attributes for key in attributes if re.match("on|style", key)
    ]


@pytest.mark.parametrize("name", EVERY)
def test_every_clock_time_stands_in_a_time_element(name):
    outside = [data for tags, data in Outline(EVERY[name]).texts if "time" not in tags]

    assert not [data for data in outside if re.search(r"\d\d:\d\d", data)]


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_relative_to_now(name):
    assert not re.search(r"\b(ago|today|yesterday|in \d+ min)\b", text_of(EVERY[name]))


def test_the_same_values_give_the_same_bytes():
    assert every_page() == every_page()


def test_user_text_is_text():
    html = every_page()["hostile incident"]

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_only_the_sanitized_notice_goes_unescaped():
    sources = {path.name: path.read_text() for path in TEMPLATES.glob("*.html")}

    assert [name for name, source in sources.items() for _ in re.findall(r"\|\s*safe", source)] == [
        "parts.html"
    ]
    assert not any("autoescape" in source for source in sources.values())


def test_all_is_well_is_said_in_one_sentence():
    html = front(components=twenty_components())

    assert "All Systems Operational" in text_of(html)
    assert 'class="banner box ok"' in html
    assert "<title>All Systems Operational · Acme status</title>" in html


def test_an_open_incident_replaces_the_green_banner_with_its_promise_under_the_title():
    text = text_of(front(make_open_incident(), components=twenty_components(broken=True)))

    assert "All Systems Operational" not in text
    assert "Elevated error rates on the API Next update by 14:40 UTC Since 11:00 UTC · Major impact" in text
    assert "Public API Partial outage Dashboard Degraded performance" in text
    assert "Identified 14:07 UTC A database node ran out of disk space." in text
    assert "Some requests to the API fail" not in text


def test_a_broken_promise_says_when_the_update_was_due():
    html = front(make_open_incident(is_overdue=True))

    assert "Update was due 14:40 UTC" in text_of(html)
    assert "Next update by" not in html
    assert 'class="promise late"' in html


def test_of_several_incidents_each_has_its_line_and_the_first_is_unfolded():
    html = front(make_open_incident(), make_open_incident(id="0ther0000001", name="Slow search"))

    assert re.findall(r'<details class="open" id="open-(\w+)"( open)?>', html) == [
        ("1nc1dent0001", " open"),
        ("0ther0000001", ""),
    ]
    assert text_of(html).count("Next update by 14:40 UTC") == 2


def test_an_open_incident_without_impact_is_never_green():
    html = front(make_open_incident(impact=Impact.NONE, components=()))

    assert "All Systems Operational, 1 open incident" in text_of(html)
    assert 'class="box info"' in html
    assert "banner box ok" not in html


def test_a_promise_on_another_day_carries_its_day():
    tomorrow = at("00:20", date(2026, 11, 4))

    assert "Next update by Nov 4, 00:20 UTC" in text_of(front(make_open_incident(next_update_by=tomorrow)))


def test_a_group_is_folded_while_all_is_well_in_it_and_open_otherwise():
    well = make_group("Europe", [make_component("a" * 12, "EU API")])
    broken = make_group("America", [make_component("b" * 12, "US API", DEGRADED)])

    html = front(components=[*well, *broken])

    assert re.findall(r'<details id="group-(\w+)"( open)?>', html) == [
        (well[0].id, ""),
        (broken[0].id, " open"),
    ]


def test_each_state_has_words_and_a_shape_of_its_own():
    rows = [make_component(f"c{index:011}", f"C{index}", state) for index, state in enumerate(ComponentState)]

    html = front(components=rows)

    shapes = re.findall(r'<span class="state (\w+)">([\w ]+) <svg[^>]*>(.*?)</svg>', html)
    assert len({tone for tone, _, _ in shapes}) == len({words for _, words, _ in shapes}) == 5
    assert len({shape for _, _, shape in shapes}) == 5


def test_a_component_for_bad_days_is_shown_only_on_them():
    quiet = make_component("q" * 12, "Fallback", only_show_if_degraded=True)

    assert "Fallback" not in front(components=[MAIL, quiet])
    assert "Fallback" in front(components=[MAIL, replace(quiet, status=DEGRADED)])


def test_maintenance_alone_has_its_own_colour():
    assert 'class="banner box maint"' in front(components=[replace(MAIL, status=MAINTENANCE), MAIL])


def test_quiet_days_are_listed_too():
    text = text_of(front(past=[make_resolved_incident()]))

    assert text.count("No incidents") == 13
    assert "October 30 Delayed e-mail Resolved, lasted 1 h 30 min · Minor impact · began 09:00 UTC" in text


def test_powered_by_can_be_switched_off():
    assert "Powered by" in front()
    assert "Powered by" not in front(page=make_page(has_powered_by=False))


def test_a_logo_stands_in_place_of_the_name_and_says_it():
    html = front(page=make_page(logo=PublicLogo("static/logo.0123456789ab.png", 600, 150, LogoGround.LIGHT)))

    assert (
        '<a class="name" href="/"><img class="logo on-light" src="/static/logo.0123456789ab.png" '
        'width="192" height="48" alt="Acme status"></a>' in html
    )


@pytest.mark.parametrize(
    ("size", "shown"),
    [((600, 60), (240, 24)), ((480, 96), (240, 48)), ((20, 10), (20, 10)), ((600, 1), (240, 1))],
)
def test_a_logo_is_shown_no_larger_than_the_header_has_room_for(size, shown):
    html = front(page=make_page(logo=PublicLogo("static/logo.png", *size, LogoGround.ANY)))

    assert f'width="{shown[0]}" height="{shown[1]}"' in html


def test_without_a_logo_the_name_stands_there_and_no_picture():
    assert "<img" not in front()
    assert '<a class="name" href="/" dir="auto">Acme status</a>' in front()


def test_the_footer_leads_home_and_carries_the_note():
    page = make_page(home_url="https://acme.example/?a=1&b=2", footer_note="Acme Ltd <Berlin>")
    html = front(page=page)

    assert '<a href="https://acme.example/?a=1&amp;b=2" rel="noopener" dir="auto">Acme home page</a>' in html
    assert '<p dir="auto">Acme Ltd &lt;Berlin&gt;</p>' in html
    assert "home page" not in front()


def test_the_feeds_are_found_by_readers_and_people():
    html = front()

    assert len(re.findall(r'<link rel="alternate" type="application/(?:atom|rss|feed)\+', html)) == 5
    assert 'href="/#feeds"' in html
    assert 'id="feeds"' in html
    assert '<link rel="canonical" href="https://status.acme.example/">' in html


def test_the_incident_page_tells_the_story_and_every_notice_newest_first():
    text = text_of(pages.incident_page(make_page(), make_open_incident(), ASSETS))

    assert "Began November 3, 2026, 11:00 UTC we noticed after 2 h first notice 9 min later" in text
    assert text.index("Nov 3, 14:07 UTC A database node") < text.index("Nov 3, 13:09 UTC Some requests")
    assert "Next update by 14:40 UTC" in text


def test_a_resolved_incident_promises_nothing():
    html = pages.incident_page(make_page(), make_resolved_incident(), ASSETS)

    assert "promise" not in html
    assert "Resolved, lasted 1 h 30 min" in text_of(html)


def test_edited_and_withdrawn_notices_are_marked():
    notices = (
        make_notice("Update", "14:07", edited_at=at("14:20")),
        make_notice(
            clock="13:20", text="This update was withdrawn.", is_retracted=True, edited_at=at("13:30")
        ),
    )

    html = pages.incident_page(make_page(), make_open_incident(notices=notices), ASSETS)

    assert "Nov 3, 14:07 UTC edited 14:20 UTC" in text_of(html)
    assert "Nov 3, 13:20 UTC withdrawn 13:30 UTC This update was withdrawn." in text_of(html)
    assert 'class="body gone"' in html


def test_a_merged_incident_points_to_the_survivor():
    html = pages.incident_page(make_page(), make_resolved_incident(merged_into=MERGED_INTO), ASSETS)

    assert '<a href="/incidents/surv1v0r0001"><bdi>Database overload in Virginia</bdi></a>' in html
    assert "Merged into another incident" in html


def test_a_recurrence_points_back_and_a_false_alarm_says_that_nothing_was_wrong():
    recurring = make_resolved_incident(recurrence_of=IncidentLink("bef0re000001", "The first time"))
    alarm = make_resolved_incident(is_false_alarm=True)

    assert '<a href="/incidents/bef0re000001"><bdi>The first time' in pages.incident_page(
        make_page(), recurring, ASSETS
    )
    assert "service worked throughout" in pages.incident_page(make_page(), alarm, ASSETS)


def test_a_month_has_every_notice_in_full():
    text = text_of(pages.month_page(make_month([make_resolved_incident()]), ASSETS))

    assert "October 2026 Delayed e-mail" in text
    for words in (
        "Oct 30, 10:40 UTC The backlog",
        "Oct 30, 10:05 UTC A new relay",
        "Oct 30, 09:09 UTC Mail is",
    ):
        assert words in text
    assert "September 2026" in text


def test_the_history_is_by_year_newest_first():
    text = text_of(pages.history_index(make_page(), ["2025-12", "2026-10", "2026-11"], ASSETS))

    assert "2026 November 2026 October 2026 2025 December 2025" in text


def test_the_page_that_is_missing_is_not_indexed():
    html = pages.not_found_page(make_page(), ASSETS)

    assert '<meta name="robots" content="noindex">' in html
    assert "canonical" not in html


def test_long_titles_and_right_to_left_text_are_isolated():
    name = "تعطل 🔥 " * 30

    html = front(make_open_incident(name=name), past=[make_resolved_incident(name="y" * 255)])

    assert html.count(f"<bdi>{name}</bdi>") == html.count(name) == 2
    assert f"<bdi>{'y' * 255}</bdi>" in html


def test_the_first_view_is_small_and_takes_three_requests():
    html = front(
        make_open_incident(), components=twenty_components(broken=True), past=[make_resolved_incident()]
    )

    own = re.findall(r'(?:src|href)="/(static/[^"]+)"', html)
    size = sum(len(gzip.compress(ASSETS.files[name])) for name in own) + len(gzip.compress(html.encode()))
    assert len(own) == 2
    assert size < 15_000
