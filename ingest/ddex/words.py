"""Values that ERN allows (its AVS), as far as rules ask for them; others are kept as they came."""

from __future__ import annotations

#: Commercial models of ERN 3 and 4.
MODELS = frozenset(
    {
        "AdvertisementSupportedModel",
        "AsPerContract",
        "DeviceFeeModel",
        "FreeOfChargeModel",
        "PayAsYouGoModel",
        "PerformanceRoyaltiesModel",
        "RightsClaimModel",
        "SubscriptionModel",
        "Unknown",
        "UserDefined",
    }
)
#: Uses of which something is made here: a play is heard on demand, and what is owned is kept.
STREAMS = frozenset({"OnDemandStream", "Stream", "Use"})
DOWNLOADS = frozenset({"PermanentDownload", "Download", "Use"})
#: Models under which what is played is paid for each time, or nothing is.
PAID_PER_USE = "PayAsYouGoModel"
FREE = "FreeOfChargeModel"
USER_DEFINED = "UserDefined"
#: How somebody says that a listener owns what they have paid for often enough.
STREAM_TO_OWN = "StreamToOwn"
_OTHER_USES = (
    "AsPerContract Broadcast Cable ConditionalDownload ContentInfluencedStream Display Dub "
    "DubForAdvertisement DubForLivePerformance DubForMovies DubForMusicOnHold "
    "DubForOnDemandStreaming DubForPublicPerformance DubForRadio DubForTV ExtractForInternet "
    "KioskDownload Narrowcast NonInteractiveStream Perform PerformAsMusicOnHold "
    "PerformInLivePerformance PerformInPublic PlayInPublic Playback Podcast Print PrivateCopy "
    "PurchaseAsPhysicalProduct Rent Simulcast TetheredDownload TimeInfluencedStream Unknown "
    "UseAsAlertTone UseAsDevice UseAsKaraoke UseAsRingbackTone UseAsRingbackTune UseAsRingtone "
    "UseAsRingtune UseAsScreensaver UseAsVoiceMail UseAsWallpaper UseForDataMining "
    "UseForIdentification UseForTrainingGenerativeAI UseForTrainingNonGenerativeAI "
    "UseInMobilePhoneMessaging UseInPhoneListening UserDefined UserMakeAvailableLabelProvided "
    "UserMakeAvailableUserProvided Webcast"
)
USES = STREAMS | DOWNLOADS | frozenset(_OTHER_USES.split())
#: Roles of who is shown as artist; of 3.8 there are many more, which are contributors'.
ARTIST_ROLES = frozenset(
    {"Artist", "Brand", "Composer", "FeaturedArtist", "MainArtist", "UserDefined"}
)
ADVISORIES = frozenset(
    {
        "Explicit",
        "ExplicitContentEdited",
        "NoAdviceAvailable",
        "NotExplicit",
        "Unknown",
        "UserDefined",
    }
)
#: Sums that can be worked out here, by the names that versions have for them.
HASHES = {
    "MD5": "md5",
    "SHA1": "sha1",
    "SHA-1": "sha1",
    "SHA-224": "sha224",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}
#: Sums that somebody can forge: they show that bytes were not hurt on the way, and no more.
WEAK_HASHES = frozenset({"MD5", "SHA1", "SHA-1"})
