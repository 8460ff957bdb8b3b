"""The words of the record."""

from typing import Any

import pytest

from statuspage.services.history_words import ONESELF, sentence_of

NOON, ONE = "2026-11-20T12:00:00+00:00", "2026-11-20T13:00:00+00:00"


@pytest.mark.parametrize(
    ("verb", "details", "said"),
    [
        ("dismiss_incident", {"reason": "A probe lied"}, "dismissed it: “A probe lied”"),
        ("revive_incident", {"reason": None}, "took it up again."),
        ("declare_incident", {"detected_at": NOON}, "recorded the incident, detected at Nov 20, 13:00 CET."),
        ("assign_roles", {"roles": {"scribe": "b@example.com"}}, "made b@example.com scribe."),
        ("assign_roles", {"roles": {"scribe": ONESELF}}, "took the role of scribe."),
        (
            "assign_roles",
            {"roles": {"communications_lead": None, "scribe": "b@example.com"}},
            "left the communications lead open and made b@example.com scribe.",
        ),
        (
            "set_facts",
            {"detected_at": [NOON, ONE], "reason": "Saw it late"},
            "moved the detection from Nov 20, 13:00 CET to Nov 20, 14:00 CET: “Saw it late”",
        ),
        ("set_facts", {"mitigated_at": [None, ONE]}, "set the mitigation to Nov 20, 14:00 CET."),
        ("set_facts", {"restored_at": [ONE, None]}, "cleared the restoration."),
        ("set_facts", {"impact_override": ["major", None]}, "set the impact to what the components say."),
        ("set_facts", {"permanent_fix": [None, False]}, "said that the permanent fix is not in place."),
        ("set_facts", {"name": ["Late", "Slow"]}, "named it “Slow” instead of “Late”."),
        ("set_facts", {"runbook_url": [None, "https://x.example"]}, "set the runbook to https://x.example."),
        ("set_facts", {"runbook_url": ["https://x.example", None]}, "took the runbook away."),
        ("set_facts", {}, "changed facts."),
        ("change_entry", {"old": {"text": "x"}}, "changed an entry that read “x”."),
        ("remove_entry", {"old": {"text": "x"}}, "removed an entry that read “x”."),
        ("withdraw_approval", {}, "took an approval back."),
    ],
)
def test_each_act_is_told_in_words(verb: str, details: dict[str, Any], said: str):
    assert sentence_of(verb, details, "Europe/Berlin") == said


def test_an_act_without_words_is_a_mistake():
    with pytest.raises(KeyError):
        sentence_of("juggle", {}, "Etc/UTC")
