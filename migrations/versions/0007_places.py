"""places by folded name; CO₂ found by CO2; texts of any length"""
# ruff: noqa: S608

import sqlalchemy as sa
from alembic import op

from postings.folding import folded

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_AT_ONCE = 5_000
_SMALL = {"₂": "2", "₃": "3", "₄": "4", "²": "2", "³": "3"}
_FIELDS = ("title", "employer", "places")


def _plain(field: str) -> str:
    for small, figure in _SMALL.items():
        field = f"replace({field}, '{small}', '{figure}')"
    return field


def _told(row: str) -> str:
    return ", ".join([f"{row}.posting_id", *(_plain(f"{row}.{field}") for field in _FIELDS), _plain("texts.text")])


_SQLITE = (
    "DROP TRIGGER searched_added",
    "DROP TRIGGER searched_gone",
    "INSERT INTO words(words) VALUES ('delete-all')",
    "CREATE TRIGGER searched_added AFTER INSERT ON searched BEGIN "
    "INSERT INTO words(rowid, title, employer, places, text) "
    f"SELECT {_told('new')} FROM texts WHERE texts.posting_id = new.posting_id; END",
    "CREATE TRIGGER searched_gone BEFORE DELETE ON searched BEGIN "
    "INSERT INTO words(words, rowid, title, employer, places, text) "
    f"SELECT 'delete', {_told('old')} FROM texts WHERE texts.posting_id = old.posting_id; END",
    "INSERT INTO words(rowid, title, employer, places, text) "
    f"SELECT {_told('searched')} FROM searched JOIN texts ON texts.posting_id = searched.posting_id "
    "ORDER BY searched.posting_id",
)
#: Letters that are none with an accent, and what they are found by.
_LETTERS = {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ı": "i", "ħ": "h"} | _SMALL
#: No list of words may be larger than a megabyte, so each part of a posting counts to a length only.
_DOCUMENT = (
    "to_tsvector('simple', regexp_replace(unaccented(concat_ws(E'\\n', left({row}.title, 10000), "
    "left({row}.employer, 10000), left({row}.places, 50000), left(texts.text, 100000))), "
    "'[-/_.@:+&=?#~|<>]', ' ', 'g'))"
)
_POSTGRES = (
    # Eight times as quick as one translation of all letters with an accent; most texts have none.
    "CREATE OR REPLACE FUNCTION unaccented(given TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS "
    "$$ SELECT CASE WHEN octet_length(given) = length(given) THEN given ELSE "
    r"translate(regexp_replace(normalize(given, NFD), '[\u0300-\u036f]', '', 'g'), "
    f"'{''.join(_LETTERS)}', '{''.join(_LETTERS.values())}') END $$",
    "CREATE OR REPLACE FUNCTION words_added() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN "
    f"INSERT INTO words SELECT new.posting_id, {_DOCUMENT.format(row='new')} "
    "FROM texts WHERE texts.posting_id = new.posting_id; RETURN NULL; END $$",
    "DROP INDEX words_document",
    "TRUNCATE words",
    f"INSERT INTO words SELECT searched.posting_id, {_DOCUMENT.format(row='searched')} "
    "FROM searched JOIN texts ON texts.posting_id = searched.posting_id ORDER BY searched.posting_id",
    "CREATE INDEX words_document ON words USING gin (document) WITH (gin_pending_list_limit = 1024)",
)


def upgrade() -> None:
    op.add_column("places", sa.Column("folded", sa.String(), server_default="", nullable=False))
    _fold(op.get_bind())
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRES:
        op.get_bind().exec_driver_sql(statement)


def _fold(connection: sa.Connection) -> None:
    """Write the names of all places once more, made comparable."""
    key, names = ("posting_id", "position"), ("text", "city", "region")
    places = sa.table("places", *map(sa.column, (*key, *names, "folded")))
    change = places.update().values(folded=sa.bindparam("called"))
    change = change.where(places.c.posting_id == sa.bindparam("posting"), places.c.position == sa.bindparam("number"))
    after = 0
    while True:
        some = sa.select(places.c.posting_id).where(places.c.posting_id > after)
        last = sa.select(sa.func.max(some.order_by(places.c.posting_id).limit(_AT_ONCE).subquery().c.posting_id))
        if (upto := connection.scalar(last)) is None:
            return
        rows = connection.execute(sa.select(places).where(places.c.posting_id.between(after + 1, upto))).all()
        called = [folded("\n".join(filter(None, (row.text, row.city, row.region)))) for row in rows]
        connection.execute(
            change,
            [{"posting": row[0], "number": row[1], "called": name} for row, name in zip(rows, called, strict=True)],
        )
        after = upto


def downgrade() -> None:
    # The index of words stays as it is: it holds what 0003 wants, and more.
    with op.batch_alter_table("places") as batch_op:
        batch_op.drop_column("folded")
