import { TsmError } from "../base/errors.ts";
import { encodeInfo, type SessionFacts } from "../protocol/info.ts";
import { encodeIntegration } from "../protocol/integration.ts";
import { decodePixelSize, decodeShown, decodeSize, decodeVariables } from "../protocol/messages.ts";
import { decodeRunRequest } from "../protocol/run-command.ts";
import { ANSWERED_TAGS, Tag } from "../protocol/tags.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import { decodeWaitRequest } from "../protocol/wait.ts";
import { decodeWatchRequest } from "../protocol/watch.ts";
import type { Attention } from "./attention.ts";
import type { ClientEnvironment } from "./client-environment.ts";
import type { ClientConnection } from "./clients/client-connection.ts";
import type { ClientSwitch } from "./clients/client-switch.ts";
import type { Clients } from "./clients/clients.ts";
import type { HeldSession } from "./held-session.ts";
import type { ShellRuns } from "./runs/shell-runs.ts";
import type { Waits } from "./runs/waits.ts";
import type { SessionLabels } from "./session-labels.ts";
import type { SharedTerminal } from "./terminal/shared-terminal.ts";

/** The parts of a session that messages act on. */
export interface MessageTarget {
  readonly clients: Clients;
  readonly terminal: SharedTerminal;
  readonly environment: ClientEnvironment;
  readonly runs: ShellRuns;
  readonly clientSwitch: ClientSwitch;
  readonly waits: Waits;
  readonly labels: SessionLabels;
  readonly attention: Attention;
  /** While the session is held: its command has ended. */
  held(): HeldSession | undefined;
  facts(): SessionFacts;
  /** @returns why the session cannot have that name; empty when it has it now. */
  rename(name: Uint8Array): string;
  kill(reason: string): void;
}

type Handler = (target: MessageTarget, client: ClientConnection, payload: Uint8Array) => void;

/** The handler of each message that a client sends. The payload is only lent. */
const HANDLERS: Readonly<Partial<Record<Tag, Handler>>> = {
  [Tag.Input]: onInput,
  [Tag.Resize]: onResize,
  [Tag.PixelSize]: onPixelSize,
  [Tag.DumbTerminal]: onDumbTerminal,
  [Tag.Init]: onInit,
  [Tag.InitReadOnly]: onInitReadOnly,
  [Tag.Detach]: onDetach,
  [Tag.DetachAll]: onDetachAll,
  [Tag.DetachOthers]: onDetachOthers,
  [Tag.Environment]: onEnvironment,
  [Tag.Kill]: onKill,
  [Tag.Info]: onInfo,
  [Tag.Attention]: onAttention,
  [Tag.History]: onHistory,
  [Tag.Tags]: onTags,
  [Tag.Integration]: onIntegration,
  [Tag.ResetShell]: onResetShell,
  [Tag.RunCommand]: onRunCommand,
  [Tag.Wait]: onWait,
  [Tag.Watch]: onWatch,
  [Tag.Labels]: onLabels,
  [Tag.Switch]: onSwitch,
  [Tag.TerminalMark]: onTerminalMark,
  [Tag.Shown]: onShown,
  [Tag.Run]: onRun,
  [Tag.Rename]: onRename,
};

/**
 * Handles one message of a client.
 * @returns whether this build knows its tag as one that clients send.
 * @throws TsmError `bad-frame` when its payload cannot be right.
 */
export function handleMessage(
  target: MessageTarget,
  client: ClientConnection,
  tag: Tag,
  payload: Uint8Array,
): boolean {
  const handler = HANDLERS[tag];
  handler?.(target, client, payload);
  return handler !== undefined;
}

function onInput(
  { waits, terminal, held }: MessageTarget,
  client: ClientConnection,
  bytes: Uint8Array,
): void {
  waits.noteTyping();
  const heldSession = held();
  if (heldSession === undefined) terminal.type(client, bytes);
  else heldSession.type(client, bytes);
}

function onResize(
  { terminal }: MessageTarget,
  client: ClientConnection,
  payload: Uint8Array,
): void {
  terminal.resize(client, decodeSize(payload));
}

