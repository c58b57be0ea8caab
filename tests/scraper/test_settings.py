"""What Scrapy is told: safe and polite, whatever its defaults become."""

from __future__ import annotations

from scrapy.utils.misc import load_object

from scraper.process import settings


def test_nothing_listens_and_nothing_is_told_that_need_not_be() -> None:
    told = settings()
    for name in ("TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "COOKIES_ENABLED", "REFERER_ENABLED"):
        assert told.getbool(name) is False, name
    assert told.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    assert told.getint("DOWNLOAD_MAXSIZE") <= 32 * 1024 * 1024
    assert told.getint("REDIRECT_MAX_TIMES") <= 5


def test_only_the_web_is_asked() -> None:
    told = settings()
    handlers = {**told["DOWNLOAD_HANDLERS_BASE"], **told["DOWNLOAD_HANDLERS"]}
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


def test_what_the_settings_name_is_there() -> None:
    told = settings()
    for name in ("DOWNLOADER_MIDDLEWARES", "ITEM_PIPELINES", "FEED_EXPORTERS"):
        for path in told.getdict(name):
            target = told.getdict(name)[path] if name == "FEED_EXPORTERS" else path
            assert load_object(target)
