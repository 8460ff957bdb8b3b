"""The console's blueprint, for the modules that hang their screens on it."""

from flask import Blueprint

blueprint = Blueprint("console", __name__, url_prefix="/console")
