"""Flask-SQLAlchemy, for its session per request and nothing else: the models are `statuspage.store`'s own."""

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from statuspage.store.db import engine_options, prepare_engine

db = SQLAlchemy(add_models_to_shell=False)


def init_database(app: Flask, url: str) -> None:
    """Give the application its engine; connects to nothing yet."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def close_database(app: Flask) -> None:
    """Close every connection, for a process that uses the application once."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
