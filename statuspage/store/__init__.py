"""Tables and queries, one file per noun. Importing this package registers every table."""

from statuspage.store import (
    accounts,
    components,
    contacts,
    drafts,
    drills,
    imports,
    incidents,
    involvement,
    notice_templates,
    pages,
    records,
    reminders,
    rotas,
    sign_ins,
    silence,
)

__all__ = [
    "accounts",
    "components",
    "contacts",
    "drafts",
    "drills",
    "imports",
    "incidents",
    "involvement",
    "notice_templates",
    "pages",
    "records",
    "reminders",
    "rotas",
    "sign_ins",
    "silence",
]
