"""What is said about a friend who joined: what is missing, and that a code is not known."""

from domain.language import Text, said
from domain.referrals.kinds import ReferralState

MISSING: dict[ReferralState, Text] = {
    ReferralState.JOINED: said(
        en="The first order of your friend.",
        ru="Первый заказ друга.",
        el="Η πρώτη παραγγελία του φίλου σας.",
    ),
    ReferralState.PENDING: said(
        en="The end of the time for returns.",
        ru="Окончание срока возврата.",
        el="Η λήξη της προθεσμίας επιστροφών.",
    ),
}

UNKNOWN_CODE = said(
    en="Nobody has this code. Ask your friend for it again; you can join without one, too.",
    ru="Такого кода нет. Уточните его у друга; присоединиться можно и без кода.",
    el="Δεν υπάρχει τέτοιος κωδικός. Ρωτήστε ξανά τον φίλο σας· μπορείτε να εγγραφείτε και χωρίς.",
)

NO_TERMS = said(
    en="Friends are welcome; the programme gives no points for them at present.",
    ru="Друзьям рады; баллов за них программа сейчас не начисляет.",
    el="Οι φίλοι είναι ευπρόσδεκτοι· το πρόγραμμα δεν δίνει πόντους για αυτούς προς το παρόν.",
)
