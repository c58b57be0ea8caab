"""the words of open postings lie apart from those of closed ones: most searches are for open ones, and most are closed"""
# ruff: noqa: S608

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SMALL = {"₂": "2", "₃": "3", "₄": "4", "²": "2", "³": "3"}
_INTO = "INSERT INTO words(rowid, title, employer, places, text)"
_OUT_OF = "INSERT INTO words(words, rowid, title, employer, places, text)"
_WITH_TEXTS = "JOIN texts ON texts.posting_id = searched.posting_id"
_THIS = "FROM texts JOIN postings ON postings.id = texts.posting_id WHERE texts.posting_id ="
_MOVED = f"FROM searched {_WITH_TEXTS} WHERE searched.posting_id = new.id"


def _number(row: str, posting: str) -> str:
    """What the words of a posting are kept under: its id, below zero where it is closed."""
    return f"CASE WHEN {posting}.closed_at IS NULL THEN {row}.posting_id ELSE -{row}.posting_id END"


def _told(row: str) -> str:
    """All that is searched of a posting, as migration 0007 has it."""
    fields = [f"{row}.title", f"{row}.employer", f"{row}.places", "texts.text"]
    for small, figure in _SMALL.items():
        fields = [f"replace({field}, '{small}', '{figure}')" for field in fields]
    return ", ".join(fields)


_ANEW = (
    "DROP TRIGGER searched_added",
    "DROP TRIGGER searched_gone",
    "INSERT INTO words(words) VALUES ('delete-all')",
)
_SIGNED = (
    *_ANEW,
    f"CREATE TRIGGER searched_added AFTER INSERT ON searched BEGIN {_INTO} "
    f"SELECT {_number('new', 'postings')}, {_told('new')} {_THIS} new.posting_id; END",
    f"CREATE TRIGGER searched_gone BEFORE DELETE ON searched BEGIN {_OUT_OF} "
    f"SELECT 'delete', {_number('old', 'postings')}, {_told('old')} {_THIS} old.posting_id; END",
    # Who makes the table of postings anew must make this anew too.
    "CREATE TRIGGER posting_moved AFTER UPDATE OF closed_at ON postings "
    "WHEN (old.closed_at IS NULL) <> (new.closed_at IS NULL) BEGIN "
    f"{_OUT_OF} SELECT 'delete', {_number('searched', 'old')}, {_told('searched')} {_MOVED}; "
    f"{_INTO} SELECT {_number('searched', 'new')}, {_told('searched')} {_MOVED}; END",
    f"{_INTO} SELECT -searched.posting_id, {_told('searched')} FROM searched {_WITH_TEXTS} "
    "JOIN postings ON postings.id = searched.posting_id WHERE closed_at IS NOT NULL ORDER BY searched.posting_id DESC",
    f"{_INTO} SELECT searched.posting_id, {_told('searched')} FROM searched {_WITH_TEXTS} "
    "JOIN postings ON postings.id = searched.posting_id WHERE closed_at IS NULL ORDER BY searched.posting_id",
)
_UNSIGNED = (
    *_ANEW,
    "DROP TRIGGER posting_moved",
    f"CREATE TRIGGER searched_added AFTER INSERT ON searched BEGIN {_INTO} "
    f"SELECT new.posting_id, {_told('new')} FROM texts WHERE texts.posting_id = new.posting_id; END",
    f"CREATE TRIGGER searched_gone BEFORE DELETE ON searched BEGIN {_OUT_OF} "
    f"SELECT 'delete', old.posting_id, {_told('old')} FROM texts WHERE texts.posting_id = old.posting_id; END",
    f"{_INTO} SELECT searched.posting_id, {_told('searched')} FROM searched {_WITH_TEXTS} ORDER BY searched.posting_id",
)
#: The conditions that are always met: migration 0009 says why.
_FOUND = """
CREATE OR REPLACE FUNCTION words_found(wanted TEXT, status TEXT, above BIGINT, most BIGINT) RETURNS SETOF BIGINT
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET enable_seqscan = off SET plan_cache_mode = force_custom_plan SET jit = off SET max_parallel_workers_per_gather = 0
AS $$ DECLARE query TSQUERY := to_tsquery('simple', unaccented(wanted));
BEGIN
IF status <> 'closed' THEN RETURN QUERY SELECT posting_id FROM {open}
WHERE open AND document @@ query AND posting_id > above AND posting_id + 0 > 0 AND posting_id + 1 > 0
ORDER BY posting_id DESC LIMIT most; END IF;
IF status <> 'open' THEN RETURN QUERY SELECT posting_id FROM {closed}
WHERE NOT open AND document @@ query AND posting_id > above AND posting_id + 0 > 0 AND posting_id + 1 > 0
ORDER BY posting_id DESC LIMIT most; END IF;
END $$
"""
_GIN = "USING gin (document) WITH (gin_pending_list_limit = 1024)"
_PARTED = (
    "ALTER INDEX words_closed RENAME TO words_closed_document",
    "ALTER TABLE words RENAME CONSTRAINT words_pkey TO words_closed_pkey",
    "ALTER TABLE words RENAME CONSTRAINT words_posting_id_fkey TO words_closed_posting_id_fkey",
    "DROP INDEX words_open",
    "ALTER TABLE words RENAME TO words_closed",
    "CREATE TABLE words (LIKE words_closed INCLUDING STORAGE INCLUDING GENERATED) PARTITION BY LIST (open)",
    "CREATE TABLE words_open PARTITION OF words FOR VALUES IN (true) WITH (toast_tuple_target = 128)",
    "INSERT INTO words_open SELECT posting_id, document, open FROM words_closed WHERE open ORDER BY posting_id",
    "DELETE FROM words_closed WHERE open",
    "ALTER TABLE words ATTACH PARTITION words_closed FOR VALUES IN (false)",
    "ALTER TABLE words_open ADD PRIMARY KEY (posting_id), ADD FOREIGN KEY (posting_id) "
    "REFERENCES searched (posting_id) ON DELETE CASCADE",
    f"CREATE INDEX words_open_document ON words_open {_GIN}",
    "ANALYZE words_open",
    _FOUND.format(open="words_open", closed="words_closed"),
)
_TOGETHER = (
    "ALTER TABLE words DETACH PARTITION words_closed",
    "INSERT INTO words_closed SELECT posting_id, document, open FROM words_open",
    "DROP TABLE words",
    "ALTER TABLE words_closed RENAME TO words",
    "ALTER TABLE words RENAME CONSTRAINT words_closed_pkey TO words_pkey",
    "ALTER TABLE words RENAME CONSTRAINT words_closed_posting_id_fkey TO words_posting_id_fkey",
    "ALTER INDEX words_closed_document RENAME TO words_closed",
    f"CREATE INDEX words_open ON words {_GIN} WHERE open",
    _FOUND.format(open="words", closed="words"),
)


def upgrade() -> None:
    _run(sqlite=_SIGNED, postgresql=_PARTED)


def downgrade() -> None:
    _run(sqlite=_UNSIGNED, postgresql=_TOGETHER)


def _run(**statements: tuple[str, ...]) -> None:
    for statement in statements[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(statement)
