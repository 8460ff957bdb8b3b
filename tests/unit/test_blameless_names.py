"""Names of people, as the blameless check finds them: whole or in part, as handle or address."""

import pytest

from statuspage.domain.blameless import Person, findings

STAFF = (
    Person("Dana Whitfield", "dana.whitfield@example.com"),
    Person("Will Okafor", "wokafor@example.com"),
    Person("Grace Lindqvist", "glindqvist@example.com"),
    Person("Mark Teller", "mark@example.com"),
    Person("May Long", "may@example.com"),
    Person("José Ñúñez", "jn@example.com"),
    Person("Jean-Luc van der Berg", "jl@example.com"),
    Person("Sinéad O'Brien", "so@example.com"),
    Person("李明", "liming@example.com"),
    Person("प्रिया शर्मा", "ps@example.com"),
    Person("Page Turner", "pt@example.com"),
    Person("Ops Admin", "ops@example.com"),
)


def found(text: str, teams: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(finding.rule, finding.matched) for finding in findings(text, STAFF, teams)]


@pytest.mark.parametrize(
    ("text", "rule", "matched"),
    [
        ("The change was pushed by Dana Whitfield.", "full_name", "Dana Whitfield"),
        ("The change was pushed by dana whitfield.", "full_name", "dana whitfield"),
        ("The owner is Whitfield, Dana.", "full_name", "Whitfield, Dana"),
        ("The change was Dana Whitfield's.", "full_name", "Dana Whitfield"),
        ("Dana pushed it.", "first_name", "Dana"),
        ("It was pushed by dana.", "first_name", "dana"),
        ("It was pushed by DANA.", "first_name", "DANA"),
        ("It was **Dana**’s change.", "first_name", "Dana"),
        ("It was _Dana_ who saw it.", "first_name", "Dana"),
        ("It was Dana's change.", "first_name", "Dana"),
        ("We asked [Dana](https://example.com).", "first_name", "Dana"),
        ("A Dana-approved change.", "first_name", "Dana"),
        ("Whitfield pushed it.", "last_name", "Whitfield"),
        ("José saw it.", "first_name", "José"),
        ("Jose Nunez saw it.", "full_name", "Jose Nunez"),
        ("It was jean-luc.", "first_name", "jean-luc"),
        ("It was Jean‑Luc’s.", "first_name", "Jean‑Luc"),
        ("Only Berg knew it.", "last_name", "Berg"),
        ("It was O’Brien’s patch.", "last_name", "O’Brien"),
        ("李明重启了服务。", "full_name", "李明"),
        ("प्रिया ने किया", "first_name", "प्रिया"),
        ("The home is `/home/dana/`.", "first_name", "dana"),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, rule: str, matched: str):
    assert (rule, matched) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "The dana-2 cluster was restarted.",
        "The unit dana.service was restarted.",
        "Danae is a moon, and Bergen a town.",
        "The administrator pushed it.",
        "The operations on the page were slow.",
        "We drove from Vancouver to Denver.",
    ],
)
def test_what_only_looks_like_a_name_is_none(text: str):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("We asked Will about it.", "Will"),
        ("The page went to Grace first.", "Grace"),
        ("It was seen by Mark.", "Mark"),
        ("We asked May.", "May"),
        ("Will rolled it back.", "Will"),
        ("- Mark restarted the node", "Mark"),
        ("Will Okafor saw it.", "Will Okafor"),
        ("We asked Page.", "Page"),
        ("The Incident Commander Grace saw it.", "Grace"),
        ("It was the change of May Long.", "May Long"),
    ],
)
def test_a_name_that_is_a_word_counts_with_its_capital_inside_a_sentence(text: str, matched: str):
    assert matched in [each for _, each in found(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Will this happen again?",
        "- Will it happen again?",
        "Note: Mark a node as unhealthy.",
        "It will happen, by the grace of nobody; we mark it, and it may go.",
        "It began in May and ended on 3 May 2026.",
        "It may long be so.",
        "## What Will Change And Why",
        "The status page turner.",
        "“Grace periods” were too short.",
        "Agents of our Mark Two and of Power Grace were slow.",
    ],
)
def test_a_name_that_is_a_word_is_a_word_everywhere_else(text: str):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("Contact dana.whitfield@example.com now.", "dana.whitfield@example.com"),
        ("Contact <stranger+x@sub.example.co.uk>.", "stranger+x@sub.example.co.uk"),
        ("Contact [us](mailto:someone@example.org).", "someone@example.org"),
        ("Run `ssh root@db.example.com`.", "root@db.example.com"),
    ],
)
def test_any_mail_address_is_found(text: str, matched: str):
    assert ("mail_address", matched) in found(text)


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("@priya saw it.", "@priya"),
        ("(@priya-r)", "@priya-r"),
        ("See https://medium.example/@priya/post.", "@priya"),
        ("It was wokafor.", "wokafor"),
        ("It was dana.whitfield, on `db1`.", "dana.whitfield"),
    ],
)
def test_a_handle_is_found_with_and_without_its_at(text: str, matched: str):
    assert matched in [each for _, each in found(text)]


@pytest.mark.parametrize(
    "text",
    [
        "It ran as root@db1 and used pkg@2.1.",
        "@here, @channel and @everyone were told.",
        "It needs @types/node.",
        "The route is `@app.route('/')`, at @ 14:00.",
        "The ops were slow.",
    ],
)
def test_an_at_that_is_nobodys_is_left_alone(text: str):
    assert found(text) == []


def test_a_team_may_be_named_even_if_it_bears_a_name():
    assert found("The team Dana Platform saw it.", teams=("Dana Platform",)) == []
    assert found("Dana saw it.", teams=("Dana Platform",)) == [("first_name", "Dana")]


def test_a_first_name_is_called_one_even_where_an_address_begins_with_it():
    chiara = Person("Chiara Rossi", "chiara@example.com")

    assert [each.rule for each in findings("It was Chiara's change.", [chiara])] == ["first_name"]


def test_without_anybody_to_look_for_only_addresses_and_handles_are_found():
    text = "Dana told priya@example.com and @priya."

    assert [each.rule for each in findings(text)] == ["mail_address", "handle"]
