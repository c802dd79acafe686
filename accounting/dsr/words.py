"""Words that cells of reports choose from: countries (ISO 3166-1), and ways of use (DSR Part 2)."""

from __future__ import annotations

#: Where nobody knows in which country it was; and what is of no country.
EVERYWHERE = "Worldwide"
_COUNTRIES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
_USES = """
AsPerContract Broadcast Cable ConditionalDownload ContentInfluencedStream Display Download Dub
DubForAdvertisement DubForLivePerformance DubForMovies DubForMusicOnHold
DubForPublicPerformance DubForRadio DubForTV ExtractForInternet KioskDownload Narrowcast
NonInteractiveStream OnDemandStream Perform PerformAsMusicOnHold PerformInLivePerformance
PerformInPublic PermanentDownload PlayInPublic Playback Podcast Print PrivateCopy
PurchaseAsPhysicalProduct Rent Simulcast Stream TetheredDownload TimeInfluencedStream Unknown
Use UseAsAlertTone UseAsDevice UseAsKaraoke UseAsRingbackTone UseAsRingbackTune UseAsRingtone
UseAsRingtune UseAsScreensaver UseAsVoiceMail UseAsWallpaper UseForIdentification
UseInMobilePhoneMessaging UseInPhoneListening UserDefined UserMakeAvailableLabelProvided
UserMakeAvailableUserProvided Webcast
"""
COUNTRIES = frozenset(_COUNTRIES.split())
USES = frozenset(_USES.split())


def territory_of(code: str) -> str:
    """Answer a country as it is reported: what is none in the list is not known."""
    return code if code in COUNTRIES else EVERYWHERE
