"""The whole site anew: when it is due, and that nothing of the old stays."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.incident import IncidentStatus
from statuspage.services.commands import Declaration, NoticeCommand
from statuspage.services.declare_incident import declare_incident
from statuspage.services.page_settings import PageFields, change_page
from statuspage.services.publish_notice import publish_notice
from statuspage.services.publishing import publish
from statuspage.services.rebuilding import rebuild_if_asked
from statuspage.site.build import Site
from tests.conftest import Act
from tests.fakes import FakeClock

URL = "https://status.example.com"
Build = Callable[..., bool]


@pytest.fixture
def site(tmp_path) -> Site:  # type: ignore[no-untyped-def]
    return Site(tmp_path / "site")


@pytest.fixture
def build(session: Session, site: Site, clock: FakeClock) -> Build:
    """Publish what is new, then rebuild if it is due; return whether it was."""

    def build(url: str = URL) -> bool:
        publish(session, site, clock, url)
        return rebuild_if_asked(session, site, clock, url)

    return build


def announce(act: Act) -> str:
    with act() as ctx:
        row = declare_incident(ctx, Declaration(name="Slow answers"))
        publish_notice(ctx, row, NoticeCommand(status=IncidentStatus.INVESTIGATING))
        return row.public_id


def test_the_first_build_is_a_whole_one_and_the_next_is_not(act: Act, build: Build):
    announce(act)

    assert [build(), build()] == [True, False]


def test_a_new_time_zone_is_on_every_page(act: Act, build: Build, site: Site):
    public_id = announce(act)
    build()

    with act() as ctx:
        change_page(ctx, PageFields(time_zone="Asia/Tokyo"))

    assert build()
    assert "21:00 JST" in (site.folder / f"incidents/{public_id}.html").read_text()


def test_a_new_address_of_the_page_is_on_every_page(act: Act, build: Build, site: Site):
    public_id = announce(act)
    build()

    assert build("https://status.example.org")
    assert "https://status.example.org/" in (site.folder / f"incidents/{public_id}.html").read_text()


def test_pages_that_no_longer_belong_are_taken_away(act: Act, build: Build, site: Site):
    announce(act)
    build()
    strange = site.folder / "incidents" / "aaaaaaaaaaaa.html"
    strange.write_text("from another database")

    with act() as ctx:
        change_page(ctx, PageFields(name="Northwind"))
    build()

    assert not strange.exists()
    assert (site.folder / "api/v2/incidents/unresolved.json").exists()


def test_a_rebuild_that_died_is_done_again(
    act: Act, build: Build, site: Site, monkeypatch: pytest.MonkeyPatch
):
    announce(act)
    monkeypatch.setattr("statuspage.services.rebuilding._build_incidents", _die)
    with pytest.raises(MemoryError):
        build()
    monkeypatch.undo()

    assert build()
    assert not build()


def _die(*_arguments: object) -> None:
    raise MemoryError
