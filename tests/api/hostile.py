"""Documents that are meant to hurt, each by another way: names and texts."""

KINDS = ("Case", "Member", "Offer", "Order", "Reward", "Tier", "Voucher", "Wallet", "Transaction")
LEAVES = ("id", "number", "firstName", "lastName")


def chain(links: int, times: int, leaf: str = "id") -> str:
    """Fragments of which each spreads the next so many times."""
    spread = [" ".join([f"...f{link + 1}"] * times) for link in range(links)]
    fragments = [f"fragment f{link} on Member {{ {text} }}" for link, text in enumerate(spread)]
    last = f"fragment f{links} on Member {{ {leaf} }}"
    return f"{{ me {{ ...f0 }} }} {' '.join(fragments)} {last}"


def many(count: int, pattern: str) -> str:
    """The pattern, with its number in the place of N."""
    return " ".join(pattern.replace("N", str(number)) for number in range(count))


def me(selected: str) -> str:
    return f"{{ me {{ {selected} }} }}"


def nested(levels: int, opening: str, inner: str = "id") -> str:
    return opening * levels + inner + "}" * levels


def _fragments() -> dict[str, str]:
    return {
        "chain of pairs": chain(28, 2),
        "chain of pairs, twenty links": chain(20, 2),
        "chain of triples": chain(28, 3),
        "chain of tens": chain(25, 10),
        "chain with aliases": chain(26, 2, "a: id b: number"),
        "all to all": f"{me('...f0')} "
        + " ".join(
            f"fragment f{n} on Member {{ id {' '.join(f'...f{m}' for m in range(n + 1, 24))} }}"
            for n in range(24)
        ),
        "circle": f"{me('...a')} fragment a on Member {{ ...b }} fragment b on Member {{ ...a }}",
        "circles": f"{me('...f0')} "
        + " ".join(f"fragment f{n} on Member {{ {many(15, '...fN')} }}" for n in range(15)),
        "itself": f"{me('...a')} fragment a on Member {{ ...a ...a ...a }}",
        "side by side": f"{me(many(28, '...fN'))} "
        + many(28, "fragment fN on Member { id number firstName wallets { id balance } }"),
        "side by side, just allowed": f"{me(many(20, '...fN'))} "
        + many(20, "fragment fN on Member { id number wallets { id unit { code name } } }"),
        "side by side and on": f"{me(many(28, '...fN'))} "
        + " ".join(
            f"fragment f{n} on Member {{ id wallets {{ id unit {{ code }} }} ...f{n + 1} }}"
            for n in range(27)
        )
        + " fragment f27 on Member { id }",
        "unused": f"{me('id')} {many(29, 'fragment fN on Member { id }')}",
        "forty": f"{me('id')} {many(40, 'fragment fN on Member { id }')}",
        "of one name": f"{me('...f')} {'fragment f on Member { id } ' * 120}",
        "missing": me(many(300, "...fN")),
        "many operations": f"{many(60, 'query QN { me { ...f0 } }')} "
        + " ".join(f"fragment f{n} on Member {{ ...f{n + 1} }}" for n in range(28))
        + " fragment f28 on Member { id }",
        "inline, nested": me(nested(150, "... on Member { ")),
        "inline, side by side": me("... on Member { id } " * 140),
        "inline, on others": "{ node(id: 1) { "
        + "".join(f"... on {kind} {{ id }} " for kind in KINDS * 14)
        + "} }",
    }


