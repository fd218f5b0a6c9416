/** Longer titles are cut. */
const MAX_TITLE_LENGTH = 4096;
const MAX_STACK = 10;

/** Window title and icon name with the stacks that `CSI 22 t` and `CSI 23 t` use. */
export class Titles {
  title = "";
  icon = "";
  readonly titleStack: string[] = [];
  readonly iconStack: string[] = [];

  setTitle(text: string): void {
    this.title = text.slice(0, MAX_TITLE_LENGTH);
  }

  setIcon(text: string): void {
    this.icon = text.slice(0, MAX_TITLE_LENGTH);
  }

  /** `which`: 0 both, 1 icon name, 2 title. */
  push(which: number): void {
    if (which === 0 || which === 2) pushBounded(this.titleStack, this.title);
    if (which === 0 || which === 1) pushBounded(this.iconStack, this.icon);
  }

  pop(which: number): void {
    if (which === 0 || which === 2) this.title = this.titleStack.pop() ?? this.title;
    if (which === 0 || which === 1) this.icon = this.iconStack.pop() ?? this.icon;
  }

  restore(): string {
    let out = "";
    for (const title of this.titleStack) out += `\x1b]2;${title}\x1b\\\x1b[22;2t`;
    for (const icon of this.iconStack) out += `\x1b]1;${icon}\x1b\\\x1b[22;1t`;
    const isStacked = this.titleStack.length + this.iconStack.length > 0;
    if (this.title === this.icon && this.title !== "") return `${out}\x1b]0;${this.title}\x1b\\`;
    if (this.title !== "" || isStacked) out += `\x1b]2;${this.title}\x1b\\`;
    if (this.icon !== "" || isStacked) out += `\x1b]1;${this.icon}\x1b\\`;
    return out;
  }
}

function pushBounded(stack: string[], text: string): void {
  stack.push(text);
  if (stack.length > MAX_STACK) stack.shift();
}
