"""What programs get."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import jsonschema_rs
import pytest
from flask.testing import FlaskClient
from made_up import HEAT_PUMPS, NOW, THAW, crawl, empty_store, made_up, visitor

from postings import solutions
from postings.posting import Interval, Outcome, Place, Salary, Workplace
from postings.store import Store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with two open postings and a closed one."""
    kept = empty_store(tmp_path_factory.mktemp("site"))
    full = made_up(
        "1",
        apply_url="https://boards.example/thaw/1/apply",
        places=(Place("Berlin", "Berlin", None, "DE", 52.52, 13.41), Place("Anywhere")),
        workplace=Workplace.REMOTE,
        remote_scope=("DE",),
        salary=Salary(50_000, None, "EUR", Interval.YEAR, "text"),
        department="Field",
        language="de",
    )
    bare = made_up("2", places=(), posted_at=None, description_html="", description_text="")
    crawl(kept, [full, bare, made_up("3")])
    crawl(kept, [full, bare], now=NOW + timedelta(hours=1))
    return kept


@pytest.fixture(scope="module")
def client(store: Store) -> FlaskClient:
    return visitor(store, NOW + timedelta(hours=2))


def test_a_posting_is_told_whole(client: FlaskClient) -> None:
    assert client.get("/api/v1/postings/1").json == {
        "id": 1,
        "title": "Heat Pump Engineer 1",
        "status": "open",
        "employer": {"slug": "thaw-heating", "name": "Thaw Heating", "homepage": "https://thaw.example"},
        "url": "https://boards.example/thaw/1",
        "apply_url": "https://boards.example/thaw/1/apply",
        "locations": [
            {
                "text": "Berlin",
                "city": "Berlin",
                "region": None,
                "country": "DE",
                "latitude": 52.52,
                "longitude": 13.41,
            },
            {"text": "Anywhere", "city": None, "region": None, "country": None, "latitude": None, "longitude": None},
        ],
        "workplace": "remote",
        "remote_scope": ["DE"],
        "employment_type": None,
        "department": "Field",
        "salary": {"min": 50_000, "max": None, "currency": "EUR", "interval": "year", "from": "text"},
        "language": "de",
        "posted_at": "2026-11-17T12:00:00Z",
        "changed_at": None,
        "first_seen": "2026-11-20T12:00:00Z",
        "last_seen": "2026-11-20T13:00:00Z",
        "closes_at": None,
        "closed_at": None,
        "closing": None,
        "description_html": "<p>You install heat pumps in old houses.</p>",
        "description_text": "You install heat pumps in old houses.",
        "solutions": [
            {
                "slug": HEAT_PUMPS,
                "name": "High-Efficiency Heat Pumps",
                "confidence": 0.92,
                "evidence": [{"where": "text", "text": "heat pumps"}],
            }
        ],
        "source": {"kind": "greenhouse", "key": "thaw", "ref": "1"},
        "also_at": [],
    }


def test_a_closed_posting_names_its_crawl_and_rule(client: FlaskClient) -> None:
    found = client.get("/api/v1/postings/3").json or {}
    assert found["status"] == "closed"
    assert found["closed_at"] == "2026-11-20T13:00:00Z"
    assert found["closing"] == {"crawl": 2, "rule": "unlisted"}


def test_lists_take_the_filters_of_the_site(client: FlaskClient) -> None:
    def refs(query: str) -> list[str]:
        return [item["source"]["ref"] for item in (client.get(f"/api/v1/postings?{query}").json or {})["items"]]

    assert refs("") == ["2", "1"]
    assert refs("status=all") == ["2", "3", "1"]
    assert refs("l=berlin") == ["1"]
    assert refs("drawdown_solutions=High-Efficiency+Heat+Pumps&workplace=remote") == ["1"]


def test_lists_lead_to_their_next_page_until_there_is_none(client: FlaskClient) -> None:
    def walk(address: str | None) -> Iterator[int]:
        while address:
            found = client.get(address).json or {}
            assert found["total"] == 3
            yield from (item["id"] for item in found["items"])
            address = found["next"]

    assert sorted(walk("/api/v1/postings?status=all&per_page=1")) == [1, 2, 3]
    assert (client.get("/api/v1/postings?page=99").json or {}) == {"items": [], "total": 2, "next": None}


def test_lists_carry_the_text_too(client: FlaskClient) -> None:
    items = (client.get("/api/v1/postings?l=berlin").json or {})["items"]
    assert items[0]["description_text"] == "You install heat pumps in old houses."


