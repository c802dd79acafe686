"""The clauses that are checked, and what each asks for: the table of `docs/verify.md`.

"RFC 8216bis" is draft-pantos-hls-rfc8216bis-22, "Apple" the HLS Authoring Specification,
"ISO" ISO/IEC 14496-12, "CMAF" ISO/IEC 23000-19, "DASH" ISO/IEC 23009-1.
"""

from __future__ import annotations

CLAUSES = {
    "RFC 8216bis 3": "Let EXTINF tell how long the media of the segment is, without gaps between.",
    "RFC 8216bis 3.1.2": "Write ftyp (iso6 or later) and moov without samples and without "
    "durations in the initialisation; in segments moof-relative offsets, tfdt in every traf, "
    "and an EXT-X-MAP for each.",
    "RFC 8216bis 4": "Name playlists .m3u8 or .m3u, or serve them as "
    "application/vnd.apple.mpegurl or audio/mpegurl.",
    "RFC 8216bis 4.1": "Write UTF-8 without a byte order mark and without control characters.",
    "RFC 8216bis 4.2": "Write attributes as NAME=value with commas between, each name once, "
    "each value of its type.",
    "RFC 8216bis 4.4.1.1": "Begin every playlist with #EXTM3U.",
    "RFC 8216bis 4.4.1.2": "Write EXT-X-VERSION once, as an integer.",
    "RFC 8216bis 4.4.2": "Write EXT-X-INDEPENDENT-SEGMENTS and EXT-X-START at most once, and "
    "either in the multivariant playlist or in media playlists.",
    "RFC 8216bis 4.4.2.1": "Say EXT-X-INDEPENDENT-SEGMENTS: audio is decodable from any segment.",
    "RFC 8216bis 4.4.3": "Write each media playlist tag at most once, and only in media playlists.",
    "RFC 8216bis 4.4.3.1": "Write an integer EXT-X-TARGETDURATION; no EXTINF, rounded, above it.",
    "RFC 8216bis 4.4.3.2": "Write EXT-X-MEDIA-SEQUENCE as an integer before the first segment.",
    "RFC 8216bis 4.4.3.5": "Let EXT-X-PLAYLIST-TYPE be VOD or EVENT.",
    "RFC 8216bis 4.4.4": "Never mix segment tags and multivariant tags; put a URI after them.",
    "RFC 8216bis 4.4.4.1": "Write EXTINF with a duration before every segment.",
    "RFC 8216bis 4.4.4.2": "Write EXT-X-BYTERANGE as n or n@o, inside of its object; n alone only "
    "after a range of the same object.",
    "RFC 8216bis 4.4.4.5": "Give EXT-X-MAP a URI, and n@o for BYTERANGE, that can be read.",
    "RFC 8216bis 4.4.6.1": "Give EXT-X-MEDIA its TYPE, GROUP-ID and NAME, a URI where its type "
    "wants one, and the CHANNELS and SAMPLE-RATE of its media.",
    "RFC 8216bis 4.4.6.1.1": "Give members of a group different names and at most one default.",
    "RFC 8216bis 4.4.6.2": "Give every variant a URI, the BANDWIDTH of its peak, and groups that "
    "exist; a positive SCORE for all variants or for none.",
    "RFC 8216bis 4.4.6.4": "Give EXT-X-SESSION-DATA a DATA-ID and either VALUE or URI, once a "
    "language.",
    "RFC 8216bis 6.2.1": "Serve every URI of a playlist; write EXT-X-ENDLIST after the last "
    "segment; ask for no higher version than needed.",
    "RFC 8216bis 6.2.4": "Give all renditions the same content, timing and target duration, and "
    "name every format in CODECS.",
    "RFC 8216bis 8": "Write the EXT-X-VERSION that the tags and attributes need.",
    "Apple 1.26": "Let AVERAGE-BANDWIDTH be within 10 % of what is measured.",
    "Apple 1.27": "Let BANDWIDTH be within 10 % of what is measured.",
    "Apple 2.3": "Offer stereo AAC.",
    "Apple 2.19": "Carry loudness in a ludt box.",
    "Apple 2.21": "State true peak and measurement system in the loudness box.",
    "Apple 2.23": "State the loudness and peak that the audio has.",
    "Apple 2.25": "Carry FLAC and ALAC in fMP4 only.",
    "Apple 7.5": "Use a target duration of 6 s.",
    "Apple 7.6": "Let segments be about 6 s long, the last one apart.",
    "Apple 7.7": "Let no segment be longer than the target duration and half a second.",
    "Apple 8.6": "Mark on-demand playlists EXT-X-PLAYLIST-TYPE:VOD.",
    "Apple 8.18": "Answer requests for media without redirecting them.",
    "Apple 8.20": "Use EXT-X-MAP for fMP4.",
    "Apple 8.22": "Begin segments at the same times in all renditions.",
    "Apple 9.1": "Give every variant CODECS.",
    "Apple 9.13": "Give every variant the BANDWIDTH of its peak.",
    "Apple 9.14": "Give every variant AVERAGE-BANDWIDTH.",
    "Apple 9.21": "Offer a variant whose peak is 192 kb/s or less.",
    "Apple 10.1": "Send playlists gzipped to those who accept it.",
    "ISO 4.2": "Let boxes fill the file and what contains them, exactly.",
    "ISO 8.2.1": "Put moov before the media it describes.",
    "ISO 8.6.6": "Hide an encoder's priming and padding by an edit that lies in the media.",
    "ISO 8.7.2": "Refer to media in the same file only.",
    "ISO 8.8.1": "Announce fragments by mvex, with a trex for the track.",
    "ISO 8.8.4": "Follow every moof by the mdat it describes, numbered upwards.",
    "ISO 8.8.8": "Let the data of a trun lie in the mdat of its fragment.",
    "ISO 8.8.12": "Let tfdt be the sum of all durations before it.",
    "ISO 8.16.3": "Let sidx name exactly the fragments that follow it.",
    "ISO 10.1": "Mark, by a roll group, how many frames a decoder needs before it is right.",
    "ISO 12.2.3": "Let sample entry, decoder configuration and timescale agree.",
    "ISO 12.2.7": "Let a loudness box be readable.",
    "CMAF 7.3": "Put one track into a file.",
    "Opus in ISO 4.3.2": "Let dOps be there and agree with its sample entry.",
    "Opus in ISO 4.3.6": "Let the roll of Opus reach back 80 ms.",
    "Opus in ISO 4.4": "Let the edit of Opus begin where PreSkip ends.",
    "RFC 9110 8.6": "Send a Content-Length that is the length.",
    "RFC 9110 8.8.3": "Send a strong ETag with media.",
    "RFC 9110 9.3.2": "Answer HEAD as GET would, without a body.",
    "RFC 9110 13.1.5": "Answer If-Range with the range only while the ETag matches.",
    "RFC 9110 14.1.2": "Cut a range that ends past the object at the end of the object.",
    "RFC 9110 14.3": "Announce Accept-Ranges: bytes.",
    "RFC 9110 15.3.7": "Answer a range with 206, its Content-Range and exactly its bytes.",
    "RFC 9110 15.5.17": "Answer a range that begins past the end with 416 and bytes */length.",
    "DASH 5.3": "Write well-formed XML with MPD, Period, AdaptationSet and Representation.",
    "DASH 5.3.5.2": "Give every Representation an id and the bandwidth that it needs.",
    "DASH 5.3.7": "Let codecs name the format of the media.",
    "DASH 5.3.9.2": "Let indexRange and Initialization name the boxes of the file.",
    "Limits": "Stay within what this tool reads: see the table of limits.",
    "Decoding": "Let a decoder get out of the file what the file promises.",
}
