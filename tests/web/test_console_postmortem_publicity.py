"""What customers are told of postmortems is set in one place, over the API as well."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.roles import SiteRole
from statuspage.services.rebuilding import rebuild_if_asked
from statuspage.wiring import Adapters
from tests.fakes import FakeClock
from tests.web.browsers import Browser
from tests.web.callers import Api, PublicSite, wire
from tests.web.desks import Desk

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SWITCHES = ("has_postmortem_promise", "has_action_progress")


@pytest.fixture
def desk(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.ADMIN))


def test_an_admin_switches_on_what_customers_are_told(desk: Desk, api: Api):
    form = desk.open("settings/postmortems").form("publicity")
    page = form.press(**dict.fromkeys(SWITCHES, "y")).follow()

    assert "What customers are told of postmortems is saved." in page.text
    assert [api.get("")[name] for name in SWITCHES] == [True, True]
    desk.open("settings/postmortems").form("publicity").press(has_action_progress=None)
    assert [api.get("")[name] for name in SWITCHES] == [True, False]


def test_the_line_comes_and_goes_with_its_switch_and_follows_the_policy(
    api: Api, site: PublicSite, component: str, adapters: Adapters, session: Session, clock: FakeClock
):
    broken = {component: "major_outage"}
    incident = api.declare("Over", status="resolved", restored_at=wire(0), components=broken)
    page = f"incidents/{incident['id']}"

    def set_page(**fields: object) -> str:
        assert api.send("PATCH", "", json={"page": fields}).status_code == 200
        session.rollback()
        assert rebuild_if_asked(session, adapters.site, clock, adapters.settings.base_url)
        return site.text(page)

    assert "Postmortem by" not in site.text(page)
    assert "Sun, Nov 22, 12:00 UTC" in set_page(has_postmortem_promise=True)
    assert "Sat, Nov 21, 12:00 UTC" in set_page(policy={"postmortem_within": 24 * 60})
    assert "Postmortem by" not in set_page(has_postmortem_promise=False)


@pytest.mark.parametrize("role", [SiteRole.VIEWER, SiteRole.RESPONDER, SiteRole.COMMUNICATOR])
def test_only_an_admin_does(api: Api, role: SiteRole):
    refused = api.acting_as(role).refused("PATCH", "", json={"page": {"has_action_progress": True}})

    assert refused["status"] == 403
