"""JazzHR boards, such as https://COMPANY.applytojob.com/apply/jobs"""

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

LINK = "a[href*='/apply/jobs/details/']"


class JazzhrSpider(BoardSpider):
    """Reads a board from the one table that lists it, and each posting from its own page."""

    name = "jazzhr"
    board_url = "https://{key}.applytojob.com/apply/jobs"
    page_url = "https://{}.applytojob.com/apply/jobs/details/{}"

    def page(self, response: Response) -> HtmlResponse:
        page = html_of(response)
        if not page.css(f"{LINK}, #jobs_table, table.resumator_jobs, .resumator_no_jobs"):
            raise Unreadable("a page without a table of postings")
        return page

    def rows(self, page: HtmlResponse) -> list[Any]:
        return [row for row in page.css("tr") if row.css(LINK)]

    def ref(self, row: Selector) -> str:
        return re.findall(r"/details/(\w+)", row.css(LINK).attrib["href"])[0]

    def detail(self, row: Selector, source: Source) -> Request:
        return Request(self.page_url.format(source.key, self.ref(row)))

    def posting(self, row: Selector, source: Source) -> Posting:
        cells = [plain_text(" ".join(cell.css("::text").getall())) for cell in row.css("td")]
        where = cells[-1] if len(cells) > 1 else ""
        return Posting(
            source=source,
            ref=self.ref(row),
            title=plain_text(" ".join(row.css(LINK)[:1].css("::text").getall())),
            url=self.page_url.format(source.key, self.ref(row)),
            places=(Place(where),) if where else (),
            department=plain_text(" ".join(row.css(".resumator_department ::text").getall())) or None,
        )

    def detailed(self, row: Selector, response: Response, source: Source) -> Posting:
        return with_page(self.posting(row, source), response)
