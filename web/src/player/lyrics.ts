// Which line is sung.

export interface Line {
  /** Milliseconds. */
  at: number;
  text: string;
}

/** Answer the index of the line that is sung at a moment; -1 before the first. */
export function lineAt(lines: readonly Line[], seconds: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.at ?? 0) <= seconds * 1000) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
