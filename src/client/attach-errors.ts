/** An attach has ended because the session asks for another one. */
export class SwitchSessionError extends Error {
  override readonly name = "SwitchSessionError";
  /** Name of the session that was asked for. */
  readonly target: string;

  constructor(target: string) {
    super(`switch to session: ${target}`);
    this.target = target;
  }
}

/** An attach has ended because the user asks for the picker. */
export class PickerRequestError extends Error {
  override readonly name = "PickerRequestError";

  constructor() {
    super("the session picker was requested");
  }
}
