"""Arbeitnow's listing, of Germany and Europe most of all: https://www.arbeitnow.com/blog/job-board-api

Its terms: link to its page, which ``url`` is.
"""

from typing import Any

from scrapy import Request

from postings.posting import Place, Posting, Source, Workplace
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.terms import employment_type

#: Its pages go on for weeks back; the newest are read.
PAGES = 10
ADDRESS = "https://www.arbeitnow.com/api/job-board-api"


class ArbeitnowSpider(BoardSpider):
    """Reads the newest postings, and keeps those with a tag of theirs, the key; ``all`` is all of them."""

    name = "arbeitnow"
    window = True
    listing = True
    documented_api = True

    def addresses(self, key: str) -> list[str]:
        return [ADDRESS]

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return page["data"]

    def next_page(self, page: dict[str, Any], request: Request, seen: int) -> Request | None:
        following = (page.get("meta") or {}).get("current_page", 1) + 1
        more = page["data"] and (page.get("links") or {}).get("next") and following <= PAGES
        return Request(f"{ADDRESS}?page={following}") if more else None

    def posting(self, row: dict[str, Any], source: Source) -> Posting | None:
        if source.key != "all" and source.key not in (row.get("tags") or ()):
            return None
        where = plain_text(row.get("location"))
        return Posting(
            source=source,
            ref=row["slug"],
            title=plain_text(row["title"]),
            url=row["url"],
            employer=plain_text(row["company_name"]),
            places=(Place(where),) if where else (),
            # False is said of hybrid postings too.
            workplace=Workplace.REMOTE if row.get("remote") is True else None,
            employment_type=employment_type(*(row.get("job_types") or ())),
            department=", ".join(map(plain_text, row.get("tags") or ())) or None,
            posted_at=utc(row.get("created_at")),
            description_html=row.get("description") or "",
        )
