//! The program's own window, driven by tauri-driver and WebKitWebDriver (W3C WebDriver).

pub(crate) mod wire;

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::Command;

use serde_json::{Value, json};

use crate::desk::{Desk, tray};
use crate::program::Program;
use crate::stage::find;
use crate::wait;

use wire::Wire;

/// A session with one view. The program is WebKitWebDriver's child and goes with the session at the latest.
pub(crate) struct Driver {
    wire: Wire,
    session: String,
    _program: Program,
}

/// Keys that are no letters (WebDriver, 17.4.2).
pub(crate) const ENTER: &str = "\u{E007}";
pub(crate) const CONTROL: &str = "\u{E009}";

/// Looks again whenever the page changes, and answers when what is wanted is there. The expression stands in the script
/// itself: the page lets no text become code.
const UNTIL: &str = "
const done = arguments[arguments.length - 1];
const look = () => { try { return (EXPRESSION); } catch { return null; } };
let seen = look();
if (seen) { done(seen); } else {
  const watch = new MutationObserver(() => {
    if ((seen = look())) { watch.disconnect(); done(seen); }
  });
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
}";

impl Driver {
    /// Starts the program as this command would, with the first view that it opens.
    pub(crate) fn start(desk: &Desk, command: &mut Command) -> Self {
        let found = find("tauri-driver").expect("tauri-driver (cargo xtask setup desktop)");
        let native = find("WebKitWebDriver").expect("WebKitWebDriver (cargo xtask setup desktop)");
        let (port, native_port) = (free_port(), free_port());
        let mut driver = desk.command(found);
        driver
            .args(["--port", &port.to_string()])
            .args(["--native-port", &native_port.to_string()])
            .arg("--native-driver")
            .arg(native);
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                driver.env(name, value);
            }
        }
        let program = Program::start("driver", &desk.logs(), &mut driver).unwrap();
        for port in [port, native_port] {
            let at = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            wait::until("the driver", || TcpStream::connect(at).ok());
        }
        let wire = Wire::to(port);
        let words: Vec<_> = command
            .get_args()
            .map(|word| word.to_str().unwrap())
            .collect();
        let options = json!({"application": tray(), "args": words});
        let wanted = json!({"capabilities": {"alwaysMatch": {"tauri:options": options}}});
        let begun = wire.post("/session", &wanted).expect("a session");
        let session = begun["sessionId"].as_str().unwrap().to_owned();
        let driver = Self {
            wire,
            session,
            _program: program,
        };
        let limit = u64::try_from(wait::LIMIT.as_millis()).unwrap();
        driver.ask("timeouts", &json!({"script": limit, "implicit": 0}));
        driver
    }

    /// Waits until this expression is true on the page, and gives its value.
    pub(crate) fn until(&self, expression: &str) -> Value {
        let asked = json!({"script": UNTIL.replace("EXPRESSION", expression), "args": []});
        let answered = self.try_ask("execute/async", &asked);
        answered.unwrap_or_else(|error| panic!("{expression}: {error}\n{}", self.text()))
    }

    /// Waits until the page says this somewhere.
    pub(crate) fn until_text(&self, text: &str) -> String {
        let seen = self.until(&format!(
            "document.body.innerText.includes({0}) && document.body.innerText",
            Value::from(text)
        ));
        seen.as_str().unwrap().to_owned()
    }

    /// The value of an expression.
    pub(crate) fn eval(&self, expression: &str) -> Value {
        let asked = json!({"script": format!("return ({expression})"), "args": []});
        self.ask("execute/sync", &asked)
    }

    /// What a promise comes to: `{"ok": …}` or `{"error": …}`.
    pub(crate) fn promise(&self, expression: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const error = (e) => done({{ error: typeof e === 'string' ? e : e.message ?? JSON.stringify(e) }});
             try {{ Promise.resolve({expression}).then((ok) => done({{ ok: ok ?? null }}), error); }}
             catch (e) {{ error(e); }}"
        );
        self.ask("execute/async", &json!({"script": script, "args": []}))
    }

    /// Everything that is to be read.
    pub(crate) fn text(&self) -> String {
        let text = self.eval("document.body.innerText");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Types into whatever has the focus.
    pub(crate) fn keys(&self, text: &str) {
        let downs = text.chars().flat_map(|key| {
            ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key.to_string()}))
        });
        let actions: Vec<Value> = downs.collect();
        let keys = json!({"type": "key", "id": "keys", "actions": actions});
        self.ask("actions", &json!({"actions": [keys]}));
    }

    /// A key while another is held.
    pub(crate) fn chord(&self, held: &str, key: &str) {
        let step = |kind: &str, value: &str| json!({"type": kind, "value": value});
        let actions = [
            step("keyDown", held),
            step("keyDown", key),
            step("keyUp", key),
            step("keyUp", held),
        ];
        let keys = json!({"type": "key", "id": "keys", "actions": actions});
        self.ask("actions", &json!({"actions": [keys]}));
    }

    /// A click on the first element that this selector finds.
    pub(crate) fn click(&self, selector: &str) {
        let found = json!({"using": "css selector", "value": selector});
        let element = self.ask("element", &found);
        let id = element
            .as_object()
            .and_then(|it| it.values().next()?.as_str());
        self.ask(&format!("element/{}/click", id.unwrap()), &json!({}));
    }

    /// A click on the button or link that is called so.
    pub(crate) fn press(&self, name: &str) {
        let mark = format!(
            "(() => {{ const named = [...document.querySelectorAll('button, a, [role=button], [role=menuitem]')]
               .find((it) => (it.getAttribute('aria-label') ?? it.innerText).trim() === {}
                 && it.checkVisibility());
             if (!named) return false;
             document.querySelectorAll('[data-pressed]').forEach((it) => it.removeAttribute('data-pressed'));
             named.setAttribute('data-pressed', ''); return true; }})()",
            Value::from(name)
        );
        self.until(&mark);
        self.click("[data-pressed]");
    }

    fn ask(&self, what: &str, body: &Value) -> Value {
        let answered = self.try_ask(what, body);
        answered.unwrap_or_else(|error| panic!("{what} {body}: {error}"))
    }

    fn try_ask(&self, what: &str, body: &Value) -> Result<Value, String> {
        self.wire
            .post(&format!("/session/{}/{what}", self.session), body)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Where the program is gone the session is, too.
        let _gone = self.wire.delete(&format!("/session/{}", self.session));
        let _told = self._program.signal("TERM");
        let _ended = self._program.wait_for_end(wait::LIMIT);
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
