"""What is served at /export/<token>: all that is kept of a member, to whoever has the address."""

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.bounds.rates import Rates
from api.settings import Settings
from domain.actor import ANONYMOUS
from domain.ids import plain
from domain.membership import exporting

PATH = "/export/{token}"
_WEIGHT = 20  # of one: it reads everything


def routes(settings: Settings) -> list[Route]:
    """The one route; how often a network may ask is limited as elsewhere."""
    rates = Rates.of(settings)

    async def export(request: Request) -> Response:
        await rates.admit(ANONYMOUS, request.scope, _WEIGHT)
        kept = await exporting.contents(request.path_params["token"])
        return Response(
            orjson.dumps(kept, plain, orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z),
            media_type="application/json",
            headers={
                "Cache-Control": "no-store",
                "Content-Disposition": 'attachment; filename="membership.json"',
            },
        )

    return [Route(PATH, export, methods=["GET"])]
