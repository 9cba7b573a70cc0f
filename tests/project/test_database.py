"""What the models declare is what PostgreSQL has."""

from typing import Any

import asyncpg
import pytest
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.operations import AlterModelOptions
from tortoise.models import Model

from domain import database
from tests.databases import Databases

# What an index carries besides its key (INCLUDE) is for speed, and demands nothing.
KEPT = """
select conname, contype::text, regexp_replace(pg_get_constraintdef(oid), ' INCLUDE .*', '')
from pg_constraint
where conrelid = $1::regclass and contype in ('c', 'u')
union all
select relname, 'i', pg_get_expr(indpred, indrelid) || ' on ' || array_to_string(array(
  select attname from unnest(indkey) with ordinality as k (number, place)
  join pg_attribute on attrelid = indrelid and attnum = number order by place), ', ')
from pg_index join pg_class on pg_class.oid = indexrelid
where indrelid = $1::regclass and indisunique and indpred is not null
"""
REFERENCES = """
select conrelid::regclass::text, attname, confrelid::regclass::text
from pg_constraint join pg_attribute on attrelid = conrelid and attnum = any (conkey)
where contype = 'f' and connamespace = 'public'::regnamespace
"""


@pytest.fixture
async def connection(databases: Databases) -> Any:
    opened = await asyncpg.connect((await databases.copy()).database_url)
    yield opened
    await opened.close()


async def models() -> list[type[Model]]:
    async with TortoiseContext() as context:
        config = database.config("postgres://x@/x?host=/nowhere")
        await context.init(config=config, init_connections=False)
        assert context.apps
        return list(context.apps["pistis"].values())


async def test_constraints_are_those_that_the_models_declare(
    connection: asyncpg.Connection,
) -> None:
    for model in await models():
        table = model._meta.db_table
        kept = {tuple(row) for row in await connection.fetch(KEPT, f"public.{table}")}
        await connection.execute(f'create temp table "{table}" (like public."{table}")')
        for declared in model._meta.constraints:
            await connection.execute(statement(table, declared))
        assert kept == {tuple(r) for r in await connection.fetch(KEPT, f"pg_temp.{table}")}, table


async def test_references_are_those_that_the_models_declare(
    connection: asyncpg.Connection,
) -> None:
    fields: list[tuple[type[Model], Any]] = [
        (model, model._meta.fields_map[name])
        for model in await models()
        for name in model._meta.fk_fields | model._meta.o2o_fields
    ]
    declared = {
        (model._meta.db_table, field.source_field, field.related_model._meta.db_table)
        for model, field in fields
    }
    assert {tuple(row) for row in await connection.fetch(REFERENCES)} == declared


async def test_migrations_lead_to_the_models_as_they_are() -> None:
    config = database.config("postgres://x@/x?host=/nowhere")
    async with TortoiseContext() as context:
        await context.init(config=config, init_connections=False)
        assert context.apps
        changes = await MigrationAutodetector(context.apps, config["apps"]).changes()
    asked = [operation for writer in changes for operation in writer.operations]
    assert [operation for operation in asked if not is_misread(operation)] == []


def is_misread(operation: Any) -> bool:
    # Tortoise reads a primary key that is a reference back as "member", not as "member_id".
    return isinstance(operation, AlterModelOptions) and operation.name in {
        "Profile",
        "BirthdayDate",
    }


def statement(table: str, declared: Any) -> str:
    if hasattr(declared, "check"):
        return (
            f"alter table pg_temp.{table} add constraint {declared.name} check ({declared.check})"
        )
    columns = ", ".join(declared.fields)
    if declared.condition:
        return (
            f"create unique index {declared.name} on pg_temp.{table} ({columns})"
            f" where {declared.condition}"
        )
    return f"alter table pg_temp.{table} add constraint {declared.name} unique ({columns})"
