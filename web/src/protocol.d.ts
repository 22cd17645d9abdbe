/**
 * The wire. Made by `personaforge protocol --out web/src/protocol.d.ts`; do not edit.
 * Frames of the socket, AG-UI 1.0 events, blocks, facts, REST.
 */

export type Role = "customer" | "rm" | "staff" | "admin";
export type Unit = "money" | "percent" | "points" | "score" | "in_100" | "count" | "minutes" | "hours" | "days" | "months" | "years" | "date" | "month" | "day_of_month" | "label";
export type SeriesRole = "booked" | "middle" | "low80" | "high80" | "low50" | "high50" | "alternative" | "target" | "bar";
export type Outcome = "pass" | "repair" | "replace" | "escalate";
export type Thumb = "up" | "down";
export type Block = TextBlock | TableBlock | ChartBlock | ProductBlock | DisclosureBlock | CitationBlock | QueryBlock | EscalationBlock | ProposalBlock | NextBlock;
export type AgentEvent = RunStarted | RunFinished | RunError | StepStarted | StepFinished | SubagentStarted | SubagentFinished | SubagentError | ToolCallStart | ToolCallArgs | ToolCallEnd | ToolCallResult | TextMessageStart | TextMessageContent | TextMessageEnd | ActivitySnapshot;
export type ClientFrame = HelloFrame | RunFrame | AttachFrame | CancelFrame | PingFrame | WatchFrame;
export type ServerFrame = ReadyFrame | EventsFrame | GapFrame | PongFrame | ErrorFrame | NewsFrame;
export type InsightKind = "below_zero_soon" | "pay_day_missed" | "bill_larger_than_balance" | "duplicate_charge" | "unusual_charge" | "goal_off_track" | "price_rise" | "fixed_rate_ends";
export type Band = "healthy" | "watchlist" | "critical" | "too_short";
export type Urgency = "now" | "this_week" | "soon";
export type Cause = "follow_up_due" | "became_critical" | "critical" | "entered_watchlist" | "rising" | "watchlist";
export type Step = "follow_up" | "call" | "email_offer" | "sms" | "review";
export type ContactAction = "call" | "email" | "message" | "meeting";
export type GivenOutcome = "agreed" | "considering" | "declined" | "no_answer" | "not_needed";
export type ContactOutcome = "agreed" | "considering" | "declined" | "no_answer" | "not_needed" | "planned" | "sent" | "undeliverable";
export type Proposal = GoalProposal | ContactProposal;
export type InputUnit = "days" | "count" | "percent" | "months" | "share";
export type SpanKind = "fact" | "untrusted" | "quote" | "said" | "citation" | "product" | "client";

