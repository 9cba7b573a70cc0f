"""What the timeline of a member says, for the person who answers the telephone."""

from domain.language import Text, Value, in_language, rendered, said
from domain.membership.timeline import TimelineRow
from domain.money import Money
from domain.programme.terms import Programme
from domain.programme.words.rules import counted
from domain.wallets.words import title

_TEXTS: dict[str, Text] = {
    "order": said(
        "Order {reference} of {total}",
        "Заказ {reference} на {total}",
        "Παραγγελία {reference} των {total}",
    ),
    "points": said("{sign}{points}: {title}", "{sign}{points}: {title}", "{sign}{points}: {title}"),
    "tier": said("Came to the tier {tier}", "Новый уровень: {tier}", "Νέο επίπεδο: {tier}"),
    "issued": said("Voucher for {reward}", "Ваучер: {reward}", "Κουπόνι: {reward}"),
    "used": said(
        "Voucher used: {reward}", "Ваучер использован: {reward}", "Χρήση κουπονιού: {reward}"
    ),
    "cancelled": said(
        "Voucher cancelled: {reward}", "Ваучер отменён: {reward}", "Ακύρωση κουπονιού: {reward}"
    ),
    "case": said("Wrote: {subject}", "Обращение: {subject}", "Έγραψε: {subject}"),
    "card": said(
        "The card {number} was replaced", "Карта {number} заменена", "Νέα κάρτα αντί της {number}"
    ),
    "merged": said(
        "The member {number} lives on here",
        "Объединено с участником {number}",
        "Ενώθηκε με το μέλος {number}",
    ),
    "unmerged": said(
        "The member {number} is its own again",
        "Участник {number} снова отдельно",
        "Το μέλος {number} είναι πάλι χωριστό",
    ),
    "joined": said("Joined", "Вступление в программу", "Εγγραφή"),
}
_STATES: dict[str, Text] = {
    "BLOCKED": said("Blocked", "Заблокирован", "Αποκλεισμός"),
    "OPTED_OUT": said("Opted out", "Вышел из программы", "Αποχώρηση"),
    "ERASED": said("Erased", "Удалён", "Διαγραφή"),
    "MERGED": said("Merged into another", "Объединён с другим", "Ενώθηκε με άλλο μέλος"),
    "ACTIVE": said("Takes part again", "Снова участвует", "Συμμετέχει πάλι"),
}
_REASON = said("{what}: {reason}", "{what}: {reason}", "{what}: {reason}")


def entry(programme: Programme, row: TimelineRow, language: str) -> str:
    """One line. `programme` names units and tiers."""
    args = row.args
    match row.word:
        case "order":
            total = Money(args["amount"], args["currency"])
            return _said(row, language, reference=args["reference"], total=total)
        case "points":
            what = title(args["title"], language)
            if args["points"] == 0:  # paid out of what was held; good for longer
                return what
            points = counted(programme, args["unit"], abs(args["points"]))
            sign = "-" if args["points"] < 0 else "+"
            return _said(row, language, sign=sign, points=points, title=what)
        case "tier":
            tier = programme.tier(args["tier"])
            return _said(row, language, tier=tier.name if tier else args["tier"])
        case "state":
            what = in_language(_STATES[args["state"]], language)
            reason = args["reason"]
            return rendered(_REASON, language, what=what, reason=reason) if reason else what
        case _:
            return _said(row, language, **args)


def _said(row: TimelineRow, language: str, **values: Value) -> str:
    return rendered(_TEXTS[row.word], language, **values)
