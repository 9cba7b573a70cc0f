"""The environment as frozen settings; what is wrong is said all at once, with its remedy."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

SECRET_LENGTH = 32
SWITCH = {"on": True, "off": False}
LOG_LEVELS = ("debug", "info", "warning", "error")
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")


class Refused(Exception):
    """It cannot be done as asked; the message says why and what to do."""


class SettingsError(Refused):
    """Everything that is wrong with the settings, one line each, and what to do about it."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(
            "The settings do not fit:\n" + "\n".join(f"  - {line}" for line in problems)
        )


@dataclass(frozen=True)
class Settings:
    """What an installation decides; the comment beside each field names its variable."""

    database_url: str = field(
        default="", repr=False
    )  # DATABASE_URL; empty: PostgreSQL out of the wheel
    redis_url: str = field(default="", repr=False)  # REDIS_URL; empty: Valkey out of the wheel
    data: Path = Path(".pistis")  # PISTIS_DATA: folder of the engines, the secret and the logs
    profile: str = "locked"  # PISTIS_PROFILE: explore (trying out, loopback only) or locked
    host: str = "127.0.0.1"  # PISTIS_HOST: address to listen on
    port: int = 8000  # PISTIS_PORT: 0 takes a free one
    processes: int = 1  # PISTIS_PROCESSES: API processes that share the port
    secret: str = field(
        default="", repr=False
    )  # PISTIS_SECRET; made in PISTIS_DATA when engines are embedded
    public_url: str = (
        ""  # PISTIS_PUBLIC_URL: where apps reach this server; http://host:port unless set
    )
    code_gateway_url: str = ""  # PISTIS_CODE_GATEWAY_URL: sign-in codes are POSTed there as JSON
    proxies: str = ""  # PISTIS_PROXIES: addresses or networks whose X-Forwarded-For is believed
    fsync: bool = True  # PISTIS_FSYNC: off makes the embedded PostgreSQL fast and unsafe, for tests
    log: str = ""  # PISTIS_LOG: json, or text for a terminal; by profile unless set
    log_level: str = ""  # PISTIS_LOG_LEVEL: debug, info, warning, error; by profile unless set
    metrics_token: str = field(
        default="", repr=False
    )  # PISTIS_METRICS_TOKEN: who shows it reads /metrics; without it this machine alone does

    check_seconds: int = 60  # PISTIS_CHECK_SECONDS: how often the worker checks the ledger

    # PISTIS_REQUESTS_PER_SECOND, PISTIS_SERVICE_REQUESTS_PER_SECOND: of one member, of one service
    # key, ten times as many at once; others in proportion (api/bounds/rates.py). 0: no limits.
    requests_per_second: int = 0
    service_requests_per_second: int = 0
    allowed_origins: str = ""  # PISTIS_ALLOWED_ORIGINS: whose pages may call, besides our own
    oidc: str = (
        ""  # PISTIS_OIDC: whose tokens are believed besides ours, as JSON (api/identity/oidc.py)
    )

    @classmethod
    def from_environment(cls, *, serving: bool = False, **given: object) -> Settings:
        """Settings from the environment; what is `given` and not None wins over it.

        `serving` asks also for what only a running server needs. SettingsError lists all problems.
        """
        texts = {name: os.environ.get(variable, "") for name, variable in VARIABLES.items()}
        texts |= {name: str(value) for name, value in given.items() if value is not None}
        problems: list[str] = []
        settings = cls(
            database_url=texts["database_url"],
            redis_url=texts["redis_url"],
            data=Path(texts["data"] or cls.data).absolute(),
            profile=texts["profile"] or cls.profile,
            host=texts["host"] or cls.host,
            port=_number("port", texts["port"], cls.port, 0, 65535, problems),
            processes=_number("processes", texts["processes"], cls.processes, 1, 256, problems),
            secret=texts["secret"],
            public_url=texts["public_url"].rstrip("/"),
            code_gateway_url=texts["code_gateway_url"],
            proxies=texts["proxies"],
            fsync=SWITCH.get(texts["fsync"] or "on", True),
            log=texts["log"] or _by_profile(texts["profile"], "text", "json"),
            log_level=texts["log_level"] or _by_profile(texts["profile"], "warning", "info"),
            metrics_token=texts["metrics_token"],
            check_seconds=_number(
                "check_seconds", texts["check_seconds"], cls.check_seconds, 1, 86400, problems
            ),
            requests_per_second=_rate("requests_per_second", texts, 20, problems),
            service_requests_per_second=_rate("service_requests_per_second", texts, 2000, problems),
            allowed_origins=" ".join(texts["allowed_origins"].replace(",", " ").split()),
            oidc=texts["oidc"],
        )
        if (texts["fsync"] or "on") not in SWITCH:
            problems.append("PISTIS_FSYNC is on or off.")
        problems += [*_problems(settings, serving), *_problems_of_oidc(settings.oidc)]
        if problems:
            raise SettingsError(problems)
        if not settings.secret:
            settings = replace(settings, secret=_kept_secret(settings.data))
        return settings.at_port(settings.port)

    def at_port(self, port: int) -> Settings:
        """The same settings once it is known which port is listened on."""
        here = {address(self.host, self.port), ""}
        public_url = address(self.host, port) if self.public_url in here else self.public_url
        return replace(self, port=port, public_url=public_url)

    def environment(self) -> dict[str, str]:
        """The variables that make a child process read the same settings."""
        texts = {name: str(getattr(self, name)) for name in VARIABLES}
        texts["fsync"] = "on" if self.fsync else "off"
        return {VARIABLES[name]: text for name, text in texts.items()}

    def remember_profile(self) -> None:
        """Keep the profile in the data folder, for commands that run beside the server."""
        if self.data.is_dir():
            (self.data / "profile").write_text(self.profile)

    def served_profile(self) -> str:
        """The profile of the environment, else the one that was last served from this folder."""
        kept = self.data / "profile"
        if os.environ.get(VARIABLES["profile"]) or not kept.exists():
            return self.profile
        return kept.read_text()


