"""PostgreSQL finds letters with an accent by the ones they are written with elsewhere."""

import sqlalchemy as sa

from postings.database import connect, reading
from postings.store import open_store


def test_letters_lose_their_accents_and_nothing_else_changes(postgres_url: str) -> None:
    open_store(postgres_url, upgrade=True).close()
    engine = connect(postgres_url)
    with reading(engine) as connection:
        found = connection.scalar(
            sa.select(sa.func.unaccented("Straße: Größe, naïve Łódź; «Übermut» – 東京 Ÿ & words"))
        )
    engine.dispose()
    assert found is not None
    assert found.lower() == "straße: große, naive lodz; «ubermut» – 東京 y & words"
