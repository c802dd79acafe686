"""What stands for what in the documents, page by page; and what of them another test runs."""

from __future__ import annotations

from collections.abc import Mapping

from tests.support.walked import Page

_WORKS = "tests/e2e/test_workers.py::test_a_new_worker_follows_and_the_old_one_finishes_what_it_has"
_IN_TIME = (
    "tests/house/backups/test_point_in_time.py"
    "::test_it_is_as_it_was_at_a_second_and_every_object_is_there"
)
_UP = "tests/e2e/test_tutorials.py::test_whoever_follows_the_tutorials_gets_through"
_SURPLUS = "tests/house/test_books_commands.py::test_a_month_on_a_terminal"
_ROLES = (
    "tests/catalog/test_database_roles.py"
    "::test_a_house_serves_and_keeps_its_books_as_the_app_and_changes_no_book"
)
_MIGRATED = "tests/catalog/test_database_roles.py::test_tables_that_another_made_are_taken_over"
_DEVICE = "tests/stream/openid/test_devices.py::test_somebody_connects_a_speaker"
_KEY = "tests/workers/test_reporting.py::test_a_server_that_shows_another_key_is_sent_nothing"
_PASTS = "tests/house/test_bench_quality.py::test_every_past_of_a_piece_is_found_out"
_CODE = "tests/stream/openid/test_code_flow.py::test_somebody_signs_in_to_a_player"
_REFRESHED = "tests/stream/openid/test_code_flow.py::test_tokens_are_exchanged_for_new_ones"
#: What stands in a page as if it were there: it is made before the command that speaks of it.
_PLANNED = """by="Authorization: Bearer $ADA"
run=$(curl -H "$by" $URL/api/v1/payout-runs | jq -r .runs[0].run)
payout=$(curl -H "$by" $URL/api/v1/payout-runs/$run | jq -r .payouts[0].payout)"""
_REVERSED = """refrain books holds reverse $fan_id --since 2026-11-01T00:00Z \\
--until 2026-12-01T00:00Z --by $ada_id --why "a farm"
"""
_SWAPPED = """for second in {1..90}; do
refrain reencode status > now
if jq -e '.kept_to_be_taken_back > 0 and (.jobs | keys) == ["done"]' now; then break; fi
sleep 1
done"""
_SENT = """by="Authorization: Bearer $ARTIST"
for name in song other; do
curl -T $name.flac -H "$by" "$URL/api/v1/masters/$name.flac?release=$RELEASE"
done
curl -H "$by" $URL/api/v1/releases/$RELEASE > release.json
read one two three <<< $(jq -r '[.tracks[].track] | join(" ")' release.json)"""
_GOING_ON = (
    "tail -c +$((offset + 1)) song.flac | curl -i -X PATCH $place --data-binary @- "
    '-H "Authorization: Bearer $ARTIST" -H "Upload-Offset'
)
_BROKEN = """offset=1000
place=$(head -c 1000 song.flac | curl -i $URL/api/v1/uploads -H "Authorization: Bearer $ARTIST" \\
-H "Upload-Complete: ?0" -H "Upload-Draft-Interop-Version: 8" --data-binary @- \\
| sed -n 's/^[Ll]ocation: //p' | tr -d '\\r' | tail -n 1)"""
_BEATS = (
    """'{"play": "…", "beats": [{"at_s": 3600, """
    """"position_s": 0, "elapsed_s": 0}, …]}'"""
)
_TREASURER = ("REFRAIN_TOKEN=…", "REFRAIN_TOKEN=$ADA")
_ELSEWHERE = ("/mnt/elsewhere", "$STAGE/elsewhere")
_SOUND = "REFRAIN_DATA_DIR=$STAGE/sound/data refrain"
_STILL = "REFRAIN_DATA_DIR=$STAGE/still refrain"

#: Pages that make what others name, and pages that name what others make.
FIRST = ("docs/ledger/months.md", "docs/dsr.md", "docs/media.md")
LAST = ("docs/verify.md", "README.md")

