// Starts the gallery page; only test builds have it.
import "../styles/tokens.css";
import "../styles/base.css";
import { mount } from "svelte";
import Gallery from "./Gallery.svelte";

const target = document.getElementById("app");
if (target !== null) mount(Gallery, { target });
