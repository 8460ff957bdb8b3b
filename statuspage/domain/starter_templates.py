"""The texts that a new page starts with: good enough to go out as they stand, and to be made one's own."""

from dataclasses import dataclass

from statuspage.domain.incident import IncidentStatus, NoticeKind

INITIAL, UPDATE = NoticeKind.INITIAL, NoticeKind.UPDATE
RESOLUTION, REOPENING = NoticeKind.RESOLUTION, NoticeKind.REOPENING
INVESTIGATING, IDENTIFIED = IncidentStatus.INVESTIGATING, IncidentStatus.IDENTIFIED
MONITORING, RESOLVED = IncidentStatus.MONITORING, IncidentStatus.RESOLVED


@dataclass(frozen=True, slots=True)
class StarterTemplate:
    """A text for one kind of notice; without a status it suits any. `title` is the incident's."""

    name: str
    kind: NoticeKind
    status: IncidentStatus | None
    body: str
    title: str | None = None
    is_false_alarm: bool = False


# They say only what is true whenever they are chosen: no cause, no promise of a time, no "nothing is lost".
STARTER_TEMPLATES = (
    StarterTemplate(
        "Nothing works",
        INITIAL,
        INVESTIGATING,
        "{{page}} is not available at the moment. This is on our side, not yours: there is nothing you need "
        "to change. We are working on it and looking for the cause.",
        "{{page}} is not available",
    ),
    StarterTemplate(
        "Errors for some",
        INITIAL,
        INVESTIGATING,
        "Some of you see errors at the moment. Affected: {{components}}. If something fails, trying again "
        "after a few minutes may help. We are looking for the cause.",
        "Errors: {{components}}",
    ),
    StarterTemplate(
        "It is slow",
        INITIAL,
        INVESTIGATING,
        "Things take longer than usual at the moment. Affected: {{components}}. Pages may load slowly, and "
        "some requests may not finish. We are looking for the cause.",
        "Slow: {{components}}",
    ),
    StarterTemplate(
        "Signing in fails",
        INITIAL,
        INVESTIGATING,
        "Some of you can't sign in at the moment. If you are signed in already, it is best to stay so. "
        "We are looking for the cause.",
        "Problems with signing in",
    ),
    StarterTemplate(
        "Things arrive late",
        INITIAL,
        INVESTIGATING,
        "What we process or send is taking longer than usual, e-mails included. Affected: {{components}}. "
        "Please don't send anything twice: it may then arrive twice. We are looking for the cause.",
        "Delays: {{components}}",
    ),
    StarterTemplate(
        "A provider has trouble",
        INITIAL,
        IDENTIFIED,
        "A company whose service we rely on has a problem, and it affects us too. Affected: {{components}}. "
        "We are following their work closely and looking for a way around it.",
        "A problem at one of our providers affects {{components}}",
    ),
    StarterTemplate(
        "Security or data",
        INITIAL,
        INVESTIGATING,
        "We have noticed something that may concern the security of our service or of data, and are looking "
        "into it with priority. We do not know yet whether anybody is affected. If there is something you "
        "should do, we will say so here.",
        "We are looking into a possible security problem",
    ),
    StarterTemplate(
        "It was over before we could say so",
        INITIAL,
        RESOLVED,
        "There was a problem with our service from {{began}} to {{restored}}. Affected: {{components}}. "
        "It is over and service is restored. We are sorry for the disruption.",
        "A disruption that is over: {{components}}",
    ),
    StarterTemplate(
        "Still looking",
        UPDATE,
        INVESTIGATING,
        "We are aware of a problem and are looking into it. "
        "We will tell you what we find, and what you can do meanwhile.",
    ),
    StarterTemplate(
        "The cause is found",
        UPDATE,
        IDENTIFIED,
        "We have found what is causing the problem and are working to put it right.",
    ),
    StarterTemplate(
        "The cause, in your words",
        UPDATE,
        IDENTIFIED,
        "We have found the cause: {{cause}}\n\nWhat we are doing: {{action}}\n\n"
        "What you can do meanwhile: {{workaround}}",
    ),
    StarterTemplate(
        "It is getting better",
        UPDATE,
        MONITORING,
        "We have taken action and see service recovering. "
        "We are watching closely to make sure that it lasts.",
    ),
    StarterTemplate(
        "Nothing new",
        UPDATE,
        None,
        "We are still working on this. There is nothing new to report since our last update.",
    ),
    StarterTemplate(
        "Service is back",
        RESOLUTION,
        RESOLVED,
        "Service is restored. We are sorry for the disruption.",
    ),
    StarterTemplate(
        "Service is back, and what was wrong",
        RESOLUTION,
        RESOLVED,
        "Service is restored since {{restored}}. What was wrong: {{cause}}\n\n"
        "We are sorry for the disruption.",
    ),
    StarterTemplate(
        "False alarm",
        RESOLUTION,
        RESOLVED,
        "This was a false alarm: nothing was wrong with our service. We are sorry for the worry.",
        is_false_alarm=True,
    ),
    StarterTemplate(
        "It has come back",
        REOPENING,
        None,
        "The problem has come back. We are looking into it again.",
    ),
)
