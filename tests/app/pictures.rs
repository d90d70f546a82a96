//! The pictures of `docs/pictures`, taken from the real program: `TZ=... cargo test -p gangway-tests --test pictures`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what cannot go on says so by ending"
)]
#![allow(dead_code, reason = "the tests ask the desktop for more")]

mod desk;
mod driver;
mod long_names;
mod notices;
#[path = "../lab/places.rs"]
mod places;
#[path = "../lab/program.rs"]
mod program;
mod session;
#[path = "../cli/stage.rs"]
mod stage;
mod tray;
mod wait;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use azure_sim::{Fault, Initiated, Wrong};
use serde_json::{Value, json};

use desk::Desk;
use driver::{CONTROL, Driver, ENTER};
use program::run;
use session::Session;
use stage::beside;
use tray::Tray;

const THEMES: [&str; 2] = ["light", "dark"];
const READY: &str = "document.activeElement?.getAttribute('role') === 'combobox'";

/// Nothing of the past runs any more.
const NOTHING_RUNS: &str = "document.querySelectorAll('.until').length === 0";

/// The same, on the page that tells what became of each.
const PAST: &str = "!/Open until|not yet confirmed/.test(document.body.innerText)";

/// dunst's own look is a terminal's.
const DUNST: &str = "[global]
font = Inter, DejaVu Sans 10
width = 380
origin = top-right
offset = 12x36
padding = 14
horizontal_padding = 16
frame_width = 1
frame_color = \"#d0d3d6\"
corner_radius = 8
show_indicators = no
format = \"<b>%s</b>\\n%b\"
markup = full
[urgency_normal]
background = \"#ffffff\"
foreground = \"#1a1b1c\"
[urgency_critical]
background = \"#ffffff\"
foreground = \"#1a1b1c\"
";

