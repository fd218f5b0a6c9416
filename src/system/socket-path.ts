/** Bytes of a path that `sockaddr_un` holds, its closing NUL not counted: unix(7). */
export const MAX_SOCKET_PATH_BYTES = process.platform === "darwin" ? 103 : 107;
