"""Words before they are needed: the suggestion for the next notice, and the technical lead's question."""

from typing import Annotated, Any

from pydantic import Field

from statuspage.domain.incident import IncidentStatus, NoticeKind
from statuspage.domain.questions import ANSWER_LIMIT
from statuspage.domain.roles import SiteRole
from statuspage.render.v2 import moment
from statuspage.services.next_words import next_words
from statuspage.services.open_questions import answer_question
from statuspage.store.incidents import get_incident
from statuspage.store.involvement import OpenQuestion, questions_of
from statuspage.web.api.endpoint import Call, Endpoint
from statuspage.web.api.fields import Id, Input, Moment, Output

AnswerText = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": ANSWER_LIMIT})]


class SuggestionAnswer(Output):
    """What the next notice may say; all null where none is owed. `draft_id` where somebody has it ready."""

    kind: NoticeKind | None
    status: IncidentStatus | None
    body: str | None
    draft_id: Id | None


class QuestionInput(Input):
    """The answer, in one line."""

    answer: AnswerText


class QuestionAnswer(Output):
    """What was asked before a promise: what changed, what comes next? `answered_by` is a mail address."""

    id: Id
    incident_id: Id
    due_at: Moment
    asked_at: Moment
    answer: str | None
    answered_at: Moment | None
    answered_by: str | None


def endpoints(incident: str) -> list[Endpoint]:
    """Return the endpoints under the path of an incident."""
    some: Any = list[QuestionAnswer]
    return [
        Endpoint(
            "GET", f"{incident}/suggestion", SiteRole.VIEWER, "Get words for the next notice",
            SuggestionAnswer, show_suggestion,
        ),
        Endpoint(
            "GET", f"{incident}/questions", SiteRole.VIEWER, "List what the technical lead was asked", some,
            list_questions,
        ),
        Endpoint(
            "POST", f"{incident}/questions/answer", SiteRole.RESPONDER, "Answer what is asked now",
            QuestionAnswer, answer, "question", QuestionInput,
        ),
    ]  # fmt: skip


def show_suggestion(call: Call, incident_id: str) -> SuggestionAnswer:
    """Return what the next notice may say."""
    row = get_incident(call.session, incident_id)
    words = next_words(call.ctx.at_time_of(row), row)
    if words is None:
        return SuggestionAnswer(kind=None, status=None, body=None, draft_id=None)
    draft_id = words.draft.public_id if words.draft else None
    return SuggestionAnswer(kind=words.kind, status=words.status, body=words.body, draft_id=draft_id)


def list_questions(call: Call, incident_id: str) -> list[QuestionAnswer]:
    """Return the questions, oldest first: at most one for each promise."""
    row = get_incident(call.session, incident_id)
    return [_answer(incident_id, question) for question in questions_of(call.session, row.id)]


def answer(call: Call, body: QuestionInput, incident_id: str) -> QuestionAnswer:
    """Answer what is asked for the update that is owed next."""
    row = get_incident(call.session, incident_id)
    return _answer(incident_id, answer_question(call.ctx.at_time_of(row), row, body.answer))


def _answer(incident_id: str, question: OpenQuestion) -> QuestionAnswer:
    return QuestionAnswer(
        id=question.public_id,
        incident_id=incident_id,
        due_at=moment(question.due_at),
        asked_at=moment(question.asked_at),
        answer=question.answer,
        answered_at=moment(question.answered_at) if question.answered_at else None,
        answered_by=question.answered_by.email if question.answered_by else None,
    )
