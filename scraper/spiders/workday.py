"""Workday boards, such as https://TENANT.wd5.myworkdayjobs.com/SITE"""

import re
from typing import Any

from scrapy import Request
from scrapy.http import JsonRequest, Response

from postings.posting import Place, Posting, Source
from scraper.asking import json_of
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.places import place, read_places
from scraper.terms import employment_type, workplace

#: More at once is refused.
PAGE = 20
#: It counts no further, and begins anew beyond.
CAP = 2000
SEVERAL = re.compile(r"\d+ Locations")


class WorkdaySpider(BoardSpider):
    """Reads a list page by page, and each posting from an answer of its own; the key is ``tenant.wdN/site``."""

    name = "workday"

    def addresses(self, key: str) -> list[str]:
        return [f"{_api(key)}/jobs"]

    def request(self, address: str) -> Request:
        return _list(address, offset=0)

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return page["jobPostings"]

    def total(self, page: dict[str, Any]) -> int | None:
        return page["total"]

    def doubt(self, page: dict[str, Any]) -> str | None:
        return f"it counts no further than {CAP}" if page.get("total", 0) >= CAP else None

    def next_page(self, page: dict[str, Any], request: Request, seen: int) -> Request | None:
        # Later pages say that there are none.
        total = request.meta.get("total", page.get("total", 0))
        if not page["jobPostings"] or 0 < total <= seen:
            return None
        return _list(request.url, offset=seen, total=total)

    def ref(self, row: dict[str, Any]) -> str:
        """The requisition's number; a copy of it on another site has «-1» behind it in its address."""
        path = row["externalPath"]
        named = [each for each in row.get("bulletFields") or () if re.search(rf"_{re.escape(each)}(?:-\d+)?$", path)]
        return named[0] if named else path.rpartition("/")[2].rpartition("_")[2]

    def detail(self, row: dict[str, Any], source: Source) -> Request:
        return Request(f"{_api(source.key)}{row['externalPath']}", headers={"Accept": "application/json"})

    def detailed(self, row: dict[str, Any], response: Response, source: Source) -> Posting:
        whole = json_of(response)
        employer = plain_text((whole.get("hiringOrganization") or {}).get("name"))
        return self._posting(row, whole["jobPostingInfo"], source, employer or None)

    def posting(self, row: dict[str, Any], source: Source) -> Posting:
        return self._posting(row, {"location": row.get("locationsText")}, source, None)

    def _posting(self, row: dict[str, Any], info: dict[str, Any], source: Source, employer: str | None) -> Posting:
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
            description_html=info.get("jobDescription") or "",
        )


def _api(key: str) -> str:
    host, _, site = key.partition("/")
    return f"https://{host}.myworkdayjobs.com/wday/cxs/{host.partition('.')[0]}/{site}"


def _list(address: str, *, offset: int, total: int | None = None) -> Request:
    wanted = {"appliedFacets": {}, "limit": PAGE, "offset": offset, "searchText": ""}
    meta = {} if total is None else {"total": total}
    return JsonRequest(address, data=wanted, headers={"Accept": "application/json"}, meta=meta)


def _places(info: dict[str, Any]) -> tuple[Place, ...]:
    texts = [plain_text(each) for each in (info.get("location"), *(info.get("additionalLocations") or ()))]
    found = [Place(text) for text in texts if text and not SEVERAL.fullmatch(text)]
    code = ((info.get("jobRequisitionLocation") or {}).get("country") or {}).get("alpha2Code")
    if found and code not in {said.country for said in read_places(found[0].text).places}:
        # The words of the first do not say it, or seem to say another.
        found[0] = place(found[0].text, country=code) or found[0]
    return tuple(found)
