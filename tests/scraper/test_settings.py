"""What Scrapy is told: safe and polite, whatever its defaults become."""

from __future__ import annotations

from scrapy.utils.misc import load_object

from scraper.process import settings


def test_nothing_listens_and_nothing_is_told_that_need_not_be() -> None:
    told = settings()
    parts = [*told.get_component_priority_dict_with_base("EXTENSIONS").items()]
    parts += told.get_component_priority_dict_with_base("DOWNLOADER_MIDDLEWARES").items()
    used = {str(part).rpartition(".")[2] for part, place in parts if place is not None}
    assert "RetryMiddleware" in used
    assert not used & {"TelnetConsole", "RemoteControl", "CookiesMiddleware"}
    assert told.getbool("REFERER_ENABLED") is False
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
        for path, place in told.getdict(name).items():
            if place is None:
                continue
            target = place if name == "FEED_EXPORTERS" else path
            assert load_object(target)
