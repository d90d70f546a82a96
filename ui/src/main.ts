// Starts the page in the window that the shell opened.
import "./styles/tokens.css";
import "./styles/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { connect } from "./backend";

const target = document.getElementById("app");
if (target !== null) {
  mount(App, { target, props: { backend: await connect() } });
}
