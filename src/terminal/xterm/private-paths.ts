/** Types of the private paths into xterm that the interfaces of `xterm-core.ts` declare. */
const EXPECTED_PATHS: Record<string, string> = {
  cols: "number",
  rows: "number",
  "options.cursorBlink": "boolean",
  "options.convertEol": "boolean",
  "optionsService.rawOptions.convertEol": "boolean",
  "_inputHandler._parser.parse": "function",
  "_inputHandler._eraseAttrData": "function",
  "_inputHandler._restrictCursor": "function",
  "_inputHandler.reset": "function",
  "_inputHandler.backspace": "function",
  "_inputHandler.tab": "function",
  "_inputHandler.setModePrivate": "function",
  "_inputHandler.resetModePrivate": "function",
  "_inputHandler._curAttrData.fg": "number",
  "_inputHandler._curAttrData.bg": "number",
  "_inputHandler._curAttrData.extended._ext": "number",
  "_inputHandler._curAttrData.extended._urlId": "number",
  "_inputHandler._curAttrData.extended.clone": "function",
  "_inputHandler._activeBuffer.getNullCell": "function",
  "_inputHandler._parser.currentState": "number",
  "_inputHandler._parser.precedingJoinState": "number",
  "_inputHandler._parser.setPrintHandler": "function",
  "_inputHandler._parser.setExecuteHandler": "function",
  "_inputHandler._parser.registerCsiHandler": "function",
  "_inputHandler._parser.registerEscHandler": "function",
  "_inputHandler._parser.registerOscHandler": "function",
  "_inputHandler._parser.registerDcsHandler": "function",
  "_inputHandler._parser.clearOscHandler": "function",
  "_inputHandler._parser.clearDcsHandler": "function",
  "_inputHandler._parser.setOscHandlerFallback": "function",
  "_inputHandler._parser.setDcsHandlerFallback": "function",
  "_bufferService.scroll": "function",
  "_bufferService.buffers.active.x": "number",
  "_bufferService.buffers.alt.scrollTop": "number",
  "_bufferService.buffers.alt.clear": "function",
  "_bufferService.buffers.alt.fillViewportRows": "function",
  "_bufferService.buffers.normal.ybase": "number",
  "_bufferService.buffers.normal.scrollTop": "number",
  "_bufferService.buffers.normal.scrollBottom": "number",
  "_bufferService.buffers.normal.tabs": "object",
  "_bufferService.buffers.normal.ydisp": "number",
  "_bufferService.buffers.normal.addMarker": "function",
  "_bufferService.buffers.normal.getBlankLine": "function",
  "_bufferService.buffers.normal.setupTabStops": "function",
  "_bufferService.buffers.normal.lines.get": "function",
  "_bufferService.buffers.normal.lines.maxLength": "number",
  "_bufferService.buffers.normal.lines.set": "function",
  "_bufferService.buffers.normal.lines.push": "function",
  "_bufferService.buffers.normal.lines.recycle": "function",
  "_bufferService.buffers.normal.lines.trimStart": "function",
  "_bufferService.buffers.activateNormalBuffer": "function",
  "_charsetService.glevel": "number",
  "_charsetService.reset": "function",
  "_charsetService._charsets": "object",
  "coreService.modes.insertMode": "boolean",
  "coreService.isCursorHidden": "boolean",
  "coreService.reset": "function",
  "coreMouseService.reset": "function",
  "coreService.decPrivateModes.applicationCursorKeys": "boolean",
  "coreService.decPrivateModes.applicationKeypad": "boolean",
  "coreService.decPrivateModes.bracketedPasteMode": "boolean",
  "coreService.decPrivateModes.origin": "boolean",
  "coreService.decPrivateModes.reverseWraparound": "boolean",
  "coreService.decPrivateModes.sendFocus": "boolean",
  "coreService.decPrivateModes.wraparound": "boolean",
  "coreMouseService.activeProtocol": "string",
  "coreMouseService.activeEncoding": "string",
  resize: "function",
  dispose: "function",
};

/** The same for a line of a buffer. */
const EXPECTED_LINE_PATHS: Record<string, string> = {
  _data: "object",
  _combined: "object",
  _extendedAttrs: "object",
  length: "number",
  isWrapped: "boolean",
  getWidth: "function",
  getString: "function",
  copyCellsFrom: "function",
  setCellFromCodepoint: "function",
  insertCells: "function",
  deleteCells: "function",
  replaceCells: "function",
  fill: "function",
  resize: "function",
};

/** The first private path that is missing or has another type; undefined when all are as expected. */
export function findMovedPath(core: unknown): string | undefined {
  for (const [path, type] of Object.entries(EXPECTED_PATHS)) {
    if (typeof valueAt(core, path) !== type) return path;
  }
  const lines = valueAt(core, "_bufferService.buffers.normal.lines");
  const line: unknown = (lines as { get(index: number): unknown }).get(0);
  for (const [path, type] of Object.entries(EXPECTED_LINE_PATHS)) {
    if (typeof valueAt(line, path) !== type) return `BufferLine.${path}`;
  }
  return undefined;
}

function valueAt(root: unknown, path: string): unknown {
  let value = root;
  for (const key of path.split(".")) {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) {
      return undefined;
    }
    value = Reflect.get(value, key);
  }
  return value;
}
