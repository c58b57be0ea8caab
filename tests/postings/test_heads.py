"""What the store takes for the newest migration is what Alembic takes for it."""

from alembic.script import ScriptDirectory

from postings import database


def test_the_head_is_what_alembic_says() -> None:
    assert database.heads() == set(ScriptDirectory(str(database._migrations())).get_heads())
