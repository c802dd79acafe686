// Numbers as people read them, in the language of the page.

import { language } from "./shell/language";

/** Minutes and seconds, such as 3:07, and with hours from one on, as the server writes them. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** Milli-credits as credits with three decimals. */
export function credits(milliCredits: number): string {
  return number(milliCredits / 1000, 3);
}

/** A number, with so many digits after the point. */
export function number(value: number, digits = 0): string {
  const form = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(language(), { ...form, useGrouping: true }).format(value);
}
