"""Words of blame, where a person, a role or a team is what they are about."""

import re
from collections.abc import Iterator

from statuspage.domain.blame_names import Roster
from statuspage.domain.blame_text import Hit, Reading

_FIRST = re.compile(
    r"\b(?:engineers?|developers?|operators?|responders?|reviewers?|teams?|he|she|somebody|someone)\s+"
    r"(?:failed to|should have|forgot to|neglected to)\b|\bhuman error\b",
    re.IGNORECASE,
)


def words_of_blame(reading: Reading, _roster: Roster) -> Iterator[Hit]:
    """Yield each word of blame in the prose."""
    for match in _FIRST.finditer(reading.text):
        if not reading.is_code(match.start()):
            yield Hit(
                *match.span(),
                "failed_to",
                "This judges a person.",
                "Say what was missing: what would have prompted or checked it?",
            )
