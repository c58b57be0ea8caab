"""What is never asked, and what is too much: by the program itself, against a proxy or server of the test's own."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.resolver import CachingThreadedResolver, dnscache
from twisted.internet.defer import succeed

from scraper.safety import PrivateHost, PublicResolver, fault_of, is_public

pytestmark = pytest.mark.whole

FEED = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Jobs</title><item><title>Engineer</title>'
    b"<link>http://good.example/1</link><guid>1</guid><description>%s</description></item></channel></rss>"
)
MEGABYTE = b" " * 1024 * 1024
ROW = b"<item><title>Engineer</title><link>http://good.example/%d</link><guid>%d</guid></item>"
REFUSED = """
http://127.0.0.1/ http://127.1/ http://0177.0.0.1/ http://0x7f000001/ http://2130706433/ http://0/ http://0.0.0.0/
http://10.0.0.1/ http://172.16.0.1/ http://192.168.1.1:8080/ http://169.254.169.254/latest/meta-data/ http://100.64.0.1/
http://224.0.0.1/ http://255.255.255.255/ http://192.0.2.1/ http://198.18.0.1/ http://127.0.0.1./
http://[::1]/ http://[::]/ http://[fe80::1]/ http://[fc00::1]/ http://[ff02::1]/ http://[::ffff:127.0.0.1]/
http://[::ffff:7f00:1]/ http://[64:ff9b::7f00:1]/ http://[2002:7f00:1::]/ http://[::127.0.0.1]/ http://[2001:db8::1]/
http://localhost/ http://LOCALHOST:8000/ http://a.localhost/ http://localhost./ http://[fe80::1%25eth0]/
ftp://acme.example/ file:///etc/passwd gopher://acme.example/ javascript:alert(1) data:text/html,x acme.example
http:/// https://user@acme.example/ https://user:secret@acme.example/ https://:@acme.example/
http://acme.example:22/ http://acme.example:25/ http://acme.example:0/ http://acme.example:65536/ http://acme.example:x/
http://[::1 http://[x]/
""".split()  # noqa: SIM905
ASKED = """
http://acme.example/ https://acme.example:443/ http://acme.example:80/ http://acme.example:8080/ HTTPS://ACME.EXAMPLE/
http://8.8.8.8/ http://[2606:4700:4700::1111]/ http://[::ffff:8.8.8.8]/ http://127.0.0.1.acme.example/ http://10.example/
http://localhost.acme.example/
""".split()  # noqa: SIM905


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_leads_inwards_or_is_none_of_the_web_is_refused(address: str) -> None:
    assert fault_of(address)


@pytest.mark.parametrize("address", ASKED)
def test_other_addresses_are_asked(address: str) -> None:
    assert fault_of(address) is None


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_however_it_is_written(address: Any) -> None:
    number = int(address)
    forms = [
        str(address),
        str(number),
        hex(number),
        f"[::ffff:{address}]",
        f"[2002:{number >> 16:x}:{number & 65535:x}::]",
    ]
    assert {fault_of(f"http://{form}/") is None for form in forms} == {is_public(address)}


@given(st.text(max_size=40), st.sampled_from(["", "http://", "https://[", "http://x@", "http://1:"]))
def test_no_address_however_odd_breaks_it(text: str, before: str) -> None:
    fault = fault_of(before + text)
    assert fault is None or isinstance(fault, str)


def test_a_proxy_is_no_host_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    assert fault_of("http://proxy.example/") == "proxy.example is the proxy"
    assert fault_of("http://acme.example/") is None


class Names:
    """What the names of a test stand for, asked one time after another."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)

    def __call__(self, _resolver: Any, _name: str, _timeout: Any = ()) -> Any:
        return succeed(self.addresses.pop(0))


def resolved(resolver: PublicResolver, name: str) -> Any:
    came: list[Any] = []
    resolver.getHostByName(name).addBoth(came.append)
    return getattr(came[0], "value", came[0])


def test_a_name_that_comes_to_stand_for_a_private_address_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CachingThreadedResolver, "getHostByName", Names("8.8.8.8", "10.0.0.5"))
    resolver = PublicResolver(None, 0, 10)
    assert resolved(resolver, "turncoat.example") == "8.8.8.8"
    second = resolved(resolver, "turncoat.example")
    assert isinstance(second, PrivateHost)
    assert str(second) == "turncoat.example stands for 10.0.0.5, which is no public address"


def test_the_name_of_a_proxy_may_stand_for_a_private_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setattr(CachingThreadedResolver, "getHostByName", Names("10.0.0.5", "10.0.0.5"))
    resolver = PublicResolver(None, 0, 10)
    assert resolved(resolver, "proxy.example") == "10.0.0.5"
    assert isinstance(resolved(resolver, "other.example"), PrivateHost)


def test_what_was_resolved_before_is_judged_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dnscache, "limit", 10)
    monkeypatch.setitem(dnscache, "inside.example", str(ip_address("192.168.0.9")))
    assert isinstance(resolved(PublicResolver(None, 10, 10), "inside.example"), PrivateHost)


