/** A daemon's report of whether its session calls, and when a client was last attached. */
export interface AttentionFacts {
  /** A program has asked for attention while nobody was attached, and nobody has attached since. */
  isWanted: boolean;
  /** Unix seconds at which somebody was attached last: now, while somebody is; 0 means never. */
  lastAttachedAt: bigint;
}

/** Frozen wire shape: u8 flag, u64 Unix seconds. */
const ATTENTION_SIZE = 9;

/** Payload of an Attention reply. */
export function encodeAttention(facts: AttentionFacts): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(ATTENTION_SIZE);
  const view = new DataView(payload.buffer);
  view.setUint8(0, facts.isWanted ? 1 : 0);
  view.setBigUint64(1, facts.lastAttachedAt, true);
  return payload;
}

/** Facts in an Attention reply, whose rest is ignored; undefined when it is too short. */
export function decodeAttention(payload: Uint8Array): AttentionFacts | undefined {
  if (payload.byteLength < ATTENTION_SIZE) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, ATTENTION_SIZE);
  return { isWanted: view.getUint8(0) !== 0, lastAttachedAt: view.getBigUint64(1, true) };
}
