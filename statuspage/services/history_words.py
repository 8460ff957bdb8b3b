"""What the record of an incident's acts says, in plain words that follow a person's name."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from statuspage.render.words import READERS, ROLE_NAMES
from statuspage.services.silence_words import in_short

Details = Mapping[str, Any]
# Stands for the mail address of somebody who gave a role to nobody else.
ONESELF = "oneself"

# Acts that stand in the timeline as what they made: a notice, an entry.
SILENT = frozenset(
    {
        "publish_initial_notice",
        "publish_update_notice",
        "publish_resolution_notice",
        "publish_reopening_notice",
        "add_entry",
        "create_postmortem",
    }
)
_FACTS = {
    "detected_at": "the detection",
    "began_at": "the beginning",
    "mitigated_at": "the mitigation",
    "restored_at": "the restoration",
}


def sentence_of(verb: str, details: Details, zone: str) -> str:
    """Return what somebody did, to stand after the name; raises KeyError for a verb without words."""
    return _WORDS[verb](details, zone)


def says_nothing(verb: str, details: Details) -> bool:
    """Return whether a record tells nothing that another does not.

    Facts set to what they were; a call that was accepted, where the role given stands beside it.
    """
    return (verb == "set_facts" and not any(details.values())) or (
        verb == "answer_call" and bool(details.get("accepted"))
    )


def known_verbs() -> frozenset[str]:
    """Return the verbs that have words."""
    return frozenset(_WORDS)


def _clock(text: str, zone: str) -> str:
    at = datetime.fromisoformat(text).astimezone(ZoneInfo(zone))
    return f"{at:%b} {at.day}, {at:%H:%M} {at:%Z}"


def _because(details: Details) -> str:
    reason = details.get("reason")
    return f": “{reason}”" if reason else "."


def _plain(words: str) -> Callable[[Details, str], str]:
    return lambda details, _zone: words + _because(details)


def _declared(details: Details, zone: str) -> str:
    return f"recorded the incident, detected at {_clock(details['detected_at'], zone)}."


def _assigned(details: Details, _zone: str) -> str:
    return " and ".join(_given(role, email) for role, email in details.get("roles", {}).items()) + "."


def _given(role: str, email: str | None) -> str:
    name = ROLE_NAMES.get(role, role)
    if email == ONESELF:
        return f"took the role of {name}"
    return f"made {email} {name}" if email else f"left the {name} open"


def _set_facts(details: Details, zone: str) -> str:
    parts = []
    for name, words in _FACTS.items():
        if name in details:
            parts.append(_moved(words, details[name][0], details[name][1], zone))
    if "impact_override" in details:
        parts.append(f"set the impact to {details['impact_override'][1] or 'what the components say'}")
    if "permanent_fix" in details:
        answer = {True: "in place", False: "not in place", None: "not known"}[details["permanent_fix"][1]]
        parts.append(f"said that the permanent fix is {answer}")
    if "name" in details:
        parts.append(f"named it “{details['name'][1]}” instead of “{details['name'][0]}”")
    if "runbook_url" in details:
        new = details["runbook_url"][1]
        parts.append(f"set the runbook to {new}" if new else "took the runbook away")
    if "channel_url" in details:
        new = details["channel_url"][1]
        parts.append(f"set the chat channel to {new}" if new else "took the link to the chat channel away")
    if "channel_alert_url" in details:
        new = details["channel_alert_url"][1]
        parts.append(f"had notices posted to {new}" if new else "had notices posted to no channel")
    return (", ".join(parts) or "changed facts") + _because(details)


def _moved(words: str, old: str | None, new: str | None, zone: str) -> str:
    if old and new:
        return f"moved {words} from {_clock(old, zone)} to {_clock(new, zone)}"
    return f"set {words} to {_clock(new, zone)}" if new else f"cleared {words}"


def _changed_entry(details: Details, _zone: str) -> str:
    return f"changed an entry that read “{details['old']['text']}”."


def _removed_entry(details: Details, _zone: str) -> str:
    return f"removed an entry that read “{details['old']['text']}”."


def _answered(details: Details, _zone: str) -> str:
    role = ROLE_NAMES.get(details["role"], details["role"])
    return f"takes the role of {role}." if details["accepted"] else f"can't be {role} now."


def _offered(details: Details, _zone: str) -> str:
    return f"offered the lead to {details['to']}."


def _published_postmortem(details: Details, _zone: str) -> str:
    what = "a preliminary postmortem" if details.get("is_preliminary") else "the postmortem"
    return f"published {what} for {READERS[details['visibility']]}."


def _showed_postmortem(details: Details, _zone: str) -> str:
    return f"had the postmortem shown to {READERS[details['visibility']]}."


def _dismissed_warning(details: Details, _zone: str) -> str:
    return f"dismissed a warning: {in_short(details['kind'])}."


_WORDS: Mapping[str, Callable[[Details, str], str]] = {
    "declare_incident": _declared,
    "backfill_incident": _plain("entered it as history"),
    "assign_roles": _assigned,
    "answer_call": _answered,
    "offer_handover": _offered,
    "accept_handover": _plain("took over the lead"),
    "decline_handover": _plain("can't take over the lead"),
    "withdraw_handover": _plain("took the offer of the lead back"),
    "acknowledge": _plain("said “I have it”"),
    "set_facts": _set_facts,
    "dismiss_incident": _plain("dismissed it"),
    "end_incident_internally": _plain("ended it internally"),
    "revive_incident": _plain("took it up again"),
    "explain_lateness": _plain("said why a notice came late"),
    "correct_notice": _plain("corrected a notice"),
    "retract_notice": _plain("withdrew a notice"),
    "absorb_incident": _plain("merged another incident into this one"),
    "start_drill": _plain("started the drill"),
    "pause_drill": _plain("paused the drill"),
    "resume_drill": _plain("let the drill go on"),
    "end_drill": _plain("ended the drill"),
    "make_drill_real": _plain("said that this is real; a real incident is open"),
    "change_entry": _changed_entry,
    "remove_entry": _removed_entry,
    "ask_review": _plain("asked for a second pair of eyes"),
    "approve_draft": _plain("approved a draft"),
    "withdraw_review": _plain("no longer asks for a second pair of eyes"),
    "withdraw_approval": _plain("took an approval back"),
    "mark_ready": _plain("has an update ready to go"),
    "mark_unready": _plain("took back that an update is ready"),
    "publish_ready": lambda details, _zone: f"published what {details['author']} had prepared.",
    "ask_postmortem_review": _plain("asked for a review of the postmortem"),
    "take_back_postmortem_review": _plain("took the postmortem back from review"),
    "approve_postmortem": _plain("approved the postmortem"),
    "withdraw_postmortem_approval": _plain("took the approval of the postmortem back"),
    "publish_postmortem": _published_postmortem,
    "show_postmortem": _showed_postmortem,
    "unpublish_postmortem": _plain("unpublished the postmortem"),
    "waive_postmortem": _plain("waived the postmortem"),
    "revoke_postmortem_waiver": _plain("took the waiver of the postmortem back"),
    "dismiss_warning": _dismissed_warning,
}
