"""A line drawing for each kind of reward; nothing is fetched to show it."""

from api.programme_page.markup import Markup, markup
from domain.rewards.kinds import RewardKind

_FRAME = '<svg viewBox="0 0 24 24" aria-hidden="true">$lines</svg>'
_LINES = {
    RewardKind.GIFT: '<path d="M4 11h16v9H4zM3 7h18v4H3zM12 7v13M12 7c-2 0-5-.6-5-2.6C7 3.5 7.7 3 '
    '8.6 3 10.5 3 12 5 12 7zm0 0c2 0 5-.6 5-2.6C17 3.5 16.3 3 15.4 3 13.5 3 12 5 12 7z"/>',
    RewardKind.AMOUNT_OFF: '<path d="M3 12 12 3h8v8l-9 9z"/><circle cx="16" cy="7.5" r="1.5"/>',
    RewardKind.PERCENT_OFF: '<path d="M18.5 5.5l-13 13"/><circle cx="7.5" cy="7.5" r="2.5"/>'
    '<circle cx="16.5" cy="16.5" r="2.5"/>',
    RewardKind.FREE_DELIVERY: '<path d="M3 6h11v10H3zM14 10h4l3 3v3h-7z"/>'
    '<circle cx="7.5" cy="17.5" r="2"/><circle cx="17.5" cy="17.5" r="2"/>',
    RewardKind.EVENT: '<path d="M4 6h16v14H4zM4 10h16M8 3.5V7M16 3.5V7M8 14h3M8 17h6"/>',
    RewardKind.ACCESS: '<circle cx="8" cy="14" r="4"/><path d="M11 11l8-8M16 6l3 3"/>',
}


def picture(kind: str) -> Markup:
    """The drawing of a RewardKind, as inline SVG in the colour of the text around it."""
    return markup(_FRAME, lines=Markup(_LINES[RewardKind(kind)]))
