"""The commands of a terminal. One module a command; heavy imports stay inside it."""

from riskcloud.cli.app import main

__all__ = ["main"]
