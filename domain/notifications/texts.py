"""Texts of notifications, by kind, in every language; what is filled in stands in braces."""

from domain.language import Text, said
from domain.notifications.kinds import NotificationKind

TITLES: dict[NotificationKind, Text] = {
    NotificationKind.POINTS_EARNED: said("+{points}", "+{points}", "+{points}"),
    NotificationKind.POINTS_RELEASED: said(
        "Released: {points}", "Доступно: {points}", "Διαθέσιμοι: {points}"
    ),
    NotificationKind.POINTS_TAKEN_BACK: said(
        "Taken back: {points}", "Списано: {points}", "Αφαιρέθηκαν: {points}"
    ),
    NotificationKind.POINTS_EXPIRED: said(
        "Expired: {points}", "Сгорело: {points}", "Έληξαν: {points}"
    ),
    NotificationKind.GIFT_SENT: said(
        "Sent: {points}", "Отправлено: {points}", "Στάλθηκαν: {points}"
    ),
    NotificationKind.GIFT_RECEIVED: said(
        "Sent to you: {points}", "Вам отправили: {points}", "Σας έστειλαν: {points}"
    ),
    NotificationKind.GIFT_RETURNED: said(
        "They came back: {points}", "Вернулось: {points}", "Επέστρεψαν: {points}"
    ),
    NotificationKind.POINTS_EXPIRE_SOON: said(
        "Soon to expire: {points}", "Скоро сгорит: {points}", "Λήγουν σύντομα: {points}"
    ),
    NotificationKind.TIER_UP: said(
        "Your new tier: {tier}", "Ваш новый уровень: {tier}", "Το νέο σας επίπεδο: {tier}"
    ),
    NotificationKind.TIER_DOWN: said(
        "Your tier from now on: {tier}",
        "Ваш уровень теперь: {tier}",
        "Το επίπεδό σας πλέον: {tier}",
    ),
    NotificationKind.TIER_AT_RISK: said(
        "Your tier {tier} ends soon",
        "Ваш уровень {tier} скоро закончится",
        "Το επίπεδό σας {tier} λήγει σύντομα",
    ),
    NotificationKind.VOUCHER_ISSUED: said(
        "Your voucher is ready", "Ваш ваучер готов", "Το κουπόνι σας είναι έτοιμο"
    ),
    NotificationKind.OFFER_ADDED: said(
        "A new offer for you", "Новое предложение для вас", "Νέα προσφορά για εσάς"
    ),
    NotificationKind.REFERRAL_CHANGED: said(
        "Your friend's invitation", "Приглашение друга", "Η πρόσκληση φίλου"
    ),
    NotificationKind.CASE_ANSWERED: said(
        "We have answered you", "Мы вам ответили", "Σας απαντήσαμε"
    ),
    NotificationKind.SESSION_ENDED: said(
        "You were signed out on a device",
        "Вы вышли из программы на одном устройстве",
        "Αποσυνδεθήκατε από μια συσκευή",
    ),
    NotificationKind.BADGE_EARNED: said(
        "Your new badge: {badge}", "Ваш новый значок: {badge}", "Το νέο σας σήμα: {badge}"
    ),
    NotificationKind.BIRTHDAY: said(
        "Happy birthday!", "С днём рождения!", "Χρόνια πολλά για τα γενέθλιά σας!"
    ),
    NotificationKind.ANNIVERSARY: said(
        en="{years} {years|year|years} with us",
        ru="{years} {years|год|года|лет} с нами",
        el="{years} {years|χρόνος|χρόνια} μαζί μας",
    ),
    NotificationKind.CARD_REPLACED: said(
        "You have a new card", "У вас новая карта", "Έχετε νέα κάρτα"
    ),
    NotificationKind.STATEMENT_READY: said(
        "Your statement: {month}", "Ваша выписка: {month}", "Οι κινήσεις σας: {month}"
    ),
    NotificationKind.POOL_INVITED: said(
        "Collect points together?", "Копить баллы вместе?", "Μαζεύετε πόντους μαζί;"
    ),
    NotificationKind.POOL_JOINED: said(
        "Somebody has joined your pool",
        "В вашем общем счёте новый участник",
        "Νέο μέλος στο κοινό σας ταμείο",
    ),
    NotificationKind.POOL_LEFT: said(
        "Somebody has left your pool",
        "Участник вышел из общего счёта",
        "Ένα μέλος έφυγε από το κοινό ταμείο",
    ),
    NotificationKind.POOL_ENDED: said(
        "You no longer collect together",
        "Вы больше не копите вместе",
        "Δεν μαζεύετε πια μαζί",
    ),
    NotificationKind.PROGRAMME_ENDS: said(
        "The programme will end", "Программа завершится", "Το πρόγραμμα θα λήξει"
    ),
    NotificationKind.PROGRAMME_CHANGES: said(
        "The programme changes on {day}",
        "Программа изменится: {day}",
        "Το πρόγραμμα αλλάζει στις {day}",
    ),
}
BODIES: dict[NotificationKind, Text] = {
    NotificationKind.POINTS_EARNED: said(
        en="In your wallet now; the statement says what for.",
        ru="Уже в вашем кошельке; за что — сказано в выписке.",
        el="Ήδη στο πορτοφόλι σας· οι κινήσεις γράφουν τον λόγο.",
    ),
    NotificationKind.POINTS_RELEASED: said(
        en="You can spend them from now on.",
        ru="Теперь их можно тратить.",
        el="Από τώρα μπορείτε να τους ξοδέψετε.",
    ),
    NotificationKind.POINTS_TAKEN_BACK: said(
        en="What they were for was returned or undone; the statement says more.",
        ru="То, за что они были, возвращено или отменено; подробности — в выписке.",
        el="Αυτό για το οποίο δόθηκαν επιστράφηκε ή ακυρώθηκε· δείτε τις κινήσεις.",
    ),
    NotificationKind.POINTS_EXPIRED: said(
        en="Your wallet shows what expires next, and when.",
        ru="Что сгорит следующим и когда, видно в кошельке.",
        el="Το πορτοφόλι σας δείχνει τι λήγει στη συνέχεια και πότε.",
    ),
    NotificationKind.GIFT_SENT: said(
        en="If nobody comes for them within seven days, they are yours again.",
        ru="Если за семь дней за ними никто не придёт, они снова ваши.",
        el="Αν κανείς δεν τα παραλάβει σε επτά ημέρες, είναι πάλι δικά σας.",
    ),
    NotificationKind.GIFT_RECEIVED: said(
        en="In your wallet now, with the dates that they had.",
        ru="Уже в вашем кошельке, с прежними сроками.",
        el="Ήδη στο πορτοφόλι σας, με τις ημερομηνίες που είχαν.",
    ),
    NotificationKind.GIFT_RETURNED: said(
        en="Nobody came for what you sent; it is in your wallet again.",
        ru="За отправленным никто не пришёл: оно снова в вашем кошельке.",
        el="Κανείς δεν παρέλαβε ό,τι στείλατε· είναι πάλι στο πορτοφόλι σας.",
    ),
    NotificationKind.POINTS_EXPIRE_SOON: said(
        en="All of them are good through {day}; your wallet shows what goes when.",
        ru="Все они действуют по {day}; что и когда сгорит, видно в кошельке.",
        el="Όλοι ισχύουν έως και {day}· το πορτοφόλι σας δείχνει τι λήγει πότε.",
    ),
    NotificationKind.TIER_UP: said(
        en="Thank you for coming back to us.",
        ru="Спасибо, что возвращаетесь к нам.",
        el="Ευχαριστούμε που επιστρέφετε σε εμάς.",
    ),
    NotificationKind.TIER_DOWN: said(
        en="Your points stay yours; the app shows what brings you back up.",
        ru="Баллы остаются вашими; в приложении видно, как подняться снова.",
        el="Οι πόντοι μένουν δικοί σας· η εφαρμογή δείχνει πώς θα ανεβείτε ξανά.",
    ),
    NotificationKind.TIER_AT_RISK: said(
        en="Keep it with {points} more.",
        ru="Чтобы сохранить его, не хватает: {points}.",
        el="Για να το κρατήσετε χρειάζεστε ακόμη: {points}.",
    ),
    NotificationKind.VOUCHER_ISSUED: said(
        en="Show its code when you pay.",
        ru="Покажите его код при оплате.",
        el="Δείξτε τον κωδικό του όταν πληρώνετε.",
    ),
    NotificationKind.OFFER_ADDED: said(
        en="See what it gives, and until when.",
        ru="Посмотрите, что оно даёт и до какого дня.",
        el="Δείτε τι δίνει και έως πότε.",
    ),
    NotificationKind.CASE_ANSWERED: said(
        en="Read the answer, and write back if you like.",
        ru="Прочтите ответ; на него можно написать ещё.",
        el="Διαβάστε την απάντηση και γράψτε μας ξανά αν θέλετε.",
    ),
    NotificationKind.SESSION_ENDED: said(
        en="Somebody used an old key of that session: if it was not you, sign out everywhere.",
        ru="Кто-то предъявил старый ключ этого входа: если это не вы, выйдите на всех устройствах.",
        el="Κάποιος έδειξε παλιό κλειδί της σύνδεσης: αν δεν ήσασταν εσείς, αποσυνδεθείτε παντού.",
    ),
    NotificationKind.BADGE_EARNED: said(
        en="It is among your badges now.",
        ru="Он уже среди ваших значков.",
        el="Είναι ήδη ανάμεσα στα σήματά σας.",
    ),
    NotificationKind.BIRTHDAY: said(
        en="We wish you a good year.",
        ru="Желаем вам хорошего года.",
        el="Σας ευχόμαστε μια όμορφη χρονιά.",
    ),
    NotificationKind.ANNIVERSARY: said(
        en="Thank you for staying.",
        ru="Спасибо, что остаётесь с нами.",
        el="Ευχαριστούμε που μένετε μαζί μας.",
    ),
    NotificationKind.CARD_REPLACED: said(
        en="The number before is good for nothing any more; if it was not you, write to us.",
        ru="Прежний номер больше не действует; если это сделали не вы, напишите нам.",
        el="Ο προηγούμενος αριθμός δεν ισχύει πια· αν δεν το ζητήσατε εσείς, γράψτε μας.",
    ),
    NotificationKind.STATEMENT_READY: said(
        en="What came and went in the month, and what there was in the end.",
        ru="Что пришло и ушло за месяц, и сколько было в конце.",
        el="Τι ήρθε και τι έφυγε τον μήνα, και πόσα υπήρχαν στο τέλος.",
    ),
    NotificationKind.POOL_INVITED: said(
        en="Somebody asks you into a pool: see what you would give, and take along again.",
        ru="Вас зовут в общий счёт: посмотрите, сколько отдавать и что можно забрать.",
        el="Σας καλούν σε κοινό ταμείο: δείτε τι θα δίνετε και τι θα παίρνατε πίσω.",
    ),
    NotificationKind.POOL_JOINED: said(
        en="You can say who may redeem the points.",
        ru="Вы решаете, кто может тратить баллы.",
        el="Εσείς ορίζετε ποιος εξαργυρώνει τους πόντους.",
    ),
    NotificationKind.POOL_LEFT: said(
        en="What went along by the pool's rule stands among its movements.",
        ru="Что ушло по правилу счёта, видно в его движениях.",
        el="Τι πήρε μαζί του, κατά τον κανόνα, φαίνεται στις κινήσεις του ταμείου.",
    ),
    NotificationKind.POOL_ENDED: said(
        en="What you took along stands in your statement.",
        ru="Что вернулось к вам, видно в выписке.",
        el="Όσα πήρατε μαζί σας φαίνονται στις κινήσεις σας.",
    ),
    NotificationKind.PROGRAMME_ENDS: said(
        en="You earn through {last_earning} and can spend through {last_spending}; nothing"
        " expires before.",
        ru="Баллы начисляются по {last_earning}, тратить их можно по {last_spending}; до тех пор"
        " ничего не сгорит.",
        el="Κερδίζετε έως {last_earning} και ξοδεύετε έως {last_spending}· τίποτα δεν λήγει"
        " νωρίτερα.",
    ),
    NotificationKind.PROGRAMME_CHANGES: said(
        en="See what will be different. Points that you have last as long as was promised.",
        ru="Посмотрите, что изменится. Накопленное действует столько, сколько было обещано.",
        el="Δείτε τι θα αλλάξει. Ό,τι έχετε μαζέψει ισχύει όσο σας υποσχεθήκαμε.",
    ),
}
OF_A_YEAR = said(
    en="What came and went in the month; with it, what membership gave you in {year}.",
    ru="Что пришло и ушло за месяц, а ещё — что участие дало вам за {year} год.",
    el="Τι ήρθε και τι έφυγε τον μήνα, και τι σας έδωσε η συμμετοχή το {year}.",
)
MEMBERSHIP: dict[str, tuple[Text, Text]] = {
    "BLOCKED": (
        said(
            "Your membership is blocked", "Ваше участие приостановлено", "Η συμμετοχή σας διακόπηκε"
        ),
        said(
            en="No earning, no spending for now; your points stay. Write to us if you wonder why.",
            ru="Пока баллы не начисляются и не тратятся, но остаются вашими. Напишите нам.",
            el="Προς το παρόν δεν κερδίζετε ούτε ξοδεύετε πόντους· οι πόντοι μένουν. Γράψτε μας.",
        ),
    ),
    "MERGED": (
        said(
            "Your memberships are one now",
            "Ваши участия объединены",
            "Οι συμμετοχές σας έγιναν μία",
        ),
        said(
            en="Points, orders and vouchers of both are here; both cards and numbers go on.",
            ru="Баллы, заказы и ваучеры обоих — здесь; обе карты и оба номера действуют.",
            el="Πόντοι, παραγγελίες και κουπόνια είναι εδώ· ισχύουν και οι δύο κάρτες.",
        ),
    ),
    "UNMERGED": (
        said(
            "Your memberships are separate again",
            "Ваши участия снова раздельны",
            "Οι συμμετοχές είναι πάλι χωριστές",
        ),
        said(
            en="What was joined by mistake is apart again; what was spent meanwhile stays spent.",
            ru="Объединённое по ошибке разделено; потраченное за это время не возвращается.",
            el="Ό,τι ενώθηκε κατά λάθος χωρίστηκε· όσα ξοδεύτηκαν στο μεταξύ δεν επιστρέφουν.",
        ),
    ),
    "ACTIVE": (
        said("You are back", "Вы снова с нами", "Είστε πάλι μαζί μας"),
        said(
            en="Your membership is no longer blocked.",
            ru="Ваше участие больше не приостановлено.",
            el="Η συμμετοχή σας δεν είναι πια σε διακοπή.",
        ),
    ),
}
GIFT = said(
    en="{wish} {points}: a present from us.",
    ru="{wish} {points}: подарок от нас.",
    el="{wish} {points}: δώρο από εμάς.",
)
REFERRALS: dict[str, Text] = {
    "JOINED": said(
        en="Your friend has joined; the points come with the first order.",
        ru="Друг вступил в программу; баллы придут с первым заказом.",
        el="Ο φίλος σας εγγράφηκε· οι πόντοι έρχονται με την πρώτη παραγγελία.",
    ),
    "PENDING": said(
        en="The first order is here; the points come when the time for returns is over.",
        ru="Первый заказ сделан; баллы придут, когда истечёт срок возврата.",
        el="Η πρώτη παραγγελία έγινε· οι πόντοι έρχονται όταν λήξει η προθεσμία επιστροφών.",
    ),
    "REWARDED": said(
        en="The first order is here: thank you both.",
        ru="Первый заказ сделан: спасибо вам обоим.",
        el="Η πρώτη παραγγελία έγινε: ευχαριστούμε και τους δύο.",
    ),
}
NO_REFERRAL = said(
    en="No points come of this one.",
    ru="За это приглашение баллов не будет.",
    el="Αυτή η πρόσκληση δεν δίνει πόντους.",
)
