"""Changes past all guards, by chance: any column, row or table of the ledger."""

import random
from typing import Any
from uuid import uuid4

import asyncpg

TABLES = ("transactions", "lots", "transfers", "wallets", "seals")
COLUMNS = """
select attname as name, format_type(atttypid, null) as type from pg_attribute
where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum"""

# A value of its type other than the one that is there; `{c}` is the column, `{n}` a random number.
OTHERS = {
    "uuid": ("uuidv7()", "(select member_id from wallets order by random() limit 1)"),
    "bigint": ("{c} + {n}", "{c} - {n}", "{n}"),
    "integer": ("coalesce({c}, 0) + {n}",),
    "xid8": ("({c}::text::bigint - {n})::text::xid8", "({c}::text::bigint + {n})::text::xid8"),
    "boolean": ("not {c}",),
    "timestamp with time zone": ("coalesce({c}, now()) + interval '{n} milliseconds'",),
    "character varying": (
        "coalesce(left({c}, -1), '') || 'x'",
        "(array['EARN', 'REDEEM', 'EXPIRE', 'ADJUST', 'GIVE_BACK'])[1 + {n} % 5]",
        "(array['available', 'pending', 'held', 'issuance', 'breakage'])[1 + {n} % 5]",
    ),
    "text": ("overlay({c} placing 'x' from 1 + {n} % length({c}) for 1)",),
    "jsonb": ("""'{{"key": "adjusted"}}'""", "{c} || '[1]'"),
}


class Vandal:
    """Does one thing to one row, says to which record, and can undo it."""

    def __init__(self, connection: asyncpg.Connection, choose: random.Random) -> None:
        self._connection = connection
        self._choose = choose

    async def begin(self) -> None:
        """Remember how everything is."""
        await self._connection.execute("set session_replication_role = replica")
        for table in TABLES:
            await self._connection.execute(f"create temp table kept_{table} as table {table}")

    async def fault(self) -> tuple[str, str]:
        """Change something: the record, and what was done to it."""
        while True:
            table = self._choose.choice(TABLES)
            deed = self._choose.choice((self._changed, self._changed, self._deleted, self._added))
            try:
                async with self._connection.transaction():
                    done = await deed(table)
            except asyncpg.PostgresError:  # what even it may not: checks and unique indexes stand
                continue
            if done is not None:
                return done

    async def undo(self) -> None:
        """All as it was."""
        for table in TABLES:
            await self._connection.execute(
                f"delete from {table}; insert into {table} overriding system value"
                f" table kept_{table}"
            )

    async def _some(self, table: str) -> Any:
        key = "number" if table == "seals" else "id"
        rows = await self._connection.fetch(f"select {key} from {table} order by {key}")
        return key, self._choose.choice(rows)[0]

    async def _changed(self, table: str) -> tuple[str, str] | None:
        key, id = await self._some(table)
        column = self._choose.choice(await self._connection.fetch(COLUMNS, table))
        name, number = f'"{column["name"]}"', self._choose.randrange(1, 1000)
        other = self._choose.choice(OTHERS[column["type"]]).format(c=name, n=number)
        done = await self._connection.fetchrow(
            f"""update {table} set {name} = {other}
                where {key} = $1 returning old.{name} is distinct from new.{name} as differs""",
            id,
        )
        return (f"{table}/{id}", f"{name} = {other}") if done["differs"] else None

    async def _deleted(self, table: str) -> tuple[str, str]:
        key, id = await self._some(table)
        await self._connection.execute(f"delete from {table} where {key} = $1", id)
        return f"{table}/{id}", "deleted"

    async def _added(self, table: str) -> tuple[str, str]:
        # A copy of one that is there, changed as far as it must.
        key, id = await self._some(table)
        new = {"transfers": 10**6 + self._choose.randrange(10**6), "seals": 10**6}.get(
            table, uuid4()
        )
        others = {"transactions": "version = version + 1000, natural_key = null, reverses = null",
                  "wallets": "member_id = uuidv7()"}  # fmt: skip
        await self._connection.execute(
            f"""create temp table copied on commit drop as
                select * from {table} where {key} = '{id}';
                update copied set {key} = '{new}';
                {f"update copied set {others[table]};" if table in others else ""}
                insert into {table} overriding system value table copied"""
        )
        return f"{table}/{new}", f"copied from {id}"
