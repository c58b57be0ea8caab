"""PostgreSQL's lists of words come from who writes a posting: its own parser took longer than all else it does"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

#: Who makes the lists says so. For processes of the version before, the trigger makes them still, and what they ask is
#: answered by the function they know; the new one is asked for words as they stand in the lists.
_TRIGGER = "CREATE TRIGGER searched_added AFTER INSERT ON searched FOR EACH ROW {when} EXECUTE FUNCTION words_added()"
_BY_OTHERS = "WHEN (current_setting('climate_jobs.lists', true) IS DISTINCT FROM 'here')"
#: The conditions that are always met: migration 0009 says why.
_LISTED = """
CREATE FUNCTION words_listed(query TSQUERY, status TEXT, above BIGINT, most BIGINT) RETURNS SETOF BIGINT
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET enable_seqscan = off SET plan_cache_mode = force_custom_plan SET jit = off SET max_parallel_workers_per_gather = 0
AS $$ BEGIN
IF status <> 'closed' THEN RETURN QUERY SELECT posting_id FROM words_open
WHERE open AND document @@ query AND posting_id > above AND posting_id + 0 > 0 AND posting_id + 1 > 0
ORDER BY posting_id DESC LIMIT most; END IF;
IF status <> 'open' THEN RETURN QUERY SELECT posting_id FROM words_closed
WHERE NOT open AND document @@ query AND posting_id > above AND posting_id + 0 > 0 AND posting_id + 1 > 0
ORDER BY posting_id DESC LIMIT most; END IF;
END $$
"""
_ANEW = "DROP TRIGGER searched_added ON searched"


def upgrade() -> None:
    _run(_ANEW, _TRIGGER.format(when=_BY_OTHERS), _LISTED)


def downgrade() -> None:
    _run("DROP FUNCTION words_listed(TSQUERY, TEXT, BIGINT, BIGINT)", _ANEW, _TRIGGER.format(when=""))


def _run(*statements: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in statements:
            op.get_bind().exec_driver_sql(statement)
