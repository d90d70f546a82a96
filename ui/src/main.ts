// Starts the page in the window that the shell opened.
import "./styles/tokens.css";
import "./styles/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { connect } from "./backend";

// The web view's own menu offers to go back and to load again, which means nothing here; texts keep theirs.
document.addEventListener("contextmenu", (event) => {
  const text = event.target instanceof Element && event.target.closest("input, textarea, .selectable");
  if (!text) event.preventDefault();
});

const target = document.getElementById("app");
if (target !== null) {
  mount(App, { target, props: { backend: await connect() } });
}
