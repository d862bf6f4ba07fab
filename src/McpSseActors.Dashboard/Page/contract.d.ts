// The JSON of the dashboard's HTTP API, as the page reads it. Times are ISO 8601 in UTC. A property without a value is left out.

export type ConnectionState = 'Disabled' | 'Idle' | 'Connecting' | 'Connected' | 'BackingOff' | 'Stopped' | 'Failed';
export type StreamProblem = 'failing' | 'dropping' | 'lagging';
export type HandlerState = 'Running' | 'Retrying' | 'Open' | 'Stopped';

/** GET api/v1/me */
export interface Me {
  user?: string;
  canAct: boolean;
  canSeePayloads: boolean;
  antiforgery: { header: string; token: string };
  host: string;
  version: string;
  node: string;
}

/** A row of the first screen. */
export interface StreamRow {
  name: string;
  state: ConnectionState;
  reason: string;
  since: string;
  rate: number;
  spark?: (number | null)[];
  lastEvent?: string;
  lagMilliseconds?: number;
  inFlight: number;
  drops: number;
  dropsPerMinute: number;
  retries: number;
  nextAttempt?: string;
  letters: number;
  node: string;
  url: string;
  transport: string;
  problems: StreamProblem[];
}

export interface Totals {
  streams: number;
  connected: number;
  rate: number;
  inFlight: number;
  dropsPerMinute: number;
  letters?: number;
}

/** GET api/v1/live, event "overview" */
export interface OverviewUpdate {
  time: string;
  totals: Totals;
  streams: StreamRow[];
  removed?: string[];
  more?: boolean;
}

/** GET api/v1/recent, and GET api/v1/live, event "events" */
export interface EventRow {
  stream: string;
  sequence: number;
  type: string;
  id?: string;
  timestamp: string;
  length: number;
  data?: string;
  truncated?: boolean;
  redelivered?: boolean;
}

export interface EventsUpdate {
  events: EventRow[];
  skipped: number;
}

export interface Subscriptions {
  logLevel: string;
  resources: string[];
  toolsChanged: boolean;
  promptsChanged: boolean;
  resourcesChanged: boolean;
}

export interface StreamStats {
  stream: string;
  node: string;
  enabled: boolean;
  isRunning: boolean;
  isConnected: boolean;
  state: ConnectionState;
  stateReason: string;
  stateSince: string;
  nextAttemptTime?: string;
  consecutiveReconnectAttempts: number;
  totalReconnectAttempts: number;
  totalEventsReceived: number;
  eventsByType: Record<string, number>;
  dispatched: number;
  filtered: number;
  unhandled: number;
  handlerFailures: number;
  payloadFaults: number;
  deadLetters: number;
  dropped: Record<string, number>;
  missedDuplicates: number;
  transport: string;
  mcp?: {
    transport: string;
    transportReason: string;
    protocolVersion: string;
    server: string;
    requested: Subscriptions;
    granted: Subscriptions;
    sessions: number;
    resyncs: number;
    gaps: number;
    schemaFaults: number;
  };
  comments: number;
  bytesReceived: number;
  inFlight: number;
  lastEventTime?: string;
  lastEventId?: string;
  handledEventId?: string;
  handledTime?: string;
  positionSavedTime?: string;
  positionStoreFault?: string;
  serverUrl: string;
  subscribedEvents: string[];
  eventsPerSecond: number;
}

export interface HandlerRow {
  name: string;
  pattern: string;
  state: HandlerState;
  reason?: string;
  since?: string;
  handled?: number;
  inFlight?: number;
  lagMilliseconds?: number;
  durationMilliseconds?: number;
  failures?: number;
  lastFailedAt?: string;
}

export interface StateEntry {
  time: string;
  state: ConnectionState;
  reason: string;
}

export interface SeriesPoint {
  time: string;
  rate: number;
  byType: Record<string, number>;
  reconnects: number;
  handlerMilliseconds?: number;
}

export interface Series {
  end: string;
  stepSeconds: number;
  rates: (number | null)[];
  byType: Record<string, (number | null)[]>;
  reconnects: (number | null)[];
  handlerMilliseconds: (number | null)[];
}

/** GET api/v1/streams/NAME */
export interface StreamDetails {
  stats: StreamStats;
  options: { key: string; value: string; isDefault: boolean }[];
  handlers: HandlerRow[];
  history: StateEntry[];
  series?: Series;
}

/** GET api/v1/live?stream=NAME, event "stream" */
export interface StreamUpdate {
  stats: StreamStats;
  handlers?: HandlerRow[];
  history?: StateEntry[];
  point?: SeriesPoint;
}

/** GET api/v1/streams/NAME/event-types */
export interface EventTypes {
  types: { name: string; description?: string; delivery: string[]; inputSchema?: unknown; payloadSchema?: unknown }[];
}

export interface LetterRow {
  id: string;
  stream: string;
  type: string;
  eventId?: string;
  handler: string;
  fault: string;
  attempts: number;
  firstFailedAt: string;
  givenUpAt: string;
  isRetryRequested: boolean;
  length: number;
}

/** GET api/v1/dead-letters/ID */
export interface Letter extends LetterRow {
  data?: string;
  truncated?: boolean;
}

/** GET api/v1/dead-letters */
export interface LetterPage {
  letters: LetterRow[];
  next?: string;
  count: number;
}

/** POST api/v1/dead-letters/retry */
export interface LettersRetried {
  handled: number;
  failed: number;
  underWay: number;
  faults: { id: string; reason: string }[];
  missingNodes: string[];
}

/** RFC 9457 */
export interface ProblemDocument {
  title?: string;
  detail?: string;
  status?: number;
}
