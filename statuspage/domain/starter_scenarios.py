"""Scenarios to begin rehearsing with. Each asks for another skill of whoever speaks to customers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StarterScenario:
    """A story: what fails is chosen at the start, for each page has its own components."""

    title: str
    description: str
    prompts: tuple[tuple[int, str], ...]


STARTER_SCENARIOS = (
    StarterScenario(
        "Requests fail after a deployment",
        "The plain case: something broke, somebody knows why, and it is put right. For a team's first drill.",
        (
            (0, "The error rate of the API is 40 %, and rising. The last deployment was eight minutes ago."),
            (8, "Support asks: twelve customers have written. What may we tell them?"),
            (20, "The deployment is the cause. Rolling back takes about a quarter of an hour."),
            (38, "The rollback is through. The error rate falls, and is at 2 % now."),
            (50, "All figures are back to normal since ten minutes."),
        ),
    ),
    StarterScenario(
        "A provider is down and tells you nothing",
        "Hours without news: can you keep each promise while there is nothing to say?",
        (
            (0, "Your provider's region does not answer. Their status page is green."),
            (25, "The provider opens an incident: “We are investigating.” Nothing else."),
            (55, "No change. A large customer's head of operations asks for a time of repair."),
            (85, "Still no change. Could you move to another region? The team needs an hour to find out."),
            (120, "The provider says that it is over. Your own figures recover slowly."),
            (140, "Everything works again."),
        ),
    ),
    StarterScenario(
        "Data may be lost",
        "The words matter as much as the time: what do you know, and what do you only fear?",
        (
            (0, "A disk array failed, and the standby is 40 minutes behind."),
            (10, "A journalist asks by mail whether customers' data is lost."),
            (30, "Engineers can read the old array. They do not know yet whether all of it."),
            (55, "All data is recovered. The last check takes twenty minutes."),
            (80, "The check is done: nothing is lost."),
        ),
    ),
    StarterScenario(
        "It comes back after you said it was over",
        "A fix that does not hold: do you say so at once?",
        (
            (0, "Sign-in fails for one customer in three."),
            (15, "Restarting the session store helped. Figures look normal."),
            (30, "It begins again, on fewer machines. Did you say resolved already?"),
            (45, "The cause is found: a limit on connections. It is being raised."),
            (65, "The limit is raised everywhere, and figures are normal for a quarter of an hour."),
        ),
    ),
    StarterScenario(
        "Three in the morning, and you are alone",
        "Nobody else answers for half an hour. For whoever has the communications lead on the rota.",
        (
            (0, "Payments fail. The engineer on duty is at it, and has no time to talk."),
            (12, "The engineer writes one line: “database, failing over”."),
            (28, "A colleague wakes up and asks what was said so far."),
            (40, "The failover is done; payments go through. A few minutes of them are missing."),
            (55, "The missing payments are found and booked."),
        ),
    ),
)
