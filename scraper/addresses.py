"""Tells from an address alone which board it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from postings.posting import Source, is_web_address

#: Hosts and paths of this form are the vendors' own, nobody's board.
NO_KEY = frozenset(
    """
    about academy admin api app apps apply assets auth blog cdn cdn-cgi content cookies demo developer developers docs
    documentation email embed en favicon go help images info integrations js j jobs-near-me legal login logout mail
    marketing media news openapi pricing privacy resources robots search security signin signup sitemap static status
    subscribe support terms trust users v0 v1 v2 v3 wday web widget widgets www _next
    """.split()  # noqa: SIM905
)
#: A file or a language is no board either; Ashby's keys may hold other dots.
NOT_A_KEY = re.compile(
    r"\.(?i:css|gif|html?|ico|jpe?g|js|json|map|md|mjs|pdf|php|png|svg|txt|webp|woff2?|xml)$|^[a-z]{2}-[A-Z]{2}$"
)
FEED = re.compile(r"(?:\.(?:rss|atom)|/(?:rss|atom|feed)(?:\.xml)?/?|/feed/[\w-]+/?)$", re.I)
FEED_QUERY = re.compile(r"(?:^|&)(?:feed=(?!comments)\w+|format=(?:rss|atom))(?:&|$)", re.I)

LANGUAGE = r"(?:[a-z]{2}(?:-[A-Za-z]{2})?/)?"
UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
#: A part of a path, and a part of a host.
KEY, LABEL = r"(?P<key>[^/]+)", r"(?P<key>[a-z0-9][a-z0-9-]*)"


@dataclass(frozen=True, slots=True)
class _Rule:
    """Addresses of one form. The pattern is matched with ``host/path``, the host in small letters."""

    kind: str
    pattern: re.Pattern[str]
    #: How the key is made of the pattern's groups.
    form: str
    #: The parameter of the query that is the key, where it is not in the path.
    query: str | None

    def key(self, place: str, query: str) -> str | None:
        """The key of the board an address belongs to; None where it is none of this form."""
        found = self.pattern.match(place)
        if found is None:
            return None
        if self.query is None:
            parts = found.groupdict(default="")
        else:
            named = parse_qs(query).get(self.query)
            parts = {"key": named[0].strip() if named else ""}
        name = parts.get("key", "-")
        if not name or name.lower() in NO_KEY or NOT_A_KEY.search(name):
            return None
        return self.form.format_map(parts)


def _rule(kind: str, pattern: str, form: str = "{key}", *, query: str | None = None) -> _Rule:
    return _Rule(kind, re.compile(pattern + r"(?:/|$)"), form, query)


#: The first that fits counts.
RULES = (
    _rule("greenhouse", r"(?:job-)?boards(?:\.eu)?\.greenhouse\.io/embed/job_(?:board|app)", query="for"),
    _rule("greenhouse", r"(?:boards-)?api(?:\.eu)?\.greenhouse\.io/v1/boards/(?P<key>[\w-]+)"),
    _rule("greenhouse", r"(?:job-)?boards(?:\.eu)?\.greenhouse\.io/(?P<key>[\w-]+)"),
    _rule("lever", rf"jobs\.(?P<eu>eu(?=\.))?\.?lever\.co/{KEY}", "{eu}/{key}"),
    _rule("lever", rf"api\.(?P<eu>eu(?=\.))?\.?lever\.co/v0/postings/{KEY}", "{eu}/{key}"),
    _rule("ashby", rf"jobs\.ashbyhq\.com/{KEY}"),
    _rule("ashby", rf"api\.ashbyhq\.com/posting-api/job-board/{KEY}"),
    _rule("workable", rf"(?:apply|www)\.workable\.com/api/(?:v\d+/)?(?:widget/)?accounts/{KEY}"),
    _rule("workable", rf"apply\.workable\.com/{KEY}"),
    _rule("workable", rf"(?!jobs\.|apply\.){LABEL}\.workable\.com"),
    _rule("smartrecruiters", rf"api\.smartrecruiters\.com/v1/companies/{KEY}"),
    _rule("smartrecruiters", rf"(?:jobs|careers)\.smartrecruiters\.com/(?:oneclick-ui/company/|ni/)?{KEY}"),
    _rule("recruitee", rf"{LABEL}\.recruitee\.com"),
    _rule("personio", rf"{LABEL}\.jobs\.personio\.de"),
    _rule("personio", r"(?P<key>[a-z0-9-]+\.jobs\.personio\.[a-z]{2,3})"),
    _rule("teamtailor", rf"{LABEL}\.teamtailor\.com"),
    _rule("teamtailor", r"(?P<key>[a-z0-9-]+\.[a-z]{2}\.teamtailor\.com)"),
    _rule("bamboohr", rf"{LABEL}\.bamboohr\.com/(?:careers|jobs|hiring|js/embed\.js)"),
    _rule("breezy", rf"{LABEL}\.breezy\.hr"),
    _rule(
        "workday",
        rf"(?P<tenant>[\w-]+)\.(?P<shard>wd\d+)\.myworkdayjobs(?:-impl)?\.com/(?:wday/cxs/[^/]+/)?{LANGUAGE}{KEY}",
        "{tenant}.{shard}/{key}",
    ),
    _rule(
        "workday",
        rf"(?P<shard>wd\d+)\.myworkdaysite\.com/{LANGUAGE}recruiting/(?P<tenant>[\w-]+)/{KEY}",
        "{tenant}.{shard}/{key}",
    ),
    _rule("rippling", rf"api\.rippling\.com/platform/api/ats/v1/board/{KEY}"),
    _rule("rippling", rf"ats(?:\.us1)?\.rippling\.com/(?:api/v2/board/)?{LANGUAGE}(?P<key>[^/]+)(?=/jobs|/?$)"),
    _rule("pinpoint", rf"{LABEL}\.pinpointhq\.com"),
    _rule("gem", rf"(?:jobs\.gem\.com|api\.gem\.com/job_board/v0)/{KEY}"),
    _rule("comeet", r"(?:www\.)?comeet\.com?/jobs/(?P<company>[^/]+)/(?P<uid>[\w-]+\.[\w-]+)", "{company}/{uid}"),
    _rule("paylocity", rf"recruiting\.paylocity\.com/(?i:recruiting/jobs/(?:All|List))/(?P<key>{UUID})"),
    _rule("jobvite", rf"jobs\.jobvite\.com/(?:careers/)?{KEY}"),
    _rule("icims", rf"careers-{LABEL}\.icims\.com"),
    _rule("icims", r"(?P<key>[a-z0-9]+-[a-z0-9-]+\.icims\.com)"),
    _rule("jazzhr", rf"{LABEL}\.applytojob\.com"),
    _rule("join", rf"(?:www\.)?join\.com/{LANGUAGE}companies/{KEY}"),
    _rule("ukg", rf"recruiting\.ultipro\.com/(?P<tenant>\w+)/(?i:JobBoard)/(?P<board>{UUID})", "{tenant}/{board}"),
    _rule(
        "ukg",
        rf"(?P<host>recruiting\d+)\.ultipro\.com/(?P<tenant>\w+)/(?i:JobBoard)/(?P<board>{UUID})",
        "{host}/{tenant}/{board}",
    ),
    _rule(
        "ukg",
        rf"(?P<host>recruiting\d*\.ultipro\.ca)/(?P<tenant>\w+)/(?i:JobBoard)/(?P<board>{UUID})",
        "{host}/{tenant}/{board}",
    ),
    _rule("getro", r"api\.getro\.com/(?:api/)?v\d+/collections/(?P<key>\d+)"),
    _rule("getro", r"(?!(?:www|api|app|help|support|blog|assets|cdn)\.)(?P<key>[a-z0-9-]+\.getro\.com)"),
)
#: Comeet's API takes two keys, one of them in the query.
COMEET = re.compile(r"www\.comeet\.com?/careers-api/2\.0/company/([\w.-]+)/positions")


def recognise(url: str) -> Source | None:
    """The board or listing an address belongs to; None where no system we know has addresses of its form."""
    if not is_web_address(url):
        return None
    parts = urlsplit(url)
    place = (parts.hostname or "").rstrip(".") + parts.path
    for rule in RULES:
        if key := rule.key(place, parts.query):
            return Source(rule.kind, key.strip("/"))
    if (comeet := COMEET.match(place)) and (token := parse_qs(parts.query).get("token")):
        return Source("comeet", f"{comeet[1]}/{token[0]}")
    return Source("rss", url) if is_feed(url) else None


def is_feed(url: str) -> bool:
    """Whether an address looks like that of an RSS or Atom feed."""
    parts = urlsplit(url)
    return bool(FEED.search(parts.path) or FEED_QUERY.search(parts.query))


def whole_key(kind: str, token: str, address: str) -> str:
    """The key of a board of which lists give a token only, such as ``tenant/site``: what it lacks is in its address."""
    found = recognise(address) if address else None
    if found is None or found.kind != kind or found.key.casefold() == token.casefold():
        return token
    key = found.key.casefold()
    return found.key if set(token.casefold().split("/")) <= {*key.split("/"), *re.split(r"[/.]", key)} else token
