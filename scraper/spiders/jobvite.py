"""Jobvite boards, such as https://jobs.jobvite.com/COMPANY/search"""

import re
from typing import Any

from scrapy import Request, Selector
from scrapy.http import HtmlResponse, Response

from postings.posting import Place, Posting, Source
from scraper.asking import Unreadable
from scraper.boards import BoardSpider
from scraper.clean import plain_text
from scraper.embedded import html_of
from scraper.job_posting import with_page

#: Under a list of several pages: «1-50 of 266».
COUNT = re.compile(r"of\s+(\d+)")
LINK = "a[href*='/job/']"


class JobviteSpider(BoardSpider):
    """Reads a board from the pages that list it, 50 postings each, and each posting from its own."""

    name = "jobvite"
    board_url = "https://jobs.jobvite.com/{key}/search"
    page_url = "https://jobs.jobvite.com/{}/job/{}"

    def page(self, response: Response) -> HtmlResponse:
        page = html_of(response)
        if not page.css(LINK) and "no results found" not in page.text.lower():
            raise Unreadable("a page that neither lists postings nor says that there are none")
        return page

    def rows(self, page: HtmlResponse) -> list[Any]:
        return [row for row in page.css("tr, li") if row.css(LINK) and not row.css("tr tr, li li")]

    def total(self, page: HtmlResponse) -> int | None:
        count = COUNT.search(" ".join(page.css(".jv-pagination-text ::text").getall()))
        return int(count[1]) if count else None

    def next_page(self, page: HtmlResponse, request: Request, seen: int) -> Request | None:
        link = page.css("a.jv-pagination-next::attr(href)").get()
        return Request(page.urljoin(link)) if link else None

    def ref(self, row: Selector) -> str:
        return re.findall(r"/job/(\w+)", row.css(LINK).attrib["href"])[0]

    def detail(self, row: Selector, source: Source) -> Request:
        return Request(self.page_url.format(source.key, self.ref(row)))

    def posting(self, row: Selector, source: Source) -> Posting:
        where = plain_text(" ".join(row.css(".jv-job-list-location ::text").getall()))
        return Posting(
            source=source,
            ref=self.ref(row),
            title=plain_text(" ".join(row.css(f"{LINK} ::text").getall())),
            url=self.page_url.format(source.key, self.ref(row)),
            places=(Place(where),) if where else (),
        )

    def detailed(self, row: Selector, response: Response, source: Source) -> Posting:
        return with_page(self.posting(row, source), response)
