//! The start and the end: what is there while the program runs, and that nothing is when it has gone.

use std::collections::BTreeSet;

use crate::desk::{Desk, are_gone, family, name_of, wait_until_gone};
use crate::tray::{Look, Tray};
use crate::wait::{self, LIMIT};

/// All that may stay when it has gone: settings, the store, logs, what the test itself put there.
fn stays(file: &str) -> bool {
    let kept = ["gangway.db", "gangway.db.lock", "logs/"];
    kept.contains(&file) || (file.starts_with("logs/gangway") && file.ends_with(".log"))
}

#[test]
fn it_starts_to_the_tray_without_a_window_and_leaves_nothing() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    let before = desk.files();
    let mut program = desk.start(&["--background"]);
    let mut tray = Tray::of(&desk);
    let look = tray.until("ready", |look| look.icon == "ready" && look.has("Quit"));
    assert_eq!(look.tooltip, "Gangway\nGangway: ready");
    assert_eq!(look.labels(), ["Open Gangway", "Settings", "Quit"]);
    let process = tray.process();
    let family = family(process);
    let names: Vec<String> = family.iter().copied().map(name_of).collect();
    assert_eq!(names, ["gangway-tray"], "no web view runs");
    assert_eq!(desk.screen.windows_of(process), []);
    tray.choose(&["Quit"]);
    assert_eq!(program.wait_for_end(LIMIT).unwrap().code(), Some(0));
    wait_until_gone(&family);
    left_nothing(&desk, &before);
}

#[test]
fn a_window_and_all_that_draws_it_go_when_a_person_quits() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    let before = desk.files();
    let mut program = desk.start(&["--open", "window"]);
    let tray = Tray::of(&desk);
    let process = tray.process();
    desk.screen.window_of(process);
    let family = family(process);
    let names: BTreeSet<String> = family.iter().copied().map(name_of).collect();
    assert!(
        names.iter().any(|name| name.starts_with("WebKitWeb")),
        "{names:?}"
    );
    tray.choose(&["Quit"]);
    assert_eq!(program.wait_for_end(LIMIT).unwrap().code(), Some(0));
    wait_until_gone(&family);
    left_nothing(&desk, &before);
}

#[test]
fn a_window_that_is_closed_takes_all_that_drew_it_along() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    let mut program = desk.start(&["--open", "window"]);
    let mut tray = Tray::of(&desk);
    tray.until("ready", |look| look.icon == "ready");
    let process = tray.process();
    let window = desk.screen.window_of(process);
    // The one that fetches for all pages stays; it draws nothing.
    let drawing = || {
        let mut family = family(process);
        family.retain(|it| name_of(*it).starts_with("WebKitWeb"));
        family
    };
    assert!(!drawing().is_empty());
    // As the cross in its frame does.
    desk.screen
        .xdotool(&["windowfocus", "--sync", &window.id, "key", "alt+F4"])
        .unwrap();
    desk.screen.until_hidden(process);
    wait::until("the end of all that draws", || {
        are_gone(&drawing()).then_some(())
    });
    tray.press();
    desk.screen.window_of(process);
    tray.choose(&["Quit"]);
    assert_eq!(program.wait_for_end(LIMIT).unwrap().code(), Some(0));
}

#[test]
fn told_to_end_by_the_system_it_ends_as_if_a_person_quit() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    let before = desk.files();
    let mut program = desk.start(&["--open", "popover"]);
    let process = Tray::of(&desk).process();
    desk.screen.window_of(process);
    let family = family(process);
    program.signal("TERM").unwrap();
    assert_eq!(program.wait_for_end(LIMIT).unwrap().code(), Some(0));
    wait_until_gone(&family);
    left_nothing(&desk, &before);
}