class Hostile(BaseHTTPRequestHandler):
    """Answers by the end of the path."""

    asked: list[str]

    def do_GET(self) -> None:
        """Answer as the name of the page says."""
        self.asked.append(self.path)
        name = self.path.rsplit("/", 1)[-1]
        if name == "robots.txt":
            self.send_error(404)
        elif name == "large":
            self._begin(length=200 * len(MEGABYTE))
            self._write(200)
        elif name == "endless":
            self._begin()
            self._write(200)
        elif name == "bomb":
            self._send(gzip.compress(FEED % (MEGABYTE * 200), 9), encoding="gzip")
        elif name == "nested":
            self._send(FEED % (b"&lt;div&gt;" * 10_000 + b"Work"))
        elif name == "deep":
            self._send(b"<rss><channel>" + b"<item>" * 10_000 + b"</rss>")
        elif name == "many":
            rows = b"".join(ROW % (number, number) for number in range(20_000))
            self._send(b'<rss version="2.0"><channel><title>Jobs</title>' + rows + b"</channel></rss>")
        else:
            self._send(FEED % b"Work")

    def _begin(self, length: int | None = None, encoding: str | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        if length is not None:
            self.send_header("Content-Length", str(length))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()

    def _send(self, body: bytes, encoding: str | None = None) -> None:
        self._begin(len(body), encoding)
        self.wfile.write(body)

    def _write(self, megabytes: int) -> None:
        try:
            for _ in range(megabytes):
                self.wfile.write(MEGABYTE)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[tuple[int, list[str]]]:
    """A server, which is a proxy too; its port, and what it was asked."""
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answers", (Hostile,), {"asked": asked}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()


def crawl(
    folder: Path, addresses: list[str], *, before: str = "", **settings: str
) -> tuple[dict[str, tuple[str, str | None]], int]:
    """Outcome and reason of each feed, as the program tells them; and the most memory it took, in MB."""
    free = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    database = f"sqlite:///{folder / 'jobs.db'}"
    environment = {**free, "CLIMATE_JOBS_DATABASE_URL": database, "CLIMATE_JOBS_PACE": "0", **settings}
    (folder / "feeds.csv").write_text("\n".join(["name,ats,ats_token", *(f"Acme,rss,{each}" for each in addresses)]))
    run = [sys.executable, "-m", "commands"]
    subprocess.run([*run, "sources", "import", str(folder / "feeds.csv")], env=environment, check=True)
    run = [sys.executable, "-c", f"{before}\nfrom commands import main\nmain()"]
    with (folder / "report.json").open("w") as report:
        command = [*run, "crawl", *(f"rss:{each}" for each in addresses), "--json"]
        process = subprocess.Popen(command, env=environment, stdout=report)
        _, _, used = os.wait4(process.pid, 0)
    told = json.loads((folder / "report.json").read_text())
    return {each["source"][4:]: (each["outcome"], each["reason"]) for each in told["results"]}, used.ru_maxrss // 1024


HOSTILE = ("large", "endless", "bomb", "nested", "deep", "many")


def test_bodies_that_are_too_much_fail_with_a_reason_in_bounded_memory_and_the_others_are_read(tmp_path: Path) -> None:
    with serving() as (port, _):
        proxy = f"http://127.0.0.1:{port}"
        addresses = [f"http://{name}.example/{name}" for name in (*HOSTILE, "good")]
        alone, plain = crawl(tmp_path, addresses[-1:], http_proxy=proxy)
        told, used = crawl(tmp_path, addresses, http_proxy=proxy)
    outcomes = {url.rsplit("/", 1)[-1]: each for url, each in told.items()}
    window = ("partial", "it shows only its newest entries")
    assert alone[addresses[-1]] == outcomes["good"] == outcomes["nested"] == outcomes["many"] == window
    for name in ("large", "endless"):
        assert outcomes[name] == ("failed", f"a body of more than 32 MB, at http://{name}.example/{name}")
    assert outcomes["bomb"][0] == "failed"
    assert "exceeded DOWNLOAD_MAXSIZE" in (outcomes["bomb"][1] or "")
    assert outcomes["deep"][0] in ("failed", "partial")
    # Each may hold a body of 32 MB twice; 200 MB would show.
    assert used - plain < 300, (used, plain)


def test_a_host_of_ones_own_is_asked_only_where_that_is_allowed(tmp_path: Path) -> None:
    with serving() as (port, asked):
        address = f"http://127.0.0.1:{port}/good"
        told, _ = crawl(tmp_path, [address])
        assert told[address] == ("failed", "not asked: 127.0.0.1 is no public address")
        assert asked == []
        told, _ = crawl(tmp_path, [address], CLIMATE_JOBS_ALLOW_PRIVATE="1")
        assert told[address][0] == "partial"
        assert asked == ["/robots.txt", "/good"]


def test_a_name_that_stands_for_a_private_address_is_not_asked(tmp_path: Path) -> None:
    before = "from scrapy.resolver import dnscache\ndnscache['inside.example'] = '127.0.0.1'"
    with serving() as (port, asked):
        address = f"http://inside.example:{port}/good"
        told, _ = crawl(tmp_path, [address], before=before)
        reason = "not asked: inside.example stands for 127.0.0.1, which is no public address"
        assert told[address] == ("failed", reason)
        assert asked == []
        told, _ = crawl(tmp_path, [address], before=before, CLIMATE_JOBS_ALLOW_PRIVATE="1")
        assert told[address][0] == "partial"
