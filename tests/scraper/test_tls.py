"""Whom a crawl believes: a host whose certificate names it, from somebody this machine trusts; and at what cost."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import trustme

CRAWL = """
import json, sys
from OpenSSL import SSL
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scraper.process import settings

read, found = SSL.Context.set_default_verify_paths, {"trust was read": 0}

def counted(context):
    found["trust was read"] += 1
    read(context)

SSL.Context.set_default_verify_paths = counted

class Asks(Spider):
    name = "asks"

    async def start(self):
        for address in sys.argv[1:]:
            yield Request(address, errback=self.failed, dont_filter=True)

    def parse(self, response):
        found[response.url] = response.text

    def failed(self, failure):
        found[failure.request.url] = type(failure.value).__name__

told = settings()
told.setdict({"DOWNLOADER_MIDDLEWARES": {}, "ITEM_PIPELINES": {}, "RETRY_ENABLED": False, "LOG_LEVEL": "CRITICAL"})
told.set("TWISTED_DNS_RESOLVER", "scrapy.resolver.CachingThreadedResolver")
process = AsyncCrawlerProcess(told)
process.crawl(Asks)
process.start()
print(json.dumps(found))
"""


class Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def serve() -> Iterator[object]:
    """Start servers that show a certificate of an authority for names; their ports."""
    servers = []

    def start(authority: trustme.CA, *names: str) -> int:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names).configure_cert(context)
        server = ThreadingHTTPServer(("127.0.0.1", 0), Hello)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return int(server.server_port)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_host_must_show_its_own_certificate_from_somebody_trusted(serve, tmp_path: Path) -> None:
    trusted, unknown = trustme.CA(), trustme.CA()
    trusted.cert_pem.write_to_path(tmp_path / "ca.pem")
    good, other = serve(trusted, "localhost", "127.0.0.1"), serve(trusted, "elsewhere.example")
    foreign = serve(unknown, "localhost")
    addresses = [
        *(f"https://localhost:{good}/{number}" for number in range(3)),
        f"https://127.0.0.1:{good}/",
        *(f"https://localhost:{port}/" for port in (other, foreign)),
    ]
    environment = {**os.environ, "SSL_CERT_FILE": str(tmp_path / "ca.pem"), "no_proxy": "*"}
    ran = subprocess.run(
        [sys.executable, "-c", CRAWL, *addresses], env=environment, capture_output=True, text=True, check=True
    )
    found = json.loads(ran.stdout)
    assert [found[address] for address in addresses[:4]] == ["hello"] * 4
    for address in addresses[4:]:
        assert found[address] == "DownloadFailedError", found
    assert found["trust was read"] == 1
