"""The words that a button of the editor puts in the place of a finding."""

import pytest

from statuspage.domain.blameless import Finding
from statuspage.web.console.postmortem_findings import wording_of


@pytest.mark.parametrize(
    ("sentence", "offered", "wording"),
    [
        ("Then Ana Lee left.", "the team", "the team"),
        ("Ana Lee left.", "the team", "The team"),
        ("- Ana Lee left.", "the team", "The team"),
        ("Then Ana Lee left.", "", ""),
        ("Ana Lee left.", "", ""),
    ],
)
def test_what_is_offered_fits_into_its_sentence(sentence, offered, wording):
    finding = Finding(
        5, 12, "Ana Lee", sentence, "full_name", "It names a person.", "Name the team.", offered
    )

    assert wording_of(finding) == wording
