"""search"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

#: Letters with an accent and the ones they are found by; marks that part words.
_ACCENTED = (
    "ÀÁÂÃÄÅĀĂĄÇĆĈĊČĎĐÈÉÊËĒĔĖĘĚĜĞĠĢĤĦÌÍÎÏĨĪĬĮİĴĶĹĻĽĿŁÑŃŅŇÒÓÔÕÖØŌŎŐŔŖŘŚŜŞŠȘŢŤŦȚÙÚÛÜŨŪŬŮŰŲŴÝŶŸŹŻŽ"
    "àáâãäåāăąçćĉċčďđèéêëēĕėęěĝğġģĥħìíîïĩīĭįıĵķĺļľŀłñńņňòóôõöøōŏőŕŗřśŝşšșţťŧțùúûüũūŭůűųŵýŷÿźżž"
)
_PLAIN = "aaaaaaaaacccccddeeeeeeeeegggghhiiiiiiiiijklllllnnnnooooooooorrrsssssttttuuuuuuuuuuwyyyzzz" * 2
_PARTING = "-/_.@:+&=?#~|<>"

#: SQLite's index keeps no text; what is taken out of it must be told word for word.
_SQLITE = (
    "CREATE VIRTUAL TABLE words USING fts5(title, employer, places, text, content='', columnsize=0, "
    'tokenize="unicode61 remove_diacritics 2")',
    "CREATE TRIGGER searched_added AFTER INSERT ON searched BEGIN "
    "INSERT INTO words(rowid, title, employer, places, text) SELECT new.posting_id, new.title, new.employer, "
    "new.places, texts.text FROM texts WHERE texts.posting_id = new.posting_id; END",
    "CREATE TRIGGER searched_gone BEFORE DELETE ON searched BEGIN "
    "INSERT INTO words(words, rowid, title, employer, places, text) SELECT 'delete', old.posting_id, old.title, "
    "old.employer, old.places, texts.text FROM texts WHERE texts.posting_id = old.posting_id; END",
)
_POSTGRES = (
    "CREATE TABLE words (posting_id BIGINT PRIMARY KEY REFERENCES searched (posting_id) ON DELETE CASCADE, "
    "document TSVECTOR NOT NULL)",
    # The list of words is long: kept apart, it is not read by who only wants to know which postings have a word.
    "ALTER TABLE words ALTER COLUMN document SET STORAGE EXTERNAL",
    "ALTER TABLE words SET (toast_tuple_target = 128)",
    "CREATE FUNCTION unaccented(given TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS "
    f"$$ SELECT translate(given, '{_ACCENTED}', '{_PLAIN}') $$",
    "CREATE FUNCTION words_added() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608
    "INSERT INTO words SELECT new.posting_id, to_tsvector('simple', translate(unaccented(concat_ws(E'\\n', "
    f"new.title, new.employer, new.places, left(texts.text, 100000))), '{_PARTING}', '{' ' * len(_PARTING)}')) "
    "FROM texts WHERE texts.posting_id = new.posting_id; RETURN NULL; END $$",
    "CREATE TRIGGER searched_added AFTER INSERT ON searched FOR EACH ROW EXECUTE FUNCTION words_added()",
)
_PLACES = {
    "sqlite": "(SELECT group_concat(p.text, '; ') FROM places p WHERE p.posting_id = postings.id)",
    "postgresql": "(SELECT string_agg(p.text, '; ' ORDER BY p.position) FROM places p WHERE p.posting_id = postings.id)",
}


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("posting_id", _ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "searched",
        sa.Column("posting_id", _ID, autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["posting_id"], ["texts.posting_id"], name=op.f("fk_searched_posting_id_texts")),
        sa.PrimaryKeyConstraint("posting_id", name=op.f("pk_searched")),
    )
    dialect = op.get_bind().dialect.name
    for statement in _SQLITE if dialect == "sqlite" else _POSTGRES:
        op.get_bind().exec_driver_sql(statement)
    op.execute(
        "INSERT INTO searched (posting_id, title, employer, places) "  # noqa: S608
        f"SELECT postings.id, postings.title, employers.name, coalesce({_PLACES[dialect]}, '') "
        "FROM postings JOIN employers ON employers.id = postings.employer_id "
        "JOIN texts ON texts.posting_id = postings.id ORDER BY postings.id"
    )
    if dialect == "postgresql":
        # Quicker over a full table than row by row.
        op.execute("CREATE INDEX words_document ON words USING gin (document) WITH (gin_pending_list_limit = 1024)")


def downgrade() -> None:
    op.execute("DROP TABLE words")
    op.drop_table("searched")
    op.drop_table("changes")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION words_added()")
        op.execute("DROP FUNCTION unaccented(TEXT)")
