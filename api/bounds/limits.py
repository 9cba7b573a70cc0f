"""How much one document may ask for: a single pass in which each fragment is looked at once."""

from collections import Counter
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

from api.problems import Code, Problem

MAX_CHARACTERS = 20_000
MAX_TOKENS = 1_000
MAX_COMMENTS = 200
MAX_FRAGMENTS = 30
MAX_DEPTH = 10
MAX_ALIASES = 30
MAX_DIRECTIVES = 20
MAX_MUTATIONS = 5
MAX_ROOT_FIELDS = 20
# Validation compares any two selections of one name, some 3 microseconds each.
MAX_COMPARISONS = 5_000
# And any two fragments that are spread in one place, with all that is in them: twenty there.
MAX_MEETINGS = 190

INTROSPECTION = ("__schema", "__type")


class Weight(NamedTuple):
    """What a selection set asks for with its fragments spread out; `width` is its own fields."""

    depth: int = 0
    width: int = 0
    aliases: int = 0
    directives: int = 0


def is_introspective(document: DocumentNode) -> bool:
    """Whether the document reads the schema; Problem QUERY_TOO_COSTLY if it passes a limit."""
    return _Scales(document).introspective


class _Scales:
    def __init__(self, document: DocumentNode) -> None:
        nodes = document.definitions
        self.fragments = {
            node.name.value: node for node in nodes if isinstance(node, FragmentDefinitionNode)
        }
        self.known: dict[str, Weight] = {}
        self.names: Counter[str] = Counter()
        self.meetings = 0
        self.introspective = False
        _limit(len(self.fragments), MAX_FRAGMENTS, "fragments")
        for name in self.fragments:
            self._of_fragment(name)
        for node in nodes:
            if isinstance(node, OperationDefinitionNode):
                self._check(node)
        pairs = sum(count * (count - 1) // 2 for count in self.names.values())
        _limit(pairs, MAX_COMPARISONS, "pairs of fields with one name")
        _limit(self.meetings, MAX_MEETINGS, "pairs of fragments in one place")

    def _check(self, operation: OperationDefinitionNode) -> None:
        weight = self._of(operation.selection_set)
        _limit(weight.depth, MAX_DEPTH, "levels of depth")
        _limit(weight.aliases, MAX_ALIASES, "aliases")
        directives = weight.directives + len(operation.directives or ())
        _limit(directives, MAX_DIRECTIVES, "directives")
        _limit(weight.width, MAX_ROOT_FIELDS, "fields at its root")
        if operation.operation is OperationType.MUTATION:
            _limit(weight.width, MAX_MUTATIONS, "mutations in one document")

    def _of(self, selected: SelectionSetNode | None) -> Weight:
        depth = width = aliases = directives = spreads = 0
        for node in selected.selections if selected else ():
            if isinstance(node, FragmentSpreadNode):
                self.meetings, spreads = self.meetings + spreads, spreads + 1
                below = self._of_fragment(node.name.value)
                deep, wide = below.depth, below.width
            elif isinstance(node, FieldNode):
                below = self._of(node.selection_set)
                deep, wide = below.depth + 1, 1
                self.names[(node.alias or node.name).value] += 1
                aliases += node.alias is not None
                if node.name.value in INTROSPECTION:
                    self.introspective, deep = True, 1
            else:
                assert isinstance(node, InlineFragmentNode)
                below = self._of(node.selection_set)
                deep, wide = below.depth, below.width
            depth, width = max(depth, deep), width + wide
            aliases += below.aliases
            directives += below.directives + len(node.directives or ())
        return Weight(depth, width, aliases, directives)

    def _of_fragment(self, name: str) -> Weight:
        if name not in self.known:
            # Stands there first for a fragment that leads back to itself: validation refuses it.
            self.known[name] = Weight()
            fragment = self.fragments.get(name)
            if fragment is not None:
                self.known[name] = self._of(fragment.selection_set)
        return self.known[name]


def _limit(found: int, most: int, what: str) -> None:
    if found > most:
        raise Problem(Code.QUERY_TOO_COSTLY, f"The document has {found} {what}; {most} are served.")
