"""BambooHR boards, such as https://COMPANY.bamboohr.com/careers"""

import re
from typing import Any

from scrapy import Request
from scrapy.http import Response

from postings.posting import Place, Posting, Source, Workplace
from scraper.asking import Unreadable, json_of
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.embedded import html_of
from scraper.pay import pay_from_text
from scraper.places import place
from scraper.terms import employment_type

WORKPLACES = {"0": Workplace.ONSITE, "1": Workplace.REMOTE, "2": Workplace.HYBRID}


class BamboohrSpider(BoardSpider):
    """Reads a list in one answer, and the text and date of each posting from an answer of its own.

    Some say that the list is there no longer, or always empty; then the one for employers' own pages is read.
    """

    name = "bamboohr"
    anywhere = True
    board_url = ("https://{key}.bamboohr.com/careers/list", "https://{key}.bamboohr.com/jobs/embed2.php")

    def page(self, response: Response) -> Any:
        return _embedded(response) if response.body.lstrip().startswith(b"<") else super().page(response)

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return page["result"]

    def doubt(self, page: dict[str, Any]) -> str | None:
        return "the list for employers' own pages is not known to hold all" if page.get("embedded") else None

    def next_page(self, page: dict[str, Any], request: Request, seen: int) -> Request | None:
        if seen or "embedded" in page:
            return None
        return Request(request.url.replace("careers/list", "jobs/embed2.php"), meta={"may_be_missing": True})

    def total(self, page: dict[str, Any]) -> int | None:
        return (page.get("meta") or {}).get("totalCount")

    def ref(self, row: dict[str, Any]) -> str:
        return str(row["id"])

    def detail(self, row: dict[str, Any], source: Source) -> Request:
        return Request(f"https://{source.key}.bamboohr.com/careers/{self.ref(row)}/detail")

    def detailed(self, row: dict[str, Any], response: Response, source: Source) -> Posting:
        return self._posting(row, source, json_of(response)["result"]["jobOpening"])

    def posting(self, row: dict[str, Any], source: Source) -> Posting:
        return self._posting(row, source, {})

    def _posting(self, row: dict[str, Any], source: Source, more: dict[str, Any]) -> Posting:
        places = _places(row | more)
        country = places[0].country if places else None
        return Posting(
            source=source,
            ref=self.ref(row),
            title=plain_text(row["jobOpeningName"]),
            url=f"https://{source.key}.bamboohr.com/careers/{self.ref(row)}",
            places=places,
            workplace=WORKPLACES.get(str(row.get("locationType")))
            or (Workplace.REMOTE if row.get("isRemote") else None),
            employment_type=employment_type(row.get("employmentStatusLabel")),
            department=plain_text(row.get("departmentLabel")) or None,
            salary=pay_from_text(more.get("compensation"), country=country, in_field=True),
            posted_at=utc(more.get("datePosted")),
            description_html=more.get("description") or "",
        )


def _embedded(response: Response) -> dict[str, Any]:
    """What the list for employers' own pages holds, in the form of the other."""
    page = html_of(response)
    if not page.css("[class*=BambooHR-ATS]"):
        raise Unreadable("neither a list of postings nor the one for employers' own pages")
    return {"result": [_row(item) for item in page.css("li.BambooHR-ATS-Jobs-Item")], "embedded": True}


def _row(item: Any) -> dict[str, Any]:
    link = item.css("a")[0]
    department = item.xpath("ancestor::*[contains(@class, 'Department-Item')][1]//*[contains(@class, 'Header')]")
    return {
        "id": re.findall(r"\d+", link.attrib["href"])[-1],
        "jobOpeningName": link.xpath("string()").get(),
        "departmentLabel": department.xpath("string()").get(),
        "place": item.css(".BambooHR-ATS-Location").xpath("string()").get(),
    }


def _places(row: dict[str, Any]) -> tuple[Place, ...]:
    for where in (row.get("location") or {}, row.get("atsLocation") or {}):
        region, country = (
            where.get("state") or where.get("province"),
            where.get("country") or where.get("addressCountry"),
        )
        found = place(city=where.get("city"), region=region, country=country)
        if found is not None:
            return (found,)
    text = plain_text(row.get("place"))
    return (Place(text),) if text else ()
