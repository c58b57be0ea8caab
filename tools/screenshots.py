"""Pictures of every page of a running site, narrow and wide, light and dark: python -m tools.screenshots --help"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

WIDTHS = {"narrow": 320, "phone": 390, "wide": 1280}
SCHEMES = ("light", "dark")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def pages(browser: Browser, site: str) -> dict[str, str]:
    """The pages of a site by name: of its largest solution, its newest job, its first closed one."""
    context = browser.new_context(base_url=site)

    def first(path: str) -> dict[str, Any]:
        items = context.request.get(f"/api/v1/{path}").json()["items"]
        return max(items, key=lambda each: each.get("open_postings", 0)) if items else {}

    solution, job, closed = first("solutions"), first("postings?per_page=1"), first("postings?per_page=1&status=closed")
    employer = first("employers")
    context.close()
    slug = solution["slug"]
    named = {
        "home": "/",
        "solutions": "/solutions/",
        "solution": f"/solutions/{slug}",
        "jobs": "/jobs",
        "search": f"/jobs?q=engineer&solution={slug}",
        "nothing": "/jobs?q=zzzz&l=nowhere",
        "map": "/map",
        "employers": "/employers/",
        "shortlist": f"/shortlist?solution={slug}",
        "about": "/about",
        "status": "/status",
        "api": "/api",
        "refused": "/jobs?workplace=mars",
        "missing": "/nowhere",
        "embed": f"/embed/solutions/{slug}",
    }
    named |= {"job": f"/jobs/{job['id']}"} if job else {}
    named |= {"closed": f"/jobs/{closed['id']}"} if closed else {}
    return named | ({"employer": f"/employers/{employer['slug']}"} if employer else {})


def take(site: str, folder: Path, only: str) -> int:
    """Write the pictures, and tell how many there are."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    taken = 0
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=FLAGS)
        found = {name: path for name, path in pages(browser, site).items() if only in name}
        for scheme in SCHEMES:
            for width, pixels in WIDTHS.items():
                size = {"width": pixels, "height": 900}
                context = browser.new_context(base_url=site, viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
                page = context.new_page()
                for name, path in found.items():
                    page.goto(path)
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                    taken += 1
                context.close()
        browser.close()
    return taken


def main() -> None:
    """Take pictures of the site that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", default="http://127.0.0.1:8000", help="its address")
    parser.add_argument("--folder", type=Path, default=Path("screenshots"), help="where the pictures go")
    parser.add_argument("--only", default="", help="pages with this in their name")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(f"{take(given.site, given.folder, given.only)} pictures in {given.folder}\n")


if __name__ == "__main__":
    main()
