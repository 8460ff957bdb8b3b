"""How much may be sent at once: little, but where an admin uploads a file."""

from flask import Flask, request

# What the server lets through; whoever sends more than the rules allow shall read the rule's own sentence.
MOST_SENT = 16 * 1024 * 1024
_TAKES_FILES = ("/settings/logo", "/logo", "/logo.json")


def init_uploads(app: Flask) -> None:
    """Let files in. Call it after `init_security`: who may not send one is turned away before it is read."""
    app.before_request(_let_files_in)


def _let_files_in() -> None:
    if request.url_rule is not None and request.url_rule.rule.endswith(_TAKES_FILES):
        request.max_content_length = MOST_SENT
