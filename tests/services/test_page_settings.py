"""What an admin sets of the page: checked, compared, published where customers see it, and on record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from statuspage.adapters.images import PillowPictures
from statuspage.domain.cadence import LAXEST, Limits, Policy
from statuspage.domain.component import Impact
from statuspage.domain.errors import ForbiddenError, RuleError
from statuspage.domain.roles import Actor, SiteRole
from statuspage.services.logo import remove_logo, set_logo
from statuspage.services.page_settings import PageFields, change_page
from statuspage.services.publishing import publish
from statuspage.services.rebuilding import rebuild_if_asked
from statuspage.site.build import Site
from statuspage.store.pages import Image, the_page
from statuspage.store.records import AuditEntry
from tests.conftest import Act
from tests.fakes import FakeClock
from tests.pictures import picture

URL = "https://status.example.com"
RED = PillowPictures().encode(picture((90, 30), (200, 0, 0, 255)))
BLUE = PillowPictures().encode(picture((60, 30), (0, 0, 200, 255)))


@pytest.fixture
def build(session: Session, clock: FakeClock, tmp_path) -> Callable[[], Site]:  # type: ignore[no-untyped-def]
    site = Site(tmp_path / "site")

    def build() -> Site:
        session.rollback()
        publish(session, site, clock, URL)
        rebuild_if_asked(session, site, clock, URL)
        return site

    return build


def record(session: Session) -> list[tuple[str, Any]]:
    return [
        (row.verb, row.details["changes"])
        for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    ]


def publication(session: Session) -> int:
    return the_page(session).publication


def strict(**minutes: int) -> Limits:
    return Limits(**{name: timedelta(minutes=value) for name, value in minutes.items()})


def test_what_changes_is_on_record_with_what_was_before_and_the_rest_is_not(act: Act, session: Session):
    with act() as ctx:
        change_page(ctx, PageFields(name="Acme", home_url="https://acme.example/", time_zone="Etc/UTC"))

    assert record(session) == [
        ("change_page", {"name": ["Our service", "Acme"], "home_url": [None, "https://acme.example/"]})
    ]


def test_what_stays_as_it_was_publishes_nothing(act: Act, session: Session):
    with act() as ctx:
        change_page(ctx, PageFields(name="Our service", has_powered_by=True, policy=Policy(), home_url=" "))

    assert (publication(session), record(session)) == (0, [])


def test_a_policy_and_approvals_are_kept_and_not_published(act: Act, session: Session):
    policy = Policy(strict(promise_latest=45), {Impact.CRITICAL: strict(initial_notice_within=5)})
    with act() as ctx:
        change_page(ctx, PageFields(policy=policy, asks_approval=True))

    page = the_page(session)
    assert (page.limits, page.asks_approval, page.publication) == (policy, True, 0)
    [(_, changes)] = record(session)
    assert changes["asks_approval"] == [False, True]
    assert [limits["promise_latest"] for limits in changes["policy"]] == [60, 45]
    assert changes["policy"][1]["by_impact"]["critical"]["initial_notice_within"] == 5


def test_a_policy_for_one_impact_is_never_laxer_either(act: Act):
    lax = Policy(LAXEST, {Impact.MINOR: strict(promise_latest=61)})
    with pytest.raises(RuleError) as refused, act() as ctx:
        change_page(ctx, PageFields(policy=lax))

    assert refused.value.field == "policy.by_impact.minor.promise_latest"


@pytest.mark.parametrize(
    "address", ["https://acme.example/help?a=1", "http://acme.example", "mailto:help@acme.example"]
)
def test_support_is_reached_by_web_or_mail(act: Act, session: Session, address: str):
    with act() as ctx:
        change_page(ctx, PageFields(support_url=f" {address} "))

    assert the_page(session).support_url == address


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "//acme.example", "acme.example"),
        *(
            "https://",
            "https:// acme.example",
            "https://a b",
            "https://\x07",
            "java\nscript:alert(1)",
            "mailto:x",
        ),
        "https://" + "a" * 1993,
    ],
)
@pytest.mark.parametrize("field", ["support_url", "home_url"])
def test_an_address_of_any_other_kind_is_refused(act: Act, address: str, field: str):
    with pytest.raises(RuleError) as refused, act() as ctx:
        change_page(ctx, PageFields(**{field: address}))

    assert refused.value.field == field


def test_the_way_home_is_no_mailbox(act: Act):
    with pytest.raises(RuleError), act() as ctx:
        change_page(ctx, PageFields(home_url="mailto:help@acme.example"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("accent_color", colour) for colour in ("red", "#12345", "#1234567", "#12345g", "")],
        *[("name", name) for name in (" ", "x" * 256, "a\nb")],
        *[("footer_note", "x" * 501), ("description", "x" * 2001), ("description", "bell \x07")],
        ("time_zone", "Mars/Olympus"),
    ],
)
def test_what_will_not_do_is_refused_beside_its_field(act: Act, field: str, value: str):
    with pytest.raises(RuleError) as refused, act() as ctx:
        change_page(ctx, PageFields(**{field: value}))

    assert refused.value.field == field


def test_the_longest_texts_are_kept_and_an_emptied_one_is_gone(act: Act, session: Session):
    with act() as ctx:
        change_page(ctx, PageFields(footer_note="x" * 500, description=" a\r\nb ", accent_color="#ABCDEF"))
    page = the_page(session)
    assert (len(page.footer_note or ""), page.description, page.accent_color) == (500, "a\nb", "#abcdef")

    with act() as ctx:
        change_page(ctx, PageFields(footer_note=" ", description=None))

    page = the_page(session)
    assert (page.footer_note, page.description) == (None, None)


def test_only_an_admin_changes_the_page(act: Act):
    for change in (
        lambda ctx: change_page(ctx, PageFields(name="Acme")),
        lambda ctx: set_logo(ctx, RED),
        remove_logo,
    ):
        with pytest.raises(ForbiddenError), act(Actor(role=SiteRole.COMMUNICATOR, account_id=None)) as ctx:
            change(ctx)


def test_a_logo_is_a_file_of_the_site_and_on_every_page(act: Act, build: Callable[[], Site]):
    with act() as ctx:
        set_logo(ctx, RED)

    folder = build().folder
    [file] = folder.glob("static/logo.*.png")
    assert file.read_bytes() == RED.content
    for page in ("index.html", "history.html", "404.html"):
        assert f'src="/static/{file.name}"' in (folder / page).read_text()


def test_another_logo_takes_the_place_of_the_first_and_none_of_it_stays_in_the_database(
    act: Act, session: Session, build: Callable[[], Site]
):
    for logo in (RED, BLUE):
        with act() as ctx:
            set_logo(ctx, logo)

    assert [image.width for image in session.scalars(select(Image))] == [BLUE.width]
    folder = build().folder
    [file] = folder.glob("static/logo.*.png")
    assert file.read_bytes() == BLUE.content


def test_the_same_logo_again_is_no_change(act: Act, session: Session):
    for _ in range(2):
        with act() as ctx:
            set_logo(ctx, RED)

    assert publication(session) == 1
    assert [verb for verb, _ in record(session)] == ["set_logo"]


def test_a_removed_logo_leaves_the_name(act: Act, session: Session, build: Callable[[], Site]):
    with act() as ctx:
        set_logo(ctx, RED)
    build()
    for _ in range(2):
        with act() as ctx:
            remove_logo(ctx)

    assert session.scalars(select(Image)).all() == []
    assert [verb for verb, _ in record(session)] == ["set_logo", "remove_logo"]
    assert "<img" not in (build().folder / "index.html").read_text()
