"""What an operation may cost its caller, decided before it runs and told with its answer."""

from collections import Counter
from typing import Any, NamedTuple

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode

from api.bounds import cost
from api.bounds.prices import reckoned
from api.problems import Code, Problem
from domain.actor import Actor

POINTS = 1_000
POINTS_OF_SYSTEMS = 5_000  # of services and staff
# Of a request as rates count them; what costs more counts as several.
POINTS_OF_A_REQUEST = 250
# The standard introspection query has some 60,000 and takes 0.2 s.
INTROSPECTION_POINTS = 150_000
INTROSPECTION_POINTS_ASIDE = 2_000


class Bill(NamedTuple):
    """`requested` points of the `limit`, and the root fields, each as often as it was asked."""

    requested: int
    limit: int
    roots: Counter[str]
    tells_the_schema: bool = False

    @property
    def weight(self) -> int:
        """How many requests it counts as."""
        return max(1, -(-self.requested // POINTS_OF_A_REQUEST))

    def told(self) -> dict[str, int]:
        """As it stands in `extensions.cost`."""
        return {"requested": self.requested, "limit": self.limit}


class Billing:
    """For one valid document: prices are worked out once, and reckoned for each request."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._document = document
        self._prices: dict[str, cost.Prices] = {}

    def bill(
        self, operation: OperationDefinitionNode, variables: dict[str, Any], actor: Actor
    ) -> Bill:
        """What this caller will be charged; Problem QUERY_TOO_COSTLY beyond the limit."""
        name = operation.name.value if operation.name else ""
        if name not in self._prices:
            self._prices[name] = cost.prices_of(self._schema, self._document, operation)
        prices = self._prices[name]
        limit = POINTS_OF_SYSTEMS if actor.serves else POINTS
        requested = reckoned(prices.own, variables)
        if requested > limit:
            raise Problem(
                Code.QUERY_TOO_COSTLY,
                f"The operation costs {requested} points; {limit} are served to this caller: ask"
                " for shorter pages (`first`).",
            )
        told = reckoned(prices.introspection, variables)
        is_alone = prices.roots.keys() <= {*cost.INTROSPECTION, "__typename"}
        if told > (INTROSPECTION_POINTS if is_alone else INTROSPECTION_POINTS_ASIDE):
            message = "Ask for the schema in a document of its own, each of its parts once."
            raise Problem(Code.QUERY_TOO_COSTLY, message)
        return Bill(requested, limit, prices.roots, told > INTROSPECTION_POINTS_ASIDE)
