"""A page in memory: the ready answers to every way of asking for it."""

import base64
import hashlib
import os
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path

from statuspage.site.encodings import IDENTITY, is_copy
from statuspage.site.headers import headers_of
from statuspage.site.layout import ENCODING_SUFFIXES, is_compressible
from statuspage.site.negotiation import accepted_encodings, has_entity_tag, is_not_modified_since

Headers = list[tuple[str, str]]

STATUS_LINES = {each.value: f"{each.value} {each.phrase}" for each in HTTPStatus}

# Real readers send a dozen Accept-Encoding headers; this keeps a hostile one from filling the memory.
MAX_REMEMBERED_HEADERS = 32

_ONLY_WITH_A_BODY = {"Content-Type", "Content-Encoding", "Content-Length"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One finished answer. Its headers are shared between requests: copy the list before handing it on."""

    code: int
    headers: Headers
    body: bytes
    etag: str = ""

    @property
    def status(self) -> str:
        """The status as WSGI wants it, `200 OK`."""
        return STATUS_LINES[self.code]

    def without_body(self) -> "Answer":
        """Return the answer to HEAD: the same headers, and the length that the body would have."""
        return Answer(self.code, [*self.headers, ("Content-Length", str(len(self.body)))], b"", self.etag)

    def not_modified(self) -> "Answer":
        """Return the 304 that stands for this answer (RFC 9110 §15.4.5)."""
        kept = [(name, value) for name, value in self.headers if name not in _ONLY_WITH_A_BODY]
        return Answer(304, kept, b"", self.etag)


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the site with its copies, as answers by encoding.

    `by_header` remembers the answer to each Accept-Encoding header seen: one look-up in the hot path.
    """

    answers: dict[str, Answer]
    modified_at: int
    by_header: dict[str, Answer] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of memory, nearly."""
        return sum(len(answer.body) + 1000 for answer in self.answers.values())

    def answer(self, accept_encoding: str) -> Answer:
        """Return the whole page in the encoding that suits the reader best."""
        known = self.by_header.get(accept_encoding)
        if known is not None:
            return known
        accepted = accepted_encodings(accept_encoding)
        chosen = next(self.answers[each] for each in accepted if each in self.answers)
        if len(self.by_header) < MAX_REMEMBERED_HEADERS:
            self.by_header[accept_encoding] = chosen
        return chosen

    def revalidated(
        self, accept_encoding: str, if_none_match: str | None, if_modified_since: str | None
    ) -> Answer:
        """Return 304 when the reader's copy is current, else the whole page. A tag decides over a date."""
        answer = self.answer(accept_encoding)
        if if_none_match is not None:
            is_current = has_entity_tag(if_none_match, answer.etag)
        else:
            is_current = is_not_modified_since(if_modified_since or "", self.modified_at)
        return answer.not_modified() if is_current else answer


def load_page(folder: Path, path: str, code: int = 200) -> Page | None:
    """Read a file of the site and its compressed copies; None when there is no such file.

    A copy that does not belong to the file (a builder is renaming right now) is left out.
    """
    for _ in range(2):
        found = _read(folder / path)
        if found is None:
            return None
        content, modified_at = found
        copies = (
            {each: _read_copy(folder, path, each) for each in ENCODING_SUFFIXES}
            if is_compressible(path)
            else {}
        )
        whole = {
            each: copy for each, copy in copies.items() if copy is not None and is_copy(each, copy, content)
        }
        if len(whole) == len(copies):
            break
    bodies = {IDENTITY: content, **whole}
    answers = {each: _answer(path, code, each, body, modified_at) for each, body in bodies.items()}
    return Page(answers, modified_at)


def _answer(path: str, code: int, encoding: str, body: bytes, modified_at: int) -> Answer:
    etag = f'"{base64.urlsafe_b64encode(hashlib.sha256(body).digest()[:12]).decode()}"'
    is_found = code == 200
    headers = headers_of(path, is_found=is_found)
    if is_found:
        headers += [("ETag", etag), ("Last-Modified", formatdate(modified_at, usegmt=True))]
    if encoding != IDENTITY:
        headers.append(("Content-Encoding", encoding))
    return Answer(code, headers, body, etag)


def _read(file: Path) -> tuple[bytes, int] | None:
    try:
        with file.open("rb") as opened:
            return opened.read(), int(os.fstat(opened.fileno()).st_mtime)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _read_copy(folder: Path, path: str, encoding: str) -> bytes | None:
    found = _read(folder / (path + ENCODING_SUFFIXES[encoding]))
    return found[0] if found else None
