//! Where the keys go: real clicks, real typing, and something else on the screen that had the keyboard before.

use crate::desk::Desk;
use crate::desk::clients::Started;
use crate::driver::Driver;
use crate::tray::Tray;
use crate::wait::{self, LIMIT};

/// What stands in the popover's search, or in the window's.
const SEARCH: &str = "document.querySelector('input[inputmode=search]').value";

#[test]
fn a_click_on_the_icon_brings_the_keyboard_along() {
    let Some(mut desk) = Desk::with_panel() else {
        return;
    };
    let mut program = desk.start(&["--background"]);
    let process = desk.process();
    Tray::of(&desk).until("ready", |look| look.icon == "ready");
    desk.occupy();
    // Made by this click, and shown again by the third: both times what is typed arrives.
    for vm in ["vm-web-01", "vm-web-02"] {
        desk.screen.click_icon();
        desk.screen.until_in_use(process);
        desk.screen.types(vm);
        let client = enter(&desk);
        assert!(is_for(&desk, &client, vm), "{client:?}");
        desk.clients.leave(&client);
        wait::until("a hidden popover", || {
            let hidden = desk.screen.windows_of(process).is_empty();
            if !hidden {
                desk.screen.click_icon();
            }
            hidden.then_some(())
        });
        desk.screen.occupies();
    }
    Tray::of(&desk).quit();
    assert_eq!(program.wait_for_end(LIMIT).unwrap().code(), Some(0));
}

#[test]
fn what_is_opened_by_name_has_the_keyboard() {
    for what in ["popover", "window"] {
        let Some(mut desk) = Desk::with_panel() else {
            return;
        };
        desk.occupy();
        let driver = desk.drive(&["--open", what]);
        let tray = Tray::of(&desk);
        types_into_the_search(&desk, &driver);
        tray.quit();
    }
}

/// Real keys, and they arrive.
fn types_into_the_search(desk: &Desk, driver: &Driver) {
    driver.until("document.body.innerText.includes('Contoso')");
    driver.until("document.hasFocus()");
    desk.screen.types("web-01");
    driver.until(&format!("{SEARCH} === 'web-01'"));
    // Escape empties a search, and no more.
    desk.screen.xdotool(&["key", "Escape"]).unwrap();
    driver.until(&format!("{SEARCH} === ''"));
}

/// The key, until a client is started by it: before the list has narrowed it finds nothing to connect to.
fn enter(desk: &Desk) -> Started {
    wait::until("a client", || {
        desk.screen.xdotool(&["key", "Return"]).unwrap();
        desk.clients.within(std::time::Duration::from_secs(2))
    })
}

fn is_for(desk: &Desk, client: &Started, vm: &str) -> bool {
    let port = desk.stage.port(vm);
    client.arguments.contains(&port)
}

#[test]
fn a_second_start_and_the_menu_bring_the_keyboard_back() {
    let Some(mut desk) = Desk::with_panel() else {
        return;
    };
    desk.occupy();
    let driver = desk.drive(&["--open", "popover"]);
    let tray = Tray::of(&desk);
    types_into_the_search(&desk, &driver);

    desk.screen.occupies();
    desk.screen.until_hidden(tray.process());
    let mut second = desk.start(&[]);
    assert_eq!(second.wait_for_end(LIMIT).unwrap().code(), Some(0));
    types_into_the_search(&desk, &driver);

    desk.screen.occupies();
    desk.screen.until_hidden(tray.process());
    tray.choose(&["Open Gangway"]);
    types_into_the_search(&desk, &driver);
    tray.quit();
}
