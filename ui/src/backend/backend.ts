// What a view needs of its host: three calls and one event, whoever stands behind them.
import type { Done, Page, Query, Shown, Wish } from "$engine";

export interface Backend {
  /** Asks for something. Fails with a `Problem`. */
  dispatch(wish: Wish): Promise<Done>;
  /** Reads a list. Fails with a `Problem`. */
  query(query: Query): Promise<Page>;
  /** What was true when the page was made, where the host wrote it there: the first paint asks nobody. */
  readonly first?: Shown;
  /** The truth now. */
  snapshot(): Promise<Shown>;
  /** Calls back at each change until the returned function is called. */
  onChange(heard: (shown: Shown) => void): Promise<() => void>;
}
