"""Breezy boards: https://developer.breezy.hr/"""

from dataclasses import replace
from typing import Any

from scrapy import Request
from scrapy.http import Response

from postings.posting import Place, Posting, Source, Workplace
from scraper.asking import Unreadable
from scraper.boards import BoardSpider
from scraper.clean import plain_text, text_of, utc
from scraper.embedded import html_of
from scraper.job_posting import with_page
from scraper.marked_up import job_postings
from scraper.pay import pay_from_text
from scraper.places import place
from scraper.terms import employment_type


class BreezySpider(BoardSpider):
    """Reads a list in one answer, and the text of each posting from its page."""

    name = "breezy"
    board_url = "https://{key}.breezy.hr/json"

    def rows(self, page: list[Any]) -> list[Any]:
        if not isinstance(page, list):
            raise TypeError("no list of postings")
        return page

    def ref(self, row: dict[str, Any]) -> str:
        return str(row["id"])

    def detail(self, row: dict[str, Any], source: Source) -> Request:
        return Request(row["url"])

    def detailed(self, row: dict[str, Any], response: Response, source: Source) -> Posting:
        listed = self.posting(row, source)
        if job_postings(response):
            found = with_page(listed, response)
            return replace(found, salary=found.salary or listed.salary, employer=listed.employer or found.employer)
        markup = html_of(response).css("div.description").get()
        if not markup or not text_of(markup):
            raise Unreadable("a page without the text of its posting")
        return replace(listed, description_html=markup)

    def posting(self, row: dict[str, Any], source: Source) -> Posting:
        where = row.get("location") or {}
        places = _places(where, row.get("locations") or ())
        country = places[0].country if places else None
        return Posting(
            source=source,
            ref=self.ref(row),
            title=plain_text(row["name"]),
            url=row["url"],
            employer=plain_text((row.get("company") or {}).get("name")) or None,
            places=places,
            workplace=Workplace.REMOTE if where.get("is_remote") else None,
            employment_type=employment_type((row.get("type") or {}).get("name")),
            department=plain_text(row.get("department")) or None,
            salary=pay_from_text(row.get("salary"), country=country, in_field=True),
            posted_at=utc(row.get("published_date")),
        )


def _places(first: dict[str, Any], more: Any) -> tuple[Place, ...]:
    found = [
        place(
            each.get("name"),
            city=each.get("city"),
            region=(each.get("state") or {}).get("name"),
            country=(each.get("country") or {}).get("id") or (each.get("country") or {}).get("name"),
        )
        for each in [first, *more]
    ]
    return tuple(dict.fromkeys(each for each in found if each is not None))
