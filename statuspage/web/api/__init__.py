"""The manage API, version 1: wire-compatible with Statuspage's, with the rules of communication on top."""

from flask import Blueprint

from statuspage.web.api import document, imports
from statuspage.web.api.routes import register_all

blueprint = Blueprint("api", __name__, url_prefix="/v1")
blueprint.url_value_preprocessor(imports.make_room)
register_all(blueprint)
document.register(blueprint)

__all__ = ["blueprint"]