VARIABLES = {
    name: name.upper() if name in ("database_url", "redis_url") else f"PISTIS_{name.upper()}"
    for name in Settings.__dataclass_fields__
}


def address(host: str, port: int) -> str:
    """The URL at which a server on this host and port is reached from the same machine."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def _problems(settings: Settings, serving: bool) -> list[str]:
    embedded = not settings.database_url
    locked = settings.profile == "locked"
    judged = [
        (
            embedded or settings.database_url.startswith(("postgres://", "postgresql://")),
            "DATABASE_URL must look like postgres://user:password@host:5432/database.",
        ),
        (
            not settings.redis_url
            or settings.redis_url.startswith(("redis://", "rediss://", "unix://")),
            "REDIS_URL must look like redis://host:6379/0, rediss://... or unix:///path/to.sock.",
        ),
        (
            settings.profile in ("explore", "locked"),
            "PISTIS_PROFILE is explore (to try things out) or locked (in earnest).",
        ),
        (
            settings.profile == "explore" or not os.environ.get("PISTIS_FAILPOINT"),
            "PISTIS_FAILPOINT makes processes die for tests: unset it.",
        ),
        (
            settings.profile != "explore" or _is_loopback(settings.host),
            "The explore profile prints codes and tokens, so it listens on loopback only: "
            "leave PISTIS_HOST (--host) at 127.0.0.1 or choose the locked profile.",
        ),
        (
            len(settings.secret) >= SECRET_LENGTH or (embedded and not settings.secret),
            f"PISTIS_SECRET must have at least {SECRET_LENGTH} characters and be the same for all "
            "processes; `python -c 'import secrets; print(secrets.token_urlsafe(48))'` makes one.",
        ),
        (
            not settings.public_url or settings.public_url.startswith(("http://", "https://")),
            "PISTIS_PUBLIC_URL must begin with https:// (or http:// on your own machine).",
        ),
        (
            not (serving and locked)
            or settings.code_gateway_url.startswith(("http://", "https://")),
            "The locked profile sends sign-in codes: set PISTIS_CODE_GATEWAY_URL to the https:// "
            "address that takes them as JSON, or choose the explore profile.",
        ),
        (
            all(map(ORIGIN.fullmatch, settings.allowed_origins.split())),
            "PISTIS_ALLOWED_ORIGINS is a list with spaces, each like https://app.example.org: no"
            " path, no wildcard.",
        ),
        (settings.log in ("json", "text"), "PISTIS_LOG is json or text."),
        (
            settings.log_level in LOG_LEVELS,
            f"PISTIS_LOG_LEVEL is one of {', '.join(LOG_LEVELS)}.",
        ),
        (
            not settings.metrics_token or len(settings.metrics_token) >= SECRET_LENGTH,
            f"PISTIS_METRICS_TOKEN must have at least {SECRET_LENGTH} characters.",
        ),
    ]
    return [problem for fits, problem in judged if not fits]


def _by_profile(profile: str, exploring: str, in_earnest: str) -> str:
    return exploring if profile == "explore" else in_earnest


def _problems_of_oidc(text: str) -> list[str]:
    if not text:
        return []
    from api.identity.oidc import Misconfigured, issuers  # costs the other commands' --help 200 ms

    try:
        issuers(text)
    except Misconfigured as error:
        example = '[{"issuer": "https://login.example.org", "audience": "pistis"}]'
        return [f"PISTIS_OIDC does not fit: {error}. It looks like {example}."]
    return []


def _number(name: str, text: str, default: int, least: int, most: int, problems: list[str]) -> int:
    if not text:
        return default
    if text.isascii() and text.isdigit() and least <= int(text) <= most:
        return int(text)
    problems.append(f"{VARIABLES[name]} is a whole number from {least} to {most}.")
    return default


def _rate(name: str, texts: dict[str, str], in_earnest: int, problems: list[str]) -> int:
    # Who tries things out should not be held up.
    default = 0 if texts["profile"] == "explore" else in_earnest
    return _number(name, texts[name], default, 0, 1_000_000, problems)


def _is_loopback(host: str) -> bool:
    import ipaddress  # costs the other commands' --help 10 ms

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _kept_secret(data: Path) -> str:
    """The secret of this data folder; whoever comes first makes it."""
    kept = data / "secret"
    if not kept.exists():
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = data / f"secret.{os.getpid()}"
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            kept.hardlink_to(fresh)  # unlike a rename it does not replace another's
        fresh.unlink()
    return kept.read_text()