PAGES: Mapping[str, Page] = {
    "README.md": Page(
        stands=[
            ("PADPIDA…", "PADPIDA2020010109Q"),
            ('--account "A Label"', "--account $ACCOUNT"),
            ("export RELEASE", "export $own"),
            ("refrain books close", f"{_STILL} books close"),
            ("reports/DSR_*.tsv", "$STAGE/docs_dsr.md/reports/DSR_*.tsv"),
            ("refrain fsck", f"{_SOUND} fsck"),
            ("refrain backup", f"{_SOUND} backup"),
            _ELSEWHERE,
        ],
        elsewhere={
            "refrain up --data DIR": _UP,
        },
    ),
    "docs/backup.md": Page(
        stands=[
            _ELSEWHERE,
            ("refrain restore", "REFRAIN_DATA_DIR=$STAGE/empty refrain restore"),
            ("refrain backup", f"{_SOUND} backup"),
            ("refrain fsck", f"{_SOUND} fsck"),
        ],
        elsewhere={"pg_basebackup": _IN_TIME, "restore-to": _IN_TIME, "pg_ctl": _IN_TIME},
    ),
    "docs/ddex.md": Page(
        stands=[
            ("$TOKEN", "$MARA"),
            ("https://music.example", "$URL"),
            ("refrain ddex export RELEASE OTHER", "refrain ddex export $own $own_other"),
            ("refrain ddex export RELEASE", "refrain ddex export $own"),
            ('--account "Kooperativ Nord"', "--account $ACCOUNT"),
            ("partners add PADPIDA2020010101X", "partners add PADPIDA2020010107W"),
            ("show M-0010", "show $the_message"),
            ("replay 3f2b8c0a", "replay $the_message"),
        ],
    ),
    "docs/dsr.md": Page(
        stands=[
            ("6f1e…", "$ACCOUNT"),
            _TREASURER,
            ("house@sftp.label.example:2222/in", "house@127.0.0.1:2222/in"),
            ("RECIPIENT", "$the_told"),
            ("send REPORT", "send $the_report"),
            ("fetch REPORT", "fetch $the_report"),
        ],
        elsewhere={"ssh-keyscan": _KEY},
    ),
    "docs/events.md": Page(
        stands=[("curl -N", "ends_with 28 curl -N --max-time 2")],
    ),
    "docs/imports.md": Page(
        stands=[
            ("https://refrain.example", "$URL"),
            ("refrain_…", "$ARTIST"),
        ],
    ),
    "docs/ledger/comparison.md": Page(stands=[("$TOKEN", "$ADA")]),
    "docs/ledger/fraud.md": Page(
        stands=[
            ("show PLAY", "show $the_held"),
            ("PLAY…", "$the_held"),
            ("reverse LISTENER", "reverse $noor_id"),
            ("--by ME", "--by $ada_id"),
        ],
    ),
    "docs/ledger/money-in.md": Page(
        stands=[
            ("RF18 5390 0754 7034", "$the_topup"),
            ("freeze ACCOUNT", "freeze $noor_id"),
            ("freezes ACCOUNT", "freezes $noor_id"),
            ("FREEZE", "$(refrain books freezes $noor_id | jq -r .freeze)"),
            ("refrain books settle", "export REFRAIN_TOKEN=$ADA\nrefrain books settle"),
            ("adjust-approve ADJUSTMENT", "adjust-approve $the_adjustment --token $BOB"),
        ],
    ),
    "docs/ledger/months.md": Page(
        stands=[
            _TREASURER,
            ("2026-11 PAYEE", "2026-11 $mara_id"),
            ("[--currency CHF] [--version 1]", "--version 1"),
            ("refrain books restate", f"{_REVERSED}\nrefrain books restate"),
            ("[--payee PAYEE]", "--payee $mara_id"),
        ],
        elsewhere={"refrain books surplus": _SURPLUS},
    ),
    "docs/ledger/payouts.md": Page(
        stands=[
            _TREASURER,
            ("approve RUN", "approve RUN --token $BOB"),
            ("refrain books payout approve", f"{_PLANNED}\nrefrain books payout approve"),
            ("RUN", "$run"),
            ("PAYOUT", "$payout"),
        ],
    ),
    "docs/media.md": Page(stands=[("*.flac", "song.flac other.flac")]),
    "docs/membership.md": Page(
        stands=[
            ("3f0c…", "$the_member"),
            ("paid 17", "paid 1"),
            ("exclude 17", "exclude 3"),
            ("transfer 17 18 2", "transfer 1 2 2"),
            ("redeem 17 3", "redeem 2 1"),
        ]
    ),
    "docs/migrating.md": Page(
        stands=[
            ("/srv/masters", "$STAGE/earlier/media"),
            ("earlier.sql", "$STAGE/earlier/earlier.sql"),
        ]
    ),
    "docs/openid.md": Page(
        stands=[
            ("--scope 'library.read'", "--scope 'library.read' > made"),
            ("$CLIENT:$SECRET", "$(paste -sd: made)"),
        ],
        elsewhere={
            "curl -s $HOUSE/oauth/token -d grant_type=authorization_code": _CODE,
            "curl -s $HOUSE/oauth/token -d grant_type=refresh_token": _REFRESHED,
            "curl -s $HOUSE/oauth/device": _DEVICE,
            "curl -s $HOUSE/oauth/token -d client_id=$CLIENT -d device_code": _DEVICE,
        },
    ),
    "docs/operations.md": Page(
        stands=[
            *[
                (f"refrain jobs {word}", f"{_STILL} jobs {word}")
                for word in ("list", "show", "retry", "cancel", "quarantine", "raise")
            ],
            ("retry 3f2a 77c0", "retry $the_job $other_job"),
            ("quarantine 3f2a", "quarantine $a_job"),
            ("raise 3f2a", "raise $last_job"),
            ("3f2a", "$the_job"),
            ("Ada", "Mara Lindqvist"),
        ],
        elsewhere={"refrain work": _WORKS, "psql": _ROLES, "REFRAIN_DATABASE_URL=": _MIGRATED},
    ),
    "docs/origin.md": Page(stands=[("/var/log/nginx/refrain.log.1", "refrain.log")]),
    "docs/plays.md": Page(
        stands=[
            (
                _BEATS,
                '"$BODY"',
            ),
            ("v1=…", "v1=$SEAL"),
        ]
    ),
    "docs/quality-report.md": Page(elsewhere={"refrain bench quality": _PASTS}),
    "docs/reencode.md": Page(
        stands=[
            ("--track ID", "--track $TRACK"),
            ("refrain reencode pause", f"{_SWAPPED}\nrefrain reencode pause"),
        ]
    ),
    "docs/releases.md": Page(
        stands=[
            ("curl -X PATCH", f"{_SENT}\ncurl -X PATCH"),
            ("81f0…", "'$one'"),
            ("9c2e…", "'$two'"),
            ("77aa…", "'$three'"),
        ]
    ),
    "docs/upload-protocols.md": Page(stands=[(_GOING_ON, f"{_BROKEN}\n{_GOING_ON}")]),
    "docs/verify.md": Page(
        stands=[("TARGET [--json] [--strict]", "$STAGE/docs_media.md/site/song --json")]
    ),
}
