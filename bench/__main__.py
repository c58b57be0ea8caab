"""Runs one benchmark by its name: ``python -m bench crawls …``. What a crawl starts beside it loads this file again."""

import sys
from importlib import import_module

if __name__ == "__main__":
    import_module(f"bench.{sys.argv.pop(1)}").main()
