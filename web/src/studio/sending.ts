// Uploads of this page: they go on while pages are swapped, are taken up again after a reload or a
// broken line, and what becomes of their tracks is heard.

import type { PreviousUpload, Upload } from "tus-js-client";
import { t } from "../shell/language";
import { toast } from "../shell/toasts";
import { batches, type Batch, type Found } from "./files";

const ENDPOINT = "/api/v1/uploads";
const AT_ONCE = 3;
const RETRY_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000, 60_000];
/** A rate is told of the last seconds, not of the whole. */
const PACE_MS = 8000;

export type State = "waiting" | "sending" | "paused" | "examining" | "encoding" | "done" | "refused" | "failed";

/** A file on its way. */
export interface Job {
  id: number;
  name: string;
  path: string;
  size: number;
  sent: number;
  state: State;
  /** How far its encoding is, 0 to 1. */
  made: number;
  sentence: string;
  track: string;
  release: string;
  isResumed: boolean;
  upload: Upload | null;
  file: File;
  metadata: Record<string, string>;
}

/** A release that files go to. */
export interface Folder {
  name: string;
  release: string;
  /** For whom it was begun: it stays theirs, whoever is acted for later, on whichever page. */
  acting: string;
  jobs: Job[];
  notes: string[];
}

interface Heard {
  track?: string;
  reason?: string | null;
  phase?: string;
  part?: number;
}

/** Whose files are, and where they are for: a draft that is there, or a track with another master. */
export interface Aim {
  acting: string;
  release?: string;
  replaces?: string;
  limit?: number;
}

class Sending extends EventTarget {
  readonly folders: Folder[] = [];
  private readonly said = new Map<string, State>();
  private ids = 0;
  private readonly events = new Map<string, EventSource>();
  private pace: [number, number][] = [];

  get jobs(): Job[] {
    return this.folders.flatMap((one) => one.jobs);
  }

  get isBusy(): boolean {
    return this.jobs.some((one) => one.state === "sending" || one.state === "waiting");
  }

  /** Bytes a second of late, and 0 while nobody knows. */
  get rate(): number {
    const [first, last] = [this.pace[0], this.pace.at(-1)];
    if (!first || !last || last[0] - first[0] < 1000) return 0;
    return Math.max(0, ((last[1] - first[1]) / (last[0] - first[0])) * 1000);
  }

  /** Take files: each folder becomes a draft, unless they are for one that is there. */
  async take(found: Found[], aim: Aim): Promise<void> {
    this.listen(aim.acting);
    for (const batch of batches(found)) {
      const folder: Folder = { name: batch.name, release: aim.release ?? "", acting: aim.acting, jobs: [], notes: [] };
      this.folders.unshift(folder);
      for (const one of batch.passed)
        folder.notes.push(t("%(name)s is no audio that we know, and stays here.", { name: one.file.name }));
      const masters = aim.replaces ? batch.masters.slice(0, 1) : batch.masters;
      folder.jobs.push(...masters.map((one) => this.job(one)));
      this.changed();
      try {
        await this.begin(folder, batch, aim);
      } catch (error) {
        this.failAll(folder, error);
      }
    }
    this.next();
  }

  pause(job: Job): void {
    void job.upload?.abort();
    if (job.state === "sending" || job.state === "waiting") this.become(job, "paused");
    this.next();
  }

  resume(job: Job): void {
    this.become(job, "waiting");
    job.sentence = "";
    this.next();
  }

  pauseAll(): void {
    this.jobs.forEach((one) => {
      if (one.state === "sending" || one.state === "waiting") this.pause(one);
    });
  }

  resumeAll(): void {
    this.jobs.filter((one) => one.state === "paused" || one.state === "failed").forEach((one) => this.resume(one));
  }

  /** The line is back: what broke goes on; what somebody halted stays halted. */
  resumeFailed(): void {
    this.jobs.filter((one) => one.state === "failed").forEach((one) => this.resume(one));
  }

