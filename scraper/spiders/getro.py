"""Getro job boards of investors and communities, such as https://jobs.techstars.com/jobs"""

from typing import Any

from scrapy import Request
from scrapy.http import JsonRequest, Response

from postings.posting import Place, Posting, Salary, Source
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.embedded import next_props
from scraper.pay import salary_from
from scraper.terms import workplace

#: A board has thousands of postings; the newest are read.
PAGES = 25
SIZE = 20


class GetroSpider(BoardSpider):
    """Reads the newest postings of a listing, without texts. The key is its number at Getro, or its domain."""

    name = "getro"
    window = True
    listing = True
    follows = True
    search = "https://api.getro.com/api/v2/collections/{}/search/jobs"

    def addresses(self, key: str) -> list[str]:
        return [self.search.format(key) if key.isdecimal() else f"https://{key}/jobs"]

    def request(self, address: str) -> Request:
        return _search(address, 0) if address.endswith("/search/jobs") else Request(address)

    def page(self, response: Response) -> Any:
        if response.url.endswith("/search/jobs"):
            return super().page(response)
        return {"number": next_props(response)["network"]["id"]}

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return [] if "number" in page else page["results"]["jobs"]

    def next_page(self, page: dict[str, Any], request: Request, seen: int) -> Request | None:
        if "number" in page:
            return _search(self.search.format(page["number"]), 0)
        number = seen // SIZE
        more = page["results"]["jobs"] and seen < page["results"].get("count", 0) and number < PAGES
        return _search(request.url, number) if more else None

    def posting(self, row: dict[str, Any], source: Source) -> Posting:
        return Posting(
            source=source,
            ref=str(row["id"]),
            title=plain_text(row["title"]),
            url=row["url"],
            employer=plain_text(row["organization"]["name"]),
            places=tuple(Place(name) for each in row.get("locations") or () if (name := plain_text(each))),
            workplace=workplace(row.get("work_mode")),
            salary=_pay(row) if row.get("compensation_public") else None,
            posted_at=utc(row.get("created_at")),
        )


def _search(address: str, number: int) -> Request:
    wanted = {"hitsPerPage": SIZE, "page": number, "filters": {}, "query": ""}
    # Without a Referer it answers 406.
    headers = {"Accept": "application/json", "Referer": "https://www.getro.com/"}
    return JsonRequest(address, data=wanted, headers=headers)


def _pay(row: dict[str, Any]) -> Salary | None:
    ends = (row.get("compensation_amount_min_cents"), row.get("compensation_amount_max_cents"))
    return salary_from(*ends, row.get("compensation_currency"), row.get("compensation_period"), cents=True)
