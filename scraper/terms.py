"""The words sources use for workplace and employment type, in several languages -> ours."""

from __future__ import annotations

import re
from collections.abc import Mapping

from postings.posting import EmploymentType, Workplace


def _words(patterns: str) -> re.Pattern[str]:
    """Whole words, whatever joins them: «full-time», ``FULL_TIME``, «full time»; a blank stands for any joint."""
    joined = "|".join(patterns.split("\n")).replace(" ", r"[\s_-]?")
    return re.compile(rf"(?<![^\W_])(?:{joined})(?![^\W_])", re.IGNORECASE)


#: A word for «not» makes what follows say nothing.
DENIED = re.compile(
    r"\b(?:no|not|non|nicht|keine?|pas de)[\s-]+(?:\w+[\s-]+)?(?:remote|hybrid|home[\s-]office)", re.IGNORECASE
)
CAMEL_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")

#: Words for each workplace; hybrid decides where several are said.
WORKPLACES: Mapping[Workplace, re.Pattern[str]] = {
    Workplace.HYBRID: _words(
        "hybrid(?:e|es|er|ly|arbeit)?|híbrid[oa]|hybrydow[aoey]|ibrid[oa]|(?:partial|partially|partly|teilweise) remote"
    ),
    Workplace.REMOTE: _words(
        "(?:(?:fully|100 ?%) )?remote(?: (?:friendly|first|only|working|work|jobs?|position|role|option))?|fully\n"
        "home based|based at home|home office|work(?:ing)? from (?:home|anywhere)|wfh|anywhere|virtual\n"
        "tele(?:commut|work)\\w*|teletrabalho|teletrabajo|t[ée]l[ée]travail|remot[oa]|à distance\n"
        "ortsunabhängig|distansarbete|zdaln\\w+\n"
        "テレワーク|リモート|在宅"
    ),
    Workplace.ONSITE: _words(
        "on site|in office|office based|in person|vor ort|präsenz|sur site|presencial|in sede|op locatie|på plats\n"
        "stacjonarn\\w+"
    ),
}

FULL_HOURS = (
    "full time|full(?= or part)|ft|vollzeit\\w*|temps plein|voltijds?|jornada completa|tiempo completo\n"
    "tempo (?:pieno|integral|inteiro)|heltid|pełny etat|フルタイム"
)
PART_HOURS = (
    "part time|pt|teilzeit\\w*|temps partiel|deeltijds?|media jornada|tiempo parcial|tempo parziale|meio período\n"
    "deltid|niepełny etat|mini ?job\\w*|geringfügig\\w*"
)
#: In the order in which they decide: a full-time internship is an internship.
EMPLOYMENT_TYPES: Mapping[EmploymentType, re.Pattern[str]] = {
    EmploymentType.INTERNSHIP: _words(
        "interns?|internships?|praktik\\w*|pflichtpraktik\\w*|stage|stagiaire|stagist\\w*|prácticas|becari\\w+|tirocini\\w+\n"
        "estágio|co op|working student|werkstudent\\w*|student|abschlussarbeit|thesis"
    ),
    EmploymentType.VOLUNTEER: _words("volunteer\\w*|ehrenamt\\w*|bénévol\\w*|voluntari\\w+|freiwillig\\w*|unpaid"),
    EmploymentType.CONTRACT: _words(
        "contract(?:or|ors|ing)?|freelance\\w*|freiberuf\\w*|self employed|independent|consultan\\w+|zzp|autónom\\w+"
    ),
    EmploymentType.TEMPORARY: _words(
        "temps?(?! (?:plein|partiel))|temporary|temporär|temporal|temporaire|tijdelijk\\w*\n"
        "seasonal|saison\\w*|befristet\\w*|fixed term|limited term|cdd|interim|intérim\\w*\n"
        "tempo determinato|casual|per diem|zeitarbeit|vikariat"
    ),
    EmploymentType.PART_TIME: _words(PART_HOURS),
    EmploymentType.FULL_TIME: _words(
        f"{FULL_HOURS}\npermanent\\w*|regular|cdi|festanstellung|unbefristet\\w*|salaried|indefinid\\w+\n"
        "vast dienstverband|正社員"
    ),
    EmploymentType.OTHER: _words(
        "other|andere|autre|otro|sonstige\\w*|apprentice\\w*|ausbildung|alternance|apprentissage|trainee\\w*"
    ),
}
FULL_TIME, PART_TIME = _words(FULL_HOURS), _words(PART_HOURS)


def workplace(text: str | None) -> Workplace | None:
    """Where the work is done, from a field's word or a place's text; None where it does not say, or says two things."""
    if not text:
        return None
    text = DENIED.sub(" ", CAMEL_CASE.sub(" ", text))
    said = [kind for kind, words in WORKPLACES.items() if words.search(text)]
    return said[0] if said and (len(said) == 1 or said[0] is Workplace.HYBRID) else None


def employment_type(*texts: str | None) -> EmploymentType | None:
    """How one is employed, from the words of one field or several; None where they do not say, or leave the choice."""
    text = CAMEL_CASE.sub(" ", "; ".join(filter(None, texts)))
    if FULL_TIME.search(text) and PART_TIME.search(text):
        return None
    return next((kind for kind, words in EMPLOYMENT_TYPES.items() if words.search(text)), None)
