"""What is served at /programme: one HTML page with its style inside, and nothing beside it."""

from base64 import b64encode
from hashlib import sha256
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from api.bounds.rates import Rates
from api.programme_page import greeting, page, shown
from api.programme_page.greeting import Greeting
from api.settings import Settings
from api.wire.negotiation import language as preferred
from domain.actor import ANONYMOUS
from domain.language import LANGUAGES
from domain.programme.terms import Programme

PATH = "/programme"
_STYLE_HASH = b64encode(sha256(page.STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def routes(settings: Settings) -> list[Route]:
    """The page's one route; who tries out codes on it is held up."""
    rates = Rates.of(settings)

    async def guarded(request: Request) -> Response:
        if request.query_params.get("code"):
            await rates.guard("referralPreview", ANONYMOUS, request.scope)
        return await programme_page(request)

    return [Route(PATH, guarded, methods=["GET"])]


async def programme_page(request: Request) -> Response:
    """The programme in the reader's language, with what the reader was invited by."""
    version = await shown.version()
    if version is None:
        text = page.before_the_first(_language(request, LANGUAGES))
        return _answer(request, text, "no-store")
    language = _language(request, shown.languages(version.programme))
    card = await _greeting(request, version.programme, language)
    text = page.written(
        await shown.shown(version, language),
        language,
        _switch(request, shown.languages(version.programme)),
        card,
    )
    # A friend's name, or a receipt's code in the address, is nothing for shared caches.
    return _answer(request, text, "no-store" if card else "public, max-age=60")


async def _greeting(request: Request, programme: Programme, language: str) -> Greeting | None:
    asked = request.query_params
    if asked.get("claim"):
        return greeting.claim(asked["claim"], language)
    if asked.get("code"):
        return await greeting.invitation(programme, asked["code"], language)
    return None


def _language(request: Request, languages: tuple[str, ...]) -> str:
    """As chosen on the page, else as the browser asks, else the programme's first."""
    for wanted in (
        request.query_params.get("lang"),
        preferred(request.headers.get("accept-language")),
    ):
        if wanted in languages:
            return str(wanted)
    return languages[0]


def _switch(request: Request, languages: tuple[str, ...]) -> dict[str, str]:
    kept = {name: request.query_params[name] for name in ("code", "claim")
            if name in request.query_params}  # fmt: skip
    return {each: f"{PATH}?{urlencode({'lang': each, **kept})}" for each in languages}


def _answer(request: Request, text: str, caching: str) -> Response:
    tag = f'"{sha256(text.encode()).hexdigest()[:32]}"'
    headers = {
        "Content-Security-Policy": POLICY,
        "Cache-Control": caching,
        "ETag": tag,
        "Vary": "Accept-Language",
    }
    known = request.headers.get("if-none-match", "")
    if tag in (each.strip().removeprefix("W/") for each in known.split(",")):
        return Response(status_code=304, headers=headers)
    return HTMLResponse(text, headers={**headers, "X-Robots-Tag": _robots(caching)})


def _robots(caching: str) -> str:
    return "noindex" if caching == "no-store" else "all"
