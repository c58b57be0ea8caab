"""Secure connections that share what they trust: read for each, it takes milliseconds and a megabyte of memory."""

from __future__ import annotations

from functools import cache

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from twisted.internet._sslverify import ClientTLSOptions
from twisted.internet.ssl import CertificateOptions, platformTrust
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer


class Https(HTTP11DownloadHandler):
    """Scrapy's own handler, but for the trust that it shares."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._contextFactory = Verified()  # type: ignore[assignment]  # zope's interfaces are none to a type checker


@implementer(IPolicyForHTTPS)
class Verified:
    """Believes a host whose certificate names it, and that somebody vouches for whom this machine trusts."""

    def creatorForNetloc(self, hostname: bytes, port: int) -> ClientTLSOptions:  # noqa: ARG002
        """What makes connections to a host; twisted's way of asking."""
        return ClientTLSOptions(_trust()._makeTLSConnection, hostname.decode("ascii"))


@cache
def _trust() -> CertificateOptions:
    # As Scrapy has them where it verifies: old servers that break on what is new get a second chance.
    return CertificateOptions(trustRoot=platformTrust(), fixBrokenPeers=True)
