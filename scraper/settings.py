"""Scrapy's settings: politeness and safety first."""

import os

from scraper.pace import pace_of, slots

BOT_NAME = "climate-jobs"
SPIDER_MODULES = ["scraper.spiders"]
NEWSPIDER_MODULE = "scraper.spiders"

# Who we are: a mail or an address of whoever runs this, beside the project's page.
PROJECT_PAGE = "https://pypi.org/project/climate-jobs/"
USER_AGENT = f"climate-jobs/0.1 (+{'; '.join(filter(None, [PROJECT_PAGE, os.environ.get('CLIMATE_JOBS_CONTACT')]))})"

# Politeness: a request a second to one host, unless pace.py knows better of it.
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 2
DOWNLOAD_DELAY = pace_of().delay
DOWNLOAD_DELAY_JITTER = 0
DOWNLOAD_SLOTS = slots()
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"
RETRY_HTTP_CODES = [408, 500, 502, 503, 504, 522, 524]

# Safety: nothing from the network is trusted.
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 60
REDIRECT_MAX_TIMES = 5
COOKIES_ENABLED = False
REFERER_ENABLED = False
TELNETCONSOLE_ENABLED = False

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
