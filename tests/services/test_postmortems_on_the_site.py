"""Postmortems come to the site, change on it and leave it with the same build as everything around them."""

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.action_item import ItemState
from statuspage.domain.component import Impact
from statuspage.domain.postmortem import Visibility
from statuspage.services.public_postmortem import note_progress
from statuspage.services.publish_postmortem import change_visibility, unpublish_postmortem
from statuspage.services.publishing import publish
from statuspage.services.waive_postmortem import revoke_waiver, waive_postmortem
from statuspage.store.action_items import all_items, items_of
from statuspage.store.incidents import IncidentRow
from statuspage.store.postmortems import Postmortem, get_postmortem
from tests.conftest import Act
from tests.fakes import FakeClock
from tests.services.desk import actor_of
from tests.services.postmortem_desk import over
from tests.services.postmortem_site import URL, Desk

MONTH = "2026-11"


@pytest.fixture
def desk(act: Act, session: Session, clock: FakeClock, tmp_path: Path) -> Desk:
    return Desk(act, session, clock, tmp_path / "site")


def places(row: IncidentRow) -> set[str]:
    return {
        "index.html",
        f"history/{MONTH}.html",
        f"incidents/{row.public_id}.html",
        f"incidents/{row.public_id}/postmortem.html",
        f"sitemap-{MONTH}.xml",
        f"api/v2/incidents/{row.public_id}.json",
        "api/v2/incidents.json",
        "updates.atom",
        "updates.rss",
        "feed.json",
    }


def unpublish(desk: Desk, postmortem: Postmortem) -> None:
    with desk.act(actor_of(desk.reviewer)) as ctx:
        unpublish_postmortem(ctx, postmortem, "It names a customer.")


def page_of(row: IncidentRow) -> str:
    return f"incidents/{row.public_id}/postmortem.html"


def test_publishing_puts_it_everywhere_at_once(desk: Desk):
    row, postmortem = desk.published()
    desk.build()

    address = f"/incidents/{row.public_id}/postmortem"
    assert {path for path in desk.naming(address) if not path.endswith((".gz", ".br"))} == places(row)
    listed = json.loads(desk.read("api/v2/incidents.json"))["incidents"][0]
    assert listed["status"] == "postmortem"
    assert listed["incident_updates"][0]["id"] == postmortem.update_public_id
    assert postmortem.update_public_id in desk.read("updates.atom")
    assert "<strong>Postmortem</strong>" in desk.read("history.rss").replace("&lt;", "<").replace("&gt;", ">")


@pytest.mark.parametrize("is_shown_to", [None, Visibility.LINK, Visibility.INTERNAL])
def test_taking_it_back_removes_it_everywhere_with_the_same_build(desk: Desk, is_shown_to: Visibility | None):
    row, postmortem = desk.published()
    desk.build()
    assert (desk.site.folder / f"{page_of(row)}.gz").exists()
    desk.clock.advance(minutes=1)

    if is_shown_to is None:
        unpublish(desk, postmortem)
    else:
        with desk.act(actor_of(desk.reviewer)) as ctx:
            change_visibility(ctx, postmortem, is_shown_to)
    desk.build()

    assert desk.naming(f"{row.public_id}/postmortem") == set()
    assert desk.naming(postmortem.update_public_id) == set()
    assert [path for path in desk.files() if path.startswith(page_of(row))] == []
    listed = json.loads(desk.read("api/v2/incidents.json"))["incidents"][0]
    assert (listed["status"], listed["postmortem_url"]) == ("resolved", None)


def test_what_was_remembered_of_it_never_comes_back(desk: Desk):
    _, postmortem = desk.published()
    desk.build()
    unpublish(desk, postmortem)  # at the very instant of the publication
    desk.build()
    assert "postmortem" not in json.loads(desk.read("api/v2/incidents.json"))["incidents"][0]["status"]
    desk.publish_again(postmortem, "Requests failed because of a cable.")
    desk.build()

    assert "because of a cable" in desk.read("api/v2/incidents.json")
    assert "because of a cable" in desk.read("history.atom")


def test_a_correction_changes_the_same_update_and_marks_it(desk: Desk):
    row, postmortem = desk.published()
    desk.build()
    before = json.loads(desk.read(f"api/v2/incidents/{row.public_id}.json"))["incident"]["incident_updates"]
    desk.clock.advance(minutes=10)
    desk.publish_again(postmortem, "Requests failed because of a cable.")
    desk.build()
    after = json.loads(desk.read(f"api/v2/incidents/{row.public_id}.json"))["incident"]["incident_updates"]

    assert [each["id"] for each in after] == [each["id"] for each in before]
    assert after[0]["created_at"] == before[0]["created_at"]
    assert after[0]["updated_at"] > before[0]["updated_at"]
    assert "because of a cable" in after[0]["body"]
    assert "edited" in desk.read(page_of(row))
    assert desk.read("updates.atom").count(postmortem.update_public_id) == 1


