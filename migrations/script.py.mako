<%!
def without_remarks(text):
    return "\n".join(line for line in text.split("\n") if "###" not in line).strip()
%>\
"""${message[0].upper()}${message[1:]}."""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades or "pass" | without_remarks}


def downgrade() -> None:
    ${downgrades or "pass" | without_remarks}
