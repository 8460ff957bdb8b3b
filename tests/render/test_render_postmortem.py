"""A postmortem wherever customers and their programs find it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import atoma
import feedparser
import pytest
from public_postmortems import ITEMS, make_explained_incident, make_postmortem
from public_values import at, make_front, make_month, make_page, make_resolved_incident
from test_render_pages import ASSETS, Outline, text_of

from statuspage.domain.action_item import ItemState
from statuspage.render import feeds, pages, sitemap, v2
from statuspage.render.postmortem import feed_html
from statuspage.render.postmortem_page import gone_page, postmortem_page, shared_postmortem_page
from statuspage.render.story import story
from statuspage.render.zone import Zone

PAGE, EXPLAINED = make_page(), make_explained_incident()
ADDRESS = f"https://status.acme.example/incidents/{EXPLAINED.id}/postmortem"
LATER = at("16:00", date(2026, 11, 2))
TAG = "tag:status.acme.example,2005:IncidentUpdate/p0stm0rtem01"


def whole(incident=EXPLAINED) -> str:
    return postmortem_page(PAGE, incident, incident.postmortem, ASSETS)


def test_the_page_has_every_part_in_the_order_in_which_it_is_read():
    html = whole()

    assert Outline(html).headings == [1, *[2] * 8]
    text = text_of(html)
    places = [
        text.index(words)
        for words in (
            "Delayed e-mail",
            "Published November 1, 2026, 10:00 UTC",
            "Mail went out late for 90 minutes.",
            "A third of all customers",
            "Oct 30, 09:00 UTC Mail began to wait.",
            "09:09 UTC We published the first notice.",
            "A relay ran out of disk space.",
            "Nothing watches the disks of relays.",
            "The second relay took over",
            "The alarm came late.",
            "Watch the disks of relays Detect sooner · Mail · by November 20, 2026",
        )
    ]
    assert places == sorted(places)
    assert f'<link rel="canonical" href="{ADDRESS}">' in html
    assert "noindex" not in html


def test_a_correction_is_marked_with_its_time():
    assert "edited" not in text_of(whole())
    assert "edited Nov 2, 16:00 UTC" in text_of(whole(make_explained_incident(edited_at=LATER)))


def test_a_preliminary_one_says_so_and_when_the_final_one_comes():
    incident = make_explained_incident(final_by=at("14:00", date(2026, 11, 10)))
    words = "This is a preliminary postmortem. The final one will follow by November 10, 2026, 14:00 UTC"

    assert words in text_of(whole(incident))
    assert words in text_of(pages.incident_page(PAGE, incident, ASSETS))
    assert "This is a preliminary postmortem. The final one will follow" in incident_feed(incident)
    late = make_explained_incident(final_by=at("14:00", date(2026, 11, 10)), is_final_overdue=True)
    assert "The final one was due November 10, 2026, 14:00 UTC" in text_of(whole(late))


def incident_feed(incident) -> str:
    return feeds.history_atom(make_front([], [incident])).decode()


def test_the_progress_of_action_items_shows_only_where_it_is_given():
    told = tuple(
        replace(item, state=state)
        for item, state in zip(ITEMS, [ItemState.DONE, ItemState.DROPPED], strict=True)
    )

    assert "Will not be done" not in whole()
    assert "Done" not in text_of(whole())
    text = text_of(whole(make_explained_incident(items=told)))
    assert "by November 20, 2026 Done" in text
    assert "by December 4, 2026 Will not be done" in text


def test_the_page_behind_a_link_is_the_same_for_no_search_engine_and_without_its_address():
    html = shared_postmortem_page(PAGE, EXPLAINED, make_postmortem(), ASSETS)

    assert '<meta name="robots" content="noindex">' in html
    assert "canonical" not in html
    assert f"{EXPLAINED.id}/postmortem" not in html
    assert "This postmortem was shared with you by link." in text_of(html)
    assert "A relay ran out of disk space." in html


def test_a_link_that_does_not_work_says_whom_to_ask():
    text = text_of(gone_page(PAGE, ASSETS))

    assert "This link no longer works. Ask whoever gave it to you." in text


def test_the_incident_shows_it_on_top_and_its_story_ends_with_it():
    html = pages.incident_page(PAGE, EXPLAINED, ASSETS)

    assert html.index('id="postmortem"') < html.index('id="updates"')
    assert "Mail went out late for 90 minutes." in html
    assert f'href="/incidents/{EXPLAINED.id}/postmortem"' in html
    assert story(EXPLAINED)[-1].words == "postmortem"
    assert story(make_explained_incident(final_by=LATER))[-1].words == "preliminary postmortem"
    assert "postmortem" not in {step.words for step in story(make_resolved_incident())}


@pytest.mark.parametrize(
    ("is_late", "words"),
    [(False, "Postmortem by Sun, Nov 1, 10:40 UTC"), (True, "Postmortem was due Sun, Nov 1")],
)
def test_a_promised_postmortem_says_by_when(is_late: bool, words: str):
    by = at("10:40", date(2026, 11, 1))
    incident = make_resolved_incident(postmortem_by=by, is_postmortem_overdue=is_late)

    assert words in text_of(pages.incident_page(PAGE, incident, ASSETS))


def test_the_front_page_and_the_month_mention_it():
    link = f'<a href="/incidents/{EXPLAINED.id}/postmortem">Postmortem</a>'

    assert link in pages.front_page(make_front([], [EXPLAINED]), ASSETS)
    month = pages.month_page(make_month([EXPLAINED]), ASSETS)
    assert link in month
    assert "relay ran out" not in month
    assert "Postmortem<" not in pages.front_page(make_front([], [make_resolved_incident()]), ASSETS)


def test_programs_read_the_status_postmortem_and_an_update_of_it_first():
    incident = make_explained_incident(edited_at=LATER)
    shown = json.loads(v2.incident(PAGE, incident))["incident"]

    assert (shown["status"], shown["postmortem_url"]) == ("postmortem", ADDRESS)
    first, *others = shown["incident_updates"]
    assert first == {
        "id": "p0stm0rtem01",
        "status": "postmortem",
        "body": make_postmortem().body,
        "incident_id": incident.id,
        "created_at": "2026-11-01T10:00:00.000Z",
        "updated_at": "2026-11-02T16:00:00.000Z",
        "display_at": "2026-11-01T10:00:00.000Z",
        "affected_components": None,
        "deliver_notifications": True,
        "custom_tweet": None,
        "tweet_id": None,
    }
    assert [each["status"] for each in others] == ["resolved", "monitoring", "investigating"]
    before = json.loads(v2.incident(PAGE, make_resolved_incident()))["incident"]
    assert (before["status"], before["postmortem_url"]) == ("resolved", None)


FEEDS = (feeds.history_atom, feeds.history_rss, feeds.updates_atom, feeds.updates_rss)


@pytest.mark.parametrize("feed", FEEDS)
def test_independent_readers_find_it_in_every_feed(feed):
    body = feed(make_front([], [EXPLAINED]))

    read = feedparser.parse(body, sanitize_html=False)
    assert not read.bozo
    is_atom = feed.__name__.endswith("atom")
    others = atoma.parse_atom_bytes(body).entries if is_atom else atoma.parse_rss_bytes(body).items
    assert len(read.entries) == len(others) == (1 if "history" in feed.__name__ else 4)
    html = read.entries[0].content[0].value if is_atom else read.entries[0].description
    known = "<strong>Postmortem</strong> - <strong>Summary</strong><br><br>Mail went out late"
    assert known in html.replace("<br />", "<br>")
    assert datetime(*read.entries[0].published_parsed[:6], tzinfo=UTC) == make_postmortem().published_at


def test_it_is_an_entry_of_its_own_that_a_correction_modifies():
    def read(incident):
        return feedparser.parse(feeds.updates_atom(make_front([], [incident]))).entries

    before, after = read(EXPLAINED), read(make_explained_incident(edited_at=LATER))

    assert [entry.id for entry in before] == [entry.id for entry in after]
    assert (before[0].id, before[0].link, before[0].title) == (TAG, ADDRESS, "Postmortem: Delayed e-mail")
    changed = [(was.updated, now.updated) for was, now in zip(before, after, strict=True) if was != now]
    assert changed == [("2026-11-01T10:00:00+00:00", "2026-11-02T16:00:00+00:00")]


def test_the_json_feed_has_it_too():
    first = json.loads(feeds.json_feed(make_front([], [make_explained_incident(edited_at=LATER)])))["items"][
        0
    ]

    assert (first["id"], first["url"]) == (TAG, ADDRESS)
    assert first["date_published"] == "2026-11-01T10:00:00.000Z"
    assert first["date_modified"] == "2026-11-02T16:00:00.000Z"
    assert first["content_html"] == feed_html(make_postmortem(), Zone("Etc/UTC"))


def test_feeds_stay_bounded_and_in_order_of_time():
    past = [make_resolved_incident(date(2026, 9, day)) for day in range(1, 25)]
    front = make_front([], [EXPLAINED, *past])
    front = replace(front, recent_notices=front.recent_notices[:50])

    items = json.loads(feeds.json_feed(front))["items"]

    assert len(items) == 50
    times = [item["date_published"] for item in items]
    assert times == sorted(times, reverse=True)


def test_the_sitemap_of_the_month_lists_it_with_its_own_last_change():
    listed = sitemap.sitemap_month(make_month([make_explained_incident(edited_at=LATER)])).decode()

    assert f"<loc>{ADDRESS}</loc><lastmod>2026-11-02T16:00:00.000Z</lastmod>" in listed
    assert "/postmortem" not in sitemap.sitemap_month(make_month([make_resolved_incident()])).decode()


def test_titles_and_teams_are_escaped():
    hostile = "<script>alert(1)</script>"
    items = (replace(ITEMS[0], title=hostile, team=hostile),)
    incident = make_explained_incident(items=items)

    assert hostile not in whole(incident)
    assert hostile not in feed_html(make_postmortem(items=items), Zone("Etc/UTC"))
