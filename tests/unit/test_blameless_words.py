"""Words of blame: only about a person, role or team, each with something to put instead."""

import pytest

from statuspage.domain.blameless import Person, SiteWord, findings

STAFF = (Person("Dana Whitfield", "dana@example.com"), Person("Will Okafor", "will@example.com"))
TEAMS = ("Network", "Site Reliability")
NAMES = {"full_name", "first_name", "last_name", "handle", "mail_address"}


def rules(text: str) -> list[str]:
    return [each.rule for each in findings(text, STAFF, TEAMS) if each.rule not in NAMES]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("The engineer failed to check the disk.", "failed_to"),
        ("The on-call engineer has repeatedly failed to react.", "failed_to"),
        ("The engineer on call failed to react.", "failed_to"),
        ("The engineer who was on call failed to react.", "failed_to"),
        ("Someone on the platform team failed to react.", "failed_to"),
        ("One of the engineers failed to react.", "failed_to"),
        ("Engineer X failed to react.", "failed_to"),
        ("She restarted the server but forgot to check the logs.", "failed_to"),
        ("The engineer, under pressure, failed to check.", "failed_to"),
        ("The network team forgot the alert.", "failed_to"),
        ("Network forgot the alert.", "failed_to"),
        ("Site Reliability failed to respond.", "failed_to"),
        ("Nobody bothered to check.", "failed_to"),
        ("Will failed to react.", "failed_to"),
        ("@priya neglected to react.", "failed_to"),
        ("Support neglected to escalate.", "failed_to"),
        ("She should have noticed it.", "should_have"),
        ("The team lead should've known.", "should_have"),
        ("They should have known.", "should_have"),
        ("He shouldn't have deployed it.", "should_have"),
        ("The engineer could easily have prevented it.", "should_have"),
        ("Dana was supposed to check it.", "should_have"),
        ("If the operator had read it, all would be well.", "should_have"),
        ("If only the team had tested it.", "should_have"),
        ("Had the engineer checked the dashboard, all would be well.", "should_have"),
        ("The developer did not understand the command.", "did_not"),
        ("The engineer didn't test it.", "did_not"),
        ("The engineer never tested the restore.", "did_not"),
        ("The team violated the policy.", "breach"),
        ("The developer broke the build.", "breach"),
        ("The alert was overlooked by the reviewer.", "breach"),
        ("The outage was caused by the network team.", "breach"),
        ("It was human error.", "human_error"),
        ("Operator negligence led to it.", "human_error"),
        ("It was the engineer's mistake.", "human_error"),
        ("It was his fault.", "human_error"),
        ("It was the fault of the networking group.", "human_error"),
        ("A mistake by the operator.", "human_error"),
        ("It was negligence on the part of the team.", "human_error"),
        ("The developer made an error.", "human_error"),
        ("The team is to blame.", "human_error"),
        ("We blame the on-call engineer.", "human_error"),
        ("The engineer was at fault.", "human_error"),
        ("The engineer carelessly ran it.", "character"),
        ("The reviewer approved it blindly.", "character"),
        ("A careless engineer ran it.", "character"),
        ("The team was very sloppy.", "character"),
        ("Careless testing by the release manager let it through.", "character"),
        ("The developers were too slow to react.", "character"),
        ("Sheer incompetence.", "character"),
    ],
)
def test_a_word_of_blame_about_somebody_is_found(text: str, rule: str):
    assert rules(text) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "The check failed to start, and the job should have retried.",
        "The engineer's script failed to start.",
        "The alert to the engineer on call failed to fire.",
        "The script used by the engineer failed to start.",
        "The check that the engineer added failed to start.",
        "The engineer restarted the server and the cache failed to fill.",
        "The package manager failed to install it.",
        "The Kubernetes operator failed to reconcile.",
        "The consumer group forgot its offsets, and the security group ignored the rule.",
        "The team member list failed to load.",
        "The cluster member failed to join.",
        "Network failed to start.",
        "They should have restarted by then.",
        "The user failed to sign in, and customers should have seen errors.",
        "The engineers should have been paged.",
        "The engineer should have received a page.",
        "Every team should have a runbook, and responders should have access.",
        "Someone could have read the data.",
        "The engineer should check it first.",
        "If the engineer had access, it would be faster.",
        "The engineer did not receive a page, and was not told.",
        "The developer did not have access.",
        "The engineer never received a page.",
        "The load balancer ignored the weight.",
        "The alert was acknowledged by the engineer.",
        "The outage was caused by the network.",
        "It was caused by the engineer console.",
        "It was an error in the parser, the fault of a switch.",
        "The team's error budget was spent.",
        "User errors rose.",
        "The change was made by the engineer.",
        "`git blame` shows the line; git blame shows it too.",
        "Lazy loading by the client was slow.",
        "Clients retried blindly.",
        "A quick fix by the engineer helped.",
        "`the engineer failed to react`",
        "```\nthe engineer failed to react\n```",
        "See https://example.com/the-engineer-failed-to/human-error.",
        "The on-call engineer rolled it back, which reduced errors at once.",
    ],
)
def test_what_is_about_a_thing_or_blames_nobody_is_fine(text: str):
    assert rules(text) == []


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        (
            "The engineer failed to follow the runbook at night.",
            "“The runbook was not followed at night; nothing prompted or checked it.”",
        ),
        (
            "She forgot to check both logs.",
            "“Both logs were not checked; nothing prompted it.”",
        ),
        (
            "The engineer failed to respond in time.",
            "“Nothing prompted anybody to respond in time, and nothing checked it.”",
        ),
        (
            "The developer did not understand the consequences of the command.",
            "“The consequences of the command were not understood; nothing prompted or checked it.”",
        ),
        (
            "The engineer should have noticed the alert twenty minutes earlier.",
            "“The alert was not noticed twenty minutes earlier”: say what could have prompted it.",
        ),
        (
            "Will should never have had access to that console.",
            "Say what allowed it: nothing stood in the way of “had access to that console”.",
        ),
        (
            "The team ignored two warnings before the disk filled up.",
            "“Two warnings were not acted on”: say what made it easy to miss.",
        ),
        (
            "Someone skipped the checklist.",
            "“The checklist was not followed; nothing required or enforced it.”",
        ),
        (
            "It was human error.",
            "Name the conditions instead: what made this easy to do, and what did not catch it?",
        ),
    ],
)
def test_a_wording_is_made_of_the_sentences_own_words(text: str, suggestion: str):
    assert suggestion in [each.suggestion for each in findings(text, STAFF)]


