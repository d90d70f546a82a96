//! Notices: what they say and offer, that a button does it, and that there is never more than one for an access.

use std::process::Command;
use std::time::Duration;

use gangway_engine::intent::Intent;
use gangway_engine::notice::Holds;
use gangway_engine::time::{after, mins};
use gangway_engine::wish::Wish;
use gangway_runtime::store::{KeptButton, Store};

use crate::desk::Desk;
use crate::notices::{Notice, Told};
use crate::program::{Program, run};
use crate::session::Session;
use crate::tray::Tray;
use crate::wait::{self, LIMIT};

/// The warnings come a third into an access at the earliest, and an access lasts so long here.
const SECONDS: u32 = 60;
const SOON: &str = "warn_before = [\"35s\", \"20s\"]\n";

/// Longer than from the first warning to the second, and not as long as to the end.
const PAST_BOTH: Duration = Duration::from_secs(18);

/// An access that ends soon.
fn short_access(desk: &Desk) {
    desk.stage
        .sim
        .set(|switches| switches.access_seconds = Some(SECONDS));
    desk.access("vm-web-01");
}

fn keys(notice: &Notice) -> Vec<&str> {
    let buttons = notice.actions.iter().filter(|(key, _)| key != "default");
    buttons.map(|(key, _)| &**key).collect()
}

#[test]
fn a_notice_warns_of_the_end_and_extends_the_access() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    let notices = desk.notices.as_ref().unwrap();
    desk.set(SOON);
    short_access(&desk);
    let mut program = desk.start(&["--background"]);
    let mut tray = Tray::of(&desk);
    let first = notices.next();
    assert!(
        first.title.starts_with("vm-web-01: access ends at "),
        "{first:?}"
    );
    assert_eq!(keys(&first), ["extend", "not-now"]);
    assert!(
        first.actions.iter().any(|(_, label)| label == "Extend 1 h"),
        "{first:?}"
    );
    // The same stands in the tray, since notices can be off.
    tray.until("alert", |look| {
        look.icon == "attention" && look.has(&first.title)
    });
    let second = notices.next();
    assert!(second.replaces, "{second:?}");
    assert_eq!(second.there, 1, "never two at once: {second:?}");
    notices.press(&desk.bus, &second, "extend");
    wait::until("a second request", || {
        (desk.stage.requests() == 2).then_some(())
    });
    tray.until("rest", |look| look.icon == "access-running");
    // The new end is warned of in its turn; where a person says so it is not.
    let third = notices.next();
    assert_eq!(third.there, 1);
    notices.press(&desk.bus, &third, "not-now");
    tray.until("rest", |look| look.icon == "access-running");
    let more = notices.within(PAST_BOTH);
    assert!(matches!(more, None | Some(Told::Closed(_))), "{more:?}");
    assert_eq!(notices.there(), Vec::<String>::new());
    assert_eq!(desk.stage.requests(), 2);
    tray.quit();
    assert_eq!(program.wait_for_end(LIMIT).unwrap().code(), Some(0));
}

#[test]
fn where_notices_are_off_tray_and_menu_tell_the_same() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    desk.set(&format!("notices = false\n{SOON}"));
    short_access(&desk);
    let mut program = desk.start(&["--background"]);
    let mut tray = Tray::of(&desk);
    let look = tray.until("alert", |look| look.icon == "attention");
    assert!(
        look.entry("vm-web-01: access ends at ").is_some(),
        "{look:#?}"
    );
    assert!(
        look.tooltip.contains("vm-web-01: access ends at "),
        "{look:#?}"
    );
    assert_eq!(
        desk.notices
            .as_ref()
            .unwrap()
            .within(Duration::from_secs(2)),
        None
    );
    tray.quit();
    assert_eq!(program.wait_for_end(LIMIT).unwrap().code(), Some(0));
}

/// As the button of a toast that stayed while the program was started anew: its link is all there is.
#[test]
fn a_button_is_pressed_by_its_link_after_a_restart_and_once() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    desk.access("vm-web-01");
    let store = Store::open(&desk.gangway_home().join("gangway.db"));
    let store = store.unwrap().store;
    let access = store.open_accesses().unwrap().remove(0);
    let request = access.request;
    let button = KeptButton {
        nonce: "0123456789abcdef".to_owned(),
        action: "extend".to_owned(),
        wish: Wish::Engine(Intent::Extend {
            request,
            duration: None,
        }),
    };
    let holds = Holds {
        request: Some(request),
        until: after(access.asked_at, mins(60)),
    };
    store
        .keep_buttons("vm:web", Some(&holds), &[button], access.asked_at)
        .unwrap();
    drop(store);
    let link = |nonce: &str| format!("gangway://notice/{nonce}/extend");
    let notices = desk.notices.as_ref().unwrap();
    // A guess does nothing, and says so.
    let mut program = desk.start(&["--", &link("0123456789abcdee")]);
    assert_eq!(
        notices.next().title,
        "This button does nothing any more",
        "a guess"
    );
    assert_eq!(desk.stage.requests(), 1);
    Tray::of(&desk).quit();
    ended(&mut program);
    // The start by the link restores the access and extends it.
    let mut program = desk.start(&["--", &link("0123456789abcdef")]);
    wait::until("a second request", || {
        (desk.stage.requests() == 2).then_some(())
    });
    let mut tray = Tray::of(&desk);
    tray.until("rest", |look| look.icon == "access-running");
    // A second press, in the same process or another, does not.
    let mut second = desk.start(&["--", &link("0123456789abcdef")]);
    ended(&mut second);
    let told = notices.next();
    assert_eq!(told.title, "This button does nothing any more", "{told:?}");
    assert_eq!(desk.stage.requests(), 2);
    tray.quit();
    ended(&mut program);
}

#[test]
fn a_click_on_a_notice_shows_the_popover_and_the_notice_goes() {
    let Some(mut desk) = Desk::bare(
        match Session::without_keyring() {
            Some(session) => session,
            None => return,
        },
        azure_sim::estate::demo(),
    ) else {
        return;
    };
    desk.open_panel();
    desk.set(SOON);
    let logs = desk.logs();
    let mut dunst = desk.command("dunst");
    desk.screen.run("dunst", &logs, &mut dunst);
    desk.bus.wait_for_name("org.freedesktop.Notifications");
    short_access(&desk);
    let mut program = desk.start(&["--background"]);
    let tray = Tray::of(&desk);
    let process = tray.process();
    wait::until("a notice on the screen", || {
        (displayed(&desk) == 1).then_some(())
    });
    assert_eq!(desk.screen.windows_of(process), []);
    // Again where it was pressed before anybody listened.
    wait::until("the popover", || {
        dunstctl(&desk, &["action", "0"]);
        (!desk.screen.windows_of(process).is_empty()).then_some(())
    });
    wait::until("the notice's end", || (displayed(&desk) == 0).then_some(()));
    tray.quit();
    ended(&mut program);
}

fn ended(program: &mut Program) {
    assert_eq!(program.wait_for_end(LIMIT).unwrap().code(), Some(0));
}

/// How many notices dunst shows.
fn displayed(desk: &Desk) -> u32 {
    let count = dunstctl(desk, &["count", "displayed"]);
    count.trim().parse().unwrap()
}

fn dunstctl(desk: &Desk, words: &[&str]) -> String {
    let mut command: Command = desk.command("dunstctl");
    run(command.args(words)).unwrap()
}
