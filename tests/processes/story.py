"""What the publisher tells, and what each page must therefore show.

Notices are numbered 1, 2, 3 …; eight of them make an outage, the last of which resolves it. Each notice goes
out in one request together with the incident's new name, which carries the same number. So everything that a
page may show follows from one number, the page's version, and a page that is torn or mixed shows itself.
"""

import json
import re
from xml.etree import ElementTree as ET

STEPS = 8
NOTICE_FEEDS = ("/updates.atom", "/updates.rss", "/feed.json")
FEED_NOTICES, FEED_INCIDENTS, JSON_INCIDENTS = 50, 25, 50

_TITLE = re.compile(r"Outage (\d+) as of notice (\d+)\.")
_BEGIN = re.compile(r"Notice (\d+) begins\.")
_HEAD = re.compile(r"<head>.*?</head>", re.DOTALL)


def outage_of(number: int) -> int:
    return (number - 1) // STEPS + 1


def first_of(outage: int) -> int:
    return (outage - 1) * STEPS + 1


def is_first(number: int) -> bool:
    return number == first_of(outage_of(number))


def is_resolution(number: int) -> bool:
    return number % STEPS == 0


def title(number: int) -> str:
    return f"Outage {outage_of(number)} as of notice {number}."


def text(number: int) -> str:
    """A text that differs from others in length and all over."""
    middle = f"word{number} " * (20 + number % 7 * 15)
    return f"Notice {number} begins. {middle}Notice {number} ends."


def titles(up_to: int) -> list[str]:
    """The names of all incidents after that notice, oldest first."""
    return [title(min(outage * STEPS, up_to)) for outage in range(1, outage_of(up_to) + 1)]


def version_of(path: str, content: bytes) -> int:
    """Return the version that a page shows, 0 for one without incidents.

    Raises AssertionError for a page that is not whole, or that no single version explains.
    """
    document = _whole(path, content)
    shown = {(int(outage), int(number)) for outage, number in _TITLE.findall(document)}
    newest = dict(sorted(shown))
    assert len(newest) == len(shown), f"{path} is mixed: it names one incident in two ways, {sorted(shown)}"
    body = _HEAD.sub("", document)  # a head has a description, the beginning of the newest notice
    listed = [int(number) for number in _BEGIN.findall(body)]
    for number in listed:
        count = body.count(text(number))
        assert count == 1, f"{path}: notice {number} is there {count} times whole, {len(listed)} begin"
    version = max(newest.values(), default=0)
    _check_explained(path, newest, listed, version)
    return version


def _whole(path: str, content: bytes) -> str:
    document = content.decode()
    try:
        if path.endswith((".atom", ".rss")):
            ET.fromstring(content)
        elif path.endswith(".json"):
            json.loads(content)
        else:
            assert document.startswith("<!doctype html>"), "it has no beginning"
            assert document.rstrip().endswith("</html>"), "it has no end"
    except (AssertionError, ValueError, ET.ParseError) as error:
        raise AssertionError(f"{path} is torn: {error}") from error
    return document


def _check_explained(path: str, newest: dict[int, int], listed: list[int], version: int) -> None:
    """Compare titles and notices with what the version says."""
    outages = sorted(newest)
    expected_outages = _outages_on(path, outages, version)
    assert outages == expected_outages, f"{path} of {version} lists incidents {outages}"
    for outage, number in newest.items():
        due = min(outage * STEPS, version)
        assert number == due, f"{path} of {version} is mixed: incident {outage} is as of {number}"
    expected = _notices_on(path, outages, version)
    assert listed == expected, f"{path} of {version} is mixed or has lost: it lists notices {listed}"


def _outages_on(path: str, outages: list[int], version: int) -> list[int]:
    newest = outage_of(version) if version else 0
    if path.startswith(("/incidents/", "/api/v2/incidents/")) or not version:
        return outages[-1:]
    if path.startswith("/history/"):
        oldest = outages[0]  # the others are those of another month
    elif path in NOTICE_FEEDS:
        oldest = outage_of(max(1, version - FEED_NOTICES + 1))
    else:
        limit = {"/": newest, "/api/v2/summary.json": 1, "/api/v2/incidents.json": JSON_INCIDENTS}
        oldest = max(1, newest - limit.get(path, FEED_INCIDENTS) + 1)
    return list(range(oldest, newest + 1))


def _notices_on(path: str, outages: list[int], version: int) -> list[int]:
    if not version:
        return []
    if path == "/":
        return [] if is_resolution(version) else [version]
    oldest = first_of(outages[0])
    if path in NOTICE_FEEDS:
        oldest = max(1, version - FEED_NOTICES + 1)
    return list(range(version, oldest - 1, -1))
