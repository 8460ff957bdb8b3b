"""Feeds are read by strangers' programs: two independent readers must agree with what was published."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import atoma
import feedparser
import pytest
from public_values import (
    TODAY,
    at,
    make_front,
    make_notice,
    make_open_incident,
    make_page,
    make_resolved_incident,
)

from statuspage.render import feeds

FRONT = make_front([make_open_incident()], [make_resolved_incident()])
XML = [feeds.history_atom, feeds.history_rss, feeds.updates_atom, feeds.updates_rss]


def parse(body):
    # feedparser's own sanitizer would change what is compared here.
    feed = feedparser.parse(body, sanitize_html=False)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def many():
    days = [date(2026, 10, 1) - timedelta(days=back) for back in range(30)]
    return make_front([], [make_resolved_incident(day) for day in days])


@pytest.mark.parametrize("feed", XML)
def test_both_readers_understand_it(feed):
    body = feed(FRONT)

    count = 2 if feed.__name__.startswith("history") else 5
    assert len(parse(body).entries) == count
    if feed.__name__.endswith("atom"):
        assert len(atoma.parse_atom_bytes(body).entries) == count
    else:
        assert len(atoma.parse_rss_bytes(body).items) == count


def test_an_incident_is_one_entry_with_a_lasting_id_dated_by_its_latest_notice():
    entry = parse(feeds.history_atom(FRONT)).entries[0]

    assert entry.id == "tag:status.acme.example,2005:Incident/1nc1dent0001"
    assert entry.link == "https://status.acme.example/incidents/1nc1dent0001"
    assert entry.title == "Elevated error rates on the API"
    assert entry.published == entry.updated == "2026-11-03T14:07:00+00:00"


def test_the_content_lists_all_notices_newest_first_in_the_known_layout():
    content = atoma.parse_atom_bytes(feeds.history_atom(FRONT)).entries[0].content.value

    assert content == (
        "<p><small>Nov <var data-var='date'>3</var>, <var data-var='time'>14:07</var> UTC</small><br>"
        "<strong>Identified</strong> - A database node ran out of disk space. "
        "We are moving its load to another one.</p>\n"
        "<p><small>Nov <var data-var='date'>3</var>, <var data-var='time'>13:09</var> UTC</small><br>"
        "<strong>Investigating</strong> - Some requests to the API fail. Retrying helps.</p>"
    )


def test_paragraphs_are_joined_and_lists_stay_outside_of_them():
    notice = make_notice(html="<p>one</p>\n<p>two</p>\n<ul>\n<li>three</li>\n</ul>\n<p>four</p>")
    body = feeds.history_atom(make_front([make_open_incident(notices=(notice,))]))

    content = atoma.parse_atom_bytes(body).entries[0].content.value

    assert content.endswith(" - one<br><br>two</p><ul>\n<li>three</li>\n</ul>\n<p>four</p>")


def test_rss_says_the_same_and_is_known_by_the_permalink():
    entry = parse(feeds.history_rss(FRONT)).entries[0]

    assert entry.id == "https://status.acme.example/incidents/1nc1dent0001"
    assert "<strong>Identified</strong> - A database node" in entry.description
    assert b'isPermaLink="true"' in feeds.history_rss(FRONT)


def test_each_notice_is_one_entry_with_its_own_id():
    entries = parse(feeds.updates_atom(FRONT)).entries

    assert len({entry.id for entry in entries}) == 5
    assert entries[0].title == "Identified: Elevated error rates on the API"
    assert entries[0].link.endswith("/incidents/1nc1dent0001#update-n11031407000")


def test_the_order_is_the_documents_and_the_length_is_bounded():
    front = many()

    history = parse(feeds.history_atom(front)).entries
    updates = parse(feeds.updates_rss(front)).entries

    assert [entry.link.rsplit("/")[-1] for entry in history] == [one.id for one in front.recent[:25]]
    assert len(updates) == 50
    assert len(json.loads(feeds.json_feed(front))["items"]) == 50


@pytest.mark.parametrize("feed", [*XML, feeds.json_feed])
def test_no_byte_changes_while_nothing_is_published(feed):
    assert feed(FRONT) == feed(replace(FRONT, page=make_page(updated_at=at("15:00"))))


def test_a_feed_without_entries_is_as_old_as_its_page():
    empty = make_front()

    assert parse(feeds.history_atom(empty)).feed.updated == "2026-01-05T09:00:00+00:00"
    assert parse(feeds.history_rss(empty)).feed.updated == "Mon, 05 Jan 2026 09:00:00 +0000"


def test_the_last_build_date_is_that_of_the_newest_content():
    assert b"<lastBuildDate>Tue, 03 Nov 2026 14:07:00 +0000</lastBuildDate>" in feeds.updates_rss(FRONT)


def test_a_new_notice_changes_one_entry_and_adds_none():
    incident = make_open_incident()
    later = replace(incident, notices=(make_notice("Update", "14:35", id="n0000000new0"), *incident.notices))
    past = [make_resolved_incident()]

    before = {entry.id: entry for entry in parse(feeds.history_atom(make_front([incident], past))).entries}
    after = {entry.id: entry for entry in parse(feeds.history_atom(make_front([later], past))).entries}

    assert before.keys() == after.keys()
    assert [key for key in after if after[key].updated != before[key].updated] == [
        "tag:status.acme.example,2005:Incident/1nc1dent0001"
    ]


def test_one_bad_character_in_old_data_does_not_stop_the_feeds():
    notice = make_notice(text="zero \x00 bell \x07 lone \ud800 end")
    front = make_front(
        [make_open_incident(name="A\x08B", notices=(notice,))], page=make_page(name="Ac\x0cme")
    )

    for feed in XML:
        assert "zero  bell  lone  end" in feed(front).decode()
    assert json.loads(feeds.json_feed(front))["items"][0]["title"] == "Investigating: AB"


def test_names_are_text_not_markup():
    front = make_front([make_open_incident(name="<script>alert(1)</script> & more")])

    assert atoma.parse_atom_bytes(feeds.history_atom(front)).entries[0].title.value == (
        "<script>alert(1)</script> & more"
    )


def test_the_json_feed_has_what_version_1_1_asks_for():
    edited = make_notice(edited_at=at("14:30"))
    document = json.loads(feeds.json_feed(make_front([make_open_incident(notices=(edited,))])))

    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"] == "https://status.acme.example/feed.json"
    (item,) = document["items"]
    assert set(item) == {"id", "url", "title", "content_html", "date_published", "date_modified"}
    assert item["id"].startswith("tag:status.acme.example,2005:IncidentUpdate/")
    assert item["date_modified"] == "2026-11-03T14:30:00.000Z"


def test_times_are_in_the_pages_zone():
    late = make_notice(published_at=at("23:30", TODAY))
    front = make_front([make_open_incident(notices=(late,))], page=make_page(time_zone="Europe/Berlin"))

    text = atoma.parse_atom_bytes(feeds.history_atom(front)).entries[0].content.value

    assert re.search("<var data-var='date'>4</var>, <var data-var='time'>00:30</var> CET", text)
