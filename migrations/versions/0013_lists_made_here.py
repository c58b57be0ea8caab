"""PostgreSQL's lists of words come from who writes a posting: its own parser took longer than all else it does"""
# ruff: noqa: S608

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

#: As migrations 0007 and 0011 have them. What is asked for is written as it stands in the lists, or by anyone.
_DOCUMENT = (
    "to_tsvector('simple', regexp_replace(unaccented(concat_ws(E'\\n', left(new.title, 10000), "
    "left(new.employer, 10000), left(new.places, 50000), left(texts.text, 100000))), "
    "'[-/_.@:+&=?#~|<>]', ' ', 'g'))"
)
_FOUND = """
CREATE OR REPLACE FUNCTION words_found(wanted TEXT, status TEXT, above BIGINT, most BIGINT) RETURNS SETOF BIGINT
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET enable_seqscan = off SET plan_cache_mode = force_custom_plan SET jit = off SET max_parallel_workers_per_gather = 0
AS $$ DECLARE query TSQUERY := {wanted};
BEGIN
IF status <> 'closed' THEN RETURN QUERY SELECT posting_id FROM words_open
WHERE open AND document @@ query AND posting_id > above AND posting_id + 0 > 0 AND posting_id + 1 > 0
ORDER BY posting_id DESC LIMIT most; END IF;
IF status <> 'open' THEN RETURN QUERY SELECT posting_id FROM words_closed
WHERE NOT open AND document @@ query AND posting_id > above AND posting_id + 0 > 0 AND posting_id + 1 > 0
ORDER BY posting_id DESC LIMIT most; END IF;
END $$
"""
_LETTERS = {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ı": "i", "ħ": "h"}
_LETTERS |= {"₂": "2", "₃": "3", "₄": "4", "²": "2", "³": "3"}
_UNACCENTED = (
    "CREATE FUNCTION unaccented(given TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS "
    "$$ SELECT CASE WHEN octet_length(given) = length(given) THEN given ELSE "
    r"translate(regexp_replace(normalize(given, NFD), '[\u0300-\u036f]', '', 'g'), "
    f"'{''.join(_LETTERS)}', '{''.join(_LETTERS.values())}') END $$"
)
_HERE = (
    "DROP TRIGGER searched_added ON searched",
    "DROP FUNCTION words_added()",
    _FOUND.format(wanted="wanted::TSQUERY"),
    "DROP FUNCTION unaccented(TEXT)",
)
_THERE = (
    _UNACCENTED,
    _FOUND.format(wanted="to_tsquery('simple', unaccented(wanted))"),
    "CREATE FUNCTION words_added() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN "
    f"INSERT INTO words (posting_id, document, open) SELECT new.posting_id, {_DOCUMENT}, postings.closed_at IS NULL "
    "FROM texts JOIN postings ON postings.id = texts.posting_id WHERE texts.posting_id = new.posting_id; "
    "RETURN NULL; END $$",
    "CREATE TRIGGER searched_added AFTER INSERT ON searched FOR EACH ROW EXECUTE FUNCTION words_added()",
)


def upgrade() -> None:
    _run(_HERE)


def downgrade() -> None:
    _run(_THERE)


def _run(statements: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in statements:
            op.get_bind().exec_driver_sql(statement)
