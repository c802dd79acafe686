"""Who may do what in PostgreSQL: three roles, each with the least that its work needs.

One owns the tables and migrates; one is what servers and workers are; one reads for reports, and
no secrets. What this answers is SQL for whoever administers the server, to be run again after each
migration: nothing in it depends on what was there before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sqlalchemy import Table

import catalog.models.ledger
import catalog.models.statements  # noqa: F401 - the same
from catalog.models import Model

_ADDED, _NEVER_CHANGED, _NEVER_REMOVED = "UPDATE, DELETE", "UPDATE", "DELETE"
#: What servers and workers never do to rows of a table, beside TRUNCATE, which they do to none.
#: The database refuses it by triggers as well; those stop its owner, too.
NEVER: Mapping[str, str] = {
    # The journal, its proof, and what prices it.
    **dict.fromkeys(
        ("ledger_accounts", "ledger_txn", "ledger_entries", "ledger_chain", "ledger_roots"), _ADDED
    ),
    **dict.fromkeys(("terms", "surplus_terms", "plays", "purchases"), _ADDED),
    # Months that are closed.
    **dict.fromkeys(("ledger_balances", "statements", "statement_lines"), _ADDED),
    "ledger_periods": _NEVER_REMOVED,
    # Payouts.
    "payout_files": _ADDED,
    "bank_details": _NEVER_CHANGED,
    **dict.fromkeys(("payouts", "payout_runs"), _NEVER_REMOVED),
    # The registers of members, and what was done in an office.
    **dict.fromkeys(("member_steps", "member_terms", "share_register", "acts"), _ADDED),
    # What players told: it is too old one day, and is never another.
    "heartbeats": _NEVER_CHANGED,
    # Which migrations were run.
    "alembic_version": "INSERT, UPDATE, DELETE",
}
#: Columns that who makes reports does not see: by which somebody gets in, is paid, or is found.
UNREAD: Mapping[str, frozenset[str]] = {
    name: frozenset(columns.split())
    for name, columns in {
        "account_links": "address digest code_digest",
        "authenticators": "sealed",
        "bank_details": "holder iban bic",
        "email_addresses": "address folded",
        "invitations": "email digest",
        "mails": "recipient facts trouble",
        "memberships": "name address words",
        "oauth_clients": "secret_digest registration_digest",
        "oauth_codes": "digest nonce challenge",
        "oauth_devices": "digest user_code",
        "oauth_families": "nonce",
        "oauth_refresh_tokens": "digest parent_digest",
        "passkeys": "credential_id public_key",
        "passwords": "hash",
        "payments": "provider_id checkout_url fingerprint bank_ref",
        "payout_files": "content",
        "playlist_invitations": "digest",
        "recovery_codes": "digest",
        "report_keys": "sealed",
        "scrobble_links": "username sealed asked trouble",
        "sign_ins": "device address",
        "signing_keys": "sealed",
        "tokens": "digest sealed",
        "webhooks": "url secret trouble",
    }.items()
}
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,40}")
#: All that is ours in the schema, and of no extension, is the owner's.
_TAKEN_OVER = """\
DO $$ DECLARE one text; BEGIN
  FOR one IN SELECT format('ALTER TABLE %s OWNER TO {owner}', c.oid::regclass) FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    UNION ALL
    SELECT format('ALTER SEQUENCE %s OWNER TO {owner}', c.oid::regclass) FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'e', 'i'))
    UNION ALL
    SELECT format('ALTER ROUTINE %s OWNER TO {owner}', p.oid::regprocedure) FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  LOOP EXECUTE one; END LOOP;
END $$;"""
_OF_DATABASE = """\
DO $$ BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT, CREATE ON DATABASE %I TO {owner}', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO {app}, {reader}', current_database());
END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO {owner};
GRANT USAGE ON SCHEMA public TO {app}, {reader};"""
#: Also of tables that a later migration makes, as long as nobody runs this again.
_OF_APP = """\
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO {app};"""


def sql_of_roles(prefix: str = "refrain") -> str:
    """Answer the SQL that makes `<prefix>_owner`, `<prefix>_app` and `<prefix>_reader`.

    They have no passwords, and so cannot sign in by one until the administrator gives them some.

    Raises:
        ValueError: the prefix would have to be quoted.

    """
    if not _NAME.fullmatch(prefix):
        raise ValueError("small letters, digits and underscores, 41 at most")
    roles = {one: f"{prefix}_{one}" for one in ("owner", "app", "reader")}
    parts = ["BEGIN;", *map(_made, roles.values())]
    parts += [one.format(**roles) for one in (_OF_DATABASE, _TAKEN_OVER, _OF_APP)]
    parts += [
        _if_there(name, f"REVOKE {verbs} ON {name} FROM {roles['app']}")
        for name, verbs in NEVER.items()
    ]
    parts += _of_reader(roles["reader"])
    return "\n".join([*parts, "COMMIT;", ""])


def readable(table: Table) -> tuple[str, ...]:
    """Answer the columns of a table that reports may be made of."""
    hidden = UNREAD.get(table.name, frozenset())
    return tuple(column.name for column in table.columns if column.name not in hidden)


def _of_reader(reader: str) -> Iterator[str]:
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {reader};"
    for table in Model.metadata.sorted_tables:
        columns = ", ".join(f'"{name}"' for name in readable(table))
        yield _if_there(table.name, f"GRANT SELECT ({columns}) ON {table.name} TO {reader}")


def _made(role: str) -> str:
    return (
        f"DO $$ BEGIN CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;\n"
        "EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
    )


def _if_there(table: str, statement: str) -> str:
    """Let a statement be about a table that the first migration has yet to make."""
    return (
        f"DO $$ BEGIN IF to_regclass('public.{table}') IS NOT NULL THEN\n"
        f"  {statement}; END IF; END $$;"
    )
