"""The words that a button of the editor puts in the place of a finding."""

import pytest

from statuspage.domain.blameless import Finding
from statuspage.web.console.postmortem_findings import wording_of


@pytest.mark.parametrize(
    ("rule", "sentence", "suggestion", "wording"),
    [
        ("full_name", "Then Ana Lee left.", "Name the role: “the on-call engineer”.", "the on-call engineer"),
        ("full_name", "Ana Lee left.", "Name the role: “the on-call engineer”.", "The on-call engineer"),
        ("site_word", "A mess, Ana Lee said.", "surprise", "surprise"),
        ("site_word", "A mess, Ana Lee said.", "Say what happened without this word.", ""),
        ("failed_to", "Then Ana Lee left.", "“Nothing prompted anybody to stay.”", ""),
        ("mail_address", "Then Ana Lee left.", "Leave it out, or name the team.", ""),
    ],
)
def test_only_words_that_fit_into_the_sentence_are_offered(rule, sentence, suggestion, wording):
    finding = Finding(5, 12, "Ana Lee", sentence, rule, "It names a person.", suggestion)

    assert wording_of(finding) == wording
