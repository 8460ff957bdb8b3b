"""Nothing of a postmortem that is not published, and nothing that is the staff's, is in a public byte."""

import gzip
from collections.abc import Iterator
from dataclasses import replace

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from statuspage.domain.action_item import ItemState
from statuspage.domain.errors import DomainError
from statuspage.domain.postmortem import Content, Entry, Item, Section, Visibility, in_order
from statuspage.services.postmortem_comments import add_comment
from statuspage.services.postmortems import assign_owner
from statuspage.services.rebuilding import rebuild
from statuspage.services.waive_postmortem import waive_postmortem
from statuspage.store.action_items import items_of
from statuspage.store.ids import new_public_id
from statuspage.store.postmortems import AcceptedFinding, Postmortem, PostmortemLabel
from statuspage.web.publish import publish_now
from statuspage.wiring import Adapters
from statuspage.worker.jobs import catch_up_site, fixed_jobs
from statuspage.worker.tools import Tools
from tests.factories import make_account
from tests.fakes import FakeClock
from tests.web.callers import FEEDS, Api, Json, PublicSite, wire
from tests.web.explained import Authors

MARK = "zebra-crossing-4711"
NAME = "Quaggason"  # found in a text, it would be taken for the person of that name
SHOWN = "pelican-crossing-0815"
ADDRESSES = ("", "history", "history/2026-11", "sitemap.xml", "sitemap-2026-11.xml", *FEEDS)
LISTS = ("components", "incidents", "incidents/unresolved", "summary", "status")


@pytest.fixture
def authors(sessions: sessionmaker[Session], clock: FakeClock, adapters: Adapters) -> Authors:
    return Authors(sessions, clock, adapters.markdown, f"Ana {NAME}", f"Ben {NAME}")


@pytest.fixture
def incidents(api: Api, component: str) -> list[Json]:
    """Four that are over: to be explained to all, to few, to nobody yet, and one that was nothing."""
    states = {component: "major_outage"}
    made = [
        api.declare(name, status="resolved", restored_at=wire(0), components=states)
        for name in ("For all", "For few", "For nobody")
    ]
    return [*made, api.declare("Nothing", status="resolved", restored_at=wire(0))]


def marked(content: Content, owner: str) -> Content:
    """Return the content with all that never is public beside what is."""
    hidden = Entry("h1", content.timeline[-1].at, f"Internal {MARK}", is_public=False)
    item = Item(
        new_public_id(),
        f"Watch it {SHOWN}",
        owner=owner,
        team=f"Team {SHOWN}",
        due_on=content.items[0].due_on,
        tracker_url=f"https://tracker.example.com/{MARK}",
    )
    sections = {section: f"{text} {SHOWN}" for section, text in content.sections.items()}
    return replace(content, sections=sections, timeline=in_order((*content.timeline, hidden)), items=(item,))


def drafted(content: Content) -> Content:
    """Return what is being written after that: everything in it is somebody's draft."""
    line = Entry("d1", content.timeline[-1].at, f"Public one day {MARK}")
    items = tuple(replace(item, title=f"Later {MARK}", team=MARK) for item in content.items)
    sections = {section: f"Draft {MARK} of {section}" for section in Section}
    return replace(content, sections=sections, timeline=in_order((*content.timeline, line)), items=items)


def plant(authors: Authors, incident: Json) -> None:
    """Put the mark wherever the staff say something around a postmortem."""

    def around(ctx, postmortem: Postmortem) -> None:  # type: ignore[no-untyped-def]
        session = ctx.session
        add_comment(ctx, postmortem, "summary", f"Comment {MARK}")
        for kind in ("factor", "systemic"):
            session.add(PostmortemLabel(postmortem_id=postmortem.id, kind=kind, label=f"Label {MARK}"))
        session.add(
            AcceptedFinding(
                postmortem_id=postmortem.id,
                rule="name",
                sentence=f"Sentence {MARK}",
                sentence_digest="0" * 64,
                reason=f"Reason {MARK}",
                accepted_at=ctx.now,
            )
        )
        owner = make_account(session, name=f"Owner {NAME}", email=f"{NAME}-{incident['id']}@example.com")
        session.flush()
        assign_owner(ctx, postmortem, owner)
        for item in items_of(session, postmortem):
            item.state, item.closing_note, item.closed_at = ItemState.DONE, f"Note {MARK}", ctx.now
            item.owner_id = owner.id

    authors.act(incident, around, is_reviewer=True)


def prepare(authors: Authors, incidents: list[Json], owner: str, *, is_public: bool) -> str:
    """Plant everything and return the secret of the link to what few may read."""
    for_all, for_few, for_nobody, nothing = incidents
    authors.explain(for_few, Visibility.LINK, lambda content: marked(content, owner))
    secret = authors.share(for_few, f"Label {MARK}")
    authors.share(for_few, f"Another {MARK}")
    if is_public:
        authors.explain(for_all, change=lambda content: marked(content, owner))
    else:
        authors.write(for_all, lambda content: marked(content, owner))
    authors.edit(for_all, drafted)
    authors.edit(for_few, drafted)
    authors.write(for_nobody, drafted)
    for incident in (for_all, for_few, for_nobody):
        plant(authors, incident)
    authors.act(nothing, lambda ctx, postmortem: waive_postmortem(ctx, postmortem, f"Waived {MARK}"))
    return secret


