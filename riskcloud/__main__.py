"""``python -m riskcloud``: the command line."""

from riskcloud.cli import main

main()
