"""iCIMS boards, such as https://careers-COMPANY.icims.com/jobs/search"""

import re
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse, Response

from postings.posting import Place, Posting, Source
from scraper.asking import Unreadable
from scraper.boards import BoardSpider
from scraper.clean import plain_text
from scraper.embedded import html_of
from scraper.job_posting import with_page
from scraper.places import place
from scraper.terms import workplace

REF = re.compile(r"/jobs/(\d+)/")
NUMBER = re.compile(r"(?<=[?&]pr=)\d+")
#: How a page says that a board is empty.
NONE = re.compile(r"\bno (?:\w+ )?(?:jobs|positions|openings|results)\b|\bcurrently no\b|\bnot find\b", re.IGNORECASE)
WHERE = ".//*[contains(@class, 'field-label') and contains(., 'Location')]/following::span[normalize-space()][1]"
#: «US-CA-Monrovia», «IE-Cork-Cork», «US-Remote».
PARTS = re.compile(r"([A-Z]{2})(?:-([^-]+))?(?:-(.+))?")


class IcimsSpider(BoardSpider):
    """Reads a board from the pages that list it, and each posting from its own.

    The key is the tenant, ``acme`` for ``careers-acme.icims.com``, or a whole host.
    """

    name = "icims"

    def addresses(self, key: str) -> list[str]:
        host = key if "." in key else f"careers-{key}.icims.com"
        return [f"https://{host}/jobs/search?ss=1&in_iframe=1&pr=0"]

    def page(self, response: Response) -> HtmlResponse:
        page = html_of(response)
        if not self.rows(page) and not NONE.search(" ".join(page.css("body ::text").getall())):
            raise Unreadable("a page that neither lists postings nor says that there are none")
        return page

    def rows(self, page: HtmlResponse) -> list[Any]:
        rows = [_row(card, page) for card in page.css("li.iCIMS_JobCardItem, tr.iCIMS_JobsTableRow")]
        # A link to another host is none of this board's.
        return [row for row in rows if urlsplit(row["url"]).netloc == urlsplit(page.url).netloc]

    def next_page(self, page: HtmlResponse, request: Request, seen: int) -> Request | None:
        links = page.css("a::attr(href), link[rel=next]::attr(href)").getall()
        numbers = [int(number) for link in links for number in NUMBER.findall(link)]
        following = int(NUMBER.findall(request.url)[0]) + 1
        return Request(NUMBER.sub(str(following), request.url)) if max(numbers, default=0) >= following else None

    def ref(self, row: dict[str, str]) -> str:
        return REF.findall(row["url"])[0]

    def detail(self, row: dict[str, str], source: Source) -> Request:
        return Request(f"{row['url']}?in_iframe=1")

    def posting(self, row: dict[str, str], source: Source) -> Posting:
        return Posting(
            source=source,
            ref=self.ref(row),
            title=row["title"],
            url=row["url"],
            places=_places(row["where"]),
            workplace=workplace(row["where"]),
        )

    def detailed(self, row: dict[str, str], response: Response, source: Source) -> Posting:
        return with_page(self.posting(row, source), response)


def _row(card: Any, page: HtmlResponse) -> dict[str, str]:
    link = page.urljoin(card.css("a[href*='/jobs/']::attr(href)").get() or "")
    return {
        "url": link.split("?")[0],
        "title": plain_text(" ".join(card.css("h2 ::text, h3 ::text, h4 ::text").getall())),
        "where": plain_text(card.xpath(WHERE).xpath("string()").get()),
    }


def _places(where: str) -> tuple[Place, ...]:
    found = []
    for text in filter(None, map(str.strip, where.split("|"))):
        country, region, city = parts.groups() if (parts := PARTS.fullmatch(text)) else (None, None, None)
        found.append(place(text, country=country, region=None if workplace(region) else region, city=city))
    return tuple(each for each in found if each)
