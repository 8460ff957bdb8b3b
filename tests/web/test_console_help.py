"""Help at the console."""

from collections.abc import Callable

import pytest

from statuspage.domain.roles import SiteRole
from tests.web.browsers import Browser
from tests.web.desks import Desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.COMMUNICATOR))


def test_everybody_on_the_staff_reads_help(signed_in: Callable[..., Browser]):
    desk = Desk(signed_in(SiteRole.VIEWER))

    assert "I have to tell customers." in desk.open("help").text
    assert "30 to 60 minutes ahead" in desk.open("help/promises").text


def test_a_page_that_there_is_not_is_not_found(desk: Desk):
    assert desk.open("help/nonsense").status == 404


def test_a_refusal_leads_to_the_rule_behind_it(desk: Desk, component: str):
    fields = {"name": "Requests fail", "body": "Looking.", f"state-{component}": "major_outage"}
    refused = desk.open("declare").form("composer").press("publish", promise="12", **fields)

    assert refused.status == 422
    assert 'href="/console/help/promises#the-window"' in refused.answer.text
