"""A listener who begins as soon as a track can be heard, and sees it grow."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from refrain.conformance.movie import read_movie
from stream.playlists import MediaPlaylist, parse_media
from tests.support.house import Answer, Document, House, until


@dataclass
class Listener:
    """One play session, every playlist it was given, and every file it fetched."""

    house: House
    play: Document
    texts: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def root(self) -> str:
        root: str = self.play["hls"].rpartition("/")[0]
        return root

    @property
    def playlist(self) -> MediaPlaylist:
        return parse_media(self.texts[-1])

    @property
    def music_s(self) -> float:
        """How long all segments are, less what the edit list hides of the first."""
        movie = read_movie(self.files[self.playlist.uri])
        assert movie is not None
        [track] = movie.tracks
        hidden_s = track.edits[0].media_time / track.timescale
        return float(sum(one.duration_s for one in self.playlist.segments)) - hidden_s

    def ask(self, name: str) -> Answer:
        return self.house.ask("GET", f"{self.root}/{name}")

    def look(self) -> MediaPlaylist:
        """Ask for the playlist once more, and for the files that are new in it."""
        answer = self.ask("aac-128.m3u8")
        assert answer.status == 200, answer.body
        if not self.texts or answer.body.decode() != self.texts[-1]:
            self.texts.append(answer.body.decode())
        found = self.playlist
        for name in [found.uri, *(one.uri for one in found.segments if one.uri)]:
            if name not in self.files:
                part = self.ask(name)
                assert part.status == 200, part.body
                self.files[name] = part.body
        return found

    def listen_to_the_end(self, *, seconds: float = 120) -> None:
        until(lambda: self.look().is_ended, seconds=seconds)

    def heard(self, path: Path) -> Path:
        """Write what a player was given: the header, then all segments, one after the other."""
        playlist = self.playlist
        pieces = [(None, playlist.init), *((one.uri, one.bytes) for one in playlist.segments)]
        with path.open("wb") as file:
            for uri, where in pieces:
                data = self.files[uri or playlist.uri]
                assert where.offset + where.length <= len(data)
                file.write(data[where.offset : where.offset + where.length])
        return path


def listener_of(house: House, track: str, *, seconds: float = 120) -> Listener:
    """Open a session as soon as one is given, which a house with much to do is late with."""
    data: Document = {"track": track}

    def opened() -> Document | None:
        answer = house.ask("POST", "/api/v1/plays", token=house.listener, data=data)
        return answer.json if answer.status == 201 else None

    return Listener(house=house, play=until(opened, seconds=seconds))
