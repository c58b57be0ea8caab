"""Paylocity boards, such as https://recruiting.paylocity.com/recruiting/jobs/All/UUID"""

from dataclasses import replace
from typing import Any

from scrapy import Request
from scrapy.http import Response

from postings.posting import Posting, Source
from scraper.asking import Unreadable
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.embedded import html_of, json_after
from scraper.job_posting import with_page
from scraper.marked_up import job_postings
from scraper.places import place
from scraper.terms import workplace


class PaylocitySpider(BoardSpider):
    """Reads a board from the page that lists it, and each posting's text from its own."""

    name = "paylocity"
    board_url = "https://recruiting.paylocity.com/recruiting/jobs/All/{key}"
    page_url = "https://recruiting.paylocity.com/Recruiting/Jobs/Details/{}"

    def page(self, response: Response) -> Any:
        return json_after("window.pageData", response)

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return [row for row in page["Jobs"] if not row.get("IsInternal")]

    def ref(self, row: dict[str, Any]) -> str:
        return str(row["JobId"])

    def detail(self, row: dict[str, Any], source: Source) -> Request:
        return Request(self.page_url.format(self.ref(row)))

    def posting(self, row: dict[str, Any], source: Source) -> Posting:
        where = row.get("JobLocation") or {}
        found = place(city=where.get("City"), region=where.get("State"), country=where.get("Country"))
        found = found or place(row.get("LocationName"))
        return Posting(
            source=source,
            ref=self.ref(row),
            title=plain_text(row["JobTitle"]),
            url=self.page_url.format(self.ref(row)),
            places=(found,) if found else (),
            workplace=workplace("remote" if row.get("IsRemote") else row.get("LocationName")),
            department=plain_text(row.get("HiringDepartment")) or None,
            posted_at=utc(row.get("PublishedDate")),
        )

    def detailed(self, row: dict[str, Any], response: Response, source: Source) -> Posting:
        listed = self.posting(row, source)
        if job_postings(response):
            return with_page(listed, response)
        text = html_of(response).css(".job-preview-details").get()
        if not text:
            raise Unreadable("a page without the text of its posting")
        return replace(listed, description_html=text)
