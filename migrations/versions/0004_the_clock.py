"""What the clock needs: reminders and messages, contacts, rotas, people in incidents, silence, drills."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drill_scenarios",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("states", sa.JSON(), nullable=False),
        sa.Column("prompts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_scenarios")),
        sa.UniqueConstraint("public_id", name=op.f("uq_drill_scenarios_public_id")),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_contacts_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contacts_public_id")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_account_id"), ["account_id"], unique=False)

    op.create_table(
        "drills",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("speed", sa.Integer(), nullable=False),
        sa.Column("scenario_id", sa.Integer(), nullable=True),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_seconds", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.JSON(), nullable=False),
        sa.Column("became_incident_id", sa.String(length=12), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["drill_scenarios.id"], name=op.f("fk_drills_scenario_id_drill_scenarios")
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["accounts.id"], name=op.f("fk_drills_started_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drills")),
        sa.UniqueConstraint("public_id", name=op.f("uq_drills_public_id")),
    )
    with op.batch_alter_table("drills", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drills_ended_at"), ["ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_drills_started_at"), ["started_at"], unique=False)

    op.create_table(
        "rotas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("length", sa.String(length=32), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("handover_at", sa.String(length=5), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["deputy_id"], ["accounts.id"], name=op.f("fk_rotas_deputy_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rotas")),
        sa.UniqueConstraint("role", name=op.f("uq_rotas_role")),
    )
    op.create_table(
        "staff_preferences",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("quiet_from", sa.String(length=5), nullable=True),
        sa.Column("quiet_until", sa.String(length=5), nullable=True),
        sa.Column("calendar_digest", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_staff_preferences_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_staff_preferences")),
        sa.UniqueConstraint("calendar_digest", name=op.f("uq_staff_preferences_calendar_digest")),
    )
    op.create_table(
        "drill_participants",
        sa.Column("drill_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_drill_participants_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["drill_id"], ["drills.id"], name=op.f("fk_drill_participants_drill_id_drills")
        ),
        sa.PrimaryKeyConstraint("drill_id", "account_id", name=op.f("pk_drill_participants")),
    )
    op.create_table(
        "drill_prompts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("drill_id", sa.Integer(), nullable=False),
        sa.Column("after_minutes", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["drill_id"], ["drills.id"], name=op.f("fk_drill_prompts_drill_id_drills")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_prompts")),
    )
    with op.batch_alter_table("drill_prompts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drill_prompts_drill_id"), ["drill_id"], unique=False)

    op.create_table(
        "rota_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rota_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_rota_members_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["rota_id"], ["rotas.id"], name=op.f("fk_rota_members_rota_id_rotas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_members")),
        sa.UniqueConstraint("rota_id", "position", name=op.f("uq_rota_members_rota_id_position")),
    )
    op.create_table(
        "rota_overrides",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("rota_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_rota_overrides_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["rota_id"], ["rotas.id"], name=op.f("fk_rota_overrides_rota_id_rotas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_overrides")),
        sa.UniqueConstraint("public_id", name=op.f("uq_rota_overrides_public_id")),
    )
    with op.batch_alter_table("rota_overrides", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rota_overrides_rota_id"), ["rota_id"], unique=False)

    op.create_table(
        "acknowledgements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_acknowledgements_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_acknowledgements_incident_id_incidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgements")),
    )
    with op.batch_alter_table("acknowledgements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acknowledgements_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "handover_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=True),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("offered_by_id", sa.Integer(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["from_id"], ["accounts.id"], name=op.f("fk_handover_offers_from_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_handover_offers_incident_id_incidents")
        ),
        sa.ForeignKeyConstraint(
            ["offered_by_id"], ["accounts.id"], name=op.f("fk_handover_offers_offered_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(["to_id"], ["accounts.id"], name=op.f("fk_handover_offers_to_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_offers")),
        sa.UniqueConstraint("public_id", name=op.f("uq_handover_offers_public_id")),
    )
    with op.batch_alter_table("handover_offers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_offers_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "open_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["accounts.id"], name=op.f("fk_open_questions_answered_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_open_questions_incident_id_incidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_questions")),
        sa.UniqueConstraint("incident_id", "due_at", name=op.f("uq_open_questions_incident_id_due_at")),
        sa.UniqueConstraint("public_id", name=op.f("uq_open_questions_public_id")),
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("after_minutes", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_reminders_incident_id_incidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint(
            "incident_id", "kind", "due_at", "step", name=op.f("uq_reminders_incident_id_kind_due_at_step")
        ),
    )
    op.create_table(
        "role_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("is_deputy", sa.Boolean(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_role_calls_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_role_calls_incident_id_incidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_calls")),
        sa.UniqueConstraint(
            "incident_id", "role", "account_id", name=op.f("uq_role_calls_incident_id_role_account_id")
        ),
    )
    with op.batch_alter_table("role_calls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_calls_account_id"), ["account_id"], unique=False)

    op.create_table(
        "role_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_role_terms_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_role_terms_incident_id_incidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_terms")),
    )
    with op.batch_alter_table("role_terms", schema=None) as batch_op:
        batch_op.create_index(
            "ix_role_terms_incident_id_role_from_at", ["incident_id", "role", "from_at"], unique=False
        )

    op.create_table(
        "silence_warnings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("component_id", sa.Integer(), nullable=True),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["component_id"], ["components.id"], name=op.f("fk_silence_warnings_component_id_components")
        ),
        sa.ForeignKeyConstraint(
            ["dismissed_by_id"], ["accounts.id"], name=op.f("fk_silence_warnings_dismissed_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_silence_warnings_incident_id_incidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silence_warnings")),
        sa.UniqueConstraint("key", name=op.f("uq_silence_warnings_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_silence_warnings_public_id")),
    )
    with op.batch_alter_table("silence_warnings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_silence_warnings_component_id"), ["component_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_silence_warnings_ended_at"), ["ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_silence_warnings_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "staff_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("reminder_id", sa.Integer(), nullable=True),
        sa.Column("warning_id", sa.Integer(), nullable=True),
        sa.Column("update_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.String(length=32), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_staff_messages_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_staff_messages_incident_id_incidents")
        ),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["reminders.id"], name=op.f("fk_staff_messages_reminder_id_reminders")
        ),
        sa.ForeignKeyConstraint(
            ["update_id"], ["incident_updates.id"], name=op.f("fk_staff_messages_update_id_incident_updates")
        ),
        sa.ForeignKeyConstraint(
            ["warning_id"],
            ["silence_warnings.id"],
            name=op.f("fk_staff_messages_warning_id_silence_warnings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_staff_messages_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_staff_messages_public_id")),
    )
    with op.batch_alter_table("staff_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_messages_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_staff_messages_incident_id_id", ["incident_id", "id"], unique=False)
        batch_op.create_index(
            "ix_staff_messages_pending",
            ["try_at"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index(batch_op.f("ix_staff_messages_reminder_id"), ["reminder_id"], unique=False)

    with op.batch_alter_table("components", schema=None) as batch_op:
        batch_op.add_column(sa.Column("runbook_url", sa.String(length=2000), nullable=True))

    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel_url", sa.String(length=2000), nullable=True))
        batch_op.add_column(sa.Column("channel_alert_url", sa.String(length=2000), nullable=True))
        batch_op.add_column(sa.Column("drill_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_incidents_drill_id"), ["drill_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_incidents_drill_id_drills"), "drills", ["drill_id"], ["id"]
        )

    with op.batch_alter_table("notice_drafts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("notice_templates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("runbook_url", sa.String(length=2000), nullable=True))

    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("has_public_report", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.drop_column("has_public_report")

    with op.batch_alter_table("notice_templates", schema=None) as batch_op:
        batch_op.drop_column("runbook_url")

    with op.batch_alter_table("notice_drafts", schema=None) as batch_op:
        batch_op.drop_column("prepared_at")

    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_incidents_drill_id_drills"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_incidents_drill_id"))
        batch_op.drop_column("drill_id")
        batch_op.drop_column("channel_alert_url")
        batch_op.drop_column("channel_url")

    with op.batch_alter_table("components", schema=None) as batch_op:
        batch_op.drop_column("runbook_url")

    with op.batch_alter_table("staff_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_messages_reminder_id"))
        batch_op.drop_index(
            "ix_staff_messages_pending",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index("ix_staff_messages_incident_id_id")
        batch_op.drop_index(batch_op.f("ix_staff_messages_account_id"))

    op.drop_table("staff_messages")
    with op.batch_alter_table("silence_warnings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_silence_warnings_incident_id"))
        batch_op.drop_index(batch_op.f("ix_silence_warnings_ended_at"))
        batch_op.drop_index(batch_op.f("ix_silence_warnings_component_id"))

    op.drop_table("silence_warnings")
    with op.batch_alter_table("role_terms", schema=None) as batch_op:
        batch_op.drop_index("ix_role_terms_incident_id_role_from_at")

    op.drop_table("role_terms")
    with op.batch_alter_table("role_calls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_calls_account_id"))

    op.drop_table("role_calls")
    op.drop_table("reminders")
    op.drop_table("open_questions")
    with op.batch_alter_table("handover_offers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_offers_incident_id"))

    op.drop_table("handover_offers")
    with op.batch_alter_table("acknowledgements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_acknowledgements_incident_id"))

    op.drop_table("acknowledgements")
    with op.batch_alter_table("rota_overrides", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rota_overrides_rota_id"))

    op.drop_table("rota_overrides")
    op.drop_table("rota_members")
    with op.batch_alter_table("drill_prompts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drill_prompts_drill_id"))

    op.drop_table("drill_prompts")
    op.drop_table("drill_participants")
    op.drop_table("staff_preferences")
    op.drop_table("rotas")
    with op.batch_alter_table("drills", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drills_started_at"))
        batch_op.drop_index(batch_op.f("ix_drills_ended_at"))

    op.drop_table("drills")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_account_id"))

    op.drop_table("contacts")
    op.drop_table("drill_scenarios")
