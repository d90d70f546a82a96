// Starts the gallery: all states at once, or one alone. Only test builds have it.
import "../styles/tokens.css";
import "../styles/base.css";
import "./still.css";
import { mount } from "svelte";
import Gallery from "./Gallery.svelte";
import { play } from "./play";
import { states } from "./states";

const asked = new URLSearchParams(location.search);
const target = document.getElementById("app");
const only = asked.get("only");
const theme = asked.get("theme");
const look = {
  theme: theme === "light" || theme === "dark" ? theme : null,
  text: Number(asked.get("text") ?? 100),
} as const;

if (target !== null) {
  if (only === null) {
    mount(Gallery, { target, props: { states: states(), look, part: asked.get("part") ?? "" } });
  } else {
    const state = states().find(({ id }) => id === only);
    if (state === undefined) throw new Error(`no state is called ${only}`);
    await play(state, look, target);
  }
}
