"""Scrapy's settings: politeness and safety first."""

import os
from pathlib import Path

BOT_NAME = "climate-jobs"
SPIDER_MODULES = ["scraper.spiders"]
NEWSPIDER_MODULE = "scraper.spiders"
COMMANDS_MODULE = "scraper.commands"
TEMPLATES_DIR = str(Path(__file__).parent / "templates")

# Who we are: a mail or an address of whoever runs this, beside the project's page.
PROJECT_PAGE = "https://pypi.org/project/climate-jobs/"
USER_AGENT = f"climate-jobs/0.1 (+{'; '.join(filter(None, [PROJECT_PAGE, os.environ.get('CLIMATE_JOBS_CONTACT')]))})"

# Politeness is shared by all crawls through the store: scraper/pace.py, politeness.py and robots.py.
DOWNLOADER_MIDDLEWARES = {
    "scraper.safety.Safety": 50,
    "scraper.robots.RobotsTxt": 100,
    "scraper.politeness.Politeness": 800,
    # Only switched off, they would be loaded all the same, with two hundred modules.
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
}
EXTENSIONS = {
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
}
ROBOTSTXT_OBEY = False
CONCURRENT_REQUESTS = 64
CONCURRENT_REQUESTS_PER_DOMAIN = 32
DOWNLOAD_DELAY = 0
# A board comes as one item; Scrapy makes a task for each that may be under way, for every answer.
CONCURRENT_ITEMS = 1
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"
RETRY_HTTP_CODES = [408, 500, 502, 503, 504, 522, 524]

# Safety: nothing from the network is trusted, and none of it may send us into a private network.
ALLOW_PRIVATE_HOSTS = os.environ.get("CLIMATE_JOBS_ALLOW_PRIVATE") == "1"
TWISTED_DNS_RESOLVER = "scraper.safety.PublicResolver"
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {"https": "scraper.tls.Https", "data": None, "file": None, "ftp": None, "s3": None}
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 60
REDIRECT_MAX_TIMES = 5
REFERER_ENABLED = False
METAREFRESH_ENABLED = False

ITEM_PIPELINES = {"scraper.pipelines.TagAndSave": 300}
FEED_EXPORTERS = {
    "jsonlines": "scraper.exports.PostingLines",
    "jsonl": "scraper.exports.PostingLines",
    "jl": "scraper.exports.PostingLines",
    "json": "scraper.exports.PostingArray",
    "csv": "scraper.exports.PostingTable",
}
FEED_EXPORT_ENCODING = "utf-8"

LOG_LEVEL = "INFO"
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
