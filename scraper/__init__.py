"""How postings come in: spiders for the boards and listings that employers publish through."""
