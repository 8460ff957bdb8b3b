"""The audit can be added to, and nothing else: both databases refuse to change or remove an entry."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE_TRIGGER = """
CREATE TRIGGER audit_entries_no_{verb} BEFORE {verb} ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""
POSTGRESQL_TRIGGER = """
CREATE TRIGGER audit_entries_no_{verb} BEFORE {verb} ON audit_entries
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    """Set a trigger on both verbs."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(POSTGRESQL_FUNCTION)
    for verb in ("update", "delete"):
        op.execute((SQLITE_TRIGGER if is_sqlite else POSTGRESQL_TRIGGER).format(verb=verb))


def downgrade() -> None:
    """Take the triggers off."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER audit_entries_no_{verb}" + ("" if is_sqlite else " ON audit_entries"))
    if not is_sqlite:
        op.execute("DROP FUNCTION refuse_change()")
