// Media over a network that comes and goes: asked again for as long as that helps.

import { type Failure, remedyFor } from "./retry";
import { noteTransfer } from "./line";
import type { Range } from "./playlist";
import { t } from "../shell/language";

/** Asking again does not help: why, and what the server said. */
export class Lost extends Error {
  constructor(
    readonly kind: "renew" | "taken" | "give-up",
    sentence: string,
  ) {
    super(sentence);
  }
}

export interface Circumstances {
  /** Say that the session is still heard, so that its address lives on. */
  revive: () => Promise<unknown>;
  /** It is asked again (`true`), or arrived after all. */
  onTrouble: (isWaiting: boolean) => void;
}

class Failed extends Error implements Failure {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly after_s: number | null,
    sentence: string,
  ) {
    super(sentence);
  }
}

/** Wait, but not longer than until the network is back. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const stop = new AbortController();
    const timer = setTimeout(() => (stop.abort(), done()), ms);
    const options = { once: true, signal: stop.signal };
    window.addEventListener("online", () => (clearTimeout(timer), stop.abort(), done()), options);
    signal.addEventListener(
      "abort",
      () => (clearTimeout(timer), stop.abort(), fail(signal.reason as Error)),
      options,
    );
  });
}

export class Net {
  constructor(private readonly around: Circumstances) {}

  async text(url: string, signal: AbortSignal): Promise<string> {
    return this.insist(signal, async () => {
      const answer = await this.ask(url, { signal });
      return answer.text();
    });
  }

  async bytes(range: Range, signal: AbortSignal): Promise<ArrayBuffer> {
    const last = range.offset + range.length - 1;
    let cache: RequestCache = "default";
    return this.insist(signal, async () => {
      const began = performance.now();
      const headers = { Range: `bytes=${range.offset}-${last}` };
      const answer = await this.ask(range.uri, { signal, headers, cache });
      const found = await answer.arrayBuffer();
      if (found.byteLength !== range.length) {
        // A cache that ends a range early is asked around: docs/gapless.md.
        cache = "no-store";
        throw new Failed(0, "cut-short", null, "the range was cut short");
      }
      noteTransfer(found.byteLength, performance.now() - began);
      return found;
    });
  }

  private async ask(url: string, init: RequestInit): Promise<Response> {
    const answer = await fetch(url, { credentials: "same-origin", ...init });
    if (answer.ok) return answer;
    const said = (await answer.json().catch(() => ({}))) as { type?: string; detail?: string };
    const after = answer.headers.get("Retry-After");
    throw new Failed(
      answer.status,
      said.type?.split(":").at(-1) ?? "",
      after === null ? null : Number(after),
      said.detail ?? t("The server answered %(status)s.", { status: answer.status }),
    );
  }

  private async insist<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        const done = await work();
        if (attempt > 0) this.around.onTrouble(false);
        return done;
      } catch (error) {
        signal.throwIfAborted();
        await this.mend(error as Error, attempt, signal);
      }
    }
  }

  private async mend(error: Error, attempt: number, signal: AbortSignal): Promise<void> {
    const failed = error instanceof Failed ? error : new Failed(0, "", null, error.message);
    const remedy = remedyFor(failed, attempt);
    if (remedy.kind !== "wait" && remedy.kind !== "revive") throw new Lost(remedy.kind, failed.message);
    if (attempt > 0 || !navigator.onLine) this.around.onTrouble(true);
    if (remedy.kind === "revive") await this.around.revive();
    await pause(remedy.ms, signal);
  }
}
