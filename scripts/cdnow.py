"""The CDNOW purchases as orders: fetch, convert, import. Run by scripts/import-cdnow."""

import argparse
import asyncio
import csv
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

WHEEL = "lifetimes==0.11.3"
MEMBER = "lifetimes/datasets/CDNOW_master.txt"


def main() -> int:
    """Import all of it; 0 when every order is in."""
    parser = argparse.ArgumentParser(
        prog="scripts/import-cdnow",
        description="Import the CDNOW purchases (69,659 orders of 23,570 customers, 1997-98) into"
        " an installation of their own. They lie in a wheel that is fetched without dependencies;"
        " they have no licence text and are never shipped.",
    )
    parser.add_argument("--data", type=Path, default=ROOT / ".pistis-cdnow", help="its folder")
    wanted = parser.parse_args()

    from api import imports
    from api.engines import running
    from api.settings import Settings

    wanted.data.mkdir(parents=True, exist_ok=True)
    table = orders_csv(wanted.data)
    with running(Settings.from_environment(data=wanted.data)) as settings:
        asyncio.run(prepare(settings.database_url, settings.secret))
        return imports.run(settings, ["orders", str(table), "--source", "cdnow"])


def orders_csv(folder: Path) -> Path:
    """The purchases as CSV, one row an order, in the file's own order."""
    table = folder / "cdnow.csv"
    if table.exists():
        return table
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    subprocess.run([*command, "--dest", str(folder), WHEEL], check=True)
    (wheel,) = folder.glob("[Ll]ifetimes-*.whl")
    text = zipfile.ZipFile(wheel).read(MEMBER).decode()
    unfinished = table.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["member", "reference", "at", "quantity", "amount", "category"])
        _header, *lines = text.splitlines()
        for number, line in enumerate(lines, start=1):
            customer, day, quantity, amount = line.split()
            at = f"{day[:4]}-{day[4:6]}-{day[6:]}"
            rows.writerow([customer, number, at, quantity, amount, "music"])
    return unfinished.rename(table)


async def prepare(database_url: str, secret: str) -> None:
    """Tables, and the shop's programme in force since 1997, unless there is one."""
    from domain import database, secrets
    from domain.actor import SYSTEM
    from domain.errors import NotFound
    from domain.programme import operations, queries, templates

    await database.migrate(database_url)
    secrets.open_with(secret)
    await database.connect(database_url)
    try:
        await queries.in_force()
    except NotFound:
        since = datetime(1997, 1, 1, tzinfo=UTC)
        await operations.publish(SYSTEM, templates.contents("shop"), since)
    finally:
        await database.close()


if __name__ == "__main__":
    sys.exit(main())