  /** Give a file up; nothing is kept of it. */
  cancel(job: Job): void {
    if (job.upload?.url) void job.upload.abort(true).catch(() => undefined);
    else void job.upload?.abort();
    for (const folder of this.folders) {
      const at = folder.jobs.indexOf(job);
      if (at >= 0) folder.jobs.splice(at, 1);
    }
    this.folders.splice(0, this.folders.length, ...this.folders.filter((one) => one.jobs.length || one.notes.length));
    this.changed();
    this.next();
  }

  private job({ file, path }: Found): Job {
    return {
      id: (this.ids += 1),
      name: file.name,
      path,
      size: file.size,
      sent: 0,
      state: "waiting",
      made: 0,
      sentence: "",
      track: "",
      release: "",
      isResumed: false,
      upload: null,
      file,
      metadata: {},
    };
  }

  /** Find what was begun before, and where it was for; else begin a draft. */
  private async begin(folder: Folder, batch: Batch, aim: Aim): Promise<void> {
    const { Upload } = await import("tus-js-client");
    const before = new Map<Job, PreviousUpload>();
    for (const job of folder.jobs) {
      job.upload = this.upload(Upload, job, folder.acting);
      const [last] = (await job.upload.findPreviousUploads()).reverse();
      if (last && (!aim.release || last.metadata["release"] === aim.release) && !aim.replaces)
        before.set(job, last);
    }
    const known = [...before.values()].map((one) => one.metadata["release"]).find(Boolean);
    const isArchiveOnly = folder.jobs.every((one) => /\.zip$/i.test(one.name));
    folder.release ||= known ?? "";
    if (!folder.release && !aim.replaces && folder.jobs.length > 0 && !isArchiveOnly)
      folder.release = await this.draft(folder.acting);
    for (const job of folder.jobs) {
      job.release = folder.release;
      Object.assign(job.metadata, {
        filename: job.name,
        relativePath: job.path,
        ...(folder.release ? { release: folder.release } : {}),
        ...(aim.replaces ? { replaces: aim.replaces } : {}),
      });
      const last = before.get(job);
      if (last) {
        job.isResumed = true;
        job.upload?.resumeFromPreviousUpload(last);
      }
      if (aim.limit && job.size > aim.limit) this.refuse(job, t("The file is larger than this house takes."));
    }
    if (batch.picture && folder.release) await this.cover(folder, batch.picture);
    this.changed();
  }

  private upload(kind: typeof Upload, job: Job, acting: string): Upload {
    return new kind(job.file, {
      endpoint: ENDPOINT,
      headers: as(acting),
      metadata: job.metadata,
      retryDelays: RETRY_MS,
      chunkSize: 32 << 20,
      removeFingerprintOnSuccess: true,
      fingerprint: (file) =>
        Promise.resolve(["refrain", acting, job.path, (file as File).size, (file as File).lastModified].join("-")),
      onProgress: (sent) => {
        job.sent = sent;
        this.note();
      },
      onError: (error) => this.failed(job, error),
      onSuccess: ({ lastResponse }) => {
        job.sent = job.size;
        job.track = lastResponse.getHeader("Refrain-Track") ?? "";
        const release = lastResponse.getHeader("Refrain-Release") ?? "";
        if (release) this.adopt(job, release);
        this.become(job, job.track ? (this.said.get(job.track) ?? "examining") : "done");
        this.next();
      },
    });
  }

  /** An archive became a draft of its own. */
  private adopt(job: Job, release: string): void {
    job.release = release;
    const folder = this.folders.find((one) => one.jobs.includes(job));
    if (folder) folder.release ||= release;
  }

  private async draft(acting: string): Promise<string> {
    const answer = await fetch("/api/v1/releases", {
      method: "POST",
      headers: { "Content-Type": "application/json", ...as(acting) },
      body: "{}",
    });
    const body = (await answer.json()) as { id?: string; detail?: string };
    if (!answer.ok || !body.id) throw new Error(body.detail ?? t("That did not work. Please try again."));
    return body.id;
  }

