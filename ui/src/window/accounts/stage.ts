// What a sign-in's stage means for what can be done about it.
import type { SignInStage } from "$engine";

export function isOver(stage: SignInStage): boolean {
  switch (stage.stage) {
    case "done":
    case "failed":
    case "cancelled":
      return true;
    case "waiting":
    case "opening":
    case "browser":
    case "code":
    case "cli":
    case "redeeming":
      return false;
  }
}
