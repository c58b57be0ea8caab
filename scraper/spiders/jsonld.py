"""Careers pages and sitemaps whose pages carry schema.org JobPosting: https://schema.org/JobPosting"""

from typing import Any

from scrapy import Request
from scrapy.http import Response

from postings.kept import Turn
from postings.posting import Outcome, Posting, Reading, Source, Validators
from scraper.asking import Unreadable
from scraper.boards import BoardSpider
from scraper.job_posting import address_of, posting_from
from scraper.links import ListPage, list_page, same_host
from scraper.marked_up import job_postings

#: So many pages are asked for at most to see whether they are postings, and so many that list them.
MOST, MOST_LISTS = 200, 20


class JsonldSpider(BoardSpider):
    """Reads a careers page or a sitemap, whose address is the key, and the pages of its host that it links to."""

    name = "jsonld"
    follows = True

    def addresses(self, key: str) -> list[str]:
        return [key]

    def request(self, address: str) -> Request:
        return Request(address, meta={"known": {address}})

    def page(self, response: Response) -> ListPage:
        return list_page(response, but={response.url, *response.meta.get("known", ())})

    def rows(self, page: ListPage) -> list[Any]:
        alone = len(page.postings) == 1
        inline = [(found, page.url, alone) for found in page.postings]
        own = {self.ref(row) for row in inline}
        return [*inline, *(link for link in page.links[:MOST] if link not in own)]

    def next_page(self, page: ListPage, request: Request, seen: int) -> Request | None:
        if max(seen, len(page.links)) > MOST:
            raise Unreadable(f"more than {MOST} pages that may be postings")
        known = {*request.meta.get("known", ()), *page.links, request.url, page.url}
        lists = dict.fromkeys([*request.meta.get("lists", ()), *page.lists])
        waiting = [address for address in lists if address not in known]
        number = request.meta.get("number", 1) + 1
        if page.hides_more and not waiting:
            raise Unreadable("a page that shows more postings in browsers only")
        if waiting and number > MOST_LISTS:
            raise Unreadable(f"more than {MOST_LISTS} pages that list postings")
        return Request(waiting[0], meta={"known": known, "lists": waiting, "number": number}) if waiting else None

    def ref(self, row: Any) -> str:
        if isinstance(row, str):
            return row
        found, page, alone = row
        return address_of(found, page=page) or (page if alone else f"{page}#{found['title']}")

    def detail(self, row: Any, source: Source) -> Request | None:
        return Request(row) if isinstance(row, str) else None

    def posting(self, row: Any, source: Source) -> Posting | None:
        return None if isinstance(row, str) else posting_from(row[0], source, page=row[1], ref=self.ref(row))

    def detailed(self, row: str, response: Response, source: Source) -> Posting | None:
        found = job_postings(response) if same_host(response.url, row) else []
        if len({str(each.get("title")) for each in found}) > 1:
            raise Unreadable("several postings on one page")
        return posting_from(found[0], source, page=response.url, ref=row) if found else None

    async def read(self, reading: Reading, turn: Turn | None, opened: Response | BaseException | None) -> None:
        await super().read(reading, turn, opened)
        if not reading.listed:
            # A site that has been rebuilt looks so too.
            reading.outcome, reading.validators = Outcome.FAILED, Validators()
            reading.reason = "; ".join(filter(None, ("no page with a schema.org JobPosting", reading.reason)))
