"""The words of what the staff are told beside reminders: calls, offers, questions, warnings, notices."""

from collections.abc import Mapping

from sqlalchemy import select

from statuspage.domain.cadence import DeadlineKind
from statuspage.domain.obligations import open_deadlines
from statuspage.domain.roles import IncidentRole
from statuspage.render.staff_messages import StaffWords
from statuspage.render.words import ROLE_NAMES, STATUS_WORDS
from statuspage.services.lapsed_offers import LAPSED
from statuspage.services.postmortem_words import EDITOR
from statuspage.services.telling import Obsolete, Telling, incident_link, quoted
from statuspage.store.contacts import Contact
from statuspage.store.incident_values import incident_value
from statuspage.store.incidents import UNFINISHED, IncidentRow, IncidentUpdate
from statuspage.store.involvement import HandoverOffer, OpenQuestion, RoleCall
from statuspage.store.silence import SilenceWarning, WarningKind

_CHANGES: Mapping[str, str] = {"corrected": "Corrected: ", "withdrawn": "Withdrawn: "}
_SILENCES: Mapping[WarningKind, tuple[str, str]] = {
    WarningKind.UNEXPLAINED_COMPONENT: (
        "{what} is not well, and nobody says why",
        "{what} has not been operational since {since}, and no open incident or maintenance explains it.",
    ),
    WarningKind.RESTORED_NOT_SAID: (
        "Is {what} over?",
        "All components of {what} have been operational since {since}. If service is restored, say so.",
    ),
    WarningKind.MAINTENANCE_OVERRUN: (
        "{what} runs past its end",
        "{what} was to end at {since} and still runs.",
    ),
    WarningKind.NO_POSTMORTEM_DRAFT: (
        "No postmortem draft for {what}",
        "{what} was resolved at {since}, and nobody has written a word of its postmortem yet.",
    ),
    WarningKind.STILL_INVESTIGATING: (
        "Still investigating: {what}",
        "{what} has been under investigation since {since}, without a cause being found.",
    ),
    WarningKind.NO_MITIGATION: (
        "No mitigation yet: {what}",
        "{what} has gone on since {since}, and nothing on record has reduced its impact.",
    ),
}


def call_words(telling: Telling) -> StaffWords | Obsolete:
    """Ask somebody on the rota to take a role."""
    row, message = telling.incident, telling.message
    role = IncidentRole(message.details["role"])
    call = telling.ctx.session.scalar(
        select(RoleCall).where(
            RoleCall.incident_id == row.id,
            RoleCall.role == role,
            RoleCall.account_id == message.account_id,
        )
    )
    if call is None or call.answer is not None:
        return Obsolete("The call was answered.")
    if row.status not in UNFINISHED:
        return Obsolete("The incident is over.")
    what = f"deputy {ROLE_NAMES[role]}" if call.is_deputy else ROLE_NAMES[role]
    return StaffWords(
        f"You are called as {what}: {quoted(row)}",
        (
            f"You are on duty as {what}, and {quoted(row)} was detected at "
            f"{telling.clock(incident_value(row).episode.detected_at)}. Say whether you have it.",
            *_owed(telling, row),
        ),
        "Accept or decline",
        incident_link(telling.base_url, row),
    )


def handover_words(telling: Telling) -> StaffWords | Obsolete:
    """Tell of an offer to hand over the communications lead."""
    row, message = telling.incident, telling.message
    offer = telling.ctx.session.scalar(
        select(HandoverOffer).where(HandoverOffer.public_id == message.details["offer"])
    )
    if offer is None or offer.accepted_at is not None or offer.closed_at is not None:
        return Obsolete("The offer was answered.")
    if row.status not in UNFINISHED:
        return Obsolete("The incident is over.")
    if message.details.get(LAPSED):
        line = (
            f"{offer.to_account.name} has not taken over the communications lead of {quoted(row)} within "
            "five minutes, so that it is yours, as you command. Keep it, or give it to somebody."
        )
        link = incident_link(telling.base_url, row)
        return StaffWords(
            f"You lead {quoted(row)} now", (line, *_owed(telling, row)), "Open the incident", link
        )
    giver = offer.from_account.name if offer.from_account else "Nobody yet"
    is_theirs = offer.to_id == message.account_id
    whom = "you" if is_theirs else offer.to_account.name
    if is_theirs:
        subject = f"Will you take over {quoted(row)}?"
        line = (
            f"You are offered the communications lead of {quoted(row)}, which {giver} holds until you accept."
        )
    else:
        subject = f"{quoted(row)} is offered to {whom}"
        line = f"The communications lead of {quoted(row)} is offered to {whom}. {giver} holds it until then."
    label = "Take it over" if is_theirs else "Open the incident"
    return StaffWords(subject, (line, *_owed(telling, row)), label, incident_link(telling.base_url, row))


