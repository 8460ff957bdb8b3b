"""What a new postmortem asks in its sections where the site has no questions of its own."""

from collections.abc import Iterator, Mapping

from statuspage.domain.component import Impact
from statuspage.domain.postmortem import NEEDED, Form, Section, form_for

PROMPT_LIMIT = 4_000

_QUESTIONS: Mapping[Section, tuple[str, ...]] = {
    Section.SUMMARY: (
        "In two or three sentences: what happened, whom did it affect, and is it over for good?",
    ),
    Section.IMPACT: (
        "Who was affected, and what could they not do?",
        "How many customers, requests or orders was that, as far as you know?",
        "Was any data lost, wrong or seen by others? If not, say so.",
    ),
    Section.ROOT_CAUSE: (
        "What set it off?",
        "What let that grow into an incident? Name each factor that contributed.",
        "Why was it not caught before it reached customers?",
    ),
    Section.SYSTEMIC_ISSUES: (
        "What in the way we build, test, release or watch the service made this possible?",
        "Has something like it happened before, and what has changed since?",
    ),
    Section.WENT_WELL: (
        "What helped to notice it, to limit it and to mend it?",
        "What should we do in the same way next time?",
    ),
    Section.WENT_WRONG: (
        "What made it harder to notice, to understand or to mend?",
        "Where did we just have luck?",
    ),
}
_SHORT_QUESTIONS: Mapping[Section, tuple[str, ...]] = {
    Section.SUMMARY: ("In a sentence or two: what happened, and is it over for good?",),
    Section.IMPACT: ("Who noticed it, and what could they not do?",),
    Section.ROOT_CAUSE: ("What set it off, and what contributed to it?",),
}


def built_in_prompts(impact: Impact) -> Mapping[Section, str]:
    """Return the questions for each section of the form that an incident of that impact has, as Markdown."""
    form = form_for(impact)
    asked = _SHORT_QUESTIONS if form is Form.SHORT else _QUESTIONS
    return {section: prompt_text(asked[section]) for section in NEEDED[form]}


def all_built_in() -> Iterator[tuple[Section, str]]:
    """Yield every text that the product itself puts into a section as a question."""
    for asked in (_QUESTIONS, _SHORT_QUESTIONS):
        for section, questions in asked.items():
            yield section, prompt_text(questions)


def prompt_text(questions: tuple[str, ...]) -> str:
    """Return questions as they stand in a section: quoted, each a paragraph, so that answers fit between."""
    return "\n\n".join(f"> {question}" for question in questions)