def test_no_suggestion_blames_anybody_again():
    for text in (
        "The engineer failed to follow the runbook.",
        "She should have noticed the alert.",
        "The team ignored two warnings.",
        "The engineer carelessly ran it.",
        "It was human error.",
    ):
        for finding in findings(text):
            assert findings(finding.suggestion) == ()


def test_the_finding_says_where_it_is_and_why():
    text = "It broke. The engineer failed to check the disk. It was mended."
    (finding,) = findings(text)

    assert finding.matched == text[finding.start : finding.end] == "The engineer failed to check the disk"
    assert finding.sentence == "The engineer failed to check the disk."
    assert finding.reason == "“The engineer failed to” blames somebody for what did not happen."


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            "It broke, as the engineer failed to follow the runbook at night, which hurt.",
            "It broke, as the runbook was not followed at night; nothing prompted or checked it, which hurt.",
        ),
        (
            "She restarted it but forgot to check the logs.",
            "She restarted it but the logs were not checked; nothing prompted it.",
        ),
        (
            "She left and was supposed to check the disk.",
            "She left and the disk was not checked; nothing prompted it.",
        ),
        ("In the end someone missed an alert.", "In the end an alert was not acted on."),
        ("We asked Dana's vendor.", "We asked the team's vendor."),
    ],
)
def test_a_wording_takes_the_place_of_what_was_found(text: str, after: str):
    (finding,) = findings(text, STAFF)

    assert text[: finding.start] + finding.wording + text[finding.end :] == after
    assert findings(after, STAFF) == ()


@pytest.mark.parametrize(
    "text",
    [
        "If the operator had read it, all would be well.",
        "It was human error.",
        "The engineer carelessly ran it.",
        "Contact dana@example.com.",
        "The team violated the policy by deploying on a Friday.",
    ],
)
def test_where_only_a_person_finds_better_words_there_is_a_hint_and_no_wording(text: str):
    (finding,) = findings(text, STAFF)

    assert finding.wording == ""
    assert finding.suggestion


def test_a_word_of_the_site_counts_wherever_it_stands():
    words = (SiteWord("cowboy*", "Say what was done."), SiteWord("root user"))

    found = findings("Cowboys did it, not a cowboy. The Root  user.", words=words)

    assert [(each.rule, each.matched) for each in found] == [
        ("site_word", "Cowboys"),
        ("site_word", "cowboy"),
        ("site_word", "Root  user"),
    ]
    assert [each.suggestion for each in found][::2] == [
        "Say what was done.",
        "Say what happened without this word.",
    ]


@pytest.mark.parametrize("text", ["A cow and boys.", "`cowboy`", "The root of a user.", "Rooted users."])
def test_a_word_of_the_site_is_a_whole_word_of_the_prose(text: str):
    assert findings(text, words=(SiteWord("cowboy"), SiteWord("root user"))) == ()
