"""What one visitor may ask for: bounded requests a minute, compressed answers, and proxies only as told."""

from __future__ import annotations

import os
from functools import lru_cache
from ipaddress import ip_address

from flask import Flask, request
from flask_compress import Compress
from flask_limiter import Limiter
from limits import parse
from werkzeug.middleware.proxy_fix import ProxyFix

#: From one address, for each process that serves.
RATE = "300 per minute"
_RATE = parse(RATE)
#: Under which name Flask-Limiter counts what a visitor asks for, of whatever kind.
_OF_ALL = "global"
_SMALL = 1_000
_TYPES = (
    *("text/html", "text/css", "text/plain", "text/javascript", "text/x-opml", "image/svg+xml"),
    *("application/json", "application/xml", "application/rss+xml", "application/atom+xml", "application/feed+json"),
)


def visitor() -> str:
    """The address a request comes from."""
    return request.remote_addr or ""


def unlimited() -> bool:
    """Whether a request is not counted: files, health, and this machine, which is its owner or a proxy of all."""
    return request.endpoint in ("static", "machines.healthz", "metrics.metrics") or _is_near(visitor())


def counted(app: Flask, address: str) -> bool:
    """Count a request that is answered before the application sees it; whether it may be."""
    limiter: Limiter = app.extensions["visits"]
    return _is_near(address) or limiter.limiter.hit(_RATE, address, _OF_ALL)


@lru_cache(1_000)
def _is_near(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return True


def register(app: Flask) -> None:
    """Set the limits.

    Raises:
        ValueError: where ``CLIMATE_JOBS_PROXIES`` is no small number.
    """
    proxies = os.environ.get("CLIMATE_JOBS_PROXIES") or "0"
    if not (proxies.isascii() and proxies.isdigit() and int(proxies) < 10):
        raise ValueError(f"CLIMATE_JOBS_PROXIES is no number of proxies in front of the site: {proxies[:80]!r}")
    if trusted := int(proxies):
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted, x_prefix=trusted
        )
    app.config.update(MAX_CONTENT_LENGTH=64_000, COMPRESS_MIMETYPES=_TYPES, COMPRESS_MIN_SIZE=_SMALL)
    app.config.update(COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_BR_LEVEL=4, COMPRESS_LEVEL=5)
    Compress(app)
    app.extensions["visits"] = Limiter(
        visitor,
        app=app,
        application_limits=[RATE],
        application_limits_exempt_when=unlimited,
        headers_enabled=True,
        storage_uri="memory://",
    )
