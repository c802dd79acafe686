// Whose pages these are, as the shell of each page says.

/** The id of who is signed in, "" for visitors; `null` where the house cannot tell just now. */
export const accountHere = (): string | null =>
  document.querySelector<HTMLElement>("#shell")?.dataset["account"] ?? null;

export const isSignedIn = (): boolean => Boolean(accountHere());
