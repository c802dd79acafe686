// Numbers as people read them.

/** Minutes and seconds, such as 3:07. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Milli-credits as credits with three decimals. */
export function credits(milliCredits: number): string {
  return (milliCredits / 1000).toFixed(3);
}