def _fields() -> dict[str, str]:
    return {
        "one field": me("id " * 900),
        "one field, just allowed": me("id " * 99),
        "some fields": me("".join(f"{name} " * 45 for name in (*LEAVES, "email", "phone"))),
        "one object": "{ " + "me { id } " * 140 + "}",
        "one object, twenty times": "{ " + "me { wallets { unit { code } } } " * 20 + "}",
        "with arguments": "{ " + many(100, 'node(id: "N") { id }') + " }",
        "conflicts": me("".join(f"x: {name} " for name in LEAVES * 7)),
        "conflicts below": me("wallets { x: id unit { x: code } } wallets { x: balance } " * 7),
        "wrong enum": me("notifications(first: 1, sort: XX) { nodes { id } } " * 60),
        "aliases": me(many(300, "aN: id")),
        "aliases at the root": "{ " + many(31, "aN: me { id }") + " }",
        "mutations": "mutation { " + many(30, "aN: sessionEnd(input: {}) { replayed }") + " }",
        "subscriptions": "subscription { " + "memberNotified { cursor } " * 100 + "}",
        "deep": "{ " + nested(100, "me { ") + " }",
        "deeper": "{ " + nested(330, "a { ") + " }",
        "unknown": me(many(900, "foooN")),
        "unknown with arguments": me(many(150, "fooN(a: 1)")),
        "nearly known": me(many(240, "waletsN")),
        "below leaves": me("id { a } " * 150),
        "unknown arguments": me(f"wallet({many(300, 'unittN: 1')}) {{ id }}"),
        "unknown types": me(many(100, "... on MembrN { id }")),
        "the schema, round and round": "{ __schema { types { fields { type { fields { type {"
        " fields { type { fields { name } } } } } } } } } }",
        "the schema, wide": "{ __schema { types { fields { "
        + many(29, "aN: type { fields { name args { name } } }")
        + " } } } }",
        "the schema, types of types": "{ __schema { types { fields { type { "
        + nested(150, "ofType { ", "name")
        + " } } } } }",
        "the schema, twenty times": "{ " + many(20, "aN: __schema { types { name } }") + " }",
    }


def _values() -> dict[str, str]:
    return {
        "directives": "{ me " + "@include(if: true) " * 100 + "{ id } }",
        "unknown directives": "{ me " + "@aa " * 400 + "{ id } }",
        "twenty directives": me("id " + many(20, "@aN")),
        "lists in lists": "{ node(id: " + "[" * 900 + ") { id } }",
        "objects in objects": f"{{ orderQuote(order: {nested(300, '{a: ', '1')}) {{ id }} }}",
        "list of nothing": "{ orderQuote(order: {lines: [" + "{} " * 300 + "]}) { id } }",
        "object of strangers": f"{{ orderQuote(order: {{{many(290, 'xN: 1')}}}) {{ id }} }}",
        "object of one": "{ orderQuote(order: {" + "lines: 1 " * 290 + "}) { id } }",
        "long text": '{ node(id: "' + "x" * 19_000 + '") { id } }',
        "long block": '{ node(id: """' + "\n x" * 6_000 + '""") { id } }',
        "escapes": '{ node(id: "' + "\\u0041" * 3_200 + '") { id } }',
        "surrogates": '{ node(id: "' + "\\uD83D\\uDE00" * 1_600 + '") { id } }',
        "half surrogates": '{ node(id: "' + "\\uD83D" * 3_200 + '") { id } }',
        "long integer": "{ rewards(first: " + "9" * 19_000 + ") { nodes { id } } }",
        "integer at the edge": "{ rewards(first: " + "9" * 4_299 + ") { nodes { id } } }",
        "long exponent": "{ rewards(first: 1e" + "9" * 10_000 + ") { nodes { id } } }",
        "variables": f"query Q({many(240, '$vN: Int')}) {{ me {{ id }} }}",
        "variables of one name": "query Q(" + "$v: Int " * 240 + ") { me { id } }",
        "variables of strange types": f"query Q({many(40, '$vN: [[[[[[FooN]]]]]]')})" + me("id"),
        "variables that are not there": f"{{ nodes(ids: [{many(400, '$vN')}]) {{ id }} }}",
        "variables in fragments": many(30, "query QN($a: Int!) { me { ...f0 } }")
        + " ".join(
            f"fragment f{n} on Member {{ ...f{n + 1} wallets {{ transactions(first: $a)"
            " { nodes { id } } } }"
            for n in range(24)
        )
        + " fragment f24 on Member { id }",
    }


def _texts() -> dict[str, str]:
    return {
        "comments": "#\n" * 9_000 + me("id"),
        "long comment": "#" + "x" * 19_000 + "\n" + me("id"),
        "commas": me("id" + "," * 19_000),
        "spaces": me("id" + " " * 19_000),
        "lines": me("id" + "\n" * 19_000),
        "marks of order": "\ufeff" * 900 + me("id"),
        "braces": "{" * 999,
        "brackets": "(" * 999,
        "pairs of braces": nested(499, "{a", ""),
        "operations": many(120, "query QN { me { id } }"),
        "operations of one name": "query Q { me { id } } " * 120,
        "operations of no name": "{ me { id } } " * 120,
        "a schema": many(150, "type TN { a: Int }"),
        "descriptions": '"""x""" ' * 300 + me("id"),
        "defer": nested(30, "... @defer { me { id } ", ""),
        "a megabyte": me("id " * 300_000),
    }


DOCUMENTS: dict[str, str] = _fragments() | _fields() | _values() | _texts()
