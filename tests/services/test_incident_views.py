"""What was remembered of an incident is never shown once it has changed."""

import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from statuspage.adapters.markdown import MarkdownChild
from statuspage.domain.component import ComponentState
from statuspage.domain.incident import IncidentStatus
from statuspage.services.commands import Declaration, NoticeCommand
from statuspage.services.components import ComponentFields, change_component
from statuspage.services.correct_notice import correct_notice
from statuspage.services.declare_incident import declare_incident
from statuspage.services.import_history import import_history, prepare
from statuspage.services.import_source import read_source
from statuspage.services.notice_text import plain_text
from statuspage.services.publish_notice import publish_notice
from statuspage.services.publishing import publish
from statuspage.services.set_facts import Facts, set_facts
from statuspage.site.build import Site
from statuspage.store.components import get_component
from statuspage.store.incidents import get_incident
from tests.conftest import Act
from tests.factories import make_component
from tests.fakes import FakeClock
from tests.history import incident

URL = "https://status.example.com"
MONTH = "history/2026-11.html"


class Reader:
    """Publishes what is due, then reads a page."""

    def __init__(self, session: Session, site: Site, clock: FakeClock) -> None:
        self.session, self.site, self.clock = session, site, clock

    def read(self, path: str = MONTH) -> str:
        publish(self.session, self.site, self.clock, URL)
        return (self.site.folder / path).read_text()


@pytest.fixture
def reader(session: Session, tmp_path: Path, clock: FakeClock) -> Reader:
    return Reader(session, Site(tmp_path / "site"), clock)


@pytest.fixture
def component_id(session: Session) -> str:
    component = make_component(session, name="Payments")
    session.commit()
    return component.public_id


@pytest.fixture
def resolved(act: Act, component_id: str, reader: Reader) -> str:
    """An incident that is over, and was shown since."""
    with act() as ctx:
        row = declare_incident(ctx, Declaration(name="Slow answers"))
        states = {component_id: ComponentState.PARTIAL_OUTAGE}
        publish_notice(ctx, row, NoticeCommand(status=IncidentStatus.INVESTIGATING, states=states))
        publish_notice(ctx, row, NoticeCommand(status=IncidentStatus.RESOLVED))
    assert "Slow answers" in reader.read()
    return row.public_id


def test_a_correction_at_the_very_instant_of_the_notice_is_shown(act: Act, reader: Reader, resolved: str):
    with act() as ctx:
        row = get_incident(ctx.session, resolved)
        correct_notice(ctx, row, row.updates[-1], plain_text("It was a cable."), None)

    assert "It was a cable." in reader.read()
    assert "It was a cable." in reader.read("history.atom")


def test_a_component_that_is_renamed_has_its_new_name_in_what_is_shown_next(
    act: Act, reader: Reader, resolved: str, component_id: str
):
    with act() as ctx:
        change_component(ctx, get_component(ctx.session, component_id), ComponentFields(name="Checkout"))
        declare_another(ctx)

    page = reader.read()
    assert "Checkout" in page
    assert "Payments" not in page


def test_a_new_name_is_shown_instead_of_the_old(act: Act, reader: Reader, resolved: str):
    with act() as ctx:
        set_facts(ctx, get_incident(ctx.session, resolved), Facts(name="Broken cable"))

    page = reader.read()
    assert "Broken cable" in page
    assert "Slow answers" not in page


def test_an_import_that_changes_only_a_text_is_shown(act: Act, reader: Reader):
    first = incident("abcdefghijkl")
    imported(act, first)
    assert "We are looking." in reader.read("history.atom")

    second = json.loads(json.dumps(first).replace("We are looking.", "We looked."))
    imported(act, second)

    feed = reader.read("history.atom")
    assert "We looked." in feed
    assert "We are looking." not in feed


def declare_another(ctx) -> None:  # type: ignore[no-untyped-def]
    row = declare_incident(ctx, Declaration(name="Another"))
    publish_notice(ctx, row, NoticeCommand(status=IncidentStatus.INVESTIGATING))


def imported(act: Act, one: dict) -> None:  # type: ignore[type-arg]
    renderer = MarkdownChild()
    prepared = prepare(read_source(json.dumps({"incidents": [one]}).encode(), None), renderer)
    renderer.close()
    with act() as ctx:
        import_history(ctx, prepared)
