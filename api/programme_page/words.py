"""What the page says by itself, in English, Russian and Greek."""

from domain.language import Counted, Text, Value, in_language, rendered
from domain.language import said as text

NAMES = {"en": "English", "ru": "Русский", "el": "Ελληνικά"}

_WORDS: dict[str, Text] = {
    "kind": text("Loyalty programme", "Программа лояльности", "Πρόγραμμα επιβράβευσης"),
    "lead": text(
        "Every purchase counts. Collect, and choose what you like for it.",
        "Каждая покупка засчитывается. Копите и выбирайте, что вам по душе.",
        "Κάθε αγορά μετράει. Μαζέψτε και διαλέξτε ό,τι σας αρέσει.",
    ),
    "language": text("Language", "Язык", "Γλώσσα"),
    "how": text("How it works", "Как это устроено", "Πώς λειτουργεί"),
    "join": text("Join in the app", "Вступите в приложении", "Εγγραφείτε στην εφαρμογή"),
    "join_text": text(
        "Your phone number or e-mail address is all it takes.",
        "Нужен только номер телефона или электронная почта.",
        "Αρκεί ο αριθμός του κινητού ή το e‑mail σας.",
    ),
    "join_gift": text(
        "Your phone number or e-mail address is all it takes. For joining: {gift}.",
        "Нужен только номер телефона или электронная почта. За вступление: {gift}.",
        "Αρκεί ο αριθμός του κινητού ή το e‑mail σας. Για την εγγραφή: {gift}.",
    ),
    "collect": text("Collect as you buy", "Копите с покупок", "Μαζέψτε αγοράζοντας"),
    "collect_text": text(
        "Show your code when you pay. The app tells you at once what you got, and why.",
        "Покажите код при оплате. Приложение сразу скажет, что вы получили и за что.",
        "Δείξτε τον κωδικό σας όταν πληρώνετε. Η εφαρμογή λέει αμέσως τι κερδίσατε και γιατί.",
    ),
    "choose": text("Choose a reward", "Выберите награду", "Διαλέξτε ένα δώρο"),
    "choose_text": text(
        "Take it in the app and show it at the till, whenever you like.",
        "Возьмите её в приложении и покажите на кассе, когда захотите.",
        "Πάρτε το στην εφαρμογή και δείξτε το στο ταμείο, όποτε θέλετε.",
    ),
    "earn": text("Ways to collect", "За что начисляем", "Πώς μαζεύετε"),
    "tiers": text(
        "The more you come, the more you get",
        "Чем чаще, тем больше",
        "Όσο πιο συχνά, τόσο περισσότερα",
    ),
    "rewards": text("What you get for it", "Что можно получить", "Τι παίρνετε"),
    "more": text(
        "And more in the app.", "И другие — в приложении.", "Και άλλα στην εφαρμογή."
    ),
    "terms": text("Terms", "Условия", "Όροι"),
    "edition": text("Version {number}.", "Редакция {number}.", "Έκδοση {number}."),
    "edition_since": text(
        "Version {number}, in force since {day}.",
        "Редакция {number}, действует с {day}.",
        "Έκδοση {number}, ισχύει από {day}.",
    ),
    "for_tiers": text("Tier: {tiers}", "Уровень: {tiers}", "Επίπεδο: {tiers}"),
    "from_day": text("From {day}", "С {day}", "Από {day}"),
    "out_of_stock": text("All gone for now", "Пока закончились", "Εξαντλήθηκε προς το παρόν"),
    "everybody": text("From the first day", "С первого дня", "Από την πρώτη μέρα"),
    "reached": text(
        "{points} in {window}", "{points} за {window}", "{points} σε {window}"
    ),
    "invited_by": text(
        "{name} invites you", "{name} приглашает вас", "Πρόσκληση από: {name}"
    ),
    "invited": text("A friend invites you", "Вас приглашает друг", "Σας προσκαλεί ένας φίλος"),
    "your_code": text(
        "Type this code in when you join:", "Введите при вступлении этот код:",
        "Γράψτε αυτόν τον κωδικό όταν εγγραφείτε:",
    ),
    "unknown_code": text(
        "This invitation did not work", "Приглашение не сработало", "Η πρόσκληση δεν βρέθηκε"
    ),
    "claim": text(
        "Points for your purchase", "Баллы за вашу покупку", "Πόντοι για την αγορά σας"
    ),
    "claim_text": text(
        "Points of a purchase wait to be claimed in the app. Join, or sign in if you have joined "
        "already, and scan your receipt there or type its code in.",
        "Баллы за покупку ждут вас в приложении. Вступите или войдите, если вы уже с нами, и "
        "отсканируйте там чек или введите код с него.",
        "Πόντοι από μια αγορά σας περιμένουν στην εφαρμογή. Εγγραφείτε, ή συνδεθείτε αν είστε ήδη "
        "μέλος, και σαρώστε εκεί την απόδειξη ή γράψτε τον κωδικό της.",
    ),
    "claim_code": text("Your receipt's code:", "Код с вашего чека:", "Ο κωδικός της απόδειξης:"),
    "none_title": text("We are not open yet", "Мы ещё не открылись", "Δεν ανοίξαμε ακόμη"),
    "none_text": text(
        "The programme is being prepared. Do look in again soon.",
        "Программа готовится. Загляните к нам ещё раз.",
        "Το πρόγραμμα ετοιμάζεται. Ξαναπεράστε σύντομα.",
    ),
}  # fmt: skip


def said(name: str, language: str, /, **values: Value) -> str:
    """These words in that language, with their fields filled in."""
    return rendered(_WORDS[name], language, **values)


def plain(language: str) -> dict[str, str]:
    """The words that have no fields, by name."""
    found = {name: in_language(words, language) for name, words in _WORDS.items()}
    return {name: words for name, words in found.items() if "{" not in words}


def reached(threshold: Counted, window: str, language: str) -> str:
    """How a tier is reached."""
    if threshold.number == 0:
        return said("everybody", language)
    return said("reached", language, points=threshold, window=window)
