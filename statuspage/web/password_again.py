"""The page that asks for the password again, before settings and accounts."""

from flask import Response, request
from flask_login import current_user

from statuspage.domain.errors import DomainError, ThrottledError
from statuspage.web.kept_forms import KeptForm, keep_form
from statuspage.web.local_paths import local_path
from statuspage.web.plain_screens import plain_screen
from statuspage.web.sign_in import PASSWORD_AGAIN, confirm_password

HOME = "/console/"


def ask_password_again() -> Response | None:
    """Ask for the password, or take it; return None once it was right, so that the view goes on."""
    sentence, status = "", 200
    if request.method == "POST" and PASSWORD_AGAIN in request.form:
        try:
            confirm_password(request.form[PASSWORD_AGAIN])
        except DomainError as error:
            sentence, status = error.message, 429 if isinstance(error, ThrottledError) else 422
        else:
            return None
    path = request.full_path.rstrip("?") if request.query_string else request.path
    if "HX-Request" in request.headers:
        return Response("Give your password again: load this page anew.\n", status=403, mimetype="text/plain")
    return confirm_screen(local_path(path) or HOME, keep_form(is_ours=True), sentence, status)


def confirm_screen(path: str, kept: KeptForm | None, sentence: str, status: int) -> Response:
    """Return the page that asks for the password again."""
    return plain_screen(
        "password_again.html",
        title="Your password, please",
        status=status,
        path=path,
        kept=kept,
        sentence=sentence,
        email=current_user.email,
    )
