"""Every movement has a title in every language."""

import re
from pathlib import Path
from typing import Any

import pytest

from domain.language import LANGUAGES
from domain.wallets import words

DOMAIN = Path(words.__file__).parents[1]
COFFEE = {"en": "A coffee", "ru": "Кофе", "el": "Ένας καφές"}


@pytest.mark.parametrize(
    ("title", "en", "ru", "el"),
    [
        ({"key": "order", "reference": "R-1"}, "Order R-1", "Заказ R-1", "Παραγγελία R-1"),
        ({"key": "welcome"}, "Welcome", "За вступление", "Καλωσόρισμα"),
        ({"key": "friend_brought"}, "For bringing a friend", "За приглашение друга",
         "Για τον φίλο που φέρατε"),
        ({"key": "friend_joined"}, "A friend's invitation", "По приглашению друга",
         "Με πρόσκληση φίλου"),
        ({"key": "redeemed", "reward": COFFEE}, "Reward: A coffee", "Награда: Кофе",
         "Δώρο: Ένας καφές"),
        ({"key": "voucher_cancelled", "reward": COFFEE}, "Voucher cancelled: A coffee",
         "Ваучер отменён: Кофе", "Ακύρωση κουπονιού: Ένας καφές"),
        ({"key": "survey", "survey": {"en": "How was it?"}},
         "Thanks for your answers: How was it?", "Спасибо за ответы: How was it?",
         "Ευχαριστούμε για τις απαντήσεις: How was it?"),
        ({"key": "birthday"}, "Your birthday", "Ваш день рождения", "Τα γενέθλιά σας"),
        ({"key": "anniversary", "years": 1}, "1 year with us", "1 год с нами",
         "1 χρόνος μαζί μας"),
        ({"key": "expired"}, "Expired", "Срок действия истёк", "Λήξη"),
        ({"key": "adjusted"}, "Adjustment", "Корректировка", "Διόρθωση"),
        ({"key": "of a later version"}, "Other", "Прочее", "Άλλο"),
    ],
)  # fmt: skip
def test_a_movement_is_called(title: dict[str, Any], en: str, ru: str, el: str) -> None:
    assert [words.title(title, language) for language in LANGUAGES] == [en, ru, el]


def test_every_key_that_is_written_has_words() -> None:
    written = {
        key
        for path in (*DOMAIN.rglob("*.py"), *DOMAIN.rglob("*.sql"))
        if path != Path(words.__file__)
        for key in re.findall(r'\{"key": "(\w+)"', path.read_text(encoding="utf-8"))
    }

    assert {"order", "redeemed", "expired"} <= written
    assert {key for key in written if key not in words.TITLES} == set()
