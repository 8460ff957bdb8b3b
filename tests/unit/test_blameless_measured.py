"""How well the blameless check does: on sentences that blame or don't, and on real notices."""

import gzip
import json

import pytest

from statuspage.domain.blameless import Finding, Person, findings
from tests.needs import data_file

pytestmark = pytest.mark.needs("data")

# The staff that the sentences are about; @priya has a handle alone.
STAFF = tuple(
    Person(name, f"{name.split()[0].lower()}@example.com")
    for name in ("Dana Whitfield", "Will Okafor", "Grace Lindqvist", "Mark Teller")
)
# First and last names that are words, as a large staff has them.
NAMES_THAT_ARE_WORDS = """
    Will Mark Grace May Rose Bill Art Frank Chase Hope Page Guy Dean Jack Rob Pat Joy Faith Summer Dawn
    Iris Amber Max Drew Grant Miles Reed Chip Gene Ray Case Long Short Young Brown Green White Rich Sage
    April June Jan August Dale Cliff Web Stone Price King Field Banks Cook Post Mills Park Key Cloud
"""
WORDS_AS_NAMES = tuple(Person(f"{name} {name}son", "") for name in NAMES_THAT_ARE_WORDS.split())


def labelled() -> list[tuple[str, str]]:
    lines = data_file("blame-sentences.tsv").read_text(encoding="utf-8").splitlines()
    return [
        (parts[0], parts[1]) for parts in (line.split("\t") for line in lines if not line.startswith("#"))
    ]


def notices() -> list[str]:
    history = json.loads(gzip.decompress(data_file("github-incidents.json.gz").read_bytes()))
    return [
        update["body"]
        for incident in history["incidents"]
        if incident["impact"] != "maintenance"
        for update in incident["incident_updates"]
    ]


def test_it_finds_what_blames_and_leaves_alone_what_does_not():
    blamed = [sentence for label, sentence in labelled() if label == "blame"]
    fine = [sentence for label, sentence in labelled() if label == "ok"]
    hits = sum(bool(findings(sentence, STAFF)) for sentence in blamed)
    false_alarms = sum(bool(findings(sentence, STAFF)) for sentence in fine)

    assert (len(blamed), len(fine)) == (24, 24)
    assert hits / len(blamed) >= 0.95
    assert hits / (hits + false_alarms) >= 0.95


def test_without_names_to_look_for_words_alone_find_most_of_it():
    found = [bool(findings(sentence)) for label, sentence in labelled() if label == "blame"]

    assert sum(found) / len(found) >= 0.75


def test_hardly_a_real_notice_has_a_finding():
    texts = notices()
    found: list[Finding] = [each for text in texts for each in findings(text, STAFF)]
    share = sum(bool(findings(text, STAFF)) for text in texts) / len(texts)

    assert len(texts) == 4514
    assert share <= 0.002
    assert {each.rule for each in found} <= {"handle"}


def test_names_that_are_words_are_not_seen_in_notices_about_machines():
    texts = notices()

    assert sum(bool(findings(text, WORDS_AS_NAMES)) for text in texts) / len(texts) <= 0.002
