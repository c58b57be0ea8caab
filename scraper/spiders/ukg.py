"""UKG Pro Recruiting (UltiPro) boards, such as https://recruiting.ultipro.com/TENANT/JobBoard/UUID"""

from typing import Any

from scrapy import Request
from scrapy.http import JsonRequest, Response

from postings.posting import EmploymentType, Place, Posting, Source, Workplace
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.embedded import json_after
from scraper.places import place

#: Where a board may be whose key does not name the host.
HOSTS = ("recruiting.ultipro.com", "recruiting2.ultipro.com")
SEARCH = "/JobBoardView/LoadSearchResults"
SIZE = 100
NEWEST = {"Value": "postedDateDesc", "PropertyName": "PostedDate", "Ascending": False}
WORKPLACES: dict[Any, Workplace] = {0: Workplace.HYBRID, 1: Workplace.ONSITE, 2: Workplace.REMOTE}
HOURS: dict[Any, EmploymentType] = {True: EmploymentType.FULL_TIME, False: EmploymentType.PART_TIME}


class UkgSpider(BoardSpider):
    """Reads a board from its list, 100 postings a page, and each posting's text from its own page.

    The key is ``TENANT/uuid``, with the host before it where it is another: ``recruiting2/TENANT/uuid``.
    """

    name = "ukg"

    def addresses(self, key: str) -> list[str]:
        *named, tenant, board = key.rsplit("/", 2)
        hosts = [each if "." in each else f"{each}.ultipro.com" for each in named] or HOSTS
        return [f"https://{host}/{tenant}/JobBoard/{board}{SEARCH}" for host in hosts]

    def request(self, address: str) -> Request:
        return _search(address, skip=0)

    def page(self, response: Response) -> Any:
        page = super().page(response)
        return {**page, "board": response.url.removesuffix(SEARCH)} if isinstance(page, dict) else page

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return [{**row, "board": page["board"]} for row in page["opportunities"]]

    def total(self, page: dict[str, Any]) -> int | None:
        return page.get("totalCount")

    def next_page(self, page: dict[str, Any], request: Request, seen: int) -> Request | None:
        came, total = len(page["opportunities"]), self.total(page)
        more = came >= SIZE if total is None else came > 0 and seen < total
        return _search(request.url, skip=seen) if more else None

    def ref(self, row: dict[str, Any]) -> str:
        return row["Id"]

    def detail(self, row: dict[str, Any], source: Source) -> Request:
        return Request(f"{row['board']}/OpportunityDetail?opportunityId={self.ref(row)}")

    def posting(self, row: dict[str, Any], source: Source) -> Posting | None:
        if row.get("OpportunityIsClosed"):
            return None
        return Posting(
            source=source,
            ref=self.ref(row),
            title=plain_text(row["Title"]),
            url=self.detail(row, source).url,
            places=tuple(found for each in row.get("Locations") or () if (found := _place(each))),
            workplace=WORKPLACES.get(row.get("JobLocationType")),
            employment_type=HOURS.get(row.get("FullTime")),
            department=plain_text(row.get("JobCategoryName")) or None,
            posted_at=utc(row.get("PostedDate")),
            description_html=row.get("Description") or row.get("BriefDescription") or "",
        )

    def detailed(self, row: dict[str, Any], response: Response, source: Source) -> Posting | None:
        return self.posting({**row, **json_after("CandidateOpportunityDetail(", response)}, source)


def _search(address: str, *, skip: int) -> Request:
    wanted = {"Top": SIZE, "Skip": skip, "QueryString": "", "OrderBy": [NEWEST], "Filters": []}
    return JsonRequest(address, data={"opportunitySearch": wanted})


def _place(location: dict[str, Any]) -> Place | None:
    address = location.get("Address") or {}
    region, country = ((address.get(name) or {}) for name in ("State", "Country"))
    found = place(city=address.get("City"), region=region.get("Code"), country=country.get("Code"))
    return found or place(location.get("LocalizedDescription") or location.get("LocalizedName"))
