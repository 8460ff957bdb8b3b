"""Forms that came at a bad moment: kept in the next page, so that nothing typed is lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.exceptions import RequestEntityTooLarge

from statuspage.web.local_paths import local_part, local_path

MOST_CHARACTERS = 200_000
FIELD = "kept"
# Carried by the page around a form, not by the form itself.
_NEVER = ("csrf_token", FIELD, "password_again")


@dataclass(frozen=True, slots=True)
class KeptForm:
    """What somebody sent, and where to. Passwords and files are never part of it."""

    path: str
    back: str | None
    fields: tuple[tuple[str, str], ...]
    had_files: bool

    @property
    def texts(self) -> list[str]:
        """Return what people will know again as their own words."""
        return [text for _, text in self.fields if " " in text.strip() or "\n" in text.strip()]

    def sealed(self) -> str:
        """Return it as text that only we can have written."""
        return str(_sealer().dumps([self.path, self.back, self.fields, self.had_files]))


def keep_form(*, is_ours: bool = False) -> KeptForm | None:
    """Return the form of this request; None where there is none, or it is too long.

    Unless its token has told that it is ours, a form from another site is not kept: nobody's browser shall
    offer to send what a stranger wrote.
    """
    path = local_path(request.full_path.rstrip("?") if request.query_string else request.path)
    if request.method != "POST" or path is None or not (is_ours or came_from_here()):
        return None
    try:
        fields = tuple(_worth_keeping(request.form.items(multi=True)))
    except RequestEntityTooLarge:  # a file that only who is signed in may send
        return None
    if sum(len(name) + len(text) for name, text in fields) > MOST_CHARACTERS:
        return None
    had_files = any(file.filename for file in request.files.values())
    return KeptForm(path, local_part(request.referrer, request.host_url), fields, had_files)


def unseal(text: str | None) -> KeptForm | None:
    """Return the form in a text that we have written, None for any other text."""
    if not text:
        return None
    try:
        path, back, fields, had_files = _sealer().loads(text)
    except (BadData, ValueError, TypeError):
        return None
    return KeptForm(path, back, tuple((name, value) for name, value in fields), had_files)


def came_from_here() -> bool:
    """Return whether the browser says that one of our own pages sent this request."""
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        return True
    own = {request.host_url.rstrip("/"), current_app.extensions["statuspage"].settings.base_url}
    return request.headers.get("Origin") in own


def _worth_keeping(fields: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    return ((name, text) for name, text in fields if name not in _NEVER and "password" not in name)


def _sealer() -> Any:
    return URLSafeSerializer(current_app.secret_key or "", salt="kept-form")
