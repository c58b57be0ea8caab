"""Refuses addresses that lead where nobody outside should send us: not to http(s), or into a private network."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.url import add_http_if_no_scheme
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

PORTS = (80, 443)
#: From here on ports are anybody's, and none of the old services of a network listens there.
FREE_PORTS = 1025


class Refused(IgnoreRequest):
    """An address that is not asked, whoever names it; the text is one line for people."""


class PrivateHost(DNSLookupError):
    """A name stands for an address that is not public."""

    def __str__(self) -> str:
        return str(self.args[0])


class Safety:
    """Scrapy's downloader middleware before all others: each hop, each retry and each robots.txt passes it first."""

    def __init__(self, crawler: Crawler) -> None:
        self._private = crawler.settings.getbool("ALLOW_PRIVATE_HOSTS")
        self._most = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Safety:
        """Scrapy's way of making a middleware."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass; Refused where its address, or what its host stands for, is none for us."""
        why = fault_of(request.url, private=self._private)
        if why is None and not self._private and not _proxied(request):
            why = await _fault_of_name(urlsplit(request.url).hostname or "")
        if why:
            raise Refused(f"not asked: {why}")

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Say plainly that a body was too large; Scrapy says it in several ways, and sometimes not at all."""
        if isinstance(exception, DownloadCancelledError):
            raise Refused(f"a body of more than {self._most // 1024**2} MB, at {request.url}"[:200]) from exception


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, which finds public addresses only: what it finds is what is connected to.

    A name that stands for one address now and another later thus gains nothing.
    """

    def __init__(self, reactor: Any, cache_size: int, timeout: float, *, private: bool = False) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._private = private

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> PublicResolver:
        """Scrapy's way of making a resolver."""
        settings = crawler.settings
        size = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        private = settings.getbool("ALLOW_PRIVATE_HOSTS")
        return cls(reactor, size, settings.getfloat("DNS_TIMEOUT"), private=private)

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:
        """The address of a name; PrivateHost where it is not public, unless it is a proxy's."""
        found = super().getHostByName(name, timeout)
        if self._private or name.lower() in _proxies():
            return found
        return found.addCallback(_public, name)


def fault_of(url: str, *, private: bool = False) -> str | None:
    """What is wrong with an address as it is written; None where it may be asked.

    Args:
        private: whether hosts of one's own network may be asked too.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return f"{url[:80]} is no web address"
    if parts.scheme not in ("http", "https"):
        return f"{url[:80]} is not an address of http or https"
    if not host:
        return f"{url[:80]} names no host"
    if parts.username is not None or parts.password is not None:
        return f"an address with a name or password in it, at {host}"
    if private:
        return None
    if port is not None and port not in PORTS and port < FREE_PORTS:
        return f"port {port} of {host} is not one for pages"
    return _fault_of_host(host)


def _fault_of_host(host: str) -> str | None:
    if host == "localhost" or host.endswith(".localhost"):
        return f"{host} is this machine"
    literal = _literal(host)
    if literal is not None and not is_public(literal):
        return f"{host} is no public address"
    if literal is None and ":" in host:
        return f"{host} is no host"
    return f"{host} is the proxy" if host in _proxies() else None


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """The address a host writes out in any form the system's calls take: «127.1», «0x7f000001», «2130706433»."""
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError, ValueError):
        pass
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address, and the IPv4 address that may be written within it, is one of the open internet."""
    within = (address.ipv4_mapped or address.sixtofour) if isinstance(address, IPv6Address) else None
    if within is not None:
        return is_public(within)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _public(address: str, name: str) -> str:
    if not is_public(ip_address(address)):
        raise PrivateHost(f"{name} stands for {address}, which is no public address")
    return address


def _proxied(request: Request) -> bool:
    """Whether a proxy will ask, and so resolve the name; Scrapy's own middleware decides by the same."""
    if "proxy" in request.meta:
        return bool(request.meta["proxy"])
    parts = urlsplit(request.url)
    return parts.scheme in getproxies() and not proxy_bypass(parts.hostname or "")


def _proxies() -> set[str]:
    """The hosts of the proxies the environment names: the one thing within a network that is connected to."""
    hosts = set()
    for scheme, address in getproxies().items():
        try:
            host = urlsplit(add_http_if_no_scheme(address)).hostname if scheme != "no" else None
        except ValueError:
            continue
        hosts |= {host} if host else set()
    return hosts


async def _fault_of_name(host: str) -> str | None:
    """What the resolver has against a host; a name it does not know fails by itself later."""
    from twisted.internet import reactor

    resolver: Any = reactor
    try:
        await maybe_deferred_to_future(resolver.resolve(host))
    except PrivateHost as error:
        return str(error)
    except (DNSLookupError, UnicodeError):
        return None
    return None
