"""Every recording of a real board, where they are beside the project: all its postings, and no claim too much."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from recorded_boards import Engine, read

from postings.posting import Outcome, Source

COMPLETE, PARTIAL, FAILED = Outcome.COMPLETE, Outcome.PARTIAL, Outcome.FAILED
#: Recordings that ``samples.json`` gives no address.
UNROUTED: list[dict[str, Any]] = [
    {
        "url": "https://api.smartrecruiters.com/v1/companies/AutomationAnywhere1/postings?limit=100&offset=0",
        "file": "smartrecruiters/automationanywhere-page0.json",
        "match": "exact",
    },
    {
        "url": "https://api.smartrecruiters.com/v1/companies/AutomationAnywhere1/postings?limit=100&offset=3",
        "file": "smartrecruiters/automationanywhere-page1.json",
        "match": "exact",
    },
    {
        "url": "https://analog.wd1.myworkdayjobs.com/wday/cxs/analog/External/jobs",
        "file": "workday/analog-list-page0.json",
        "method": "POST",
        "body_contains": '"offset": 0',
    },
    {
        "url": "https://analog.wd1.myworkdayjobs.com/wday/cxs/analog/External/jobs",
        "file": "workday/analog-list-later-page.json",
        "method": "POST",
    },
    {
        "url": "https://api.rippling.com/platform/api/ats/v1/board/acme/jobs/7527c74e-2e0a-432d-99da-6b3f4042f325",
        "file": "rippling/sanitised-v1-detail.json",
    },
    {"url": "https://api.gem.com/job_board/v0/gem/job_posts/", "file": "gem/gem.json"},
    {
        "url": "https://api.getro.com/api/v2/collections/1/search/jobs",
        "file": "getro/handmade-search.json",
        "method": "POST",
    },
]
#: The source, how a crawl of its recording ends, and how many postings it brings.
EXPECTED: list[tuple[str, Outcome, int]] = [
    ("arbeitnow:all", PARTIAL, 5),
    ("bamboohr:airambulance", COMPLETE, 3),
    ("breezy:breezy", COMPLETE, 2),
    ("comeet:F6.003/REDACTED", COMPLETE, 2),
    ("gem:gem", COMPLETE, 2),
    ("getro:1", PARTIAL, 1),
    ("himalayas:all", PARTIAL, 20),
    ("icims:acmefreight", PARTIAL, 2),
    ("icims:wipfli", COMPLETE, 2),
    ("jobicy:all", PARTIAL, 3),
    ("jobvite:feedingamerica", COMPLETE, 2),
    ("join:onetwosocial", COMPLETE, 2),
    ("jsonld:https://decathlon.talentclue.example/job/1", FAILED, 0),
    ("jsonld:https://didi.example/job/1", FAILED, 0),
    ("jsonld:https://www.metacareers.com/jobs/1", COMPLETE, 1),
    ("paylocity:211e692d-c45a-4e3a-ae01-3e497af97929", COMPLETE, 2),
    ("personio:laolaweb", COMPLETE, 11),
    ("personio:laolaweb-damaged", FAILED, 0),
    ("personio:personio", COMPLETE, 1),
    ("personio:typo3", COMPLETE, 2),
    ("pinpoint:aawdc", COMPLETE, 3),
    ("recruitee:aikidosecurity", COMPLETE, 3),
    ("recruitee:jobs.channable.com", COMPLETE, 2),
    ("remotive:all", PARTIAL, 18),
    ("rippling:acme", COMPLETE, 2),
    ("rippling:rippling", PARTIAL, 1),
    ("rss:https://1komma5.teamtailor.com/jobs.json", PARTIAL, 2),
    ("rss:https://jobs.wp-old.example/?feed=job_feed", PARTIAL, 1),
    ("rss:https://upcloud.teamtailor.com/jobs.rss", PARTIAL, 2),
    ("rss:https://weworkremotely.com/categories/remote-devops-sysadmin-jobs.rss", PARTIAL, 3),
    ("rss:https://weworkremotely.com/remote-jobs.rss", PARTIAL, 4),
    ("smartrecruiters:WesternDigital", COMPLETE, 3),
    ("smartrecruiters:knight", COMPLETE, 1),
    ("teamtailor:1komma5", COMPLETE, 2),
    ("teamtailor:upcloud", COMPLETE, 2),
    ("workable:amazing-care-home-health-services", COMPLETE, 2),
    ("workable:crewai", COMPLETE, 4),
    ("workable:vasion", COMPLETE, 2),
    ("workable:workable", COMPLETE, 1),
    ("workable:zego", COMPLETE, 3),
    ("workday:gdit.wd5/External_Career_Site", PARTIAL, 4),
    ("workday:nvidia.wd5/NVIDIAExternalCareerSite", PARTIAL, 2),
]


#: The same of boards whose recordings answer other addresses than a crawl asks for: not to be had through the proxy.
ELSEWHERE: list[tuple[str, Outcome, int]] = [
    ("smartrecruiters:AutomationAnywhere1", PARTIAL, 3),
    ("workday:analog.wd1/External", PARTIAL, 40),
]
ALL = [*EXPECTED, *ELSEWHERE]


@pytest.mark.parametrize(("source", "outcome", "postings"), ALL, ids=[source for source, _, _ in ALL])
def test_a_real_board_gives_the_postings_it_holds(source: str, outcome: Outcome, postings: int, samples: Path) -> None:
    routes = [*UNROUTED, *json.loads((samples / "samples.json").read_text(encoding="utf-8"))]
    found = read(Source.parse(source), Engine(samples, routes))
    assert (found.outcome, len(found.postings)) == (outcome, postings), found.reason