/** One paragraph; `sentences` are shown one by one. `heading` opens a part of the answer ("What you can do now"). */
export interface TextBlock {
  type: "text";
  id: string;
  section: string;
  heading: string | null;
  sentences: Rich[];
}
/** A fact table. Cells are rendered like text; a missing figure is the word "none" or "too few". */
export interface TableBlock {
  type: "table";
  id: string;
  section: string;
  title: string;
  columns: Column[];
  rows: Rich[][];
  total: Rich[] | null;
  note: Rich | null;
}
/** A chart with its sentence (its accessible name). The data are facts of the same turn (`facts`). */
export interface ChartBlock {
  type: "chart";
  id: string;
  section: string;
  kind: "fan" | "line" | "bars";
  title: string;
  subtitle: string;
  sentence: Rich;
  currency: string | null;
  today: string | null;
  series: Series[];
  facts: string[];
}
/** A product, recommended or only described. `why` and `why_not` are empty for information only. */
export interface ProductBlock {
  type: "product";
  id: string;
  section: string;
  product_id: string;
  name: string;
  version: string;
  product_class: string;
  mode: "recommend" | "information";
  summary: string;
  terms: Term[];
  why: Rich[];
  why_not: Rich[];
}
/** A notice that the law or the bank requires, attached by code beside what it concerns. Never folded. */
export interface DisclosureBlock {
  type: "disclosure";
  id: string;
  rule: string;
  text: Rich;
  concerns: string[];
}
/** Where a statement comes from. `quote` is the published words. */
export interface CitationBlock {
  type: "citation";
  id: string;
  number: number;
  document: string;
  title: string;
  version: string;
  passage: string;
  heading: string;
  quote: string;
}
/** How a question was understood, as chips, and what was not understood. */
export interface QueryBlock {
  type: "query";
  id: string;
  section: string;
  chips: Chip[];
  not_understood: string[];
}
/** Passed to a person: reference, by when, and how to undo it. */
export interface EscalationBlock {
  type: "escalation";
  id: string;
  reference: string;
  text: Rich;
  undo: boolean;
}
/** Something that the person may approve; until then nothing has changed. The act itself happens in the interface. */
export interface ProposalBlock {
  type: "proposal";
  id: string;
  section: string;
  proposal: string;
  kind: "goal" | "contact";
  title: Rich;
  lines: Rich[];
  letter: Rich[];
  verb: string;
  expires_at: string;
}
/** At most three questions that can be asked next, in the first person. */
export interface NextBlock {
  type: "next";
  id: string;
  questions: string[];
}
/** The first event. */
export interface RunStarted {
  type: "RUN_STARTED";
  threadId: string;
  runId: string;
}
/** The last event of a run that did not fail. */
export interface RunFinished {
  type: "RUN_FINISHED";
  threadId: string;
  runId: string;
  result?: RunResult;
  outcome?: RunOutcome;
}
/** The last event of a run that failed. */
export interface RunError {
  type: "RUN_ERROR";
  message: string;
  code?: string;
}
/** A step of the graph begins. */
export interface StepStarted {
  type: "STEP_STARTED";
  stepName: string;
}
/** A step of the graph is done. */
export interface StepFinished {
  type: "STEP_FINISHED";
  stepName: string;
  metadata?: StepMetadata;
}
/** A specialist begins. */
export interface SubagentStarted {
  type: "SUBAGENT_STARTED";
  subagentRunId: string;
  name: string;
  description?: string;
}
/** A specialist is done. */
export interface SubagentFinished {
  type: "SUBAGENT_FINISHED";
  subagentRunId: string;
  metadata?: SubagentMetadata;
}
/** A specialist failed. */
export interface SubagentError {
  type: "SUBAGENT_ERROR";
  subagentRunId: string;
  message: string;
  code?: string;
}
/** A specialist uses a tool. */
export interface ToolCallStart {
  type: "TOOL_CALL_START";
  toolCallId: string;
  toolCallName: string;
  subagentRunId?: string;
}
/** Its arguments as JSON text. */
export interface ToolCallArgs {
  type: "TOOL_CALL_ARGS";
  toolCallId: string;
  delta: string;
}
/** The arguments are complete; the tool works. */
export interface ToolCallEnd {
  type: "TOOL_CALL_END";
  toolCallId: string;
}
/** The tool is done. The content says how many figures it brought, never which. */
export interface ToolCallResult {
  type: "TOOL_CALL_RESULT";
  toolCallId: string;
  messageId: string;
  content: string;
  metadata?: ToolMetadata;
}
/** A text block begins. */
export interface TextMessageStart {
  type: "TEXT_MESSAGE_START";
  messageId: string;
  role: "assistant";
  metadata?: TextMetadata;
}
/** One checked sentence. */
export interface TextMessageContent {
  type: "TEXT_MESSAGE_CONTENT";
  messageId: string;
  delta: string;
  metadata?: ContentMetadata;
}
/** A text block is complete. */
export interface TextMessageEnd {
  type: "TEXT_MESSAGE_END";
  messageId: string;
}
/** The facts (`facts`), or a block that is no text: `activityType` is its type and `content` the block. */
export interface ActivitySnapshot {
  type: "ACTIVITY_SNAPSHOT";
  messageId: string;
  activityType: string;
  content: unknown;
}
/** The first frame: a one-use ticket of POST /auth/ticket, and the runs to follow from where the client was. */
export interface HelloFrame {
  op: "hello";
  ticket: string;
  proto: string;
  resume: ResumePoint[];
}
/** Ask. The same run id again attaches to the run instead. */
export interface RunFrame {
  op: "run";
  input: RunInput;
}
/** Follow a run of one's own behind event `after`. */
export interface AttachFrame {
  op: "attach";
  runId: string;
  after: number;
}
/** Stop a run of one's own. Closing the socket does not. */
export interface CancelFrame {
  op: "cancel";
  runId: string;
}
/** Is somebody there? `t` comes back. */
export interface PingFrame {
  op: "ping";
  t: number;
}
/** Hear what changes about one's clients, behind change number `after`, or from now on. For relationship managers and staff. */
export interface WatchFrame {
  op: "watch";
  after?: number;
}
/** Answer to hello. */
export interface ReadyFrame {
  op: "ready";
  proto: string;
  principal: Person;
}
/** Events of a run from number `seq` on. */
export interface EventsFrame {
  op: "events";
  runId: string;
  seq: number;
  events: AgentEvent[];
}
/** The events before number `from` are gone for good, because the store no longer has them. */
export interface GapFrame {
  op: "gap";
  runId: string;
  from: number;
}
/** Answer to ping. */
export interface PongFrame {
  op: "pong";
  t: number;
}
/** What went wrong: a stable code and a sentence with its remedy. */
export interface ErrorFrame {
  op: "error";
  code: string;
  message: string;
  runId?: string;
}
/** Everything up to change number `last`, each once. With `gap` older changes are not told: load the board again. */
export interface NewsFrame {
  op: "news";
  last: number;
  items: NewsItem[];
  bands?: NewsBands[];
  gap: boolean;
}
/** A proposed goal as it stands; `undo_until` is set while it can still be taken back. `ref` and `name`: an RM's client. */
export interface GoalProposal {
  id: string;
  thread_id: string;
  run_id: string;
  ref: string | null;
  name: string | null;
  state: "open" | "approved" | "declined" | "expired" | "undone";
  made_at: string;
  expires_at: string;
  decided_at: string | null;
  undo_until: string | null;
  reason: string | null;
  verb: string;
  kind: "goal";
  currency: string;
  goal: Goal;
}
/** A proposed contact as it stands; `undo_until` is set while it can still be taken back. */
export interface ContactProposal {
  id: string;
  thread_id: string;
  run_id: string;
  ref: string | null;
  name: string | null;
  state: "open" | "approved" | "declined" | "expired" | "undone";
  made_at: string;
  expires_at: string;
  decided_at: string | null;
  undo_until: string | null;
  reason: string | null;
  verb: string;
  kind: "contact";
  channel: "call" | "email" | "sms" | "chat_app";
  to: string | null;
  subject: string | null;
  text: string;
  follow_up_on: string | null;
  message: MessageStanding | null;
}
/** The facts that the reply uses, by id, before any of its text; `texts` are strings of the outside world. */
export interface FactsContent {
  facts: Record<string, Fact>;
  texts?: Record<string, string>;
}
/** What a person signs in with. The password is longer here than any real one, so that its length is judged in one place. */
export interface Credentials {
  login: string;
  password: string;
  code?: string | null;
}
/** What an invited person registers with. */
export interface Newcomer {
  invitation: string;
  login: string;
  password: string;
  name: string;
}
/** Answer to a registration; `totp` is shown this once, for an authenticator app. */
export interface Registered {
  login: string;
  totp: string | null;
}
/** Answer to sign-in and refresh. */
export interface SignedIn {
  principal: Principal;
  demo: boolean;
}
/** A socket ticket and its life in seconds. */
export interface Ticket {
  ticket: string;
  expires_in: number;
}
/** The signed-in person; `as_of` is the newest business date of what they may see. */
export interface Me {
  principal: Principal;
  demo: boolean;
  as_of: string;
  model: ModelName;
  prompts: string[];
}
/** A conversation, for the list. */
export interface ThreadSummary {
  id: string;
  title: string;
  updated_at: string;
}
/** A new conversation. */
export interface OpenedThread {
  id: string;
}
/** A conversation with its turns. */
export interface Thread {
  id: string;
  title: string;
  created_at: string;
  turns: StoredTurn[];
}
/** A ticket that was taken back. */
export interface Undone {
  reference: string;
}
/** A product or policy in the version that is valid now. */
export interface PublishedDocument {
  document: string;
  title: string;
  version: string;
  passages: Passage[];
}
/** One client of the book as of its source's business date; money in minor units of `currency`. */
export interface Client {
  customer_id: string;
  source: string;
  as_of: string;
  currency: string;
  segment: "retail" | "hni" | "msme";
  persona: string | null;
  joined_on: string;
  balance: number;
  savings: number;
  lowest_balance_90d: number | null;
  days_negative_90d: number;
  overdraft_limit: number;
  income_monthly: number;
  spending_monthly: number;
  net_monthly: number;
  commitments_monthly: number;
  loans_outstanding: number;
  has_mortgage: boolean;
  has_loan: boolean;
  has_card: boolean;
  has_savings: boolean;
  has_investments: boolean;
  has_variable_rate: boolean;
  fixed_rate_ends_on: string | null;
  matures_on: string | null;
  failed_debits_90d: number;
  penalty_interest_90d: number;
  stress_score: number | null;
  stress_band: Band;
  stress_band_since: string | null;
  stress_trend: "rising" | "falling" | "steady" | "unknown";
  stress_change_30d: number | null;
  stress_driver: "low_balance" | "falling_balance" | "swinging_balance" | "spending_above_income" | "overdraft" | "late_pay" | "irregular_income" | "income_drop" | "fixed_costs" | "late_bills" | "discretionary_spending" | "cash_withdrawals" | "failed_payments" | "penalty_interest" | "fees" | "lending_apps" | "gambling" | "money_passed_on" | "card_debt" | "card_bills" | null;
  forecast_3m: number | null;
  below_zero_3m: number | null;
  risk_tolerance: "very_cautious" | "cautious" | "balanced" | "adventurous" | "very_adventurous" | null;
  churn_risk: "low" | "medium" | "high";
  last_contact_on: string | null;
  ref: string;
  name: string;
}
/** An act about a proposal, outside of a conversation; inside, `resume` of a run says it, so that the answer tells what came of it. */
export interface DecisionInput {
  key: string;
  reason?: string;
  amount?: string;
  by?: string;
  text?: string;
  status: "approved" | "declined" | "undone";
}
/** What came of an act, and the proposal as it stands now. */
export interface DecisionAnswer {
  outcome: "saved" | "declined" | "undone" | "expired" | "already_approved" | "already_declined" | "already_undone" | "not_approved" | "too_late" | "overtaken" | "bad_goal" | "queued" | "noted" | "bad_text";
  proposal: Proposal;
}
/** A plan as it is now, first things first, with what is owed beside it. Version 0: there never was a goal. */
export interface Plan {
  version: number;
  made_at: string | null;
  currency: string;
  as_of: string;
  available_minor: number | null;
  kept_back_minor: number | null;
  goals: PlanGoal[];
  debts: Debt[];
  versions: PlanVersion[];
  undo_version: number | null;
  undo_until: string | null;
}
/** What is worth knowing about one customer; nothing of it while it is held back. */
export interface Insights {
  insights: ShownInsight[];
  blocks: Block[];
  facts: Record<string, Fact>;
  as_of: string | null;
  held_back_until: string | null;
}
/** Clients with something worth knowing, the most important first; `looked_at` is how many were looked at. */
export interface BookInsights {
  as_of: string | null;
  held_back_until: string | null;
  looked_at: number;
  clients: ClientInsights[];
}
/** The settings in force, and every kind there is, the most important first. */
export interface InsightSettings {
  off: InsightKind[];
  quiet_from: number | null;
  quiet_to: number | null;
  zone: string;
  kinds: InsightKind[];
}
/** Everything of the page "My twin". */
export interface TwinPage {
  status: "active" | "learning" | "paused";
  basis: "bookings" | "stated";
  learnt_fact: string;
  normal_month: NormalMonthRow[];
  changes: TwinChange[];
  levers: Lever[];
  habits_said: Rich | null;
  habits: HabitMonth[];
  blocks: Block[];
  facts: Record<string, Fact>;
  as_of: string;
  currency: string;
  version: number;
  months_of_history: number;
  versions: TwinVersionLine[];
  track_record: TrackedMonth[];
}
/** Blocks that passed the gate, and the facts in them. */
export interface WhatIfAnswer {
  blocks: Block[];
  facts: Record<string, Fact>;
}
/** The state of a book, as `news` frames behind change number `last` go on from it. */
export interface Board {
  last: number;
  as_of: string;
  today: string;
  since: string;
  clients: number;
  compared: number;
  bands: SourceBands[];
  flow: Flow[];
  moved: number;
  movers: Mover[];
  tasks_of: number;
  tasks: BoardTask[];
  contacts: LoggedContact[];
  insights: BoardInsight[];
}
/** How strained one client is, why, how that came, and the newest bookings. */
export interface ClientStress {
  customer_id: string;
  ref: string;
  name: string;
  as_of: string;
  score: number | null;
  band: Band;
  probability: number | null;
  model: string | null;
  drivers: ShownDriver[];
  history: ScorePoint[];
  contacts: Contact[];
  transactions: BookedLine[];
}
/** What came of a contact with a client of your book. `key` is of your making: the same one again changes nothing. */
export interface ContactInput {
  key: string;
  ref: string;
  action: ContactAction;
  outcome: GivenOutcome;
  happened_on?: string | null;
  follow_up_on?: string | null;
  note?: string;
}
/** How many events were set aside by code, and the newest of them. */
export interface SetAsideAnswer {
  counts: Record<string, number>;
  events: SetAsideLine[];
}
/** Rendered text with its spans. */
export interface Rich {
  text: string;
  spans: Span[];
}
/** A column: figures stand right, words left. Higher `rank` is dropped first when space is short. */
export interface Column {
  key: string;
  label: string;
  align: "left" | "right";
  rank: number;
}
/** Points of one line: `x` ISO dates or months, `y` in major units of the currency, or None where nothing is known. */
export interface Series {
  name: string;
  role: SeriesRole;
  x: string[];
  y: (number | null)[];
}
/** One term of a product. */
export interface Term {
  label: string;
  value: Rich;
}
/** One part of a parsed query: `balance` `is below` `£0`. */
export interface Chip {
  field: string;
  label: string;
  op: string;
  value: Rich;
  interpreted: boolean;
}
/** How the answer came about. `fellBack` says why the built-in model answered where another one should have. */
export interface RunResult {
  verdict: Verdict;
  model: string;
  fellBack?: string;
  seconds: number;
  language: string;
}
/** How a run ended. */
export interface RunOutcome {
  type: "success" | "cancelled";
}
/** What a step did; the gate's counts, the supervisor's plan, the audit record of deliver. */
export interface StepMetadata {
  label?: string;
  summary?: string;
  ms?: number;
  plan?: PlannedSpecialist[];
  record?: string;
  outcome?: Outcome;
  rules?: string[];
  figures?: number;
  removed?: number;
  notices?: number;
}
/** How a specialist's work went. */
export interface SubagentMetadata {
  ms?: number;
  summary?: string;
}
/** How the use of a tool went. */
export interface ToolMetadata {
  ms?: number;
  outcome?: string;
}
/** Where a text block stands. */
export interface TextMetadata {
  section?: string;
  heading?: string;
}
/** What code put into a sentence; positions count in the sentence. */
export interface ContentMetadata {
  spans?: Span[];
}
/** A run that the client still follows, and the number of the last event it has. */
export interface ResumePoint {
  runId: string;
  after: number;
}
/** AG-UI's RunAgentInput as our client sends it: the thread's earlier messages are the server's own business. */
export interface RunInput {
  threadId: string;
  runId: string;
  messages: UserMessage[];
  state: Record<string, unknown>;
  tools: unknown[];
  context: unknown[];
  forwardedProps: Record<string, unknown>;
  resume?: Resume[];
}
/** Who the socket belongs to. */
export interface Person {
  login: string;
  name: string;
  role: Role;
}
/** What changed about one client of the own book: from where to where, when (`at`), and why. `insight` is the kind of one. */
export interface NewsItem {
  id: number;
  customerId: string;
  ref: string;
  name: string;
  kind: "score" | "band" | "insight";
  asOf: string;
  score?: number;
  band: Band;
  scoreBefore?: number;
  bandBefore: Band;
  drivers: NewsDriver[];
  insight?: string;
  at: string;
}
/** How many clients of one source are in each band now: of the own book, for staff of the whole bank. */
export interface NewsBands {
  source: string;
  asOf: string;
  healthy: number;
  watchlist: number;
  critical: number;
  tooShort: number;
}
/** A sum that somebody wants to have, perhaps by a day. */
export interface Goal {
  id: string;
  purpose: string | null;
  amount_minor: number;
  by: string | null;
  earmarked_minor: number;
  made_on: string;
}
/** How far a message is. `error` is the code of the last failure. */
export interface MessageStanding {
  state: "waiting" | "sent" | "failed" | "withdrawn";
  send_after: string;
  settled_at: string | null;
  error: string | null;
}
/** One figure, by reference of which a reply speaks (`{{f:id}}`); drafts never hold the figure itself. */
export interface Fact {
  id: string;
  label: string;
  value: number | string;
  unit: Unit;
  as_of: string;
  source: string;
  currency: string | null;
  period: "month" | "year" | "week" | "day" | null;
  digits: number | null;
  formula: string | null;
  inputs: string[];
  subject: string | null;
}
/** Who is signed in, for showing. */
export interface Principal {
  subject: string;
  login: string;
  name: string;
  role: Role;
  language: string;
}
/** The model that answers. */
export interface ModelName {
  name: string;
  kind: "built-in" | "openai-compatible";
}
/** One turn with the events that showed it: the page builds live, resumed and past turns in one way. */
export interface StoredTurn {
  run_id: string;
  text: string;
  at: string;
  feedback?: Feedback | null;
  events: AgentEvent[];
}
/** A part of a document under one heading. */
export interface Passage {
  id: string;
  heading: string;
  text: string;
}
/** A goal with its outlook, worked out now; none where there is too little history. */
export interface PlanGoal {
  id: string;
  purpose: string | null;
  amount_minor: number;
  by: string | null;
  earmarked_minor: number;
  made_on: string;
  outlook: GoalOutlook | null;
}
/** What is owed under one contract. It stands in the plan to be read; only its contract changes it. */
export interface Debt {
  kind: "account" | "savings" | "fixed_deposit" | "recurring_deposit" | "card" | "loan" | "car_loan" | "mortgage" | "overdraft" | "working_capital" | "invoice_finance" | "fund" | "portfolio" | "pension" | "insurance" | "fx" | "standing_order";
  name: string | null;
  currency: string;
  outstanding_minor: number;
  instalment_minor: number;
  rate_bps: number;
  matures_on: string | null;
  free_on: string | null;
}
/** One version of a plan, for the list. `undo_until` is set while the change that made it can be taken back. */
export interface PlanVersion {
  version: number;
  made_at: string;
  cause: "approved" | "undone" | "deleted";
  goals: number;
  current: boolean;
  undo_until: string | null;
}
/** One insight: what it is, how to dismiss it, which day it is about, and which block says it. */
export interface ShownInsight {
  key: string;
  kind: InsightKind;
  severity: "high" | "medium" | "low";
  on: string | null;
  block: string;
}
/** The most important thing about one client of the book. */
export interface ClientInsights {
  insights: ShownInsight[];
  blocks: Block[];
  facts: Record<string, Fact>;
  ref: string;
  name: string;
}
/** One line of a normal month in minor units, outgoings negative. */
export interface NormalMonthRow {
  key: "income" | "commitments" | "spending" | "left_over";
  label: string;
  amount_minor: number;
  low_minor: number;
  high_minor: number;
  fact: string;
}
/** Something that is different from half a year ago, in words. */
export interface TwinChange {
  sentence: Rich;
  on: string;
}
/** A slider: from `low` to `high` in steps, `now` as things are; percentage points or major units a month. */
export interface Lever {
  kind: "rate_change" | "save_more" | "spend_less";
  category: string | null;
  label: string;
  now: number;
  low: number;
  high: number;
  step: number;
}
/** The mix of personas as it looked on one day; the shares add up to 1, largest first. */
export interface HabitMonth {
  on: string;
  shares: HabitShare[];
}
/** One stored version: the business date it holds for, and why it was made. */
export interface TwinVersionLine {
  version: number;
  as_of: string;
  cause: string;
}
/** A past month, and whether the balance ended within the band that was forecast for it. */
export interface TrackedMonth {
  month: string;
  inside: boolean;
}
/** How many clients of one source are in each band, as of its business date. Sources are never added up. */
export interface SourceBands {
  source: string;
  as_of: string;
  healthy: number;
  watchlist: number;
  critical: number;
  too_short: number;
}
/** How many clients went from one band to another since the day that is looked back to. */
export interface Flow {
  band_before: Band;
  band: Band;
  clients: number;
}
/** A client whose score left its band, or moved by 0.05 or more, since `since` (the day that the figures before are from). */
export interface Mover {
  customer_id: string;
  ref: string;
  name: string;
  as_of: string;
  score: number | null;
  band: Band;
  score_before: number | null;
  band_before: Band;
  since: string;
  drivers: ShownDriver[];
}
/** One line of today's list: who, how urgent, why, what to do next and how long it takes, and what was last agreed. */
export interface BoardTask {
  customer_id: string;
  ref: string;
  name: string;
  as_of: string;
  score: number | null;
  band: Band;
  urgency: Urgency;
  cause: Cause;
  step: Step;
  minutes: number;
  drivers: ShownDriver[];
  contact: Contact | null;
}
/** A logged contact with its client. */
export interface LoggedContact {
  key: string;
  action: ContactAction;
  outcome: ContactOutcome;
  happened_on: string;
  follow_up_on: string | null;
  note: string;
  customer_id: string;
  made_at: string;
  mine: boolean;
  ref: string;
  name: string;
}
/** Something worth knowing that came up for a client within the last day: its kind alone, the figures are told where they are asked for. */
export interface BoardInsight {
  id: number;
  customer_id: string;
  ref: string;
  name: string;
  kind: InsightKind;
  as_of: string;
  at: string;
}
/** One reason; `value` is None where nobody kept it. Read together: the value, then the words. */
export interface ShownDriver {
  name: string;
  words: string;
  value: number | null;
  unit: InputUnit;
}
/** The score on one day. */
export interface ScorePoint {
  as_of: string;
  score: number | null;
  band: Band;
}
/** A logged contact; `mine` when the asking manager logged it. */
export interface Contact {
  key: string;
  action: ContactAction;
  outcome: ContactOutcome;
  happened_on: string;
  follow_up_on: string | null;
  note: string;
  customer_id: string;
  made_at: string;
  mine: boolean;
}
/** One booking; text comes from outside. Money in minor units of `currency`, outgoings negative. */
export interface BookedLine {
  booked_on: string;
  description: string;
  category: string;
  amount_minor: number;
  currency: string;
  status: "booked" | "failed";
}
/** An event that was not taken. Its content is not shown: it speaks of customers. */
export interface SetAsideLine {
  id: number;
  source: string;
  event_id: string;
  code: "unknown_account" | "wrong_currency" | "future_date" | "ancient_date" | "differs" | "unreadable" | "erased";
  reason: string;
  at: string;
}
/** A stretch of rendered text that code put there, with what it stands for: `text[start:end]`. */
export interface Span {
  start: number;
  end: number;
  kind: SpanKind;
  id: string;
}
/** What the gate decided and why. */
export interface Verdict {
  outcome: Outcome;
  rules: string[];
  figures: number;
  removed: number;
  notices: number;
}
/** A specialist that the plan will ask; those of one wave work at the same time. */
export interface PlannedSpecialist {
  specialist: string;
  calls: PlannedCall[];
  wave: number;
}
/** What the person wrote. */
export interface UserMessage {
  id: string;
  role: "user";
  content: string;
}
/** The person's act about one proposal. Only this decides; the words of a message never do. */
export interface Resume {
  interruptId: string;
  status: "approved" | "declined" | "undone";
  payload: ResumePayload;
}
/** One reason of a score: the customer's own value of it and the words that follow the value. */
export interface NewsDriver {
  words: string;
  value?: number;
  unit: InputUnit;
}
/** A judgement of a reply; no thumb takes it back. */
export interface Feedback {
  thumb: Thumb | null;
  words?: string | null;
}
/** What the simulated paths say of a goal; money in minor units. See `tools.twin.goal.goal_outlook.GoalOutlook`. */
export interface GoalOutlook {
  status: "reached" | "likely" | "possible" | "unlikely" | "out_of_reach" | "overdue";
  probability: number | null;
  available_minor: number;
  expected_minor: number | null;
  on_track: boolean | null;
  likely_on: string | null;
  likely_from: string | null;
  likely_to: string | null;
  spare_minor: number;
  needed_minor: number | null;
  more_minor: number | null;
}
/** How much of one persona the twin saw in the customer, 0 to 1, and its fact. */
export interface HabitShare {
  persona: string;
  share: number;
  fact: string;
}
/** A tool that the plan will use, with the person's own arguments. */
export interface PlannedCall {
  name: string;
  arguments: Record<string, unknown>;
}
/** What belongs to an act: the key that makes a repeat harmless, why it was declined, what was changed before approving. */
export interface ResumePayload {
  key: string;
  reason?: string;
  amount?: string;
  by?: string;
  text?: string;
}

/** An answer that is no success. */
export interface Problem { code: string; message: string }
