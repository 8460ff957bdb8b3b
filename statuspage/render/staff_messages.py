"""What the staff are told, as a mail and as a short message for chat and pagers."""

from dataclasses import dataclass

from statuspage.render.mails import Letterhead, MailTexts, staff_mail_texts

LONGEST_EXCERPT = 500
DRILL = "DRILL"
_NO_CUSTOMER = "This is a drill: no customer sees anything of it."


@dataclass(frozen=True, slots=True)
class StaffWords:
    """One message: the subject fits a lock screen, the first line says all that matters.

    `draft` is the text that can be published, `draft_title` says whose it is; `link` opens what is to be done
    and `label` names it.
    """

    subject: str
    lines: tuple[str, ...]
    label: str = ""
    link: str = ""
    draft_title: str = ""
    draft: str = ""
    is_drill: bool = False

    @property
    def title(self) -> str:
        """Return the subject on one line, marked where it is of a drill."""
        line = " ".join(self.subject.split())
        return f"{DRILL}: {line}" if self.is_drill else line

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Return the lines, with what must be said of a drill."""
        return (*self.lines, _NO_CUSTOMER) if self.is_drill else self.lines


def staff_mail(head: Letterhead, words: StaffWords) -> MailTexts:
    """Return the message as a mail."""
    return staff_mail_texts(
        head,
        words.title,
        paragraphs=words.paragraphs,
        draft_title=words.draft_title,
        draft=words.draft,
        label=words.label,
        link=words.link,
    )


def staff_alert(words: StaffWords) -> str:
    """Return the text of the message for a chat or a pager, which shows the title above it."""
    parts = list(words.paragraphs)
    if words.draft:
        parts.append(f"{words.draft_title}:\n{_excerpt(words.draft)}")
    if words.link:
        parts.append(f"{words.label}: {words.link}")
    return "\n\n".join(parts)


def _excerpt(text: str) -> str:
    if len(text) <= LONGEST_EXCERPT:
        return text
    return f"{text[: LONGEST_EXCERPT - 1].rstrip()}…"
