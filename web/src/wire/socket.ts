import type { ClientFrame, ResumePoint, RunInput, ServerFrame } from "../protocol.d.ts";

export type Link = "closed" | "connecting" | "open" | "lost";

/** What the socket needs from outside; tests pass their own. */
export interface SocketPorts {
  /** A one-use ticket. `null` means that the person is no longer signed in: the socket stays closed. */
  ticket: () => Promise<string | null>;
  /** The runs that are not finished, with the number of the last event taken. */
  unfinished: () => ResumePoint[];
  /** Number of the newest live change that was heard of; null while nobody wants to hear any. */
  watching: () => number | null;
  onFrame: (frame: ServerFrame) => void;
  onLink: (link: Link) => void;
  open: () => WebSocket;
  random: () => number;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const PING_MS = 15_000;
const STALL_MS = 25_000;
const WAKE_MS = 4_000;

/** How long to wait before attempt n (from 0): doubling, at most 15 s, between half and all of it so that clients do not come back at once. */
export const backoff = (attempt: number, random: number): number =>
  Math.max(FIRST_WAIT_MS, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.5 + random / 2));

/** Keeps one WebSocket to the bank. A run outlives its socket: after every loss it is attached again behind the last event taken. */
export class Socket {
  private socket: WebSocket | null = null;
  private link: Link = "closed";
  private attempt = 0;
  private heardAt = 0;
  private generation = 0;
  private reconnect: ReturnType<typeof setTimeout> | undefined;
  private heart: ReturnType<typeof setInterval> | undefined;
  private readonly asked = new Map<string, RunInput>();
  private readonly cancelled = new Set<string>();
  /** Runs named in the greeting: they are attached without being asked for again. */
  private greeted = new Set<string>();

  constructor(private readonly ports: SocketPorts) {}

  /** Connects, and stays connected until `close`. */
  connect(): void {
    if (this.link === "open" || this.link === "connecting") return;
    clearTimeout(this.reconnect);
    void this.dial();
  }

  /** Ends the connection for good (sign-out). Runs go on at the server. */
  close(): void {
    this.generation += 1;
    clearTimeout(this.reconnect);
    clearInterval(this.heart);
    this.socket?.close();
    this.socket = null;
    this.asked.clear();
    this.cancelled.clear();
    this.attempt = 0;
    this.tell("closed");
  }

  /** Asks a question. It is kept until its first event, and sent again after a loss: the same runId is answered once. */
  run(input: RunInput): void {
    this.asked.set(input.runId, input);
    this.send({ op: "run", input });
  }

  /** Stops a run. Closing the socket would not: the run goes on without it. */
  cancel(runId: string): void {
    this.asked.delete(runId);
    if (this.link === "open") this.write({ op: "cancel", runId });
    else this.cancelled.add(runId);
  }

  attach(runId: string, after: number): void {
    this.send({ op: "attach", runId, after });
  }

  /** Hears what changes about clients behind this number, now and after every loss. */
  hear(after: number): void {
    if (this.link === "open") this.write({ op: "watch", after });
    else this.connect();
  }

  /** The page is visible or online again: connect now, or find out soon whether the connection is a dead one. */
  wake(now: number = Date.now()): void {
    if (this.link === "lost") {
      this.attempt = 0;
      this.connect();
    } else if (this.link === "open") {
      this.heardAt = Math.min(this.heardAt, now - STALL_MS + WAKE_MS);
      this.ping();
      setTimeout(() => this.watch(), WAKE_MS + 50);
    }
  }

  private async dial(): Promise<void> {
    const mine = (this.generation += 1);
    this.tell("connecting");
    let ticket: string | null;
    try {
      ticket = await this.ports.ticket();
    } catch {
      if (mine === this.generation) this.lost();
      return;
    }
    if (mine !== this.generation) return;
    if (ticket === null) return this.close();
    this.listen(this.ports.open(), ticket, mine);
  }

  private listen(socket: WebSocket, ticket: string, mine: number): void {
    this.socket = socket;
    socket.onopen = () => {
      const resume = this.resumable();
      this.greeted = new Set(resume.map((point) => point.runId));
      this.write({ op: "hello", ticket, proto: "1.0", resume });
    };
    socket.onmessage = (message: MessageEvent<string>) => {
      if (mine === this.generation) this.take(JSON.parse(message.data) as ServerFrame);
    };
    socket.onclose = () => {
      if (mine === this.generation) this.lost();
    };
    this.beat();
  }

  /** Runs that never showed an event are asked again instead of attached: the server may not know them. */
  private resumable(): ResumePoint[] {
    return this.ports.unfinished().filter((point) => !this.asked.has(point.runId));
  }

  private take(frame: ServerFrame): void {
    this.heardAt = Date.now();
    if (frame.op === "ready") this.catchUp();
    if (frame.op === "events" || (frame.op === "error" && frame.runId)) this.asked.delete(frame.runId ?? "");
    this.ports.onFrame(frame);
  }

  /** What was asked for while there was no connection. */
  private catchUp(): void {
    this.attempt = 0;
    this.tell("open");
    for (const input of this.asked.values()) this.write({ op: "run", input });
    for (const point of this.resumable()) if (!this.greeted.has(point.runId)) this.write({ op: "attach", ...point });
    for (const runId of this.cancelled) this.write({ op: "cancel", runId });
    this.cancelled.clear();
    const after = this.ports.watching();
    if (after !== null) this.write({ op: "watch", after });
  }

  private beat(): void {
    this.heardAt = Date.now();
    clearInterval(this.heart);
    let beats = 0;
    this.heart = setInterval(() => {
      this.watch();
      beats += 1;
      if ((beats * 1000) % PING_MS === 0) this.ping();
    }, 1000);
  }

  private ping(): void {
    if (this.link === "open") this.write({ op: "ping", t: Date.now() });
  }

  /** Browsers do not see the pings of the protocol, and a dead connection stays "open" for minutes. */
  private watch(): void {
    if (this.socket && Date.now() - this.heardAt > STALL_MS) this.lost();
  }

  private lost(): void {
    this.generation += 1;
    clearInterval(this.heart);
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.onclose = null;
    socket?.close();
    this.tell("lost");
    clearTimeout(this.reconnect);
    this.reconnect = setTimeout(() => this.connect(), backoff(this.attempt, this.ports.random()));
    this.attempt += 1;
  }

  private send(frame: ClientFrame): void {
    if (this.link === "open") this.write(frame);
    else this.connect();
  }

  private write(frame: ClientFrame): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
  }

  private tell(link: Link): void {
    if (this.link === link) return;
    this.link = link;
    this.ports.onLink(link);
  }
}
