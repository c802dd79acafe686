// What tells of itself: that something is otherwise, and what is going on, in a sentence.

export class Teller extends EventTarget {
  status = "";
  private isTelling = false;

  protected say(sentence: string): void {
    if (sentence === this.status) return;
    this.status = sentence;
    this.changed();
  }

  /** Tell that something is otherwise, once for all that changes in a moment. */
  protected changed(): void {
    if (this.isTelling) return;
    this.isTelling = true;
    queueMicrotask(() => {
      this.isTelling = false;
      this.tell("change");
    });
  }

  protected tell(name: string, detail: unknown = null): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