/// Where they go; beside the documentation where nothing else is said.
fn folder() -> PathBuf {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures");
    let folder = std::env::var_os("GANGWAY_PICTURES").map_or(kept, PathBuf::from);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The demo without its oddities, signed in as a person, in this theme.
fn desk(theme: &str, more: &str) -> Desk {
    let session = Session::with_keyring().expect("a bus with a keyring");
    let mut desk = Desk::bare(session, azure_sim::estate::plain()).expect("a desktop");
    desk.open_panel();
    let cloud = desk.gangway_home().join("cloud.json");
    let mut named: Value = serde_json::from_slice(&fs::read(&cloud).unwrap()).unwrap();
    named["name"] = "demo".into();
    fs::write(&cloud, named.to_string()).unwrap();
    let browser = json!([
        beside("azure-sim"),
        "visit",
        "--as",
        "admin@contoso.example",
        "--mfa"
    ]);
    let client = desk.stage.sim.public_client_id();
    desk.set(&format!(
        "theme = {theme:?}\nclient_id = {client:?}\nbrowser = {browser}\n{more}"
    ));
    desk
}

/// Some requests of the past, so that this machine knows how long one takes. None of them runs
/// for long.
fn remember(desk: &Desk) {
    for (vm, late) in [
        ("vm-test-01", 2_100),
        ("vm-test-02", 2_900),
        ("vm-test-03", 4_200),
    ] {
        desk.stage.sim.set(|switches| {
            switches.access_seconds = Some(7);
            switches.rule_delay_ms = late;
            switches.initiated = Initiated::AfterMs(late);
        });
        desk.access(vm);
    }
    desk.stage.sim.set(|switches| {
        switches.access_seconds = None;
        switches.rule_delay_ms = 0;
        switches.initiated = Initiated::AfterMs(0);
    });
}

/// The program's folder under a name that anybody's could have.
struct Plain(PathBuf);

impl Plain {
    fn of(desk: &Desk) -> Self {
        let plain = std::env::temp_dir().join("Gangway");
        let _ = fs::remove_file(&plain);
        std::os::unix::fs::symlink(desk.gangway_home(), &plain).unwrap();
        Self(plain)
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn open(desk: &Desk, what: &str) -> Driver {
    Driver::start(desk, here(&mut desk.tray_of_nobody(&["--open", what])))
}

/// By the clock of whoever takes the pictures: late in the evening they would be full of dates.
fn here(command: &mut Command) -> &mut Command {
    if let Some(zone) = std::env::var_os("TZ") {
        command.env("TZ", zone);
    }
    command
}

/// Signs in and comes back when the list of VMs is there.
fn sign_in(driver: &Driver) {
    let wish =
        json!({"wish": {"intent": "sign-in", "way": "browser", "tenant": null, "account": null}});
    wish_for(driver, &wish);
}

fn wish_for(driver: &Driver, wish: &Value) {
    let done = driver.promise(&format!(
        "window.__TAURI_INTERNALS__.invoke('dispatch', {wish})"
    ));
    assert!(done.get("ok").is_some(), "{done}");
}

fn star(driver: &Driver, desk: &Desk, names: &[&str]) {
    for name in names {
        let vm = desk.stage.id(name);
        wish_for(
            driver,
            &json!({"wish": {"store": "mark-favourite", "vm": vm, "marked": true}}),
        );
    }
}

/// Keeps a picture of the one window, once it is painted.
fn shoot(desk: &Desk, driver: &Driver, process: u32, name: &str) {
    shoot_into(&folder(), desk, driver, process, name);
}

fn shoot_into(folder: &Path, desk: &Desk, driver: &Driver, process: u32, name: &str) {
    // What moves comes to rest, and two frames later all of it is on the screen.
    driver.promise(
        "Promise.allSettled(document.getAnimations() \
           .filter((it) => it.effect?.getComputedTiming().iterations !== Infinity) \
           .map((it) => it.finished)) \
         .then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))",
    );
    let window = desk.screen.window_of(process);
    desk.screen
        .picture(Some(&window), &folder.join(format!("{name}.png")));
}

#[test]
fn of_the_popover() {
    for theme in THEMES {
        let desk = desk(theme, "");
        let words = ["--cloud", "cloud.json", "login"];
        let mut login = desk.command(beside("gangway"));
        login
            .current_dir(desk.gangway_home())
            .env("GANGWAY_HOME", desk.gangway_home());
        run(login.args(words)).unwrap();
        remember(&desk);
        let driver = open(&desk, "popover");
        let mut tray = Tray::of(&desk);
        let process = tray.process();
        driver.until(READY);
        driver.until_text("files-01");
        star(&driver, &desk, &["vm-web-01", "vm-win-01", "sql-prod-1"]);
        driver.until_text("Favourites");
        driver.until(NOTHING_RUNS);
        shoot(&desk, &driver, process, &format!("popover-ready-{theme}"));

        desk.stage.sim.set(|switches| {
            switches.rule_never_comes = true;
            switches.initiated = Initiated::Never;
        });
        driver.keys("web-01");
        driver.until_text("1 found");
        driver.keys(ENTER);
        driver.until_text("Connecting to vm-web-01");
        driver.until_text("usually ");
        shoot(
            &desk,
            &driver,
            process,
            &format!("popover-connecting-{theme}"),
        );
        desk.stage.sim.set(|switches| {
            switches.rule_never_comes = false;
            switches.initiated = Initiated::AfterMs(0);
        });
        driver.press("Cancel");
        tray.until("rest", |look| look.icon != "working");

        driver.eval("document.querySelector('[role=combobox]').focus(), null");
        driver.keys("win-01");
        driver.until_text("1 found");
        driver.keys(ENTER);
        let _client = desk.clients.next();
        driver.until_text("Open until ");
        shoot(&desk, &driver, process, &format!("popover-access-{theme}"));
        driver.eval("document.querySelector('[role=combobox]').focus(), null");
        driver.chord(CONTROL, "a");

        desk.stage
            .sim
            .fault(Fault::on("jit.initiate", Wrong::Forbidden));
        driver.keys("sql-prod-10");
        driver.until_text("1 found");
        driver.keys(ENTER);
        driver.until_text("What was checked");
        shoot(&desk, &driver, process, &format!("popover-problem-{theme}"));
        tray.quit();
    }
}

#[test]
fn of_the_window() {
    for theme in THEMES {
        let desk = desk(theme, "");
        remember(&desk);
        let plain = Plain::of(&desk);
        let mut command = desk.tray_of_nobody(&["--open", "window"]);
        let driver = Driver::start(&desk, here(&mut command).env("GANGWAY_HOME", &plain.0));
        let tray = Tray::of(&desk);
        let process = tray.process();
        go(&driver, "first-run");
        driver.until_text("Welcome to Gangway");
        shoot(
            &desk,
            &driver,
            process,
            &format!("window-first-run-{theme}"),
        );
        sign_in(&driver);
        go(&driver, "history");
        driver.until_text("vm-test-03");
        driver.until(PAST);
        go(&driver, "vms");
        driver.until_text("files-01");
        star(&driver, &desk, &["vm-web-01", "vm-win-01"]);
        let connect = json!({"wish": {"intent": "connect", "vm": desk.stage.id("vm-web-01"),
            "service": null, "duration": null, "reason": "ticket 4711", "launch": true,
            "command": [], "dry_run": false, "insist": false, "attended": true}});
        wish_for(&driver, &connect);
        let _client = desk.clients.next();
        driver.until(READY);
        driver.keys("vm-w");
        driver.until_text("Open until ");
        shoot(&desk, &driver, process, &format!("window-vms-{theme}"));
        let vm = format!("vm/{}", desk.stage.id("vm-web-01").replace('/', "%2F"));
        for (page, name, text) in [
            (&*vm, "vm", "From this computer"),
            ("history", "history", "vm-web-01"),
            ("accounts", "accounts", "admin@contoso.example"),
            ("vpn", "vpn", "Connected"),
            ("settings", "settings", "Theme"),
            ("about", "about", "About and diagnostics"),
        ] {
            go(&driver, page);
            driver.until_text(text);
            if page == "accounts" {
                driver.press("Dismiss");
                driver.until("!document.body.innerText.includes('Dismiss')");
            }
            shoot(&desk, &driver, process, &format!("window-{name}-{theme}"));
        }
        tray.quit();
    }
}

fn go(driver: &Driver, page: &str) {
    driver.eval(&format!(
        "location.hash = {}, null",
        Value::from(format!("#/window/{page}"))
    ));
}

#[test]
fn of_notice_and_tray() {
    let mut desk = desk("light", "warn_before = [\"15m\"]\n");
    desk.stage
        .sim
        .set(|switches| switches.access_seconds = Some(15 * 60 + 64));
    let logs = desk.logs();
    let look = logs.join("dunstrc");
    fs::write(&look, DUNST).unwrap();
    let mut dunst = desk.command("dunst");
    dunst.arg("-conf").arg(&look);
    desk.screen.run("dunst", &logs, &mut dunst);
    desk.bus.wait_for_name("org.freedesktop.Notifications");
    desk.access("vm-web-01");
    let program = desk.launch(here(&mut desk.tray(&["--background"])));
    let mut tray = Tray::of(&desk);
    let shown = || {
        let mut command = desk.command("dunstctl");
        let count = run(command.args(["count", "displayed"])).unwrap();
        (count.trim() == "1").then_some(())
    };
    // Nobody is warned within the first minute of an access.
    wait::within(Duration::from_secs(90), shown).expect("a notice");
    tray.until("alert", |look| look.icon == "attention");
    // Tray and notice stand in the upper right corner.
    let picture = folder().join("notice.png");
    desk.screen.picture(None, &picture);
    let corner = ["-crop", "420x150+860+0", "+repage"];
    run(Command::new("mogrify").args(corner).arg(&picture)).unwrap();
    tray.quit();
    drop(program);
}