def test_a_rebuild_keeps_public_ones_and_takes_away_strangers(desk: Desk):
    row, _ = desk.published()
    desk.build()
    page = page_of(row)
    shown = desk.files()
    desk.rebuild()
    assert desk.read(page) == shown[page].decode()

    stranger = desk.site.folder / page
    kept = stranger.read_bytes()
    unpublish(desk, desk.the_postmortem())
    desk.build()
    for suffix, content in (("", kept), (".gz", gzip.compress(kept))):
        Path(f"{stranger}{suffix}").write_bytes(content)
    desk.rebuild()

    assert [path for path in desk.files() if path.startswith(page)] == []


def test_the_incident_says_by_when_it_comes_where_the_site_wants_that(desk: Desk):
    page = f"incidents/{desk.resolved().public_id}.html"
    desk.build()
    assert desk.naming("Postmortem by") == set()

    desk.set_page(has_postmortem_promise=True)
    desk.rebuild()

    assert desk.naming("Postmortem by") == {page}
    assert "Sun, Nov 22, 12:00 UTC" in desk.read(page)


def test_the_promise_is_rendered_again_exactly_when_it_has_run_out(desk: Desk):
    desk.set_page(has_postmortem_promise=True)
    row = over(desk.act)
    desk.build()
    page = f"incidents/{row.public_id}.html"
    assert "Postmortem by" in desk.read(page)
    since = desk.clock.now()
    desk.clock.advance(hours=48)

    since = desk.refresh(since)
    assert "Postmortem by" in desk.read(page)
    desk.clock.advance(seconds=1)
    since = desk.refresh(since)

    assert "Postmortem was due" in desk.read(page)
    written = (desk.site.folder / page).stat()
    desk.clock.advance(minutes=1)
    desk.refresh(since)
    assert (desk.site.folder / page).stat().st_mtime_ns == written.st_mtime_ns


def test_after_a_start_what_ran_out_meanwhile_is_found(desk: Desk):
    desk.set_page(has_postmortem_promise=True)
    row = over(desk.act)
    desk.build()
    desk.clock.advance(hours=24 * 30)

    desk.refresh(None)

    assert "Postmortem was due" in desk.read(f"incidents/{row.public_id}.html")


def test_a_waiver_takes_the_promise_back(desk: Desk):
    desk.set_page(has_postmortem_promise=True)
    row = over(desk.act, Impact.NONE)
    desk.build()
    assert "Postmortem by" in desk.read(f"incidents/{row.public_id}.html")

    with desk.act(actor_of(desk.reviewer)) as ctx:
        waive_postmortem(ctx, get_postmortem(ctx.session, row), "Nobody was affected.")
    desk.build()
    assert "Postmortem by" not in desk.read(f"incidents/{row.public_id}.html")

    with desk.act(actor_of(desk.reviewer)) as ctx:
        revoke_waiver(ctx, get_postmortem(ctx.session, row))
    desk.build()
    assert "Postmortem by" in desk.read(f"incidents/{row.public_id}.html")


def test_a_final_date_that_passes_is_said_on_every_page_that_names_it(desk: Desk):
    row = desk.resolved()
    postmortem = desk.written(row)
    final_by = desk.clock.now() + timedelta(days=3)
    desk.edit(postmortem, lambda content: replace(content, final_by=final_by))
    desk.publish(postmortem)
    desk.build()
    pages = (f"incidents/{row.public_id}.html", page_of(row))
    assert all("The final one will follow by" in desk.read(page) for page in pages)
    since = desk.clock.now()
    desk.clock.advance(hours=72)

    desk.refresh(since)

    assert all("The final one was due" in desk.read(page) for page in pages)


def test_progress_of_action_items_shows_where_the_site_wants_that(desk: Desk):
    page = page_of(desk.published()[0])
    desk.build()
    assert 'class="state' not in desk.read(page)
    desk.set_page(has_action_progress=True)
    desk.rebuild()
    assert "Open <svg" in desk.read(page)

    with desk.act() as ctx:
        (item,) = all_items(ctx.session)
        item.state = ItemState.DONE
        note_progress(ctx, item.postmortem)
    desk.build()

    assert "Done <svg" in desk.read(page)


def test_an_item_that_is_closed_changes_nothing_where_progress_does_not_show(desk: Desk):
    _, postmortem = desk.published()
    desk.build()
    before = desk.files()

    with desk.act() as ctx:
        (item,) = items_of(ctx.session, postmortem)
        item.state = ItemState.DONE
        note_progress(ctx, postmortem)
    assert not publish(desk.session, desk.site, desk.clock, URL)

    assert desk.files() == before
