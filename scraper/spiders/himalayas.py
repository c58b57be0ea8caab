"""Himalayas' listing of remote work: https://himalayas.app/api

Its terms: name Himalayas and link to its page, which ``url`` is; not to be passed on to other job sites.
"""

from typing import Any

from scrapy import Request

from postings.posting import Place, Posting, Source, Workplace
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.pay import salary_from
from scraper.terms import employment_type

#: It has more than 100,000 postings, 20 a page; the newest are read.
PAGES = 15
SIZE = 20


class HimalayasSpider(BoardSpider):
    """Reads the newest postings, and keeps those of a category, the key; ``all`` is all of them."""

    name = "himalayas"
    window = True
    listing = True
    documented_api = True

    def addresses(self, key: str) -> list[str]:
        return [f"https://himalayas.app/jobs/api?limit={SIZE}&offset=0"]

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return page["jobs"]

    def next_page(self, page: dict[str, Any], request: Request, seen: int) -> Request | None:
        more = len(page["jobs"]) >= SIZE and seen < SIZE * PAGES
        return Request(f"{request.url.split('&')[0]}&offset={seen}") if more else None

    def ref(self, row: dict[str, Any]) -> str:
        return row["guid"]

    def posting(self, row: dict[str, Any], source: Source) -> Posting | None:
        categories = [*(row.get("categories") or ()), *(row.get("parentCategories") or ())]
        if source.key not in ("all", *categories):
            return None
        ends = (row.get("minSalary"), row.get("maxSalary"))
        return Posting(
            source=source,
            ref=self.ref(row),
            title=plain_text(row["title"]),
            url=row["guid"],
            apply_url=row.get("applicationLink"),
            employer=plain_text(row["companyName"]),
            places=tuple(Place(name) for each in row.get("locationRestrictions") or () if (name := _country(each))),
            workplace=Workplace.REMOTE,
            employment_type=employment_type(row.get("employmentType")),
            department=", ".join(map(plain_text, row.get("parentCategories") or ())) or None,
            salary=salary_from(*ends, row.get("currency"), row.get("salaryPeriod") or "year"),
            posted_at=utc(row.get("pubDate")),
            closes_at=utc(row.get("expiryDate")),
            description_html=row.get("description") or "",
        )


def _country(restriction: Any) -> str:
    """The name of a country: it is written alone, or as an object with its code."""
    return plain_text(restriction.get("name") if isinstance(restriction, dict) else restriction)
