"""Rippling boards, by the list their own pages read: https://www.rippling.com/products/hr/recruiting"""

from typing import Any

from scrapy import Request
from scrapy.http import Response

from postings.posting import Place, Posting, Salary, Source, Workplace
from scraper.asking import json_of
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.pay import salary_from
from scraper.places import place
from scraper.terms import employment_type, workplace

BOARD = "https://api.rippling.com/platform/api/ats/v1/board/{}/jobs"
#: The newer list, of which only the form is known for sure, not that it holds all.
PAGED = "https://ats.rippling.com/api/v2/board/{}/jobs?page={}&pageSize=50"


class RipplingSpider(BoardSpider):
    """Reads a list, a row for each place, and the text of each posting from an answer of its own."""

    name = "rippling"
    row_per_place = True

    def addresses(self, key: str) -> list[str]:
        return [BOARD.format(key), PAGED.format(key, 0)]

    def rows(self, page: Any) -> list[Any]:
        return page if isinstance(page, list) else page["items"]

    def total(self, page: Any) -> int | None:
        return None if isinstance(page, list) else page["totalItems"]

    def doubt(self, page: Any) -> str | None:
        return None if isinstance(page, list) else "its newer list is not known to hold all"

    def next_page(self, page: Any, request: Request, seen: int) -> Request | None:
        if isinstance(page, list) or page["page"] + 1 >= page["totalPages"]:
            return None
        return Request(PAGED.format(request.url.split("/board/")[1].split("/")[0], page["page"] + 1))

    def ref(self, row: dict[str, Any]) -> str:
        return str(row.get("uuid") or row["id"])

    def detail(self, row: dict[str, Any], source: Source) -> Request:
        return Request(f"{BOARD.format(source.key)}/{self.ref(row)}")

    def detailed(self, row: dict[str, Any], response: Response, source: Source) -> Posting:
        return self.posting(row | json_of(response), source)

    def posting(self, row: dict[str, Any], source: Source) -> Posting:
        texts = row.get("description") or {}
        kind, unit = row.get("employmentType") or {}, row.get("department") or {}
        return Posting(
            source=source,
            ref=self.ref(row),
            title=plain_text(row["name"]),
            url=row["url"],
            employer=plain_text(row.get("companyName")) or None,
            places=_places(row),
            workplace=_workplace(row),
            employment_type=employment_type(kind.get("label"), kind.get("id")),
            department=plain_text(unit.get("label") or unit.get("name")) or None,
            salary=_pay(row.get("payRangeDetails") or ()),
            language=row.get("language"),
            posted_at=utc(row.get("createdOn")),
            description_html="".join(texts.get(name) or "" for name in ("company", "role")),
        )


def _workplace(row: dict[str, Any]) -> Workplace | None:
    """The one all places share; a place that can be chosen is not where the work must be done."""
    said = {workplace(each.get("workplaceType")) for each in row.get("locations") or ()}
    if row.get("isRemote"):
        return Workplace.REMOTE
    return said.pop() if len(said) == 1 else None


def _places(row: dict[str, Any]) -> tuple[Place, ...]:
    names = row.get("workLocations") or [(row.get("workLocation") or {}).get("label")]
    found = [Place(text) for each in names if (text := plain_text(each))]
    for each in row.get("locations") or ():
        country = each.get("countryCode") or each.get("country")
        known = place(each.get("name"), city=each.get("city"), region=each.get("state"), country=country)
        found += [known] if known else []
    return tuple(dict.fromkeys(found))


def _pay(ranges: Any) -> Salary | None:
    for each in ranges:
        ends = (each.get("rangeStart"), each.get("rangeEnd"))
        if salary := salary_from(*ends, each.get("currency"), each.get("frequency")):
            return salary
    return None
