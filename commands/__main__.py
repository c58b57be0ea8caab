"""``python -m commands``: the same as ``climate-jobs``."""

from commands import main

main(prog_name="climate-jobs")
