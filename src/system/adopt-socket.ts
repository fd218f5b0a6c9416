/**
 * Bun's sockets on descriptors that we have opened. Bun 1.4.5 accepts them, but its types do not
 * cover all of it; `test/system/adopt-socket.test.ts` fails when either changes.
 */

/** Handles a connected Unix socket by events; closing the socket closes the descriptor. */
export function adoptConnection(
  fd: number,
  handlers: Bun.SocketHandler<undefined>,
): Promise<Bun.Socket> {
  const options: Bun.FdSocketOptions<undefined> = { fd, socket: handlers };
  return Bun.connect(options as unknown as Bun.UnixSocketOptions<undefined>);
}

/**
 * Accepts the connections of a listening Unix socket; stopping the listener closes the descriptor,
 * and leaves the path alone.
 */
export function adoptListener(
  fd: number,
  handlers: Bun.SocketHandler<undefined>,
): Bun.UnixSocketListener<undefined> {
  const options: Bun.FdSocketOptions<undefined> = { fd, socket: handlers };
  return Bun.listen(options as unknown as Bun.UnixSocketOptions<undefined>);
}

/** The descriptor of a socket; undefined once it is closed. */
export function descriptorOf(socket: Bun.Socket<undefined>): number | undefined {
  const { fd } = socket as unknown as { fd?: number };
  return fd !== undefined && fd >= 0 ? fd : undefined;
}
