"""A postmortem taken away as a file, and read back from one."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from statuspage.domain.action_item import ItemKind
from statuspage.domain.errors import ForbiddenError, NotFoundError, RuleError
from statuspage.domain.incident import IncidentStatus
from statuspage.domain.postmortem import Content, Entry, Item, Section
from statuspage.domain.postmortem_edits import EditConflictError
from statuspage.domain.roles import SiteRole
from statuspage.services.commands import NoticeCommand
from statuspage.services.notice_text import plain_text
from statuspage.services.postmortem_files import postmortem_file
from statuspage.services.postmortem_import import Fate, foresee_import, import_markdown
from statuspage.services.postmortems import save_postmortem
from statuspage.services.publish_notice import publish_notice
from statuspage.services.timeline import add_entry
from statuspage.store.accounts import Account
from statuspage.store.action_items import items_of
from statuspage.store.drafts import EntryKind
from statuspage.store.postmortems import Postmortem, PostmortemRevision, get_postmortem, head_of
from tests.conftest import Act
from tests.factories import make_account
from tests.fakes import NOON, FakeClock
from tests.services.desk import actor_of, announce


@pytest.fixture
def ana(session: Session) -> Account:
    return make_account(session, role=SiteRole.RESPONDER, name="Ana", email="ana@example.com")


@pytest.fixture
def postmortem(act: Act, session: Session, clock: FakeClock, ana: Account) -> Postmortem:
    with act() as ctx:
        row = announce(ctx, name="Requests *fail*")
    clock.advance(minutes=5, seconds=17)
    with act(actor_of(ana)) as ctx:
        add_entry(ctx, row, EntryKind.NOTE, "INTERNAL-NOTE")
    with act() as ctx:
        publish_notice(ctx, row, NoticeCommand(text=plain_text("Found."), status=IncidentStatus.IDENTIFIED))
    clock.advance(minutes=35)
    with act() as ctx:
        command = NoticeCommand(text=plain_text("Over."), status=IncidentStatus.RESOLVED)
        publish_notice(ctx, row, command)
    return get_postmortem(session, row)


def write(act: Act, postmortem: Postmortem, ana: Account, **changes: object) -> Content:
    with act(actor_of(ana)) as ctx:
        head = head_of(ctx.session, postmortem)
        return save_postmortem(ctx, postmortem, replace(head.value, **changes), head.number).value  # type: ignore[arg-type]


def written(act: Act, postmortem: Postmortem, ana: Account) -> Content:
    item = Item(
        "abcdefghijkl",
        "Alert earlier",
        ItemKind.DETECT,
        ana.public_id,
        "Network",
        date(2026, 12, 1),
        "https://x.org",
    )
    sections = {
        Section.SUMMARY: "A flag was *wrong*.\n\n## Timeline",
        Section.WENT_WELL: "The alert was quick.",
    }
    return write(act, postmortem, ana, sections=sections, items=(item,))


def staff_text(act: Act, postmortem: Postmortem) -> str:
    with act() as ctx:
        return postmortem_file(ctx, postmortem).markdown()


def take_over(
    act: Act, postmortem: Postmortem, ana: Account, text: str, **options: object
) -> PostmortemRevision:
    with act(actor_of(ana)) as ctx:
        import_markdown(ctx, postmortem, text, **options)  # type: ignore[arg-type]
    with act() as ctx:
        return head_of(ctx.session, postmortem)


def test_what_was_exported_and_read_back_changes_nothing(act: Act, postmortem: Postmortem, ana: Account):
    content = written(act, postmortem, ana)
    text = staff_text(act, postmortem)

    for replaces in (False, True):
        head = take_over(act, postmortem, ana, text, replaces=replaces)
        assert (head.number, head.value) == (2, content)


def test_a_change_of_the_file_is_taken_over_and_nothing_else(act: Act, postmortem: Postmortem, ana: Account):
    content = written(act, postmortem, ana)
    text = staff_text(act, postmortem).replace("Identified: Found.", "We found the flag.")
    text = text.replace("Owner: ana@example.com", "Owner: nobody@example.com").replace(
        "2026-12-01", "2026-12-02"
    )

    head = take_over(act, postmortem, ana, text, replaces=True)

    (line,) = [entry for entry in head.value.timeline if entry not in content.timeline]
    assert line.text == "We found the flag."
    assert str(line.source).startswith("notice:")
    assert line.at.second == 17
    assert head.value.items == (replace(content.items[0], due_on=date(2026, 12, 2)),)
    assert head.note == "imported"


def test_a_copy_for_customers_has_nothing_internal(act: Act, postmortem: Postmortem, ana: Account):
    written(act, postmortem, ana)
    with act() as ctx:
        text = postmortem_file(ctx, postmortem, is_public=True).markdown()

    assert "A flag was *wrong*." in text
    assert "- Alert earlier (Detect sooner · Network · by December 1, 2026)" in text
    for secret in ("INTERNAL-NOTE", "ana@example.com", "https://x.org", "Internal copy"):
        assert secret not in text
    assert "Draft, not published" in text


def test_a_copy_for_customers_has_no_questions_of_a_template(act: Act, postmortem: Postmortem):
    with act() as ctx:
        assert "> What set it off?" in postmortem_file(ctx, postmortem).markdown()
        assert "> " not in postmortem_file(ctx, postmortem, is_public=True).markdown()


def test_the_public_text_of_a_postmortem_reads_back_into_an_empty_one(
    act: Act, postmortem: Postmortem, ana: Account
):
    content = written(act, postmortem, ana)
    with act() as ctx:
        text = postmortem_file(ctx, postmortem, is_public=True).markdown()
    write(act, postmortem, ana, sections={}, timeline=(), items=())

    after = take_over(act, postmortem, ana, text).value

    assert after.sections == content.sections
    assert [entry.text for entry in after.timeline] == [e.text for e in content.timeline if e.is_public]
    assert [(item.title, item.kind, item.team, item.due_on) for item in after.items] == [
        ("Alert earlier", ItemKind.DETECT, "Network", date(2026, 12, 1))
    ]


def test_an_older_revision_can_be_taken_away_and_one_that_never_was_can_not(
    act: Act, postmortem: Postmortem, ana: Account
):
    written(act, postmortem, ana)
    with act() as ctx:
        assert "A flag" not in postmortem_file(ctx, postmortem, number=1).markdown()
        assert "Internal copy of revision 1" in postmortem_file(ctx, postmortem, number=1).markdown()
    with pytest.raises(NotFoundError), act() as ctx:
        postmortem_file(ctx, postmortem, number=3)


def test_what_an_import_would_do_is_told_before_and_does_nothing(
    act: Act, postmortem: Postmortem, ana: Account
):
    written(act, postmortem, ana)
    text = (
        "## Impact\n\nMany.\n\n## Summary\n\nNew.\n\n"
        "## Action items\n\n- Alert earlier\n- Test\n  - Owner: Bo\n"
    )
    with act(actor_of(ana)) as ctx:
        foreseen = foresee_import(ctx, postmortem, text)

    assert [(name, fate) for name, fate, _ in foreseen.sections] == [
        ("Summary", Fate.CHANGED),
        ("Impact", Fate.NEW),
        ("What went well", Fate.SAME),
    ]
    assert [(item.title, fate) for item, fate in foreseen.items] == [
        ("Alert earlier", Fate.SAME),
        ("Test", Fate.NEW),
    ]
    assert {fate for _, fate in foreseen.lines} == {Fate.SAME}
    assert foreseen.notes == ("Line 12: no account is in use for “Bo”; say who owns “Test”.",)
    with act() as ctx:
        assert head_of(ctx.session, postmortem).number == 2


def test_two_who_change_the_same_section_lose_nothing(act: Act, postmortem: Postmortem, ana: Account):
    written(act, postmortem, ana)
    take_over(act, postmortem, ana, "## Summary\n\nTheirs.", base_number=2)

    with pytest.raises(EditConflictError) as caught:
        take_over(act, postmortem, ana, "## Summary\n\nMine.", base_number=2)

    assert (caught.value.latest_text, caught.value.own_text) == ("Theirs.", "Mine.")
    assert (
        take_over(act, postmortem, ana, "## What went wrong\n\nAll.", base_number=2).value.text_of(
            Section.SUMMARY
        )
        == "Theirs."
    )


def test_who_is_disabled_owns_nothing_new(act: Act, session: Session, postmortem: Postmortem, ana: Account):
    make_account(session, name="Bo", email="bo@example.com", disabled_at=NOON)

    take_over(act, postmortem, ana, "## Action items\n\n- Test\n  - Owner: bo@example.com\n")

    (item,) = items_of(session, postmortem)
    assert (item.title, item.owner_id) == ("Test", None)


def test_a_refused_file_leaves_everything_as_it_was(act: Act, postmortem: Postmortem, ana: Account):
    for text in ("x" * 200_000, "## Timeline\n- 2026-11-20 12:05 A\n- 12:04 B", "", "## Summary\n\n\x07"):
        with pytest.raises(RuleError):
            take_over(act, postmortem, ana, text)
    with act() as ctx:
        assert head_of(ctx.session, postmortem).number == 1


def test_a_viewer_takes_nothing_over(act: Act, session: Session, postmortem: Postmortem):
    vera = make_account(session, role=SiteRole.VIEWER)
    with pytest.raises(ForbiddenError):
        take_over(act, postmortem, vera, "## Summary\n\nHm.")


def test_new_lines_stand_in_their_place(act: Act, postmortem: Postmortem, ana: Account):
    text = "## Timeline\n\n- 2026-11-20 11:50 Before.\n- 12:20 Between.\n"

    timeline = take_over(act, postmortem, ana, text).value.timeline

    assert timeline[0].text == "Before."
    assert [entry.at for entry in timeline] == sorted(entry.at for entry in timeline)
    assert all(isinstance(entry, Entry) for entry in timeline)
