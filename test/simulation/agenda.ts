interface Appointment {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** The time of a simulated world: what is to happen, and when. Nothing in it waits for a real clock. */
export class Agenda {
  nowMs: number;
  private readonly appointments: Appointment[] = [];
  private made = 0;

  constructor(beginsAtMs: number) {
    this.nowMs = beginsAtMs;
  }

  in(ms: number, run: () => void): void {
    this.made += 1;
    const appointment = { atMs: this.nowMs + ms, order: this.made, run };
    let index = this.appointments.length;
    while (index > 0 && (this.appointments[index - 1]?.atMs ?? 0) > appointment.atMs) index -= 1;
    this.appointments.splice(index, 0, appointment);
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.in(ms, resolve));
  }

  /** Lets time pass without anything happening in it: what was due comes late. */
  skip(ms: number): void {
    this.nowMs += ms;
  }

  /** Lets the next thing happen; false when there is none. */
  step(): boolean {
    const next = this.appointments.shift();
    if (next === undefined) return false;
    this.nowMs = Math.max(this.nowMs, next.atMs);
    next.run();
    return true;
  }
}