def public_bytes(site: PublicSite, client: FlaskClient, incidents: list[Json]) -> Iterator[tuple[str, bytes]]:
    """Yield all that customers can get hold of: files as they lie there, unpacked, and answers."""
    for path, content in site.files().items():
        yield path, content
        if path.endswith(".gz"):
            yield path, gzip.decompress(content)
        if path.endswith(".br"):
            yield path, brotli.decompress(content)
    pages = [f"incidents/{incident['id']}" for incident in incidents]
    pages += [f"{page}/postmortem" for page in pages] + [f"api/v2/{page}.json" for page in pages]
    pages += [*ADDRESSES, *(f"api/v2/{name}.json" for name in LISTS)]
    pages += ["nowhere", "api/v2/nowhere.json", f"shared/{'x' * 43}", "incidents/nowhere/postmortem"]
    for page in pages:
        answer = client.get(f"/{page}")
        yield page, f"{answer.headers}".encode() + answer.data


@pytest.fixture
def owner(sessions: sessionmaker[Session]) -> str:
    with sessions() as session:
        account = make_account(session, name=f"Item {NAME}", email=f"{NAME}@example.com")
        session.commit()
        return account.public_id


def switch_on(api: Api) -> None:
    """Have the page tell customers all that it can."""
    switches = {"has_postmortem_promise": True, "has_action_progress": True}
    assert api.send("PATCH", "", json={"page": switches}).status_code == 200


@pytest.mark.parametrize("is_public", [False, True])
def test_no_byte_that_customers_get_holds_what_is_the_staffs(
    api: Api,
    site: PublicSite,
    client: FlaskClient,
    app: Flask,
    adapters: Adapters,
    session: Session,
    clock: FakeClock,
    authors: Authors,
    incidents: list[Json],
    owner: str,
    is_public: bool,
):
    switch_on(api)
    secret = prepare(authors, incidents, owner, is_public=is_public)
    with app.app_context():
        publish_now()
    found = list(public_bytes(site, client, incidents))
    session.rollback()
    rebuild(session, adapters.site, clock, adapters.settings.base_url)
    found += public_bytes(site, client, incidents)
    shared = client.get(f"/shared/{secret}")

    found.append(("shared", f"{shared.headers}".encode() + shared.data))
    for secret_word in (MARK, NAME, NAME.lower()):
        assert [path for path, content in found if secret_word.encode() in content] == []
    # What is for customers is found where it belongs: else the search would find nothing whatever happens.
    assert SHOWN in shared.text
    places = {path for path, content in found if SHOWN.encode() in content} - {"shared"}
    page = f"incidents/{incidents[0]['id']}/postmortem.html"
    assert ({page, f"{page}.gz", f"{page}.br", "updates.atom", "feed.json"} <= places) is is_public
    assert bool(places) is is_public


@pytest.mark.parametrize("is_public", [False, True])
def test_saving_a_draft_a_hundred_times_changes_nothing_that_customers_get(
    api: Api,
    site: PublicSite,
    client: FlaskClient,
    app: Flask,
    adapters: Adapters,
    sessions: sessionmaker[Session],
    session: Session,
    clock: FakeClock,
    authors: Authors,
    incidents: list[Json],
    owner: str,
    is_public: bool,
):
    switch_on(api)
    prepare(authors, incidents, owner, is_public=is_public)
    with app.app_context():
        publish_now()
    session.rollback()
    rebuild(session, adapters.site, clock, adapters.settings.base_url)
    number = authors.act(incidents[0], lambda ctx, _postmortem: ctx.page.publication)

    def look() -> tuple[object, ...]:
        paths = [*ADDRESSES, f"incidents/{incidents[0]['id']}", *(f"api/v2/{name}.json" for name in LISTS)]
        if is_public:
            paths.append(f"incidents/{incidents[0]['id']}/postmortem")
        answers = [client.get(f"/{path}") for path in paths]
        kept = [(one.headers["ETag"], one.headers["Last-Modified"], one.data) for one in answers]
        return kept, {path: content for path, content in site.files().items() if not path.startswith(".")}

    before = look()
    for count in range(100):
        clock.advance(seconds=20)
        text = f"Draft {MARK}, the {count}th time"
        authors.edit(
            incidents[count % 3], lambda content, text=text: content.with_section(Section.IMPACT, text)
        )
    tools = Tools(adapters, sessions)
    for job in fixed_jobs(tools):
        job.run()
    catch_up_site(tools)
    assert look() == before
    session.rollback()
    rebuild(session, adapters.site, clock, adapters.settings.base_url)

    assert look() == before
    assert authors.act(incidents[0], lambda ctx, _postmortem: ctx.page.publication) == number


def test_what_was_taken_back_is_in_no_byte_any_more(
    site: PublicSite, client: FlaskClient, app: Flask, authors: Authors, incidents: list[Json], owner: str
):
    authors.explain(incidents[0], change=lambda content: marked(content, owner))
    with app.app_context():
        publish_now()
        page = client.get(f"/incidents/{incidents[0]['id']}/postmortem")
        authors.unpublish(incidents[0])
        publish_now()

    assert page.status_code == 200
    assert client.get(f"/incidents/{incidents[0]['id']}/postmortem").status_code == 404
    assert [
        path for path, content in public_bytes(site, client, incidents) if SHOWN.encode() in content
    ] == []


def test_a_refused_publication_changes_no_public_byte(
    site: PublicSite, client: FlaskClient, authors: Authors, incidents: list[Json]
):
    before = site.files()
    authors.write(incidents[0], lambda content: replace(content, items=()))
    with pytest.raises(DomainError):
        authors.publish(incidents[0])

    assert site.files() == before
