"""What a statement calls each movement: a transaction keeps a key and what goes with it."""

from collections.abc import Mapping
from typing import Any

from domain.language import Text, rendered, said

# By the key that a movement is posted with; words of a key that was used are never taken out.
TITLES: dict[str, Text] = {
    "order": said("Order {reference}", "Заказ {reference}", "Παραγγελία {reference}"),
    "welcome": said("Welcome", "За вступление", "Καλωσόρισμα"),
    "friend_brought": said(
        "For bringing a friend", "За приглашение друга", "Για τον φίλο που φέρατε"
    ),
    "friend_joined": said("A friend's invitation", "По приглашению друга", "Με πρόσκληση φίλου"),
    "redeemed": said("Reward: {reward}", "Награда: {reward}", "Δώρο: {reward}"),
    "voucher_cancelled": said(
        en="Voucher cancelled: {reward}",
        ru="Ваучер отменён: {reward}",
        el="Ακύρωση κουπονιού: {reward}",
    ),
    "survey": said(
        en="Thanks for your answers: {survey}",
        ru="Спасибо за ответы: {survey}",
        el="Ευχαριστούμε για τις απαντήσεις: {survey}",
    ),
    "activity": said("{activity}", "{activity}", "{activity}"),
    "expired": said("Expired", "Срок действия истёк", "Λήξη"),
    "adjusted": said("Adjustment", "Корректировка", "Διόρθωση"),
}
_OTHER = said("Other", "Прочее", "Άλλο")


def title(title: Mapping[str, Any], language: str) -> str:
    """The title of a transaction, kept as `{"key": ...}` with what its text needs."""
    text = TITLES.get(title["key"], _OTHER)
    return rendered(text, language, **title)
