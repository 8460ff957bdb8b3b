"""Findings of the blameless check as they stand below the text that they are about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from statuspage.domain.blameless import Finding
from statuspage.services.blame_check import PlacedFinding


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding in its sentence: what stands `before` and `after` the words that it is about. `wording` is
    what a button puts in their place, empty where only a person can find better words."""

    name: str
    key: str | None
    before: str
    matched: str
    after: str
    reason: str
    suggestion: str
    wording: str
    accepted_by: str = ""
    accepted_because: str = ""


def shown_findings(found: Iterable[PlacedFinding]) -> Mapping[str, list[ShownFinding]]:
    """Return the findings by part, in the order of the text."""
    by_part: dict[str, list[ShownFinding]] = {}
    for placed in found:
        by_part.setdefault(placed.part, []).append(_shown(placed))
    return by_part


def name_of(found: PlacedFinding) -> str:
    """Return what names a finding within one text."""
    return f"{found.part}/{found.key or ''}/{found.finding.start}/{found.finding.end}/{found.finding.rule}"


def wording_of(finding: Finding) -> str:
    """Return words that can stand in the place of the ones that were found; empty where there are none."""
    words = finding.wording
    return words[:1].upper() + words[1:] if _begins_sentence(finding) else words


def _begins_sentence(finding: Finding) -> bool:
    return finding.sentence.lstrip(" #*_>-").startswith(finding.matched)


def _shown(placed: PlacedFinding) -> ShownFinding:
    finding = placed.finding
    matched = " ".join(finding.matched.split())
    before, found, after = finding.sentence.partition(matched)
    accepted = placed.accepted
    return ShownFinding(
        name_of(placed),
        placed.key,
        before if found else "",
        matched,
        after if found else f" — {finding.sentence}",
        finding.reason,
        finding.suggestion,
        wording_of(finding),
        (accepted.accepted_by.name if accepted.accepted_by else "A colleague") if accepted else "",
        accepted.reason if accepted else "",
    )
