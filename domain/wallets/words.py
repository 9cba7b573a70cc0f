"""What a statement calls each movement: a transaction keeps a key and what goes with it."""

from collections.abc import Mapping
from datetime import date
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
    "invitation_returned": said(
        en="A friend's invitation: the order was returned",
        ru="По приглашению друга: заказ возвращён",
        el="Πρόσκληση φίλου: η παραγγελία επιστράφηκε",
    ),
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
    "told": said(
        en="Thanks for telling us about yourself",
        ru="Спасибо, что рассказали о себе",
        el="Ευχαριστούμε που μας μιλήσατε για εσάς",
    ),
    "activity": said("{activity}", "{activity}", "{activity}"),
    "birthday": said("Your birthday", "Ваш день рождения", "Τα γενέθλιά σας"),
    "anniversary": said(
        en="{years} {years|year|years} with us",
        ru="{years} {years|год|года|лет} с нами",
        el="{years} {years|χρόνος|χρόνια} μαζί μας",
    ),
    "expired": said("Expired", "Срок действия истёк", "Λήξη"),
    "erased": said("Membership ended", "Участие прекращено", "Λήξη συμμετοχής"),
    "order_pending": said(
        en="Order {reference}: not yet released",
        ru="Заказ {reference}: ещё не доступно",
        el="Παραγγελία {reference}: εκκρεμεί",
    ),
    "order_refunded": said(
        en="Order {reference} returned",
        ru="Возврат по заказу {reference}",
        el="Επιστροφή της παραγγελίας {reference}",
    ),
    "order_revised": said(
        en="Order {reference} changed",
        ru="Изменение заказа {reference}",
        el="Αλλαγή της παραγγελίας {reference}",
    ),
    "order_paid": said(
        en="Order {reference}: paid with points",
        ru="Заказ {reference}: оплата баллами",
        el="Παραγγελία {reference}: πληρωμή με πόντους",
    ),
    "order_held": said(
        en="Order {reference}: set aside to pay it",
        ru="Заказ {reference}: отложено на оплату",
        el="Παραγγελία {reference}: δεσμεύτηκε για πληρωμή",
    ),
    "order_cancelled": said(
        en="Order {reference} cancelled",
        ru="Заказ {reference} отменён",
        el="Ακύρωση της παραγγελίας {reference}",
    ),
    "released": said("Released", "Стало доступно", "Αποδεσμεύτηκε"),
    "not_released": said(
        en="Not released: what it waited for did not come",
        ru="Не начислено: ожидаемое не наступило",
        el="Δεν αποδεσμεύτηκε: δεν ήρθε αυτό που περίμενε",
    ),
    "held": said("Held", "Зарезервировано", "Δεσμεύτηκε"),
    "hold_captured": said("Paid with points", "Оплата баллами", "Πληρωμή με πόντους"),
    "hold_released": said("Hold released", "Резерв снят", "Η δέσμευση άρθηκε"),
    "hold_expired": said("Hold ended", "Срок резерва истёк", "Η δέσμευση έληξε"),
    "merged_out": said(
        en="Moved to the membership that goes on",
        ru="Перенесено в объединённое участие",
        el="Μεταφέρθηκε στη συμμετοχή που συνεχίζει",
    ),
    "merged_in": said(
        en="From another membership of yours",
        ru="Из другого вашего участия",
        el="Από άλλη συμμετοχή σας",
    ),
    "merged_debt": said(
        en="What was owed in another membership",
        ru="Долг из другого участия",
        el="Οφειλή από άλλη συμμετοχή",
    ),
    "reversed": said("Reversal", "Отмена операции", "Αντιλογισμός"),
    "gift_sent": said("Sent to somebody", "Отправлено", "Αποστολή σε άλλον"),
    "gift_received": said("Received from somebody", "Получено от другого", "Λήψη από άλλον"),
    "gift_returned": said(
        en="Sent, and nobody came for it",
        ru="Отправленное вернулось",
        el="Επιστροφή: κανείς δεν το παρέλαβε",
    ),
    "pool_given": said("Given to the pool", "Отдано в общий счёт", "Δόθηκαν στο κοινό ταμείο"),
    "pool_received": said(
        en="From somebody in the pool",
        ru="От участника общего счёта",
        el="Από μέλος του κοινού ταμείου",
    ),
    "pool_shared": said(
        en="Share of somebody who left",
        ru="Доля ушедшего участника",
        el="Μερίδιο μέλους που έφυγε",
    ),
    "pool_share": said(
        "Your share of the pool", "Ваша доля общего счёта", "Το μερίδιό σας από το κοινό ταμείο"
    ),
    "pool_returned": said(
        en="Pool: an order was returned",
        ru="Общий счёт: заказ возвращён",
        el="Κοινό ταμείο: επιστροφή παραγγελίας",
    ),
    "extended": said(
        en="Good for longer: through {last_day}",
        ru="Срок продлён: по {last_day}",
        el="Παράταση: έως και {last_day}",
    ),
    "reinstated": said(
        en="Back after they had expired",
        ru="Возвращено после сгорания",
        el="Επιστροφή μετά τη λήξη",
    ),
    "adjusted": said("Adjustment", "Корректировка", "Διόρθωση"),
}
_OTHER = said("Other", "Прочее", "Άλλο")


def title(title: Mapping[str, Any], language: str) -> str:
    """The title of a transaction, kept as `{"key": ...}` with what its text needs."""
    text = TITLES.get(title["key"], _OTHER)
    if "last_day" in title:
        title = {**title, "last_day": date.fromisoformat(title["last_day"])}
    return rendered(text, language, **title)
