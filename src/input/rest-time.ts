/**
 * The rest of a sequence comes at once, if at all: an ESC, or another beginning of a sequence, that
 * nothing follows for so long is a key by itself.
 */
export const SEQUENCE_REST_MS = 50;

/** A paste that stops for so long has lost its end: without it, all that is typed would be pasted. */
export const PASTE_REST_MS = 3000;
