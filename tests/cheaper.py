"""What every test pays for and only a few are about, made cheap for the rest."""

import gc
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from statuspage.site import staging

_compile = Rule.compile
_compiled: dict[tuple[Any, ...], dict[str, Any]] = {}
_KEPT = ("_parts", "_trace", "_converters")


def remember_compiled_addresses() -> None:
    """Have Werkzeug compile equal rules once for all applications of a test run.

    Each test makes an application of its own, and its hundreds of addresses took most of that time.
    """

    def remembered(rule: Rule) -> None:
        key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, repr(rule.defaults))
        known = _compiled.get(key)
        if known is None:
            _compile(rule)
            known = {name: getattr(rule, name) for name in _KEPT}
            known |= {"build": rule._build.__func__, "build_unknown": rule._build_unknown.__func__}
            _compiled[key] = known
            return
        for name in _KEPT:
            setattr(rule, name, known[name])
        rule.arguments.update(known["_converters"])
        rule._build = known["build"].__get__(rule)
        rule._build_unknown = known["build_unknown"].__get__(rule)

    Rule.compile = remembered  # type: ignore[method-assign]


def compress_quickly() -> None:
    """Compress pages as a full rebuild does. Real processes, and the benchmarks, compress them well."""
    staging.BEST_BROTLI = staging.QUICK_BROTLI


def remember_compiled_statements() -> None:
    """Have SQLAlchemy compile equal statements once for all engines of a test run.

    Each test has a database of its own, so an engine of its own; those of one kind speak the same dialect.
    """
    remembered: LRUCache[Any, Any] = LRUCache(5000)

    @event.listens_for(Engine, "engine_connect")
    def lend_memory(connection: Connection) -> None:
        connection.engine._compiled_cache = remembered

    DefaultDialect.__hash__ = lambda dialect: hash(type(dialect))  # type: ignore[method-assign]
    DefaultDialect.__eq__ = lambda dialect, other: type(dialect) is type(other)  # type: ignore[method-assign]


def collect_garbage_seldom() -> None:
    """Look for garbage in cycles less often: the modules of a test run are a large heap to go through."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
