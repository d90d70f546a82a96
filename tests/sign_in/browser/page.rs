//! A page as a person meets it: what it says, and what on it can be pressed and filled in.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::pipe::Chromium;

/// The one page of a browser.
pub(crate) struct Page {
    browser: Chromium,
    session: String,
}

/// Something on a page, by what it is and what it is called; both as a screen reader is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) role: String,
    pub(crate) name: String,
    node: i64,
}

impl Page {
    /// Opens an address and waits until it is there.
    pub(crate) fn open(mut browser: Chromium, address: &str) -> Result<Self> {
        let target = browser.call(None, "Target.createTarget", json!({"url": "about:blank"}))?;
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = browser.call(None, "Target.attachToTarget", attach)?;
        let session = attached["sessionId"].as_str().context("no session")?;
        let session = session.to_owned();
        let mut page = Self { browser, session };
        page.call("Page.enable", json!({}))?;
        page.call("Accessibility.enable", json!({}))?;
        let gone = page.call("Page.navigate", json!({"url": address}))?;
        anyhow::ensure!(gone["errorText"].is_null(), "no page there: {gone}");
        page.browser.event("Page.loadEventFired")?;
        Ok(page)
    }

    /// Where we are: scheme, host and port; and the path. What comes after a `?` may be a secret.
    pub(crate) fn place(&mut self) -> Result<(String, String)> {
        let origin = self.told("location.origin")?;
        let path = self.told("location.pathname")?;
        Ok((origin, path))
    }

    /// All its text.
    pub(crate) fn text(&mut self) -> Result<String> {
        self.told("document.body ? document.body.innerText : ''")
    }

    /// What can be pressed, filled in or read out.
    pub(crate) fn items(&mut self) -> Result<Vec<Item>> {
        let tree = self.call("Accessibility.getFullAXTree", json!({}))?;
        let nodes = tree["nodes"].as_array().into_iter().flatten();
        Ok(nodes.filter_map(item).collect())
    }

    /// Presses something with the mouse's left button and waits for the page that follows.
    pub(crate) fn press(&mut self, item: &Item) -> Result<()> {
        self.browser.forget_events();
        self.click(item)?;
        self.browser.event("Page.loadEventFired")
    }

    /// Writes into a field, instead of what stands there.
    pub(crate) fn fill(&mut self, item: &Item, text: &str) -> Result<()> {
        self.click(item)?;
        for kind in ["keyDown", "keyUp"] {
            let key = json!({"type": kind, "key": "a", "code": "KeyA", "modifiers": 2, "commands": ["selectAll"]});
            self.call("Input.dispatchKeyEvent", key)?;
        }
        self.call("Input.insertText", json!({"text": text}))?;
        Ok(())
    }

    /// Keeps what it looks like.
    pub(crate) fn shoot(&mut self, file: &Path) -> Result<()> {
        let shot = self.call("Page.captureScreenshot", json!({"format": "png"}))?;
        let shot = shot["data"].as_str().context("no picture")?;
        let bytes = BASE64_STANDARD.decode(shot)?;
        fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
    }

    fn click(&mut self, item: &Item) -> Result<()> {
        let node = json!({"backendNodeId": item.node});
        self.call("DOM.scrollIntoViewIfNeeded", node.clone())?;
        let quads = self.call("DOM.getContentQuads", node)?;
        let corner = |index: usize| quads["quads"][0][index].as_f64();
        // Opposite corners of a box.
        let middle = |one: usize, other: usize| Some(f64::midpoint(corner(one)?, corner(other)?));
        let (Some(x), Some(y)) = (middle(0, 4), middle(1, 5)) else {
            anyhow::bail!("{item:?} is not on the page");
        };
        for kind in ["mousePressed", "mouseReleased"] {
            let mouse = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", mouse)?;
        }
        Ok(())
    }

    fn told(&mut self, expression: &str) -> Result<String> {
        let asked = json!({"expression": expression, "returnByValue": true});
        let told = self.call("Runtime.evaluate", asked)?;
        let text = told["result"]["value"].as_str();
        Ok(text.with_context(|| format!("no {expression}"))?.to_owned())
    }

    fn call(&mut self, method: &str, parameters: Value) -> Result<Value> {
        self.browser.call(Some(&self.session), method, parameters)
    }
}

fn item(node: &Value) -> Option<Item> {
    Some(Item {
        role: node["role"]["value"].as_str()?.to_owned(),
        name: node["name"]["value"].as_str()?.trim().to_owned(),
        node: node["backendDOMNodeId"].as_i64()?,
    })
}