def question_words(telling: Telling) -> StaffWords | Obsolete:
    """Ask the technical lead what the next update can say."""
    row, message = telling.incident, telling.message
    question = telling.ctx.session.scalar(
        select(OpenQuestion).where(OpenQuestion.public_id == message.details["question"])
    )
    if question is None or question.answered_at is not None:
        return Obsolete("The question was answered.")
    owed = open_deadlines(incident_value(row), telling.ctx.page.limits)
    if not any((each.kind, each.due_at) == (DeadlineKind.UPDATE, question.due_at) for each in owed):
        return Obsolete("The update was published.")
    return StaffWords(
        f"What changed, what next? {quoted(row)}",
        (
            f"The next update on {quoted(row)} is promised by {telling.clock(question.due_at)}. "
            "What has changed, and what comes next? One line will do; it lands in the draft.",
        ),
        "Answer in one line",
        incident_link(telling.base_url, row, "/question"),
    )


def prompt_words(telling: Telling) -> StaffWords | Obsolete:
    """Pass on what the game master of a drill says, be it that the drill has become real."""
    row = telling.message.incident
    text = str(telling.message.details["text"])
    link = incident_link(telling.base_url, row) if row is not None else f"{telling.base_url}/console/"
    is_drill = row is None or row.drill is not None
    return StaffWords(
        text, (text,), f"Open the {'drill' if is_drill else 'incident'}", link, is_drill=is_drill
    )


def silence_words(telling: Telling) -> StaffWords | Obsolete:
    """Warn of something that goes on without a word."""
    warning = telling.ctx.session.get(SilenceWarning, telling.message.warning_id)
    if warning is None or warning.ended_at is not None or warning.dismissed_at is not None:
        return Obsolete("That is over, or somebody has said that it is all right.")
    subject, line = _SILENCES[warning.kind]
    if warning.incident is not None:
        where = EDITOR if warning.kind is WarningKind.NO_POSTMORTEM_DRAFT else ""
        what, link = quoted(warning.incident), incident_link(telling.base_url, warning.incident, where)
    else:
        what, link = (
            warning.component.name if warning.component else "Something",
            f"{telling.base_url}/console/",
        )
    since = telling.clock(warning.since_at)
    return StaffWords(subject.format(what=what), (line.format(what=what, since=since),), "Look at it", link)


def notice_words(telling: Telling) -> StaffWords | Obsolete:
    """Post a notice into the incident's own channel."""
    row, message = telling.incident, telling.message
    update = telling.ctx.session.get(IncidentUpdate, message.update_id)
    change = str(message.details.get("change", "published"))
    if update is None or (update.retracted_at is not None and change != "withdrawn"):
        return Obsolete("The notice was withdrawn.")
    subject = f"{_CHANGES.get(change, '')}{STATUS_WORDS[update.status]}: {quoted(row)}"
    lines = ["The notice is not public any more."] if change == "withdrawn" else [update.body]
    if update.next_update_by is not None and change == "published":
        lines.append(f"Next update by {telling.clock(update.next_update_by)}.")
    is_drill = row.drill is not None
    link = (
        incident_link(telling.base_url, row) if is_drill else f"{telling.base_url}/incidents/{row.public_id}"
    )
    return StaffWords(subject, tuple(lines), "Read it", link)


def test_words(telling: Telling) -> StaffWords | Obsolete:
    """Show that an address works."""
    contact = telling.ctx.session.scalar(
        select(Contact).where(Contact.public_id == telling.message.details["contact"])
    )
    if contact is None:
        return Obsolete("The address was removed.")
    return StaffWords(
        f"This address works: {contact.label}",
        (f"This is a test. Reminders from {telling.ctx.page.name} will reach you here.",),
        "Your addresses",
        f"{telling.base_url}/console/me/contacts",
    )


def _owed(telling: Telling, row: IncidentRow) -> tuple[str, ...]:
    """Return what the incident owes next, if it owes anything."""
    for deadline in open_deadlines(incident_value(row), telling.ctx.page.limits)[:1]:
        what = {
            DeadlineKind.INITIAL_NOTICE: "The first notice",
            DeadlineKind.UPDATE: "The next update",
            DeadlineKind.RESOLUTION_NOTICE: "The resolution notice",
        }.get(deadline.kind)
        if what is not None:
            return (f"{what} is due by {telling.clock(deadline.due_at)}.",)
    return ()
