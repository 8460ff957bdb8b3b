"""What a warning of the silence detector says, to stand after the name of what it is about."""

from collections.abc import Mapping

from statuspage.domain.silence import WarningKind
from statuspage.store.silence import SilenceWarning

_WORDS: Mapping[str, str] = {
    WarningKind.UNEXPLAINED_COMPONENT: "It does not work as it should, and no open incident says why.",
    WarningKind.RESTORED_NOT_SAID: "All its components work again, and it is still open. Is it over? Say so.",
    WarningKind.MAINTENANCE_OVERRUN: "It runs past the end that it was announced with.",
    WarningKind.NO_POSTMORTEM_DRAFT: "It is resolved, and nobody has written a word of its postmortem yet.",
    WarningKind.STILL_INVESTIGATING: "It still says “investigating”. What is known by now?",
    WarningKind.NO_MITIGATION: "There is no mitigation on record.",
}


def name_of(warning: SilenceWarning) -> str:
    """Return the name of the incident or component that the warning is about."""
    if warning.incident is not None:
        return warning.incident.name
    return warning.component.name if warning.component else ""


def words_of(warning: SilenceWarning) -> str:
    """Return what goes on, in a sentence."""
    return _WORDS[warning.kind]


def in_short(kind: str) -> str:
    """Return the same of a kind of warnings without the question, to stand behind a colon."""
    said = _WORDS[kind].partition(". ")[0].removesuffix(".")
    return said[:1].lower() + said[1:]
