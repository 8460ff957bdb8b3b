"""Publishing at the console: who is to read it, what that does, said before it is done; links; waivers."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.component import Impact
from statuspage.domain.postmortem import Section, Visibility
from statuspage.domain.roles import SiteRole
from statuspage.store.postmortems import links_of, published_of
from tests.fakes import FakeClock
from tests.web.browsers import Browser
from tests.web.desks import Desk, Page
from tests.web.postmortem_office import Office

# The services beneath are tested on both databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CARA, BEN, VERA = "cara@example.com", "ben@example.com", "vera@example.com"


@pytest.fixture
def cara(signed_in: Callable[..., Browser]) -> Desk:
    """A communicator who wrote it."""
    return Desk(signed_in(SiteRole.COMMUNICATOR, name="Cara", email=CARA))


@pytest.fixture
def ben(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.RESPONDER, name="Ben", email=BEN))


@pytest.fixture
def vera(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(SiteRole.VIEWER, name="Vera", email=VERA))


@pytest.fixture
def office(cara: Desk, ben: Desk, session: Session, clock: FakeClock) -> Office:
    made = Office(session, clock)
    made.write(CARA)
    return made


@pytest.fixture
def approved(office: Office) -> Office:
    office.ask(CARA)
    office.approve(BEN)
    return office


def publication(desk: Desk, office: Office) -> Page:
    page = desk.open(f"{office.here}/publish")
    assert page.status == 200, page.text
    return page


def publish(desk: Desk, office: Office, **fields: str | None) -> Page:
    """Choose the readers, agree to what it will do, and return the page after it."""
    form = publication(desk, office).form(f"/console/{office.here}/publish")
    asked = form.press(**fields)
    assert asked.status == 200, asked.text
    return asked.form().press("publish").follow()


def test_while_anything_is_missing_the_page_says_what_and_has_no_button(cara: Desk, office: Office):
    office.say(CARA, Section.IMPACT, "TODO")

    page = publication(cara, office)

    assert "2 things before it can be published" in page.text
    assert "Write “Impact”" in page.text
    assert page.forms() == []


def test_a_form_made_by_hand_does_not_get_around_the_gate(cara: Desk, office: Office):
    path = f"/console/{office.here}/publish"
    cara.open(f"{office.here}/publish")
    sent = {"act": "publish", "digest": office.digest, "visibility": "public"}

    page = Page(cara.browser, path, cara.browser.post(path, sent))

    assert page.status == 422
    assert "Not published: something is still missing." in page.text
    assert office.postmortem.published_number is None


def test_what_it_will_do_is_said_before_it_is_done(cara: Desk, approved: Office, session: Session):
    form = publication(cara, approved).form(f"/console/{approved.here}/publish")
    asked = form.press(visibility="public", tell="1")
    assert "Everybody can read it" in asked.text
    assert "Subscribers are told of it." in asked.text
    assert "The deadline of the postmortem is met." in asked.text
    assert approved.postmortem.published_number is None

    done = asked.form().press("publish").follow()

    assert "Published: everybody can read it." in done.text
    postmortem = approved.postmortem
    assert (postmortem.is_public, postmortem.tells_subscribers) == (True, True)
    revision = published_of(session, postmortem)
    assert revision is not None
    assert "40 minutes" in revision.html["summary"]
    assert cara.browser.get(f"/incidents/{approved.incident_id}/postmortem").status_code == 200


def test_pressing_twice_publishes_once(cara: Desk, approved: Office):
    form = publication(cara, approved).form(f"/console/{approved.here}/publish")
    asked = form.press(visibility="public", tell=None).form()

    assert asked.press("publish").status == 303
    assert asked.press("publish").status == 303
    assert approved.postmortem.tells_subscribers is False


def test_a_text_that_changed_between_looking_and_publishing_stays_in(cara: Desk, approved: Office):
    form = publication(cara, approved).form(f"/console/{approved.here}/publish")
    asked = form.press(visibility="public").form()
    approved.say(CARA, Section.IMPACT, "Every customer in Europe and Asia; one request of two failed.")

    page = asked.press("publish")

    assert page.status == 409
    assert "The text has changed meanwhile; nothing was published." in page.text
    assert form.press(visibility="public").status == 409
    assert approved.postmortem.published_number is None


def test_readers_have_to_be_chosen_from_those_there_are(cara: Desk, approved: Office):
    form = publication(cara, approved).form(f"/console/{approved.here}/publish")

    assert form.press(visibility="martians").status == 422


def test_a_responder_sees_that_it_takes_a_communicator(ben: Desk, vera: Desk, approved: Office):
    for desk in (ben, vera):
        page = publication(desk, approved)
        assert "that takes a communicator" in page.text
        assert page.forms() == []
        for path in ("publish", "visibility", "unpublish", "links"):
            sent = {"act": "publish", "digest": approved.digest, "visibility": "public", "reason": "x"}
            assert desk.browser.post(f"/console/{approved.here}/{path}", sent).status_code == 403
        assert desk.open(f"{approved.here}/links").status == 403

    assert approved.postmortem.published_number is None


def test_fewer_readers_and_none_at_all(cara: Desk, approved: Office):
    publish(cara, approved, visibility="public")
    public = f"/incidents/{approved.incident_id}/postmortem"
    form = publication(cara, approved).form(f"/console/{approved.here}/visibility")
    assert "Now the staff alone can read it." in form.press(visibility="internal").follow().text
    assert cara.browser.get(public).status_code == 404
    form.press(visibility="public").follow()
    assert cara.browser.get(public).status_code == 200

    page = cara.open(f"{approved.here}/unpublish").form().press(reason=" ")
    assert page.errors == ["Say why; it stays in the record."]
    done = page.form().press(reason="It names a customer.").follow()

    assert "Unpublished." in done.text
    assert cara.browser.get(public).status_code == 404
    assert approved.postmortem.visibility is Visibility.PUBLIC
    assert "It names a customer." in cara.incident(approved.incident_id).text


def test_a_correction_goes_out_in_place_of_the_old_text(cara: Desk, approved: Office, clock: FakeClock):
    publish(cara, approved, visibility="public")
    approved.say(CARA, Section.SUMMARY, "For 41 minutes requests were slow or failed.")
    page = publication(cara, approved)
    assert "The corrected text" in page.text
    assert "1 thing before it can be published" in page.text
    approved.ask(CARA)
    approved.approve(BEN)
    clock.advance(minutes=5)
    form = publication(cara, approved).form(f"/console/{approved.here}/publish")
    assert "tell" not in form.fields

    asked = form.press()
    assert "marked as edited" in asked.text
    assert "Subscribers are not told." in asked.text
    asked.form().press("publish").follow()

    assert approved.postmortem.edited_at == clock.now()
    public = cara.browser.get(f"/incidents/{approved.incident_id}/postmortem").text
    assert "41 minutes" in public


# Links


def test_a_link_is_made_shown_once_used_listed_and_revoked(
    cara: Desk, approved: Office, session: Session, clock: FakeClock
):
    assert "Publish it first" in cara.open(f"{approved.here}/links").text
    publish(cara, approved, visibility="link")
    page = cara.open(f"{approved.here}/links")
    shown = page.form(f"/console/{approved.here}/links").press(label="Acme Ltd.")
    assert shown.status == 200
    assert "shown this once" in shown.text
    link = shown.part("secret")
    assert link.startswith("https://status.example.com/shared/")
    secret = link.rsplit("/", 1)[-1]

    listed = cara.open(f"{approved.here}/links")
    assert "Acme Ltd." in listed.text
    assert secret not in listed.answer.text
    assert "never" in listed.text
    (row,) = links_of(session, approved.postmortem)
    assert row.expires_at > clock.now()
    revoke = listed.form(f"/console/{approved.here}/links/{row.public_id}/revoke")
    done = revoke.press().follow()

    assert "opens nothing any more" in done.text
    assert "revoked" in done.text


def test_a_link_that_is_asked_for_twice_is_made_once(cara: Desk, approved: Office, session: Session):
    publish(cara, approved, visibility="link")
    form = cara.open(f"{approved.here}/links").form(f"/console/{approved.here}/links")

    assert form.press(label="Acme").status == 200
    assert form.press(label="Acme").status == 303
    assert len(links_of(session, approved.postmortem)) == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"label": ""}, "Fill this in; it is empty."),
        ({"label": "Acme", "expires_at": "2026-11-20T12:00"}, "Choose an end that is still to come"),
        ({"label": "Acme", "expires_at": "2028-01-01T12:00"}, "at most one year ahead"),
        ({"label": "Acme", "expires_at": "soon"}, "Type"),
    ],
)
def test_a_link_needs_a_reader_and_an_end(
    cara: Desk, approved: Office, session: Session, fields: dict[str, str], sentence: str
):
    publish(cara, approved, visibility="link")
    form = cara.open(f"{approved.here}/links").form(f"/console/{approved.here}/links")

    page = form.press(**fields)

    assert page.status == 422
    assert any(sentence in error for error in page.errors), page.errors
    assert page.form(f"/console/{approved.here}/links").fields["label"] == fields["label"]
    assert links_of(session, approved.postmortem) == []


# Waivers


def test_what_touched_no_customer_is_waived_and_owed_again(
    cara: Desk, ben: Desk, session: Session, clock: FakeClock
):
    office = Office(session, clock, Impact.NONE)
    assert "commander or a communicator decides" in ben.open(f"{office.here}/waive").text
    page = cara.open(f"{office.here}/waive").form().press(reason="")
    assert page.errors == ["Say why; it stays in the record."]
    done = page.form().press(reason="Nobody noticed.").follow()
    assert "Waived. The report counts it apart." in done.text
    shown = publication(cara, office)
    assert "Nobody noticed." in shown.text

    shown.form(f"/console/{office.here}/waive").press("revoke").follow()

    assert office.postmortem.waived_at is None


def test_what_touched_customers_is_not_waived(cara: Desk, office: Office):
    page = cara.open(f"{office.here}/waive")
    assert "This one touched customers." in page.text
    assert page.forms() == []

    refused = cara.browser.post(f"/console/{office.here}/waive", {"reason": "It was small."})

    assert refused.status_code == 422
    assert office.postmortem.waived_at is None
