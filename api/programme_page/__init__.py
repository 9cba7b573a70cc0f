"""The page at /programme for whoever would join: what it is, what it brings, under which terms."""

from api.programme_page.route import routes

__all__ = ["routes"]
