"""The life of an incident at the console: every act, and that it does what the API does."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from statuspage.domain.roles import SiteRole
from statuspage.store.drafts import NoticeDraft
from tests.fakes import FakeClock
from tests.web.browsers import Browser
from tests.web.callers import Api, PublicSite, wire
from tests.web.desks import Desk


@pytest.fixture
def desk(signed_in: Callable[..., Browser]) -> Desk:
    return Desk(signed_in(name="Ana"))


@pytest.fixture
def incident_id(desk: Desk, component: str) -> str:
    """An incident that was announced at noon."""
    fields = {f"state-{component}": "partial_outage", "name": "Requests fail", "body": "We are looking."}
    return desk.declare(**fields)


def test_nothing_is_owed_at_first(desk: Desk):
    assert "Nothing is owed." in desk.open("").text


def test_a_declaration_is_public_after_one_question(desk: Desk, component: str, site: PublicSite, api: Api):
    asked = desk.open("declare").form("composer")

    asked = asked.press(
        "publish", name="Requests fail", body="We are looking.", **{f"state-{component}": "partial_outage"}
    )

    assert "Publish the first notice?" in asked.text
    assert "Next update by 12:30 UTC." in asked.text
    assert api.get("incidents") == []
    page = asked.form().press().follow()
    assert "Published: “Requests fail”." in page.text
    [incident] = api.get("incidents")
    assert (incident["status"], incident["impact"]) == ("investigating", "major")
    assert incident["next_update_by"] == wire(30)
    assert site.state(component) == "partial_outage"
    assert "We are looking." in site.text("")


def test_a_declaration_can_be_kept_from_customers(desk: Desk, site: PublicSite, api: Api):
    page = desk.open("declare").form("composer").press("record", name="Something is odd").follow()

    assert "No customer knows of it yet" in page.text
    assert api.get("incidents")[0]["status"] == "detected"
    assert not any(b"Something is odd" in content for content in site.files().values())
    assert "customers do not know yet" in desk.open("").text


def test_home_says_what_is_owed_and_who_has_it(desk: Desk, incident_id: str, clock: FakeClock):
    clock.advance(minutes=21)
    home = desk.open("").text
    assert "in 9 min" in home
    assert "nobody has it yet" in home

    desk.incident(incident_id).form(f"/console/incidents/{incident_id}/roles/mine").press()

    assert "Ana has it" in desk.open("").text


def test_home_says_what_is_overdue(desk: Desk, incident_id: str, clock: FakeClock):
    clock.advance(minutes=33)

    assert "due 3 min ago" in desk.open("").text


def test_an_update_renews_the_promise(desk: Desk, incident_id: str, site: PublicSite, api: Api, clock):
    clock.advance(minutes=20)

    page = desk.publish(incident_id, status="identified", body="We found it.", promise="45")

    assert "Published" in page.text
    incident = api.incident(incident_id)
    assert incident["status"] == "identified"
    assert incident["next_update_by"] == wire(65)
    assert "We found it." in site.text("")


def test_a_late_update_is_published_with_its_reason(desk: Desk, incident_id: str, api: Api, clock):
    clock.advance(minutes=34)
    asked = (
        desk.incident(incident_id)
        .form("composer")
        .press("publish", body="Still at it.", late_reason="Lunch.")
    )
    assert "It comes 4 min late." in asked.text

    asked.form().press()

    assert "4 min late" in desk.incident(incident_id).text
    assert "late because: Lunch." in desk.incident(incident_id).text


def test_the_reason_of_a_late_notice_can_come_later(desk: Desk, incident_id: str, api: Api, clock):
    clock.advance(minutes=31)
    desk.publish(incident_id, body="Still at it.")
    update_id = api.incident(incident_id)["incident_updates"][0]["id"]

    desk.act(incident_id, f"notices/{update_id}/late", late_reason="The pager was silent.")

    assert "late because: The pager was silent." in desk.incident(incident_id).text


def test_a_promise_out_of_the_window_is_refused_beside_it_and_nothing_is_lost(desk, incident_id, site):
    before = site.files()

    page = (
        desk.incident(incident_id)
        .form("composer")
        .press("publish", body="My words.", promise="at", next_update_by="12:20")
    )

    assert page.status == 422
    assert page.errors == [
        "The next update must be promised between 12:30 and 13:00 UTC, 30 to 60 minutes from now."
    ]
    assert page.form("composer").fields["body"] == "My words."
    assert page.form("composer").fields["next_update_by"] == "12:20"
    assert site.files() == before


def test_a_refusal_names_clock_times_as_the_form_takes_them(desk: Desk, incident_id: str, api: Api):
    api.send("PATCH", "", json={"page": {"time_zone": "Europe/Berlin"}})
    form = desk.incident(incident_id).form("composer")

    page = form.press("publish", body="My words.", promise="at", next_update_by="12:20")

    assert "promised between 13:30 and 14:00 CET" in page.errors[0]


def test_a_time_in_the_text_that_is_the_promise_is_not_warned_about(desk: Desk, incident_id: str, api: Api):
    api.send("PATCH", "", json={"page": {"time_zone": "Europe/Berlin"}})
    form = desk.incident(incident_id).form("composer")

    assert "readers see both" not in form.press("publish", body="Next update by 13:45.", promise="45").text
    assert (
        "the promise is 13:45 CET" in form.press("publish", body="Next update by 12:45.", promise="45").text
    )


def test_a_clock_time_that_slipped_away_while_somebody_wrote_moves_and_the_question_says_so(
    desk: Desk, incident_id: str, clock: FakeClock, api: Api
):
    form = desk.incident(incident_id).form("composer")
    clock.advance(minutes=4)

    asked = form.press("publish", body="Longer words.", promise="at", next_update_by="12:32")

    assert "Next update by 12:34 UTC." in asked.text
    assert "You typed 12:32" in asked.text
    asked.form().press()
    assert api.incident(incident_id)["next_update_by"] == wire(34)


def test_a_resolution_says_when_service_was_back_and_whether_it_is_fixed_for_good(
    desk: Desk, incident_id: str, component: str, api: Api, site: PublicSite, clock: FakeClock
):
    clock.advance(minutes=25)

    desk.publish(
        incident_id,
        status="resolved",
        body="Service is back.",
        restored_at="2026-11-20T12:20",
        permanent_fix="no",
    )

    incident = api.incident(incident_id)
    assert incident["status"] == "resolved"
    assert incident["restored_at"] == wire(20)
    assert incident["permanent_fix"] is False
    assert site.state(component) == "operational"
    home = desk.open("").text
    assert "Nothing is owed." in home
    assert "Awaiting their postmortem" in home


def test_a_component_can_stay_degraded_after_the_resolution(desk, incident_id, component, site, clock):
    clock.advance(minutes=5)

    desk.publish(
        incident_id, status="resolved", body="Mostly back.", **{f"final-{component}": "degraded_performance"}
    )

    assert site.state(component) == "degraded_performance"


def test_a_restoration_in_the_future_is_refused_beside_its_field(desk: Desk, incident_id: str):
    form = desk.incident(incident_id).form("composer")

    page = form.press("publish", status="resolved", body="Back.", restored_at="2026-11-20T13:00")

    assert page.status == 422
    assert page.errors == ["Restoration can't lie after 12:00:00 UTC."]
    assert page.form("composer").fields["restored_at"] == "2026-11-20T13:00"


def test_a_false_alarm_is_told_and_owes_no_postmortem(desk, incident_id, site, clock):
    clock.advance(minutes=5)

    desk.publish(incident_id, status="resolved", body="Nothing was wrong.", false_alarm="1")

    assert "This was a false alarm" in site.text(f"incidents/{incident_id}")
    assert "Awaiting" not in desk.open("").text


def test_a_resolved_incident_is_reopened_for_a_day(desk, incident_id, api, clock):
    clock.advance(minutes=5)
    desk.publish(incident_id, status="resolved", body="Back.")
    clock.advance(minutes=60)

    page = desk.publish(
        incident_id, status="investigating", body="It is back.", detected_at="2026-11-20T13:00"
    )

    assert "Published" in page.text
    assert "Reopened: Investigating" in page.text
    assert api.incident(incident_id)["status"] == "investigating"


def test_a_day_later_a_new_incident_is_declared_as_its_recurrence(desk, incident_id, component, site, clock):
    clock.advance(minutes=5)
    desk.publish(incident_id, status="resolved", body="Back.")
    clock.advance(hours=24, seconds=1)
    page = desk.incident(incident_id)
    assert "It happened again" in page.text

    asked = desk.open(f"declare?recurrence_of={incident_id}").form("composer")
    asked = asked.press("publish", name="Again", body="Again.", **{f"state-{component}": "major_outage"})
    again = asked.form().press().follow().path.rsplit("/", 1)[-1]

    assert "It had happened before" in site.text(f"incidents/{again}")


def test_a_correction_shows_what_changes_and_marks_the_notice(desk, incident_id, api, site):
    update_id = api.incident(incident_id)["incident_updates"][0]["id"]
    page = desk.open(f"incidents/{incident_id}/notices/{update_id}/correct")

    compared = page.form().press("compare", body="We are looking closely.")

    assert "<del>looking.</del><ins>looking closely.</ins>" in compared.answer.text.replace("\n", "")
    assert "edited" not in site.text(f"incidents/{incident_id}")
    compared.form().press()
    public = site.text(f"incidents/{incident_id}")
    assert "We are looking closely." in public
    assert "edited" in public
    assert "read before" in desk.incident(incident_id).text


def test_a_withdrawn_notice_leaves_its_tombstone(desk, incident_id, api, site):
    update_id = api.incident(incident_id)["incident_updates"][0]["id"]

    desk.act(incident_id, f"notices/{update_id}/withdraw")

    assert "This update was withdrawn." in site.text(f"incidents/{incident_id}")


def test_two_incidents_become_one(desk, incident_id, components, api, site):
    other = desk.declare(
        name="Dashboard is slow", body="Slow.", **{f"state-{components[1]}": "degraded_performance"}
    )

    desk.act(other, "merge", merge_into=incident_id)

    assert "was merged into" in site.text(f"incidents/{other}")
    assert site.state(components[1]) == "degraded_performance"


def test_one_text_goes_to_several_incidents_that_then_promise_the_same_time(
    desk, incident_id, components, api, clock
):
    other = desk.declare(
        name="Dashboard is slow", body="Slow.", **{f"state-{components[1]}": "degraded_performance"}
    )
    clock.advance(minutes=10)

    asked = desk.open("several").form("composer").press(body="One cause for both.", promise="30")
    assert "Publish this to 2 incidents?" in asked.text
    asked.form().press().follow()

    for each in (incident_id, other):
        incident = api.incident(each)
        assert incident["next_update_by"] == wire(40)
        assert incident["incident_updates"][0]["body"] == "One cause for both."


def test_of_several_all_are_published_or_none(desk, incident_id, components, api, clock):
    other = desk.declare(name="Dashboard", body="Slow.", **{f"state-{components[1]}": "partial_outage"})
    form = desk.open("several").form("composer")
    clock.advance(minutes=1)
    desk.publish(other, body="Meanwhile.")

    page = form.press(body="One cause for both.", promise="30")

    assert page.status == 422
    assert "“Dashboard”" in page.text
    assert page.form("composer").fields["body"] == "One cause for both."
    assert len(api.incident(incident_id)["incident_updates"]) == 1


def test_an_unannounced_incident_is_dismissed_and_taken_up_again(desk, api):
    incident_id = api.detect()["id"]

    desk.act(incident_id, "dismiss", reason="A probe was broken.")

    assert api.incident(incident_id)["status"] == "dismissed"
    assert "dismissed it: “A probe was broken.”" in desk.incident(incident_id).text
    desk.act(incident_id, "revive", reason="It was not.")
    assert api.incident(incident_id)["status"] == "detected"


def test_an_ending_without_a_reason_is_refused_beside_the_field(desk, api):
    incident_id = api.detect()["id"]

    page = desk.act(incident_id, "internal", reason="")

    assert page.status == 422
    assert "Say why; the reason is kept." in page.text
    assert "go out" not in page.text
    assert api.incident(incident_id)["status"] == "detected"


def test_times_are_moved_with_their_history(desk, incident_id, api):
    desk.act(
        incident_id, "facts", detected_at="2026-11-20T11:50", began_at="2026-11-20T11:40", reason="Pager log"
    )

    incident = api.incident(incident_id)
    assert (incident["detected_at"], incident["began_at"]) == (wire(-10), wire(-20))
    shown = desk.incident(incident_id).text
    assert "moved the detection from Nov 20, 12:00 UTC to Nov 20, 11:50 UTC" in shown
    assert "“Pager log”" in shown


def test_saving_facts_unchanged_moves_nothing(desk, incident_id, api, clock):
    clock.advance(seconds=31)
    late = api.detect(detected_at=wire(0.4))["id"]
    before = api.incident(late)

    desk.act(late, "facts")

    assert api.incident(late)["detected_at"] == before["detected_at"]


def test_a_title_and_an_impact_are_set_by_hand(desk, incident_id, site):
    desk.act(incident_id, "facts", name="API requests fail", impact_override="critical")

    public = site.text(f"incidents/{incident_id}")
    assert "API requests fail" in public
    assert "Critical impact" in public


def test_roles_are_given_to_people(desk, incident_id, person, api):
    person(SiteRole.RESPONDER, name="Rob", email="rob@example.com")

    desk.incident(incident_id).form(f"/console/incidents/{incident_id}/roles").press(scribe="rob@example.com")

    told = desk.incident(incident_id).text
    assert "made Rob scribe" in told
    assert "changed facts" not in told


def test_title_and_runbook_keep_their_history(desk, incident_id):
    desk.act(incident_id, "facts", name="API requests fail", runbook_url="https://runbook.example/api")

    told = desk.incident(incident_id).text
    assert "named it “API requests fail” instead of “Requests fail”" in told
    assert "set the runbook to https://runbook.example/api" in told


def test_a_false_alarm_is_called_one_in_the_end(desk, incident_id, api):
    api.change({"id": incident_id}, status="resolved", false_alarm=True)

    assert "a false alarm: nothing was wrong" in desk.incident(incident_id).text


@pytest.mark.parametrize("kind", ["note", "decision", "action", "mitigation"])
def test_the_scribe_notes_in_a_line_what_no_customer_reads(desk, incident_id, kind, site):
    before = site.files()

    form = desk.incident(incident_id).form(f"/console/incidents/{incident_id}/timeline")
    form.press(kind=kind, text="We roll back.")

    assert f"{kind.capitalize()} by Ana We roll back." in desk.incident(incident_id).text
    assert site.files() == before


def test_a_mitigation_sets_its_milestone_where_asked(desk, incident_id, api, clock):
    clock.advance(minutes=10)

    desk.act(
        incident_id,
        "timeline",
        kind="mitigation",
        text="Rolled back.",
        at="2026-11-20T12:07",
        sets_mitigated_at="1",
    )

    assert api.incident(incident_id)["mitigated_at"] == wire(7)


def test_an_entry_is_changed_and_removed_and_the_record_keeps_it(desk, incident_id):
    desk.act(incident_id, "timeline", text="First words.")
    [address] = {
        part.split('"')[0]
        for part in desk.incident(incident_id).answer.text.split('href="')
        if f"/incidents/{incident_id}/timeline/" in part.split('"')[0]
    }
    path = address.removeprefix("/console/")

    desk.open(path).form().press(text="Second words.")
    assert "Second words." in desk.incident(incident_id).text
    desk.open(path).form().press("remove")

    shown = desk.incident(incident_id).text
    assert "changed an entry that read “First words.”" in shown
    assert "removed an entry that read “Second words.”" in shown


def test_a_draft_saves_itself_and_waits_on_every_device(desk, incident_id, signed_in, session, site):
    before = site.files()
    form = desk.incident(incident_id).form("composer")

    desk.browser.post(
        f"/console/incidents/{incident_id}/draft", {**form.fields, "body": "Half a sent"}, HX_Request="true"
    )

    assert desk.incident(incident_id).form("composer").fields["body"] == "Half a sent"
    assert site.files() == before
    desk.publish(incident_id, body="Half a sentence no more.")
    assert list(session.scalars(select(NoticeDraft))) == []


def test_the_customers_view_stands_beside_the_draft(desk, incident_id):
    form = desk.incident(incident_id).form("composer")

    answer = desk.browser.post(
        f"/console/incidents/{incident_id}/draft",
        {**form.fields, "status": "identified", "body": "We **found** it."},
        HX_Request="true",
    )

    assert "<strong>found</strong>" in answer.text
    assert "Identified" in answer.text
    assert "12:30 UTC" in answer.text


def test_two_people_see_each_other(desk, incident_id, signed_in):
    ben = Desk(signed_in(SiteRole.COMMUNICATOR, name="Ben"))
    form = ben.incident(incident_id).form("composer")
    assert "Ben is here too" in desk.incident(incident_id).text

    ben.browser.post(
        f"/console/incidents/{incident_id}/draft", {**form.fields, "body": "Mine"}, HX_Request="1"
    )

    page = desk.incident(incident_id)
    assert "Ben is writing" in page.text
    assert "Ben has a draft" in page.text


def test_who_publishes_second_sees_the_first_notice_beside_the_own_text(
    desk, incident_id, signed_in, api, clock
):
    ben = Desk(signed_in(SiteRole.COMMUNICATOR, name="Ben"))
    form = ben.incident(incident_id).form("composer")
    clock.advance(minutes=1)
    desk.publish(incident_id, body="Ana was first.")

    page = form.press("publish", body="Ben was second.")

    assert page.status == 409
    assert "Somebody else published first" in page.text
    assert "Ana was first." in page.text
    assert page.form("composer").fields["body"] == "Ben was second."
    page.form("composer").press("publish").form().press()
    assert api.incident(incident_id)["incident_updates"][0]["body"] == "Ben was second."


def test_a_form_sent_twice_publishes_once(desk, incident_id, api):
    asked = desk.incident(incident_id).form("composer").press("publish", body="Once.").form()

    first, second = asked.press(), asked.press()

    assert first.status == second.status == 303
    assert first.answer.headers["Location"] == second.answer.headers["Location"]
    assert len(api.incident(incident_id)["incident_updates"]) == 2


def test_a_declaration_sent_twice_declares_once(desk, component, api):
    fields = {f"state-{component}": "major_outage"}
    asked = desk.open("declare").form("composer").press("publish", name="Down", body="Down.", **fields).form()

    asked.press()
    asked.press()

    assert len(api.get("incidents")) == 1


def test_declaring_on_a_component_with_an_open_incident_asks_first(desk, incident_id, component):
    fields = {f"state-{component}": "major_outage"}

    asked = desk.open("declare").form("composer").press("publish", name="Down", body="Down.", **fields)

    assert "There is an open incident on the same component already: Requests fail" in asked.text


def test_a_declaration_that_says_nothing_of_components_is_asked_for_them(desk, component, api):
    page = desk.open("declare").form("composer").press("publish", name="Down", body="Down.")

    assert page.status == 422
    assert page.errors == ["Say which components are affected and how, or that none is."]
    assert page.form("composer").fields["name"] == "Down"
    assert api.get("incidents") == []


def test_an_incident_resolved_meanwhile_keeps_the_text_of_who_was_late(desk, incident_id, signed_in, clock):
    ben = Desk(signed_in(SiteRole.COMMUNICATOR))
    form = ben.incident(incident_id).form("composer")
    clock.advance(minutes=1)
    desk.publish(incident_id, status="resolved", body="Over.")

    page = form.press("publish", body="Still looking.")

    assert page.status == 409
    assert page.form("composer").fields["body"] == "Still looking."


def test_a_responder_writes_and_may_not_publish(desk, incident_id, signed_in, api):
    rob = Desk(signed_in(SiteRole.RESPONDER))
    form = rob.incident(incident_id).form("composer")

    page = form.press("publish", body="I may not.")

    assert page.status == 403
    assert len(api.incident(incident_id)["incident_updates"]) == 1


def test_a_responder_sees_how_a_draft_would_look_and_no_button_that_refuses(incident_id, signed_in):
    rob = Desk(signed_in(SiteRole.RESPONDER))

    page = rob.incident(incident_id)

    assert "We are aware of a problem" in page.part("preview")
    assert "A communicator publishes it." in page.text
    assert 'value="publish"' not in page.answer.text


def test_the_prepared_text_stands_in_the_customers_view_before_anything_is_typed(desk, api):
    incident_id = api.detect()["id"]

    page = desk.incident(incident_id)

    assert page.form("composer").fields["body"] in page.part("preview")
    assert not api.incident(incident_id)["incident_updates"]


def test_a_clock_time_beside_a_chosen_length_is_asked_about(desk, incident_id):
    asked = desk.incident(incident_id).form("composer").press("publish", next_update_by="12:50", promise="30")

    assert "You typed 12:50 and chose a length: the length counts." in asked.text


def test_a_viewer_sees_and_changes_nothing(incident_id, signed_in):
    viewer = Desk(signed_in(SiteRole.VIEWER))

    page = viewer.incident(incident_id)

    assert page.status == 200
    assert 'name="body"' not in page.answer.text
    for path in ("declare", "several", f"incidents/{incident_id}/merge", f"incidents/{incident_id}/facts"):
        assert viewer.open(path).status == 403


def test_a_time_that_occurs_twice_is_asked_about_beside_its_field(desk, api, clock):
    api.send("PATCH", "", json={"page": {"time_zone": "Europe/Berlin"}})
    incident_id = api.detect()["id"]

    page = desk.act(incident_id, "facts", detected_at="2026-10-25T02:30")

    assert page.status == 422
    assert "02:30 occurs twice on October 25" in page.errors[0]
    page.form().press(**{"detected_at-fold": "1"})
    assert api.incident(incident_id)["detected_at"] == "2026-10-25T01:30:00.000Z"


def test_a_time_that_never_was_is_refused_beside_its_field(desk, api):
    api.send("PATCH", "", json={"page": {"time_zone": "Europe/Berlin"}})
    incident_id = api.detect()["id"]

    page = desk.act(incident_id, "facts", detected_at="2026-03-29T02:30")

    assert page.status == 422
    assert "02:30 does not exist on March 29" in page.errors[0]
    assert page.form().fields["detected_at"] == "2026-03-29T02:30"


@pytest.mark.parametrize(
    "path", ["incidents/000000000000", "incidents/nothing", "incidents/000000000000/facts"]
)
def test_an_incident_that_is_not_there_is_a_page_that_says_so(desk, path):
    page = desk.open(path)

    assert page.status == 404
    assert "There is no such incident." in page.text