  private async cover(folder: Folder, picture: File): Promise<void> {
    const headers = as(folder.acting);
    const answer = await fetch(`/api/v1/releases/${folder.release}/artwork`, { method: "PUT", headers, body: picture });
    if (answer.ok) return;
    const { detail } = (await answer.json().catch(() => ({}))) as { detail?: string };
    folder.notes.push(detail ?? t("The cover did not arrive: send it from the page of the release."));
  }

  /** Begin what waits, a few at a time. */
  private next(): void {
    let free = AT_ONCE - this.jobs.filter((one) => one.state === "sending").length;
    for (const job of [...this.jobs].filter((one) => one.state === "waiting" && one.upload)) {
      if (free-- <= 0) break;
      this.become(job, "sending");
      job.upload?.start();
    }
    this.changed();
  }

  private failed(job: Job, error: Error): void {
    const answer = (error as { originalResponse?: { getStatus(): number; getBody(): string } | null }).originalResponse;
    const status = answer?.getStatus() ?? 0;
    const sentence = detail(answer?.getBody() ?? "");
    if (status >= 400 && status < 500 && sentence) this.refuse(job, sentence);
    else {
      job.sentence = t("The line broke. It goes on where it stopped.");
      this.become(job, "failed");
    }
    this.next();
  }

  private refuse(job: Job, sentence: string): void {
    job.sentence = sentence;
    this.become(job, "refused");
  }

  private failAll(folder: Folder, error: unknown): void {
    for (const job of folder.jobs) this.refuse(job, error instanceof Error ? error.message : String(error));
  }

  private become(job: Job, state: State): void {
    job.state = state;
    this.changed();
    const is_over = !this.jobs.some((one) => ["waiting", "sending", "examining"].includes(one.state));
    if (state === "done" && is_over && !document.querySelector("refrain-upload"))
      toast(t("Your uploads are here."), "good");
  }

  private note(): void {
    const now = performance.now();
    const sent = this.jobs.reduce((all, one) => all + one.sent, 0);
    this.pace = [...this.pace.filter(([at]) => now - at < PACE_MS), [now, sent]];
    this.changed();
  }

  private changed(): void {
    this.dispatchEvent(new Event("change"));
  }

  /** Hear what becomes of tracks, from before the first of them is there. */
  private listen(acting: string): void {
    if (this.events.has(acting)) return;
    const events = new EventSource("/api/v1/events");
    this.events.set(acting, events);
    const hear = (kind: string, state: State): void =>
      events.addEventListener(kind, (event) => this.heard(told(event), state));
    hear("track.examining", "examining");
    hear("track.playable", "encoding");
    hear("track.complete", "done");
    hear("track.rejected", "refused");
    events.addEventListener("progress", (event) => {
      const heard = told(event);
      const job = this.jobs.find((one) => one.track && one.track === heard.track);
      if (!job || job.state === "done" || job.state === "refused") return;
      if (heard.phase === "encoding") job.state = "encoding";
      job.made = heard.part ?? 0;
      this.changed();
    });
  }

  private heard({ track = "", reason }: Heard, state: State): void {
    this.said.set(track, state);
    const job = this.jobs.find((one) => one.track === track);
    if (!job) return;
    if (state === "refused" && reason) job.sentence = reason;
    this.become(job, state);
  }
}

/** What says for whom it is done: what the sign-in acts for may be another by now, in another tab. */
const as = (acting: string): Record<string, string> => (acting ? { "Refrain-Acting-For": acting } : {});

const told = (event: MessageEvent): Heard => JSON.parse(event.data as string) as Heard;

/** What a problem document says. */
function detail(body: string): string {
  try {
    return (JSON.parse(body) as { detail?: string }).detail ?? "";
  } catch {
    return "";
  }
}

export const sending = new Sending();

window.addEventListener("beforeunload", (event) => {
  if (sending.isBusy) event.preventDefault();
});
window.addEventListener("online", () => sending.resumeFailed());
