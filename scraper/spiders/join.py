"""JOIN boards, such as https://join.com/companies/COMPANY"""

from typing import Any

from scrapy import Request
from scrapy.http import Response

from postings.posting import Posting, Source
from scraper.asking import Gone
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.embedded import next_props
from scraper.job_posting import with_page
from scraper.places import place
from scraper.terms import employment_type, workplace


class JoinSpider(BoardSpider):
    """Reads a board from the pages that list it, five postings each, and each posting's text from its own."""

    name = "join"
    board_url = "https://join.com/companies/{key}"

    def page(self, response: Response) -> Any:
        props = next_props(response)
        # A page for what is not there comes as if it were.
        if props.get("statusCode") in (404, 410):
            raise Gone(f"a page that says {props['statusCode']}: it is not there")
        return props

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return page["initialState"]["jobs"]["items"]

    def total(self, page: dict[str, Any]) -> int | None:
        return page["initialState"]["jobs"]["pagination"].get("total")

    def next_page(self, page: dict[str, Any], request: Request, seen: int) -> Request | None:
        pages = page["initialState"]["jobs"]["pagination"]
        more = pages["page"] < pages["pageCount"]
        return Request(f"{request.url.split('?')[0]}?page={pages['page'] + 1}") if more else None

    def ref(self, row: dict[str, Any]) -> str:
        return str(row["id"])

    def detail(self, row: dict[str, Any], source: Source) -> Request:
        return Request(f"{self.addresses(source.key)[0]}/{row['idParam']}")

    def posting(self, row: dict[str, Any], source: Source) -> Posting:
        city, country = row.get("city") or {}, row.get("country") or {}
        name, code = city.get("cityName"), country.get("iso3166")
        where = plain_text(", ".join(filter(None, (name, city.get("countryName")))))
        found = place(where, city=name, country=code or city.get("countryName"))
        return Posting(
            source=source,
            ref=self.ref(row),
            title=plain_text(row["title"]),
            url=f"{self.addresses(source.key)[0]}/{row['idParam']}",
            places=(found,) if found else (),
            workplace=workplace(row.get("workplaceType")),
            employment_type=employment_type((row.get("employmentType") or {}).get("name")),
            department=plain_text((row.get("category") or {}).get("name")) or None,
            posted_at=utc(row.get("createdAt")),
        )

    def detailed(self, row: dict[str, Any], response: Response, source: Source) -> Posting:
        return with_page(self.posting(row, source), response)
