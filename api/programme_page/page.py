"""The page as HTML: a frame, and sections that are left out when there is nothing in them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from api.programme_page import words
from api.programme_page.greeting import Greeting
from api.programme_page.markup import NOTHING, Markup, joined, markup
from api.programme_page.pictures import picture
from api.programme_page.shown import Level, Offer, Shown

_HERE = Path(__file__).parent
FRAME = (_HERE / "page.html").read_text(encoding="utf-8")
STYLE = (_HERE / "page.css").read_text(encoding="utf-8")

_SECTION = '<section class="$kind"><h2>$title</h2>$body</section>'
_GREETING = '<aside class="$kind"><h2>$title</h2><p>$text</p>$code</aside>'
_CODE = '<p class="code"><span>$words</span> <code>$code</code></p>'
_UNIT = '<li><span class="sign" aria-hidden="true">$sign</span> $title</li>'
_STEP = "<li><h3>$title</h3><p>$text</p></li>"
_WAY = """<li><span class="sign" aria-hidden="true">$sign</span>
<div><h3>$title</h3><p>$text</p></div></li>"""
_LEVEL = '<li><h3>$name</h3><p class="condition">$condition</p><ul>$benefits</ul></li>'
_BENEFIT = "<li><b>$title</b>$text</li>"
_REWARD = """<li>$picture<div><h3>$title</h3>$text
<p class="foot"><b class="price">$price</b>$notes</p></div></li>"""
_NOTE = '<span class="note">$note</span>'
_OTHER = '<li><a href="$address" hreflang="$language" lang="$language">$name</a></li>'
_CURRENT = '<li><a href="$address" lang="$language" aria-current="true">$name</a></li>'


def written(
    shown: Shown, language: str, switch: Mapping[str, str], greeting: Greeting | None
) -> str:
    """The whole page. `switch`: the page's address in each language."""
    said = words.plain(language)
    sections = [
        _section("steps", said["how"], markup("<ol>$steps</ol>", steps=_steps(shown, language))),
        _listed("ways", said["earn"], [_way(each) for each in shown.ways]),
        _listed("levels", said["tiers"], [_level(each) for each in shown.levels]),
        _listed("rewards", said["rewards"], [_reward(each) for each in shown.rewards]),
        markup('<p class="more">$more</p>', more=said["more"])
        if shown.has_more_rewards
        else NOTHING,
        _section("terms", said["terms"], _terms(shown)),
    ]
    return markup(
        FRAME,
        style=Markup(STYLE),
        language=language,
        title=f"{greeting.title} · {shown.name}" if greeting else shown.name,
        kind=said["kind"],
        name=shown.name,
        lead=said["lead"],
        units=markup(
            '<ul class="units">$units</ul>',
            units=joined(markup(_UNIT, sign=each.sign, title=each.title) for each in shown.units),
        ),
        switch=_switch(switch, language),
        greeting=_greeting(greeting, said[greeting.use]) if greeting else NOTHING,
        sections=joined(sections),
    )


def before_the_first(language: str) -> str:
    """What is shown while there is no programme."""
    said = words.plain(language)
    return markup(
        FRAME,
        style=Markup(STYLE),
        language=language,
        title=said["none_title"],
        kind=said["kind"],
        name=said["none_title"],
        lead=said["none_text"],
        units=NOTHING,
        switch=NOTHING,
        greeting=NOTHING,
        sections=NOTHING,
    )


def _section(kind: str, title: str, body: Markup) -> Markup:
    return markup(_SECTION, kind=kind, title=title, body=body)


def _listed(kind: str, title: str, items: Sequence[Markup]) -> Markup:
    if not items:
        return NOTHING
    return _section(kind, title, markup("<ul>$items</ul>", items=joined(items)))


def _greeting(greeting: Greeting, your_code: str) -> Markup:
    code = markup(_CODE, words=your_code, code=greeting.code) if greeting.code else NOTHING
    kind = "greeting quiet" if greeting.quiet else "greeting"
    return markup(_GREETING, kind=kind, title=greeting.title, text=greeting.text, code=code)


def _steps(shown: Shown, language: str) -> Markup:
    said = words.plain(language)
    gift = shown.welcome
    joining = words.said("join_gift", language, gift=gift) if gift else said["join_text"]
    steps = (
        (said["join"], joining),
        (said["collect"], said["collect_text"]),
        (said["choose"], said["choose_text"]),
    )
    return joined(markup(_STEP, title=title, text=text) for title, text in steps)


def _way(way: Offer) -> Markup:
    return markup(_WAY, sign=way.sign, title=way.title, text=way.text)


def _level(level: Level) -> Markup:
    benefits = joined(
        markup(_BENEFIT, title=each.title, text=_text(each.text)) for each in level.benefits
    )
    return markup(_LEVEL, name=level.name, condition=level.condition, benefits=benefits)


def _reward(reward: Offer) -> Markup:
    return markup(
        _REWARD,
        picture=picture(reward.sign),
        title=reward.title,
        text=_text(reward.text),
        price=reward.price,
        notes=joined(markup(_NOTE, note=note) for note in reward.notes),
    )


def _text(text: str) -> Markup:
    return markup("<p>$text</p>", text=text) if text else NOTHING


def _terms(shown: Shown) -> Markup:
    paragraphs = [_paragraph(lines) for lines in shown.terms]
    edition = markup('<p class="edition">$edition</p>', edition=shown.edition)
    return joined([*paragraphs, edition])


def _paragraph(lines: Sequence[str]) -> Markup:
    if len(lines) == 1:
        return _text(lines[0])
    return markup("<ul>$lines</ul>", lines=joined(markup("<li>$line</li>", line=n) for n in lines))


def _switch(addresses: Mapping[str, str], language: str) -> Markup:
    if len(addresses) < 2:
        return NOTHING
    links = joined(
        markup(
            _CURRENT if each == language else _OTHER,
            address=address, language=each, name=words.NAMES[each],
        )
        for each, address in addresses.items()
    )  # fmt: skip
    label = words.said("language", language)
    return markup('<nav aria-label="$label"><ul>$links</ul></nav>', label=label, links=links)
