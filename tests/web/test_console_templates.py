"""Templates at the console: kept, offered where words are needed, filled by the product."""

import re
from collections.abc import Callable

import pytest

from statuspage.domain.roles import SiteRole
from tests.web.browsers import Browser
from tests.web.callers import Api, PublicSite
from tests.web.desks import Desk

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NEW = {"name": "Mail is late", "kind": "initial", "title": "Mail is late", "body": "Late: {{components}}."}


@pytest.fixture
def desk(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.COMMUNICATOR))


def add(desk: Desk, **fields: str | None):
    return desk.open("templates/new").form("template").press(**{**NEW, **fields})


def template_named(api: Api, name: str) -> dict[str, object]:
    [found] = [one for one in api.get("incident_templates") if one["name"] == name]
    return found


def test_a_template_is_added_changed_and_taken_away(desk: Desk, api: Api, component: str):
    page = add(desk, **{f"state-{component}": "degraded_performance"}).follow()
    assert "“Mail is late” is ready to be used." in page.text
    template = template_named(api, "Mail is late")
    assert template["states"] == {component: "degraded_performance"}

    path = f"templates/{template['id']}"
    desk.open(path).form("template").press(body="Mail arrives late.", fits_status="identified")
    template = template_named(api, "Mail is late")
    assert (template["body"], template["update_status"]) == ("Mail arrives late.", "identified")
    assert template["states"] == {component: "degraded_performance"}

    desk.open(path).form("template").press("archive")
    assert "Mail is late" not in [one["name"] for one in api.get("incident_templates")]


def test_an_unknown_placeholder_is_said_beside_the_text_which_stays(desk: Desk):
    refused = add(desk, body="Since {{yesterday}}")

    assert refused.status == 422
    assert any("There is no placeholder {{yesterday}}." in error for error in refused.errors)
    assert refused.form("template").fields["body"] == "Since {{yesterday}}"


def test_two_who_change_one_lose_nothing(desk: Desk, api: Api):
    add(desk)
    path = f"templates/{template_named(api, 'Mail is late')['id']}"
    slow = desk.open(path).form("template")
    desk.open(path).form("template").press(body="First")

    overtaken = slow.press(body="Second")

    assert overtaken.status == 409
    assert "Somebody else has changed this template meanwhile." in overtaken.text
    assert "First" in overtaken.text
    form = overtaken.form("template")
    assert form.fields["body"] == "Second"
    assert form.press().status == 303
    assert template_named(api, "Mail is late")["body"] == "Second"


def test_a_template_moves_with_its_arrows(desk: Desk, api: Api):
    add(desk)
    key = template_named(api, "Mail is late")["id"]

    page = desk.open("templates").form("order").press(move=f"up:{key}").follow()

    assert "“Mail is late” is now number 8 of 9." in page.text
    assert template_named(api, "Mail is late")["position"] == 8


def test_a_preview_fills_in_what_the_page_knows_and_marks_the_rest(desk: Desk, component: str):
    shown = desk.browser.post(
        "/console/templates/preview",
        {"body": "**{{components}}**: {{cause}} <b>"},
        headers={"HX-Request": "1"},
    ).text

    assert "<strong>API and Dashboard</strong>: <mark>{{cause}}</mark> &lt;b&gt;" in shown


def test_viewers_read_templates_only(signed_in: Callable[..., Browser]):
    desk = Desk(signed_in(SiteRole.VIEWER, email="viewer@example.com"))

    assert "Nothing works" in desk.open("templates").text
    assert "Change" not in desk.open("templates").text
    assert desk.open("templates/new").status == 403


def test_a_situation_and_a_component_are_enough_for_the_first_notice(
    desk: Desk, component: str, site: PublicSite
):
    form = desk.open("declare").form("composer")
    page = desk.open("declare").answer.text
    situation = re.search(r'name="situation" value="(\w+)"[^>]*>\s*<span>Errors for some', page)
    assert situation

    asked = form.press("publish", situation=situation[1], **{f"state-{component}": "partial_outage"})
    asked.form().press()

    assert "Errors: API" in site.text("")
    assert "Affected: API." in site.text("")


def test_a_situation_brings_its_components_with_it(desk: Desk, api: Api, component: str, site: PublicSite):
    add(desk, **{f"state-{component}": "degraded_performance"})
    key = template_named(api, "Mail is late")["id"]

    asked = desk.open("declare").form("composer").press("publish", situation=str(key))
    asked.form().press()

    assert "Late: API." in site.text("")
    assert site.state(component) == "degraded_performance"


def test_a_text_that_waits_for_a_person_s_words_does_not_go_out(desk: Desk, component: str, nothing_changes):
    incident = desk.declare(name="Requests fail", body="Looking.", **{f"state-{component}": "major_outage"})
    form = desk.incident(incident).form("composer")

    with nothing_changes():
        refused = form.press("publish", body="The cause: {{cause}}", status="identified")

    assert refused.status == 422
    assert refused.errors == ["Write in place of {{cause}} (what was found to be wrong)."]
