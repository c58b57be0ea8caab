"""Workday boards, by the list their own pages read: https://www.workday.com/en-us/products/talent-management/talent-acquisition.html"""

import json
import re
from typing import Any

from scrapy import Request
from scrapy.http import Response

from postings.posting import Place, Posting, Source
from scraper.asking import json_of
from scraper.boards import BoardSpider
from scraper.clean import describe, plain_text, utc
from scraper.places import place
from scraper.terms import employment_type, workplace

#: More at once is refused.
PAGE = 20
REQUISITION = re.compile(r"_([^_/]+?)(?:-\d{1,2})?$")


class WorkdaySpider(BoardSpider):
    """Reads a list page by page, and each posting from an answer of its own; the key is ``tenant.wdN/site``."""

    name = "workday"
    #: It counts no further, and begins anew beyond.
    cap = 2000

    def addresses(self, key: str) -> list[str]:
        return [f"{_api(key)}/jobs"]

    def request(self, address: str) -> Request:
        return _list(address, offset=0)

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return page["jobPostings"]

    def total(self, page: dict[str, Any]) -> int | None:
        return page["total"]

    def next_page(self, page: dict[str, Any], request: Request, seen: int) -> Request | None:
        # Later pages say that there are none.
        total = request.meta.get("total", page["total"])
        if not page["jobPostings"] or seen >= total:
            return None
        return _list(request.url, offset=seen, total=total)

    def ref(self, row: dict[str, Any]) -> str:
        found = REQUISITION.search(row["externalPath"])
        return found[1] if found else row["externalPath"].rpartition("/")[2]

    def detail(self, row: dict[str, Any], source: Source) -> Request:
        return Request(f"{_api(source.key)}{row['externalPath']}", headers={"Accept": "application/json"})

    def detailed(self, row: dict[str, Any], response: Response, source: Source) -> Posting:
        whole = json_of(response)
        employer = plain_text((whole.get("hiringOrganization") or {}).get("name"))
        return self._posting(row, whole["jobPostingInfo"], source, employer or None)

    def posting(self, row: dict[str, Any], source: Source) -> Posting:
        return self._posting(row, {"location": row.get("locationsText")}, source, None)

    def _posting(self, row: dict[str, Any], info: dict[str, Any], source: Source, employer: str | None) -> Posting:
        html, text = describe(info.get("jobDescription"))
        host, _, site = source.key.partition("/")
        return Posting(
            source=source,
            ref=self.ref(row),
            title=plain_text(row["title"]),
            url=f"https://{host}.myworkdayjobs.com/{site}{row['externalPath']}",
            employer=employer,
            places=_places(info),
            workplace=workplace(info.get("remoteType")),
            employment_type=employment_type(info.get("timeType")),
            posted_at=utc(info.get("startDate")),
            description_html=html,
            description_text=text,
        )


def _api(key: str) -> str:
    host, _, site = key.partition("/")
    return f"https://{host}.myworkdayjobs.com/wday/cxs/{host.partition('.')[0]}/{site}"


def _list(address: str, *, offset: int, total: int | None = None) -> Request:
    body = json.dumps({"appliedFacets": {}, "limit": PAGE, "offset": offset, "searchText": ""})
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    meta = {} if total is None else {"total": total}
    return Request(address, method="POST", body=body, headers=headers, meta=meta)


def _places(info: dict[str, Any]) -> tuple[Place, ...]:
    code = ((info.get("jobRequisitionLocation") or {}).get("country") or {}).get("alpha2Code")
    texts = [
        name for each in [info.get("location"), *(info.get("additionalLocations") or ())] if (name := plain_text(each))
    ]
    if len(texts) == 1 and code:
        return (place(texts[0], country=code) or Place(texts[0]),)
    return tuple(Place(name) for name in texts if not re.fullmatch(r"\d+ Locations", name))
