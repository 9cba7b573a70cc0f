"""GraphQL over WebSocket, by the protocol graphql-transport-ws: the endpoint."""

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from api.live.connections import Connection, Parts
from api.live.frames import PROTOCOL
from api.live.places import OF_ADDRESS, address
from api.wire.origins import Origins


class GraphQLOverWebSocket:
    """The endpoint. Browsers are served on pages of these origins only."""

    def __init__(self, parts: Parts, origins: Origins) -> None:
        self._parts = parts
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket to its end."""
        websocket = WebSocket(scope, receive, send)
        if not self._origins.may_connect(websocket.headers):
            await websocket.close()  # before it is accepted: 403
            return
        if PROTOCOL not in scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(4406, f"Only {PROTOCOL} is spoken here.")
            return
        await websocket.accept(PROTOCOL)
        with self._parts.addresses.place(address(scope)) as has_place:
            if has_place:
                await Connection(websocket, self._parts).live()
            else:
                await websocket.close(1013, f"{OF_ADDRESS} sockets of one address are served.")
