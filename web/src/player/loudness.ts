// How much a track is turned up or down, so that all sound equally loud and none clips.

export type Levelling = "off" | "track" | "album";

export interface Loudness {
  integrated_lufs: number | null;
  true_peak_dbtp: number | null;
}

/** What ReplayGain 2 refers to: quiet enough that dynamic music need not be limited. */
export const TARGET_LUFS = -18;
/** No peak comes out above this, whatever a loudness asks for. */
const CEILING_DBTP = -1;
/** Whispers and room tone are not blown up. */
const MOST_GAIN_DB = 12;

/** Answer the gain as a factor; 1 where nothing is known, or nothing is to be done. */
export function gainOf(mode: Levelling, track: Loudness | null, album: Loudness | null): number {
  if (mode === "off") return 1;
  const said = mode === "album" && album?.integrated_lufs != null ? album : track;
  if (said?.integrated_lufs == null) return 1;
  const wanted = Math.min(MOST_GAIN_DB, TARGET_LUFS - said.integrated_lufs);
  return 10 ** (Math.min(wanted, roomOf(said.true_peak_dbtp)) / 20);
}

/** Answer by how many dB the level may be raised; without a known peak not at all. */
function roomOf(peak: number | null): number {
  return Math.max(0, peak == null ? 0 : CEILING_DBTP - peak);
}

/** What an album comes to: energy by time, the highest peak. Tracks of which nothing is known do not count. */
export function albumOf(tracks: readonly { loudness: Loudness | null; duration: number }[]): Loudness | null {
  let energy = 0;
  let seconds = 0;
  let peak: number | null = null;
  for (const { loudness, duration } of tracks) {
    if (loudness?.integrated_lufs == null) continue;
    energy += duration * 10 ** (loudness.integrated_lufs / 10);
    seconds += duration;
    if (loudness.true_peak_dbtp != null) peak = Math.max(peak ?? -Infinity, loudness.true_peak_dbtp);
  }
  if (seconds <= 0) return null;
  return { integrated_lufs: 10 * Math.log10(energy / seconds), true_peak_dbtp: peak };
}
