"""What the program logs on standard error: lines for people on a terminal, a JSON object a line elsewhere."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from commands.telling import refuse
from postings.posting import Source

#: The settings, and what they may say.
FORM, LEVEL = "CLIMATE_JOBS_LOG", "CLIMATE_JOBS_LOG_LEVEL"
FORMS, LEVELS = ("human", "json"), ("DEBUG", "INFO", "WARNING", "ERROR")
#: Our own loggers. Of libraries only warnings are logged, and of Scrapy, which warns of what we mean to do, errors.
OURS = ("commands", "postings", "scraper", "web")
LOUD = "scrapy"
_JSON = "%(asctime)s %(levelname)s %(name)s %(message)s"
_NAMES = {"asctime": "time", "levelname": "level", "name": "logger"}

#: What Scrapy hangs on its lines: whole boards, and things that only it knows.
_WHOLE = ("item", "spider", "crawler")


def set_up(*, quiet: bool = False, quiet_on_a_terminal: bool = False) -> None:
    """Log as the settings say.

    Args:
        quiet: only what goes wrong, where the settings say nothing.
        quiet_on_a_terminal: so for people only, who are told otherwise how it goes.
    """
    handler = logging.StreamHandler()
    try:
        quiet = quiet or (quiet_on_a_terminal and not is_json())
        level = chosen_level("ERROR" if quiet else "INFO")
        handler.setFormatter(formatter())
    except ValueError as error:
        refuse(str(error))
    handler.addFilter(name_the_source)
    # Scrapy sets its loggers to its own taste; what is written is decided here.
    handler.addFilter(is_wanted)
    logging.basicConfig(handlers=[handler], level=max(logging.WARNING, level), force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level)


def is_wanted(record: logging.LogRecord) -> bool:
    """Whether a line of a library is bad enough to be written."""
    top = record.name.partition(".")[0]
    return top in OURS or record.levelno >= (logging.ERROR if top == LOUD else logging.WARNING)


def formatter() -> logging.Formatter:
    """How a line is written, by the settings."""
    if is_json():
        hidden = [*RESERVED_ATTRS, *_WHOLE]
        return JsonFormatter(_JSON, rename_fields=_NAMES, datefmt="%Y-%m-%dT%H:%M:%S%z", reserved_attrs=hidden)
    return logging.Formatter("%(asctime)s %(levelname)s %(message)s", datefmt="%H:%M:%S")


def is_json() -> bool:
    """Whether lines are for machines.

    Raises:
        ValueError: where the setting is none that there is; its text names it.
    """
    form = os.environ.get(FORM) or ("human" if sys.stderr.isatty() else "json")
    if form not in FORMS:
        raise ValueError(f"{FORM}: {form[:80]!r} is none of {', '.join(FORMS)}")
    return form == "json"


def chosen_level(otherwise: str = "INFO") -> int:
    """From which level on our own lines are written.

    Raises:
        ValueError: where the setting is none that there is; its text names it.
    """
    said = (os.environ.get(LEVEL) or otherwise).upper()
    if said not in LEVELS:
        raise ValueError(f"{LEVEL}: {said[:80]!r} is none of {', '.join(LEVELS)}")
    return logging.getLevelNamesMapping()[said]


def name_the_source(record: logging.LogRecord) -> bool:
    """Let a line about a source have it as a field too."""
    for each in record.args if isinstance(record.args, tuple) else ():
        if isinstance(each, Source) and not hasattr(record, "source"):
            record.source = str(each)
    return True


def server_log() -> type[Any]:
    """The site's server logs by a class of its own; one that writes as we do."""
    from gunicorn.glogging import Logger as ServerLog

    class Ours(ServerLog):
        """Gunicorn's, in our form."""

        def setup(self, cfg: Any) -> None:
            """Set up the handlers, and how they write."""
            super().setup(cfg)
            for each in self.error_log.handlers:
                each.setFormatter(formatter())

    return Ours
