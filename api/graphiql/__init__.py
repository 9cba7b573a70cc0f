"""GraphiQL at /graphiql, out of our own files: no request leaves the machine."""

from api.graphiql.route import routes

__all__ = ["routes"]
