"""Comeet (Spark Hire Recruit) boards: https://developers.comeet.com/reference/careers-api-overview"""

from typing import Any

from scrapy.http import Response

from postings.posting import Posting, Source
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.embedded import json_after
from scraper.places import place
from scraper.terms import employment_type, workplace


class ComeetSpider(BoardSpider):
    """Reads a board from its hosted page, which holds all its postings; or from the API, where the key has a token.

    The key is ``company/uid`` as in the address of the page, ``uid``, or ``uid/token``.
    """

    name = "comeet"
    hosted = "https://www.comeet.com/jobs/{}/{}"
    api = "https://www.comeet.co/careers-api/2.0/company/{}/positions?token={}&details=true"

    def addresses(self, key: str) -> list[str]:
        first, _, second = key.partition("/")
        if "." in second or not second:
            return [self.hosted.format(first, second or first)]
        return [self.api.format(first, second)]

    def page(self, response: Response) -> Any:
        if response.url.startswith("https://www.comeet.com/jobs/"):
            return json_after("COMPANY_POSITIONS_DATA", response)
        return super().page(response)

    def rows(self, page: list[Any]) -> list[Any]:
        if not isinstance(page, list):
            raise TypeError("no list of positions")
        return page

    def posting(self, row: dict[str, Any], source: Source) -> Posting | None:
        if row.get("is_internal"):
            return None
        where = row.get("location") or {}
        found = place(city=where.get("city"), region=where.get("state"), country=where.get("country"))
        found = found or place(where.get("name"))
        return Posting(
            source=source,
            ref=row["uid"],
            title=plain_text(row["name"]),
            url=row.get("url_active_page") or row["url_comeet_hosted_page"],
            apply_url=row.get("url_comeet_hosted_page"),
            employer=plain_text(row.get("company_name")) or None,
            places=(found,) if found else (),
            workplace=workplace(row.get("workplace_type") or ("remote" if where.get("is_remote") else None)),
            employment_type=employment_type(row.get("employment_type")),
            department=plain_text(row.get("department")) or None,
            changed_at=utc(row.get("time_updated")),
            description_html=_whole_text(row),
        )


def _whole_text(row: dict[str, Any]) -> str:
    """The sections of a text in their order, each but the first under its name."""
    sections = row.get("details") or (row.get("custom_fields") or {}).get("details") or ()
    said = [each for each in sorted(sections, key=lambda each: each.get("order") or 0) if each.get("value")]
    headings = ["", *(f"<h3>{plain_text(each.get('name'))}</h3>" for each in said[1:])]
    return "".join(heading + each["value"] for heading, each in zip(headings, said, strict=False))
