"""The entry point for WSGI servers."""

from statuspage.app import create_app
from statuspage.settings import Settings

application = create_app(Settings.from_env())