#[test]
fn a_second_start_shows_the_first_and_ends() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    let mut program = desk.start(&["--background"]);
    let tray = Tray::of(&desk);
    let process = tray.process();
    assert_eq!(desk.screen.windows_of(process), []);
    let mut second = desk.start(&[]);
    assert_eq!(second.wait_for_end(LIMIT).unwrap().code(), Some(0));
    desk.screen.window_of(process);
    assert_eq!(desk.process(), process, "the first still is the one");
    tray.choose(&["Quit"]);
    assert_eq!(program.wait_for_end(LIMIT).unwrap().code(), Some(0));
}

#[test]
fn without_a_tray_it_opens_its_window_and_takes_the_tray_when_one_comes() {
    let Some(mut desk) = Desk::without_panel() else {
        return;
    };
    let mut program = desk.start(&[]);
    let process = desk.process();
    desk.screen.window_of(process);
    desk.open_panel();
    let mut tray = Tray::of(&desk);
    assert_eq!(tray.process(), process);
    tray.until("menu", |look| look.has("Quit"));
    assert!(
        !desk.screen.windows_of(process).is_empty(),
        "the window stays"
    );
    tray.choose(&["Quit"]);
    assert_eq!(program.wait_for_end(LIMIT).unwrap().code(), Some(0));
}

#[test]
fn a_click_on_the_icon_shows_the_popover_and_another_hides_it() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    let mut program = desk.start(&["--background"]);
    let tray = Tray::of(&desk);
    let process = tray.process();
    tray.press();
    let popover = desk.screen.window_of(process);
    let place = desk.screen.place_of(&popover);
    assert!(
        place.left + place.width <= 1280 && place.top + place.height <= 900,
        "{place:?}"
    );
    assert!(place.left > 640, "at the tray: {place:?}");
    assert!((place.width, place.height) == (400, 600), "{place:?}");
    wait::until("a hidden popover", || {
        let hidden = desk.screen.windows_of(process).is_empty();
        if !hidden {
            // So soon after the first it may be taken for the second half of a double click.
            tray.press();
        }
        hidden.then_some(())
    });
    tray.choose(&["Quit"]);
    assert_eq!(program.wait_for_end(LIMIT).unwrap().code(), Some(0));
}

#[test]
fn killed_it_shows_at_its_next_start_what_still_runs_and_asks_nothing_twice() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    desk.access("vm-web-01");
    assert_eq!(desk.stage.requests(), 1);
    let mut program = desk.start(&["--background"]);
    let mut tray = Tray::of(&desk);
    let look = tray.until("access", runs);
    let label = look.entry("vm-web-01 until ").unwrap().label.clone();
    tray.choose(&[&label, "Extend 1 h"]);
    desk.stage.hears("jit.initiate");
    wait::until("the second request", || {
        (desk.stage.requests() == 2).then_some(())
    });
    program.signal("KILL").unwrap();
    let _killed = program.wait_for_end(LIMIT).unwrap();
    drop(tray);

    let mut program = desk.start(&["--background"]);
    let process = desk.process();
    let mut tray = Tray::of_process(&desk, process);
    let look = tray.until("access", runs);
    let of_vm = |label: &&str| label.starts_with("vm-web-01");
    assert_eq!(
        look.labels().into_iter().filter(of_vm).count(),
        1,
        "{look:#?}"
    );
    assert_eq!(desk.stage.requests(), 2);
    tray.quit();
    assert_eq!(program.wait_for_end(LIMIT).unwrap().code(), Some(0));
    assert_eq!(desk.stage.requests(), 2);
}

fn runs(look: &Look) -> bool {
    look.icon == "access-running" && look.entry("vm-web-01 until ").is_some()
}

fn left_nothing(desk: &Desk, before: &BTreeSet<String>) {
    let after = desk.files();
    let left: Vec<_> = after
        .difference(before)
        .filter(|file| !stays(file))
        .collect();
    assert_eq!(left, Vec::<&String>::new());
    let run = desk.home.path().join("run");
    let run: Vec<_> = std::fs::read_dir(run)
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    let ours = |path: &&std::path::PathBuf| path.to_string_lossy().contains("gangway/");
    assert_eq!(
        run.iter().filter(ours).collect::<Vec<_>>(),
        Vec::<&std::path::PathBuf>::new()
    );
}
