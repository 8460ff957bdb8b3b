"""Components and groups at the console."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from statuspage.domain.roles import SiteRole
from tests.web.browsers import Browser
from tests.web.callers import Api, PublicSite
from tests.web.desks import Desk

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.COMMUNICATOR))


@pytest.fixture
def europe(desk: Desk, api: Api, components: list[str]) -> str:
    """A group after the components “API” and “Dashboard”."""
    desk.open("components/groups/new").form().press(name="Europe")
    return str(api.get("component-groups")[0]["id"])


def names(site: PublicSite) -> list[str]:
    return [row["name"] for row in site.json("components")["components"]]


def move(desk: Desk, direction: str, public_id: str) -> Any:
    return desk.open("components").form("order").press(move=f"{direction}:{public_id}")


def drag(desk: Desk, order: Any) -> Any:
    return (
        desk.open("components")
        .form("order")
        .press(order=order if isinstance(order, str) else json.dumps(order))
    )


def test_a_page_without_components_says_what_to_do(desk: Desk):
    assert "No components yet." in desk.open("components").text


def test_a_component_is_added_changed_and_taken_off_the_page(desk: Desk, api: Api, site: PublicSite):
    desk.open("components/new").form().press(name="Web shop", description="Where you buy")
    [component] = api.get("components")
    assert (component["name"], component["description"]) == ("Web shop", "Where you buy")
    assert "Web shop" in site.text("")

    path = f"components/{component['id']}"
    desk.open(path).form().press(name="Shop", start_date="2026-01-02", only_show_if_degraded="y")
    assert api.get("components")[0]["name"] == "Shop"
    assert api.get("components")[0]["start_date"] == "2026-01-02"

    desk.open(path).form().press("archive")
    assert api.get("components") == []


@pytest.mark.parametrize(
    ("fields", "error"), [({"name": " "}, "Fill this in"), ({"name": "x" * 256}, "Shorten")]
)
def test_a_name_that_will_not_do_is_refused_beside_its_field(desk: Desk, fields: dict[str, str], error: str):
    page = desk.open("components/new").form().press(**fields, description="Kept")

    assert page.status == 422
    assert error in page.errors[0]
    assert page.form().fields["description"] == "Kept"


def test_a_component_in_an_open_incident_stays_on_the_page(desk: Desk, api: Api, component: str):
    api.declare("Requests fail", components={component: "major_outage"})

    page = desk.open(f"components/{component}").form().press("archive")

    assert page.status == 422
    assert "“Requests fail” is open" in page.text
    assert len(api.get("components")) == 2


def test_a_state_is_set_by_hand_with_a_reason(desk: Desk, site: PublicSite, component: str):
    page = desk.open(f"components/{component}/state").form().press(state="degraded_performance", reason="")
    assert page.status == 422
    assert page.errors == ["Say why; the reason is kept."]

    page.form().press(reason="Disks are slow")
    assert site.state(component) == "degraded_performance"

    desk.open(f"components/{component}/state").form().press(state="operational", reason="")
    assert site.state(component) == "operational"


def test_the_reason_of_an_earlier_state_is_shown_and_never_sent_again(desk: Desk, component: str):
    desk.open(f"components/{component}/state").form().press(
        state="degraded_performance", reason="Disks are slow"
    )

    page = desk.open(f"components/{component}/state")
    assert "It is set to degraded performance since" in page.text
    assert "Disks are slow" in page.text

    page = page.form().press(state="partial_outage")
    assert page.status == 422
    assert page.errors == ["Say why; the reason is kept."]


def test_a_state_set_by_hand_does_not_hide_what_an_incident_says(desk, api, site, component):
    api.declare("Requests fail", components={component: "major_outage"})
    assert (
        "Requests fail is open and says how this component is"
        in desk.open(f"components/{component}/state").text
    )

    desk.open(f"components/{component}/state").form().press(state="degraded_performance", reason="Slow")

    assert site.state(component) == "major_outage"


def test_a_row_is_moved_by_its_arrows(desk, site, components):
    page = move(desk, "up", components[1])

    assert page.answer.headers["Location"] == f"/console/components#up-{components[1]}"
    assert names(site) == ["Dashboard", "API"]
    move(desk, "up", components[1])
    assert names(site) == ["Dashboard", "API"]


def test_rows_are_dragged_into_a_group_and_out_of_it_by_arrows(desk, site, components, europe):
    drag(desk, [{"id": europe, "members": [components[1], components[0]]}])
    assert names(site) == ["Europe", "Dashboard", "API"]

    move(desk, "down", components[0])
    assert names(site) == ["Europe", "Dashboard", "API"]
    rows = {row["name"]: row for row in site.json("components")["components"]}
    assert rows["Dashboard"]["group_id"] == europe
    assert rows["API"]["group_id"] is None


@pytest.mark.parametrize(
    "order",
    [
        *("", "nonsense", "[]", "[1]", '{"a":1}', '[{"id":"000000000000","members":[]}]', '[{"id":"x"}]'),
        "[" * 100_000,
    ],
)
def test_an_order_that_does_not_fit_the_page_changes_nothing(desk, site, components, europe, order):
    before = names(site)

    page = drag(desk, order)

    assert page.status == 409
    assert names(site) == before


def test_a_row_goes_into_the_next_group_and_out_of_it_and_hears_where_it_stands(
    desk, api, site, components, europe
):
    page = move(desk, "into", components[0])
    assert page.answer.headers["Location"] == f"/console/components#side-{components[0]}"
    assert "“API” is now number 1 of 1 in “Europe”." in page.follow().text
    assert api.get("component-groups")[0]["components"] == [components[0]]

    page = move(desk, "out", components[0])

    assert "“API” is now number 3 of 3." in page.follow().text
    assert names(site) == ["Dashboard", "Europe", "API"]


@pytest.mark.parametrize("step", ["sideways:{}", "up:000000000000", "up:", ":", "up"])
def test_a_step_that_cannot_be_made_is_told_and_changes_nothing(desk, api, components, step):
    before = api.get("components")

    page = desk.open("components").form("order").press(move=step.format(components[0]))

    assert page.status == 409
    assert api.get("components") == before


def test_an_order_dragged_on_an_old_page_is_not_put_over_a_newer_one(desk, site, components):
    page = desk.open("components")
    move(desk, "up", components[1])

    refused = page.form("order").press(
        order=json.dumps([{"id": each, "members": []} for each in components]), move=None
    )

    assert refused.status == 409
    assert "Somebody else has ordered the page meanwhile." in refused.text
    assert names(site) == ["Dashboard", "API"]


def test_a_group_is_never_put_into_a_group_nor_into_a_component(desk, site, components, europe):
    for order in (
        [{"id": components[0], "members": [components[1]]}, {"id": europe, "members": []}],
        [{"id": components[0], "members": [europe]}, {"id": components[1], "members": []}],
        [{"id": europe, "members": [components[0], components[0]]}, {"id": components[1], "members": []}],
    ):
        assert drag(desk, order).status == 409


def test_a_dissolved_group_leaves_its_components(desk, site, components, europe):
    drag(desk, [{"id": europe, "members": components}])

    desk.open(f"components/groups/{europe}").form().press("archive")

    assert names(site) == ["API", "Dashboard"]


def test_a_viewer_looks_and_changes_nothing(signed_in, components):
    viewer = Desk(signed_in(SiteRole.VIEWER))

    assert "Dashboard" in viewer.open("components").text
    for path in ("new", components[0], f"{components[0]}/state", "groups/new"):
        assert viewer.open(f"components/{path}").status == 403
