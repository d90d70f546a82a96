//! Signing in while nobody looks: what became of it is told all the same.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::json;

use crate::desk::Desk;
use crate::driver::Driver;
use crate::notices::Notices;
use crate::program::run;
use crate::session::Session;
use crate::stage::beside;
use crate::tray::Tray;

const PERSON: &str = "admin@contoso.example";

/// A browser that goes on when it is told what to press.
struct Browser {
    tells: File,
}

impl Browser {
    fn put(desk: &Desk) -> Self {
        let (program, told) = (
            desk.home.path().join("browser"),
            desk.home.path().join("pressed"),
        );
        run(Command::new("mkfifo").arg(&told)).unwrap();
        let script = format!(
            "#!/bin/sh\nread -r refuse <{}\nexec {} visit --as {PERSON} --mfa $refuse \"$1\"\n",
            told.display(),
            beside("azure-sim").display()
        );
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let client = desk.stage.sim.public_client_id();
        desk.set(&format!(
            "client_id = {client:?}\nbrowser = {}",
            json!([program])
        ));
        let both = OpenOptions::new().read(true).write(true).open(&told);
        Self {
            tells: both.unwrap(),
        }
    }

    fn refuses(&mut self) {
        self.tells.write_all(b"--refuse\n").unwrap();
    }

    fn agrees(&mut self) {
        self.tells.write_all(b"\n").unwrap();
    }
}

#[test]
fn a_sign_in_that_fails_while_no_window_shows_is_told_and_begun_again() {
    let Some(session) = Session::with_keyring() else {
        return;
    };
    let Some(mut desk) = Desk::bare(session, azure_sim::estate::demo()) else {
        return;
    };
    desk.notices = Some(Notices::record(&desk.bus));
    desk.open_panel();
    let mut browser = Browser::put(&desk);
    desk.occupy();
    let driver = Driver::start(&desk, &mut desk.tray_of_nobody(&["--open", "popover"]));
    let mut tray = Tray::of(&desk);
    tray.until("nobody", |look| look.icon == "signed-out");
    driver.press("Sign in with the browser");
    tray.until("work", |look| look.icon == "working");
    // The browser is where the person is now.
    desk.screen.click_beside();
    desk.screen.until_hidden(tray.process());
    browser.refuses();

    let notices = desk.notices.as_ref().unwrap();
    let notice = notices.next();
    assert_eq!(notice.title, "Sign-in failed", "{notice:?}");
    let again = ("again".to_owned(), "Sign in again".to_owned());
    assert!(notice.actions.contains(&again), "{notice:?}");
    let look = tray.until("alert", |look| look.icon == "attention");
    assert!(look.entry("Sign-in failed.").is_some(), "{look:#?}");

    notices.press(&desk.bus, &notice, "again");
    tray.until("work", |look| look.icon == "working");
    browser.agrees();
    let look = tray.until("rest", |look| look.icon == "ready");
    assert!(look.entry("Sign-in failed.").is_none(), "{look:#?}");
    assert!(desk.screen.windows_of(tray.process()).is_empty());
    tray.quit();
}
