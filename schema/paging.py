"""Connections over keyset pages."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from domain.errors import PageTooLarge
from domain.paging import FIRST_MAX, Page

Item = TypeVar("Item")

First = Annotated[int, strawberry.argument(description="How many at the most: 1 to 100.")]
After = Annotated[
    str | None, strawberry.argument(description="Beyond this cursor, in the order of the list.")
]

Last = Annotated[
    int | None,
    strawberry.argument(
        description="How many at the most, 1 to 100, from the other end; `first` is not looked at."
    ),
]
Before = Annotated[
    str | None, strawberry.argument(description="Short of this cursor, in the order of the list.")
]


def checked(first: int, name: str = "first") -> int:
    """`first`, if it is within bounds; else PageTooLarge, for nothing is ever cut in silence."""
    if not 1 <= first <= FIRST_MAX:
        raise PageTooLarge(f"`{name}` is {first}; ask for 1 to {FIRST_MAX} and page with `after`.")
    return first


@strawberry.type(description="Where a page ends.")
class PageInfo:
    """Read off a Page."""

    has_next_page: bool = strawberry.field(description="There is more beyond `endCursor`.")
    has_previous_page: bool = strawberry.field(description="There is something before it.")
    start_cursor: str | None = strawberry.field(
        description="Cursor of the first one; null on an empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last one; null on an empty page."
    )


@strawberry.type(description="One of a list, with the cursor that stands on it.")
class Edge(Generic[Item]):
    """A row and its cursor."""

    cursor: str = strawberry.field(description="For `after`: everything beyond this one.")
    node: Item = strawberry.field(description="The thing itself.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[Item]):
    """Read off a Page."""

    edges: list[Edge[Item]] = strawberry.field(description="The page, with cursors.")
    nodes: list[Item] = strawberry.field(description="The page, without cursors.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")

    @strawberry.field(description="How many there are in all; counted only when selected.")  # type: ignore[untyped-decorator]
    async def total_count(root: strawberry.Parent["_Connection"]) -> int:
        return await root.total()


Total = Callable[[], Awaitable[int]]


def connection(page: Page[Any], total: Total) -> Any:
    """A page as a Connection: plain objects, read by attribute name.

    `total` counts the list; it is called when `totalCount` is selected.
    """
    return _Connection(page, total)


class _Connection:
    def __init__(self, page: Page[Any], total: Total) -> None:
        self.page = page
        self.nodes = page.rows
        self.total = total

    @property
    def edges(self) -> list[Any]:
        return [
            Edge(cursor=cursor, node=row)
            for cursor, row in zip(self.page.cursors, self.page.rows, strict=True)
        ]

    @property
    def page_info(self) -> PageInfo:
        cursors = self.page.cursors
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.has_previous,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        )
