"""The index of drills holds drills only, so that reading everything else never takes it for a shortcut."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_incidents_drill_id", "incidents")
    is_drill = sa.text("drill_id IS NOT NULL")
    op.create_index(
        "ix_incidents_drill_id", "incidents", ["drill_id"], sqlite_where=is_drill, postgresql_where=is_drill
    )


def downgrade() -> None:
    op.drop_index("ix_incidents_drill_id", "incidents")
    op.create_index("ix_incidents_drill_id", "incidents", ["drill_id"])
