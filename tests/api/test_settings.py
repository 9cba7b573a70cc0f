"""Settings: what the environment gives, what is refused and how that is said."""

import stat
from pathlib import Path

import pytest

from api.settings import VARIABLES, Settings, SettingsError, address

SECRET = "s" * 32


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_set_is_enough_to_try_things_out(tmp_path: Path) -> None:
    settings = Settings.from_environment(serving=True, profile="explore")

    assert settings.data == tmp_path / ".pistis"
    assert settings.public_url == "http://127.0.0.1:8000"
    assert (settings.database_url, settings.redis_url) == ("", "")


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = Settings.from_environment()
    second = Settings.from_environment()

    assert first.secret == second.secret
    assert len(first.secret) >= 32
    assert stat.S_IMODE((tmp_path / ".pistis/secret").stat().st_mode) == 0o600


def test_all_problems_are_said_at_once_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://db")
    monkeypatch.setenv("REDIS_URL", "db:6379")
    monkeypatch.setenv("PISTIS_PORT", "http")
    monkeypatch.setenv("PISTIS_PROCESSES", "0")
    monkeypatch.setenv("PISTIS_SECRET", "short")
    monkeypatch.setenv("PISTIS_PUBLIC_URL", "loyalty.example")
    monkeypatch.setenv("PISTIS_FSYNC", "maybe")

    with pytest.raises(SettingsError) as refused:
        Settings.from_environment(serving=True)

    named = [
        next(name for name in VARIABLES.values() if name in line) for line in refused.value.problems
    ]
    assert sorted(named) == [
        "DATABASE_URL",
        "PISTIS_CODE_GATEWAY_URL",
        "PISTIS_FSYNC",
        "PISTIS_PORT",
        "PISTIS_PROCESSES",
        "PISTIS_PUBLIC_URL",
        "PISTIS_SECRET",
        "REDIS_URL",
    ]
    assert "short" not in str(refused.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "10.1.2.3", "::", "loyalty.example"])
def test_explore_listens_on_loopback_only(host: str) -> None:
    with pytest.raises(SettingsError, match="loopback"):
        Settings.from_environment(profile="explore", host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_explore_takes_every_loopback_name(host: str) -> None:
    assert Settings.from_environment(profile="explore", host=host).host == host


def test_locked_needs_somewhere_to_send_codes_only_when_it_serves() -> None:
    Settings.from_environment()

    with pytest.raises(SettingsError, match="PISTIS_CODE_GATEWAY_URL"):
        Settings.from_environment(serving=True)


def test_engines_of_ones_own_need_a_secret_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://pistis@db/pistis")

    with pytest.raises(SettingsError, match="PISTIS_SECRET"):
        Settings.from_environment()


def test_a_child_reads_the_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(
        database_url="postgres://pistis@db/pistis",
        redis_url="redis://cache",
        data=Path("/srv/pistis"),
        profile="locked",
        host="::1",
        port=9000,
        processes=3,
        secret=SECRET,
        public_url="https://loyalty.example",
        code_gateway_url="https://codes.example",
        proxies="10.0.0.0/8",
        fsync=False,
        log="text",
        log_level="debug",
        metrics_token=SECRET,
        check_seconds=5,
    )

    for variable, text in settings.environment().items():
        monkeypatch.setenv(variable, text)

    assert Settings.from_environment(serving=True) == settings


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PISTIS_PORT", "9000")

    assert Settings.from_environment(port="9001").port == 9001
    assert Settings.from_environment(port=None).port == 9000


def test_the_public_url_follows_the_port_that_was_taken_unless_it_is_set() -> None:
    assert Settings.from_environment(port=0).at_port(4711).public_url == "http://127.0.0.1:4711"
    public = Settings.from_environment(public_url="https://loyalty.example/")
    assert public.at_port(4711).public_url == "https://loyalty.example"


def test_secrets_and_passwords_are_in_no_representation() -> None:
    shown = repr(Settings(database_url="postgres://me:password@db/x", secret=SECRET))

    assert "password" not in shown
    assert SECRET not in shown


def test_a_server_on_all_addresses_is_reached_on_loopback() -> None:
    assert address("0.0.0.0", 80) == "http://127.0.0.1:80"
    assert address("::", 80) == "http://[::1]:80"