function onPixelSize(
  { terminal }: MessageTarget,
  client: ClientConnection,
  payload: Uint8Array,
): void {
  terminal.notePixels(client, decodePixelSize(payload));
}

function onDumbTerminal(_: MessageTarget, client: ClientConnection): void {
  client.isDumb = true;
}

function onInit(target: MessageTarget, client: ClientConnection, payload: Uint8Array): void {
  attach(target, client, payload, false);
}

function onInitReadOnly(
  target: MessageTarget,
  client: ClientConnection,
  payload: Uint8Array,
): void {
  attach(target, client, payload, true);
}

function attach(
  { attention, terminal, held }: MessageTarget,
  client: ClientConnection,
  payload: Uint8Array,
  isReadOnly: boolean,
): void {
  attention.noteLook();
  terminal.attach(client, decodeSize(payload), isReadOnly);
  held()?.showEnd(client);
}

function onDetach(_: MessageTarget, client: ClientConnection): void {
  client.closeAfterFlush();
}

function onDetachAll(target: MessageTarget, client: ClientConnection): void {
  onDetachOthers(target, client);
  client.closeAfterFlush();
}

function onDetachOthers({ clients }: MessageTarget, client: ClientConnection): void {
  for (const other of clients.attached()) if (other !== client) other.closeAfterFlush();
}

function onEnvironment(
  { environment }: MessageTarget,
  _: ClientConnection,
  payload: Uint8Array,
): void {
  environment.update(decodeVariables(payload));
}

function onKill({ kill }: MessageTarget): void {
  kill("asked to by a client");
}

function onInfo({ facts }: MessageTarget, client: ClientConnection): void {
  client.send(Tag.Info, encodeInfo(facts()));
}

function onAttention({ attention }: MessageTarget, client: ClientConnection): void {
  client.send(Tag.Attention, attention.encode());
}

function onHistory({ terminal }: MessageTarget, client: ClientConnection): void {
  client.send(Tag.History, terminal.preview());
}

function onTags(_: MessageTarget, client: ClientConnection, payload: Uint8Array): void {
  client.noteUnderstood(payload);
  client.send(Tag.Tags, Uint8Array.from(ANSWERED_TAGS));
}

function onIntegration({ terminal }: MessageTarget, client: ClientConnection): void {
  client.send(Tag.Integration, encodeIntegration(terminal.integrationState()));
}

function onResetShell({ runs }: MessageTarget, client: ClientConnection): void {
  runs.reset(client);
}

function onRunCommand(
  { runs }: MessageTarget,
  client: ClientConnection,
  payload: Uint8Array,
): void {
  const request = decodeRunRequest(payload);
  if (request === undefined) throw new TsmError("bad-frame", "run command payload too short");
  client.waitsForEnd = true;
  runs.start(client, request);
}

function onWait(
  { waits, held }: MessageTarget,
  client: ClientConnection,
  payload: Uint8Array,
): void {
  waits.add(client, decodeWaitRequest(payload).keeps);
  held()?.endWaits();
}

function onWatch(
  { terminal, held }: MessageTarget,
  client: ClientConnection,
  payload: Uint8Array,
): void {
  const request = decodeWatchRequest(payload);
  if (request === undefined) throw new TsmError("bad-frame", "watch payload too short");
  terminal.watch(client, request);
  held()?.endWatch(client);
}

function onLabels({ labels }: MessageTarget, client: ClientConnection, payload: Uint8Array): void {
  labels.change(client, payload);
}

function onSwitch(
  { clientSwitch }: MessageTarget,
  client: ClientConnection,
  payload: Uint8Array,
): void {
  clientSwitch.answer(client, payload);
}

function onTerminalMark(
  { terminal }: MessageTarget,
  client: ClientConnection,
  payload: Uint8Array,
): void {
  terminal.marks.expect(client, payload);
}

function onShown({ terminal }: MessageTarget, client: ClientConnection, payload: Uint8Array): void {
  terminal.shown(client, decodeShown(payload) ?? 0);
}

function onRun(_: MessageTarget, client: ClientConnection): void {
  client.send(Tag.Ack);
}

function onRename({ rename }: MessageTarget, client: ClientConnection, payload: Uint8Array): void {
  client.send(Tag.Ack, encodeUtf8(rename(payload)));
}
