import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  type Stats,
} from "node:fs";

import { errnoOf, TsmError } from "../base/errors.ts";
import { writeAll } from "../base/write-descriptor.ts";

const OTHERS_MAY_WRITE = 0o022;
const OTHERS_MAY_ANYTHING = 0o077;
const { O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } =
  constants;

/** What a small file holds. */
export interface FileContent {
  bytes: Buffer;
  /** Where the next part of it will begin. */
  end: number;
  /** Number of the file: another one means that it has been replaced. */
  inode: number;
  /** Unix seconds. */
  modifiedAt: number;
  /** The file is longer than what was asked for, and `bytes` is its end. */
  isCut: boolean;
}

/**
 * A directory that belongs to this user and that nobody else can write to. It is checked once, by an
 * open descriptor; files are then opened relative to that, never through a link, and only regular
 * ones, so that nobody can put anything else in their place between a check and its use. The opener
 * closes it.
 */
export class PrivateDirectory implements Disposable {
  /** As people know it. */
  readonly path: string;
  readonly #fd: number;
  /** Prefix under which the system resolves names relative to the descriptor. */
  readonly #root: string;

  private constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
    const relative = `/proc/self/fd/${fd}`;
    // Without /proc (macOS) by its path: what leads there is the user's or root's.
    this.#root = existsSync(relative) ? relative : path;
  }

  /**
   * Opens a directory.
   * @returns undefined when there is none.
   * @throws TsmError `unsafe-directory`; a system error when it cannot be opened.
   */
  static open(path: string): PrivateDirectory | undefined {
    return PrivateDirectory.#openAt(path, path);
  }

  /** Opens a directory and makes it first when it is missing, with those above it. @throws as `open`. */
  static make(path: string): PrivateDirectory {
    return PrivateDirectory.#makeAt(path, path);
  }

  /** A directory in this one; undefined when there is none. @throws as `open`. */
  openChild(name: string): PrivateDirectory | undefined {
    return PrivateDirectory.#openAt(`${this.path}/${name}`, this.#at(name));
  }

  /** A directory in this one, made when it is missing. @throws as `open`. */
  makeChild(name: string): PrivateDirectory {
    return PrivateDirectory.#makeAt(`${this.path}/${name}`, this.#at(name));
  }

  static #makeAt(path: string, place: string): PrivateDirectory {
    const found = PrivateDirectory.#openAt(path, place);
    if (found !== undefined) return found;
    mkdirSync(place, { recursive: true, mode: 0o700 });
    const made = PrivateDirectory.#openAt(path, place);
    if (made === undefined) throw Object.assign(new Error("it has vanished"), { code: "ENOENT" });
    return made;
  }

  /** @param place where it is opened; `path` is for people. */
  static #openAt(path: string, place: string): PrivateDirectory | undefined {
    const fd = openDirectory(path, place);
    if (fd === undefined) return undefined;
    const stats = fstatSync(fd);
    const problem = problemWithDirectory(path, stats);
    if (problem !== undefined) {
      closeSync(fd);
      throw problem;
    }
    if ((stats.mode & OTHERS_MAY_ANYTHING) !== 0) makePrivate(fd);
    return new PrivateDirectory(path, fd);
  }

  /** Names of all entries. */
  names(): string[] {
    return readdirSync(this.#root);
  }

  /** Facts of an entry, of a link itself; undefined when there is none. */
  stats(name: string): Stats | undefined {
    return lstatSync(this.#at(name), { throwIfNoEntry: false });
  }

  /**
   * The end of a regular file of this user's, from `offset` on.
   * @returns undefined when there is none, or something else stands there.
   * @throws other system errors.
   */
  read(name: string, maxBytes: number, offset = 0): FileContent | undefined {
    // Not blocking: a FIFO would wait for a writer.
    const fd = this.#open(name, O_RDONLY | O_NONBLOCK);
    if (fd === undefined) return undefined;
    try {
      const { size, ino, mtimeMs } = fstatSync(fd);
      const start = Math.max(Math.min(offset, size), size - maxBytes);
      const bytes = Buffer.alloc(size - start);
      const length = readSync(fd, bytes, 0, bytes.length, start);
      return {
        bytes: bytes.subarray(0, length),
        end: start + length,
        inode: ino,
        modifiedAt: Math.floor(mtimeMs / 1000),
        isCut: start > offset,
      };
    } finally {
      closeSync(fd);
    }
  }

  /** Writes a file in one step: nobody reads half of it. @throws a system error. */
  write(name: string, content: string | Uint8Array): void {
    const temporary = `${name}.${process.pid}.new`;
    try {
      this.remove(temporary); // of a dead process that had our id
      const fd = openSync(this.#at(temporary), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
      writeAndClose(fd, content);
      this.rename(temporary, name);
    } catch (error) {
      this.remove(temporary);
      throw error;
    }
  }

  /** Adds to a file, which is made when it is missing. @throws a system error. */
  append(name: string, content: string): void {
    const fd = this.#open(name, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK);
    if (fd !== undefined) writeAndClose(fd, content);
  }

  /** Makes a symbolic link, or points one elsewhere, in one step. @throws a system error. */
  link(name: string, target: string): void {
    const temporary = `${name}.${process.pid}.new`;
    this.remove(temporary);
    symlinkSync(target, this.#at(temporary));
    this.rename(temporary, name);
  }

  /** Removes a file, or a directory with all that is in it; nothing happens when it is missing. */
  remove(name: string): void {
    rmSync(this.#at(name), { recursive: true, force: true });
  }

  /** Gives an entry another name, and replaces what is called so. @returns false when it is missing. */
  rename(name: string, newName: string): boolean {
    try {
      renameSync(this.#at(name), this.#at(newName));
      return true;
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return false;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  /** @throws TsmError `invalid-name` for what would lead out of the directory. */
  #at(name: string): string {
    if (name === "." || name === ".." || /[/\0]/.test(name)) {
      throw new TsmError("invalid-name", `${JSON.stringify(name)} is no name of a file`);
    }
    return `${this.#root}/${name}`;
  }

  /** Opens a regular file of this user's; undefined when there is none. */
  #open(name: string, flags: number): number | undefined {
    let fd: number;
    try {
      fd = openSync(this.#at(name), flags | O_NOFOLLOW, 0o600);
    } catch (error) {
      // ELOOP: a link. ENXIO: a FIFO without a reader, or a socket.
      if (["ENOENT", "ELOOP", "ENXIO"].includes(errnoOf(error) ?? "")) return undefined;
      throw error;
    }
    const stats = fstatSync(fd);
    if (stats.isFile() && isOwn(stats)) return fd;
    closeSync(fd);
    return undefined;
  }
}

/**
 * What makes a directory unfit for anything that others must not read or change.
 * @param stats of the directory itself.
 */
export function problemWithDirectory(path: string, stats: Stats): TsmError | undefined {
  if (!stats.isDirectory()) return unsafe(`${path} is not a directory.`, "Remove it");
  if (!isOwn(stats)) {
    return unsafe(`${path} belongs to another user (uid ${stats.uid}).`, "Have it removed");
  }
  if ((stats.mode & OTHERS_MAY_WRITE) === 0) return undefined;
  const mode = (stats.mode & 0o7777).toString(8);
  return unsafe(`Others may write to ${path} (mode ${mode}).`, `Run 'chmod 700 ${path}'`);
}

/** An error that says why a directory is not used. @param remedy without its full stop. */
export function unsafe(fact: string, remedy: string): TsmError {
  return new TsmError("unsafe-directory", fact, {
    remedy: `${remedy}, or set TSM_DIR to a directory of your own.`,
  });
}

/** Whether a user may be at the other end of a connection: this one, or root, who can do anything. */
export function isTrusted(uid: number): boolean {
  return uid === 0 || process.getuid === undefined || uid === process.getuid();
}

/** Whether something belongs to this user. */
export function isOwn(stats: Pick<Stats, "uid">): boolean {
  return process.getuid === undefined || stats.uid === process.getuid();
}

function openDirectory(path: string, place: string): number | undefined {
  try {
    return openSync(place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    if (errnoOf(error) === "ELOOP" || errnoOf(error) === "ENOTDIR") {
      throw unsafe(`${path} is not a directory.`, "Remove it");
    }
    throw error;
  }
}

function makePrivate(fd: number): void {
  try {
    fchmodSync(fd, 0o700);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error; // EROFS: others may look, and cannot write
  }
}

function writeAndClose(fd: number, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  try {
    writeAll(fd, bytes);
  } finally {
    closeSync(fd);
  }
}
