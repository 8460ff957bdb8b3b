"""Answers of the technical lead in the text of a draft: what one person adds while another writes stays."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from statuspage.store.involvement import OpenQuestion, find_questions

# The field of a draft that names the questions whose answers its writer has seen in it.
ANSWERS = "answers"


def answers_in(fields: Mapping[str, Any]) -> list[str]:
    """Return the public ids of the questions whose answers the text has taken in."""
    return str(fields.get(ANSWERS) or "").split()


def with_answer(fields: Mapping[str, Any], question: OpenQuestion) -> dict[str, Any]:
    """Return the fields with the answer as the last paragraph of the text."""
    body = str(fields.get("body") or "").rstrip()
    answer = question.answer or ""
    if answer not in body:
        body = f"{body}\n\n{answer}" if body else answer
    known = dict.fromkeys([*answers_in(fields), question.public_id])
    return {**fields, "body": body, ANSWERS: " ".join(known)}


def unseen_answers(session: Session, kept: Mapping[str, Any], sent: Mapping[str, Any]) -> list[OpenQuestion]:
    """Return what came into the kept draft that the sent text was written without."""
    known = set(answers_in(sent))
    return find_questions(session, [each for each in answers_in(kept) if each not in known])


def with_answers(
    session: Session, kept: Mapping[str, Any], sent: Mapping[str, Any], *, has_seen: bool
) -> dict[str, Any]:
    """Return what was sent, with every answer of the kept draft that its writer has not seen.

    A writer who names the draft's version (`has_seen`) has read all that is in it, and may have taken it out.
    """
    fields = dict(sent)
    if has_seen:
        return {**fields, ANSWERS: kept[ANSWERS]} if ANSWERS in kept else fields
    for question in unseen_answers(session, kept, sent):
        fields = with_answer(fields, question)
    return fields
