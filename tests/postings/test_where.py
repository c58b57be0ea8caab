"""What visitors write as a place, and which places of work that is: on the shelf, and in the database's own words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from postings.kept import Filters
from postings.posting import Outcome, Place, Posting, Reading, Source, Workplace
from postings.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOARD = Source("greenhouse", "acme")
PLACES = {
    "paris": Place("Paris", "Paris", "Île-de-France", "FR"),
    "texas": Place("Paris, TX", "Paris", "TX", "US"),
    "berlin": Place("Berlin"),
    "atlanta": Place("Atlanta, Georgia", "Atlanta", "Georgia", "US"),
    "tbilisi": Place("Tbilisi", "Tbilisi", None, "GE"),
    "francisco": Place("San Francisco, CA, United States", "San Francisco", "California", "US"),
    "remote": Place("Remote, Germany", None, None, "DE"),
}
FOUND = {
    "Paris": "paris texas",
    "Paris, France": "paris",
    "paris , FRANCE": "paris",
    "Paris, FR": "paris",
    "Paris, TX": "texas",
    "Paris, US": "texas",
    "Paris, United States": "texas",
    "Paris, Ile-de-France, France": "paris",
    "Berlin, Germany": "",
    "Georgia": "atlanta tbilisi",
    "Atlanta, Georgia": "atlanta",
    "Tbilisi, Georgia": "tbilisi",
    "San Francisco, CA": "francisco",
    "San Francisco, California": "francisco",
    "United States": "texas atlanta francisco",
    "Germany": "remote",
    "Remote": "remote",
    "Remote, Germany": "remote",
    "remote, France": "",
    "France, Germany": "",
    "100%": "",
    "_": "",
    ",": "",
    "…": "",
}


@pytest.fixture(params=["open", "all"])
def status(request: pytest.FixtureRequest) -> str:
    """What is open is answered from the shelf, all from the database."""
    status: str = request.param
    return status


def test_all_that_stands_between_commas_fits_one_place(store: Store, status: str) -> None:
    store.sources.add(BOARD, now=NOW, employer="Acme")
    turn = store.sources.take(BOARD, now=NOW)
    assert turn is not None
    remote = Workplace.REMOTE
    jobs = [
        Posting(source=BOARD, ref=ref, title=ref, url="https://acme.example/", places=(place,), workplace=workplace)
        for ref, place in PLACES.items()
        for workplace in [remote if ref == "remote" else None]
    ]
    read = Reading(source=BOARD, started_at=NOW, outcome=Outcome.COMPLETE, postings=jobs, listed=set(PLACES))
    store.crawls.save(turn, read, {}, now=NOW)
    for place, expected in FOUND.items():
        found = store.postings.page(Filters(place=place, status=status), most=20)
        assert {each.posting.ref for each in found.items} == set(expected.split()), place
        assert found.total == len(expected.split()), place
