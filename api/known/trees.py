"""Trees of documents that are kept: without their tokens, so that none is garbage in a circle.

Tokens point at each other, and places at tokens. Nothing needs them once a document is good, and a
document that is let go would wait for the collector, which holds up all requests while it looks.
"""

from graphql import DocumentNode, Node


def lightened(document: DocumentNode) -> int:
    """Let go of the document's tokens; the number of its nodes."""
    token = document.loc.start_token if document.loc else None
    while token is not None:
        following = token.next
        token.prev = token.next = None
        token = following
    nodes: list[Node] = [document]
    count = 0
    while nodes:
        node = nodes.pop()
        count += 1
        if node.loc is not None:
            node.loc.start_token = node.loc.end_token = None  # type: ignore[assignment]
        for key in node.keys:
            below = getattr(node, key, None)
            if isinstance(below, Node):
                nodes.append(below)
            elif isinstance(below, list | tuple):
                nodes += [each for each in below if isinstance(each, Node)]
    return count