def test_a_list_can_be_had_as_a_table(client: FlaskClient) -> None:
    answer = client.get("/api/v1/postings.csv?status=all")
    assert answer.mimetype == "text/csv"
    rows = {row["ref"]: row for row in csv.DictReader(answer.text.splitlines())}
    assert rows.keys() == {"1", "2", "3"}
    assert rows["1"]["locations"] == "Berlin; Anywhere"
    assert (rows["1"]["salary_min"], rows["1"]["salary_currency"]) == ("50000.0", "EUR")
    assert (rows["3"]["status"], rows["3"]["solutions"]) == ("closed", HEAT_PUMPS)
    assert client.get("/api/v1/postings.csv?workplace=mars").status_code == 400


def test_no_spreadsheet_runs_what_an_employer_wrote(tmp_path: Path) -> None:
    store = empty_store(tmp_path)
    crawl(store, [made_up("1", title="=HYPERLINK(1)", department='@x", "=y'), made_up("-2+3")])
    answer = visitor(store).get("/api/v1/postings.csv")
    for row in csv.DictReader(answer.text.splitlines()):
        assert not any((cell or "").startswith(("=", "+", "-", "@")) for cell in row.values())


def test_all_solutions_are_told_with_their_counts(client: FlaskClient) -> None:
    found = client.get("/api/v1/solutions").json or {}
    assert found["total"] == len(found["items"]) == len(solutions.all_solutions())
    counts = {item["slug"]: item["open_postings"] for item in found["items"]}
    assert counts[HEAT_PUMPS] == 2
    one = client.get(f"/api/v1/solutions/{HEAT_PUMPS}").json or {}
    assert one in found["items"]
    assert client.get(one["feeds"]["atom"]).status_code == 200


def test_employers_and_sources_are_told(client: FlaskClient) -> None:
    hirers = client.get("/api/v1/employers?q=thaw").json or {}
    (hirer,) = hirers["items"]
    assert (hirer["slug"], hirer["open_postings"]) == ("thaw-heating", 2)
    assert hirer["solutions"] == [{"slug": HEAT_PUMPS, "evidence": "operator"}]
    assert client.get("/api/v1/employers/thaw-heating").json == hirer
    boards = [item for page in (1, 2, 3, 4, 5, 6) for item in _sources(client, page) if item["key"] == THAW.key]
    assert [(board["open_postings"], board["last_outcome"]) for board in boards] == [(2, Outcome.COMPLETE)]


def _sources(client: FlaskClient, page: int) -> list[dict[str, object]]:
    found = client.get(f"/api/v1/sources?per_page=100&page={page}").json or {}
    items: list[dict[str, object]] = found["items"]
    return items


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        ("/api/v1/postings?workplace=mars", 400, "workplace knows no «mars» (one of remote, hybrid, onsite)"),
        ("/api/v1/postings?solution=x", 404, "solution knows no «x»"),
        ("/api/v1/postings/999", 404, "There is no posting 999."),
        ("/api/v1/solutions/x", 404, "There is no solution «x»."),
        ("/api/v1/employers/x", 404, "There is no employer «x»."),
    ],
)
def test_a_fault_is_told_as_json(client: FlaskClient, path: str, code: int, message: str) -> None:
    answer = client.get(path)
    assert answer.status_code == code
    assert answer.json == {"error": {"status": code, "message": message}}


def test_an_unknown_address_of_the_api_is_told_as_json(client: FlaskClient) -> None:
    assert (client.get("/api/v2/anything").json or {})["error"]["status"] == 404


def test_other_sites_may_read_the_api_but_not_the_pages(client: FlaskClient) -> None:
    assert client.get("/api/v1/solutions").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/").headers


@pytest.mark.parametrize(
    "path",
    [
        "/postings?status=all",
        "/postings/1",
        "/postings/3",
        "/solutions",
        f"/solutions/{HEAT_PUMPS}",
        "/employers?per_page=100",
        "/employers/thaw-heating",
        "/sources",
        "/postings?workplace=mars",
        "/postings/999",
    ],
)
def test_every_answer_fits_the_document(client: FlaskClient, path: str) -> None:
    document = client.get("/api/v1/openapi.json").json or {}
    assert document["openapi"] == "3.1.0"
    answer = client.get(f"/api/v1{path}")
    known = {"1": "{posting_id}", "3": "{posting_id}", "999": "{posting_id}"}
    parts = path.partition("?")[0].split("/")
    if len(parts) == 3:
        parts[2] = known.get(parts[2], "{slug}")
    operation = document["paths"]["/api/v1" + "/".join(parts)]["get"]
    schema = operation["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
    jsonschema_rs.validate(schema | {"components": document["components"]}, answer.json)


def test_the_document_names_every_filter(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json or {}
    named = {each["name"] for each in document["paths"]["/api/v1/postings"]["get"]["parameters"]}
    assert named == {
        *("q", "l", "solution", "drawdown_solutions", "sector", "employer", "workplace", "country"),
        *("employment_type", "language", "posted_within", "salary_min", "currency", "status", "source"),
        *("page", "per_page", "after", "sort"),
    }
