"""PostgreSQL's lists of words apart from the rows a search reads, open and closed; searches planned by what they cost"""
# ruff: noqa: S608

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_DOCUMENT = (
    "to_tsvector('simple', regexp_replace(unaccented(concat_ws(E'\\n', left(new.title, 10000), "
    "left(new.employer, 10000), left(new.places, 50000), left(texts.text, 100000))), "
    "'[-/_.@:+&=?#~|<>]', ' ', 'g'))"
)
_INDEX = "USING gin (document) WITH (gin_pending_list_limit = 1024)"
_APART = (
    # PostgreSQL moves nothing out of a row of less than 2 kB, and most lists of words are shorter: of ten thousand
    # postings found, each was on a page of its own. Blanks make every row long enough; then they are squeezed to 35
    # bytes, and the list goes out. What is generated stands in no backup.
    "CREATE TABLE words_apart (posting_id BIGINT NOT NULL, document TSVECTOR NOT NULL, open BOOLEAN NOT NULL, "
    "padding TEXT GENERATED ALWAYS AS (repeat(' ', 2100)) STORED)",
    "ALTER TABLE words_apart ALTER COLUMN document SET STORAGE EXTERNAL",
    "ALTER TABLE words_apart SET (toast_tuple_target = 128)",
    "INSERT INTO words_apart SELECT words.posting_id, words.document, postings.closed_at IS NULL "
    "FROM words JOIN postings ON postings.id = words.posting_id ORDER BY words.posting_id",
    "DROP TABLE words",
    "ALTER TABLE words_apart RENAME TO words",
    "ALTER TABLE words ADD CONSTRAINT words_pkey PRIMARY KEY (posting_id), ADD CONSTRAINT words_posting_id_fkey "
    "FOREIGN KEY (posting_id) REFERENCES searched (posting_id) ON DELETE CASCADE",
    # Most searches are for open postings, and most postings are closed.
    f"CREATE INDEX words_open ON words {_INDEX} WHERE open",
    f"CREATE INDEX words_closed ON words {_INDEX} WHERE NOT open",
    "CREATE OR REPLACE FUNCTION words_added() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN "
    f"INSERT INTO words (posting_id, document, open) SELECT new.posting_id, {_DOCUMENT}, postings.closed_at IS NULL "
    "FROM texts JOIN postings ON postings.id = texts.posting_id WHERE texts.posting_id = new.posting_id; "
    "RETURN NULL; END $$",
    "CREATE FUNCTION words_moved() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN "
    "UPDATE words SET open = new.closed_at IS NULL WHERE posting_id = new.id; RETURN NULL; END $$",
    "CREATE TRIGGER posting_moved AFTER UPDATE OF closed_at ON postings FOR EACH ROW "
    "WHEN ((old.closed_at IS NULL) <> (new.closed_at IS NULL)) EXECUTE FUNCTION words_moved()",
)
#: The planner does not know what fetching a list of words costs, and would rather fetch tens of thousands, newest first,
#: than look up an index that knows the answer. Two conditions that are always met, of which it thinks that one posting in
#: nine meets them, make it believe that it would have to go on for nine times as long: about what fetching costs. It
#: still does so for words that most postings have. To fetch all lists is never right, and no time is left for compiling.
_FOUND = """
CREATE FUNCTION words_found(wanted TEXT, status TEXT, above BIGINT, most BIGINT) RETURNS SETOF BIGINT
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET enable_seqscan = off SET plan_cache_mode = force_custom_plan SET jit = off SET max_parallel_workers_per_gather = 0
AS $$ DECLARE query TSQUERY := to_tsquery('simple', unaccented(wanted));
BEGIN
IF status <> 'closed' THEN RETURN QUERY SELECT posting_id FROM words
WHERE open AND document @@ query AND posting_id > above AND posting_id + 0 > 0 AND posting_id + 1 > 0
ORDER BY posting_id DESC LIMIT most; END IF;
IF status <> 'open' THEN RETURN QUERY SELECT posting_id FROM words
WHERE NOT open AND document @@ query AND posting_id > above AND posting_id + 0 > 0 AND posting_id + 1 > 0
ORDER BY posting_id DESC LIMIT most; END IF;
END $$
"""
_TOGETHER = (
    "DROP FUNCTION words_found(TEXT, TEXT, BIGINT, BIGINT)",
    "DROP TRIGGER posting_moved ON postings",
    "DROP FUNCTION words_moved()",
    "DROP INDEX words_open",
    "DROP INDEX words_closed",
    "ALTER TABLE words DROP COLUMN open, DROP COLUMN padding",
    "CREATE OR REPLACE FUNCTION words_added() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN "
    f"INSERT INTO words SELECT new.posting_id, {_DOCUMENT} "
    "FROM texts WHERE texts.posting_id = new.posting_id; RETURN NULL; END $$",
    f"CREATE INDEX words_document ON words {_INDEX}",
)


def upgrade() -> None:
    _run(*_APART, _FOUND)


def downgrade() -> None:
    _run(*_TOGETHER)


def _run(*statements: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in statements:
            op.get_bind().exec_driver_sql(statement)
