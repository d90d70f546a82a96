// Every state of the window: for everybody, fitting, and as it looked before.
import { lookAt } from "./look";

lookAt(({ id }) => !id.startsWith("popover"));
