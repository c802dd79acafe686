// HLS playlists as the house writes them (RFC 8216bis): a choice of renditions, and one of them.

export interface Variant {
  uri: string;
  codecs: string;
  peak_bps: number;
  average_bps: number;
  score: number;
}

export interface Range {
  uri: string;
  offset: number;
  length: number;
}

export interface Segment extends Range {
  /** Where it begins, in seconds of the playlist: what an edit list hides is in it. */
  start: number;
  duration: number;
}

export interface MediaPlaylist {
  init: Range;
  segments: Segment[];
  isEnded: boolean;
  target_s: number;
}

function attributesOf(tag: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name, quoted, plain] of tag.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^,]*))/g))
    if (name) found[name] = quoted ?? plain ?? "";
  return found;
}

const linesOf = (text: string): string[] =>
  text.split("\n").map((line) => line.trim()).filter((line) => line !== "");

const isName = (line: string | undefined): line is string => line !== undefined && !line.startsWith("#");

export function parseMultivariant(text: string): Variant[] {
  const lines = linesOf(text);
  return lines.flatMap((line, n) => {
    const uri = lines[n + 1];
    if (!line.startsWith("#EXT-X-STREAM-INF:") || !isName(uri)) return [];
    const said = attributesOf(line.slice(line.indexOf(":") + 1));
    return {
      uri,
      codecs: said["CODECS"] ?? "",
      peak_bps: Number(said["BANDWIDTH"] ?? 0),
      average_bps: Number(said["AVERAGE-BANDWIDTH"] ?? 0),
      score: Number(said["SCORE"] ?? 0),
    };
  });
}

function rangeOf(text: string, uri: string): Range {
  const [length = 0, offset = 0] = text.split("@").map(Number);
  return { uri, offset, length };
}

export function parseMedia(text: string): MediaPlaylist {
  const lines = linesOf(text);
  const valueOf = (tag: string): string =>
    lines.find((line) => line.startsWith(tag))?.slice(tag.length) ?? "";
  const map = attributesOf(valueOf("#EXT-X-MAP:"));
  const init = rangeOf(map["BYTERANGE"] ?? "", map["URI"] ?? "");
  const segments: Segment[] = [];
  let duration = 0;
  let range = "";
  let start = 0;
  for (const line of lines) {
    if (line.startsWith("#EXTINF:")) duration = parseFloat(line.slice(8));
    else if (line.startsWith("#EXT-X-BYTERANGE:")) range = line.slice(17);
    else if (isName(line)) {
      segments.push({ ...rangeOf(range, line), start, duration });
      start += duration;
    }
  }
  return {
    init,
    segments,
    isEnded: lines.includes("#EXT-X-ENDLIST"),
    target_s: Number(valueOf("#EXT-X-TARGETDURATION:")) || 6,
  };
}
