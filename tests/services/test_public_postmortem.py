"""What customers may read of a postmortem: what has markup, and nothing that is the staff's."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from statuspage.domain.action_item import ItemKind
from statuspage.domain.errors import RuleError
from statuspage.domain.postmortem import Content, Entry, Item, Section, content_field
from statuspage.services.postmortem_html import render_postmortem
from statuspage.services.public_postmortem import postmortem_document
from statuspage.store.postmortems import Postmortem, PostmortemRevision

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONTENT = Content(
    sections={
        Section.SUMMARY: "Requests failed for **40 minutes**.",
        Section.IMPACT: "Half of all requests failed.",
        Section.ROOT_CAUSE: "TODO",
    },
    timeline=(
        Entry("e1", NOON, "We *detected* it."),
        Entry("e2", NOON, "Ana restarted it.", is_public=False),
    ),
    items=(Item("i1", "Alert on disk space", ItemKind.DETECT, "acc0unt00000", "Storage", date(2026, 12, 3)),),
)


class PlainRenderer:
    """Marks what it was given, and refuses what contains a word."""

    def render(self, text: str) -> str:
        return f"<p>{text}</p>"

    def render_many(self, texts):  # type: ignore[no-untyped-def]
        return [
            RuleError("too_complex", "Too complex.", "body") if "((((" in text else self.render(text)
            for text in texts
        ]


def document(content: Content = CONTENT, **options):  # type: ignore[no-untyped-def]
    rendered = render_postmortem(PlainRenderer(), content)
    revision = PostmortemRevision(
        number=7, content=content_field(content), digest=rendered.digest, html=dict(rendered.sections)
    )
    row = Postmortem(update_public_id="update000001", published_at=NOON, tells_subscribers=False)
    return postmortem_document(row, revision, **options)


def test_only_what_somebody_wrote_for_customers_is_shown():
    shown = document()

    assert [(part.key, part.title, part.html) for part in shown.sections] == [
        ("summary", "Summary", "<p>Requests failed for **40 minutes**.</p>"),
        ("impact", "Impact", "<p>Half of all requests failed.</p>"),
    ]
    assert [(entry.at, entry.text, entry.html) for entry in shown.timeline] == [
        (NOON, "We *detected* it.", "<p>We *detected* it.</p>")
    ]
    (item,) = shown.items
    assert (item.title, item.kind, item.team, item.due_on, item.state) == (
        "Alert on disk space",
        ItemKind.DETECT,
        "Storage",
        date(2026, 12, 3),
        None,
    )
    assert (shown.id, shown.deliver_notifications) == ("update000001", False)


def test_the_body_is_all_of_it_as_markdown_in_the_order_in_which_it_is_read():
    assert document().body == (
        "## Summary\n\nRequests failed for **40 minutes**.\n\n"
        "## Impact\n\nHalf of all requests failed.\n\n"
        "## Timeline\n\n- November 23, 2026, 12:00 UTC: We *detected* it.\n\n"
        "## Action items\n\n- Alert on disk space (Detect sooner · Storage · by December 3, 2026)"
    )


def test_prompts_of_a_template_are_not_for_customers():
    prompted = replace(CONTENT, sections={Section.SUMMARY: "What happened, in two sentences?"})
    rendered = render_postmortem(
        PlainRenderer(), prompted, {Section.SUMMARY: ["What happened, in two sentences?"]}
    )

    assert "summary" not in rendered.sections


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (CONTENT.with_section(Section.IMPACT, "Requests failed ((((("), "impact"),
        (replace(CONTENT, timeline=(Entry("e1", NOON, "(((((("),)), "timeline"),
    ],
)
def test_a_text_that_takes_too_long_is_refused_beside_its_part(content: Content, part: str):
    with pytest.raises(RuleError) as refused:
        render_postmortem(PlainRenderer(), content)

    assert (refused.value.code, refused.value.field) == ("too_complex", part)
