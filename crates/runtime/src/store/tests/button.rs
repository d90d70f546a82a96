//! Buttons of notices: pressed once, by their own link, while what they are for lasts.

use std::collections::BTreeSet;
use std::sync::Barrier;

use gangway_engine::id::RequestId;
use gangway_engine::intent::Intent;
use gangway_engine::notice::Holds;
use gangway_engine::wish::Wish;
use proptest::prelude::*;

use super::*;

fn extend(request: RequestId) -> Wish {
    Wish::Engine(Intent::Extend {
        request,
        duration: None,
    })
}

fn button(nonce: &str, action: &str, wish: Wish) -> KeptButton {
    KeptButton {
        nonce: nonce.to_owned(),
        action: action.to_owned(),
        wish,
    }
}

fn running(store: &Store, name: &str) -> RequestId {
    ours(store.record(&draft(name), name, at(0), &Owner::this_process()))
}

/// A warning with two buttons, `<nonce>-e` and `<nonce>-n`.
fn warn(store: &Store, nonce: &str, slot: &str, request: RequestId, until: i64) {
    let not_now = Wish::Engine(Intent::Dismiss { request });
    let buttons = [
        button(&format!("{nonce}-e"), "extend", extend(request)),
        button(&format!("{nonce}-n"), "not-now", not_now),
    ];
    let holds = Holds {
        request: Some(request),
        until: at(until),
    };
    store
        .keep_buttons(slot, Some(&holds), &buttons, at(0))
        .unwrap();
}

fn press(store: &Store, nonce: &str, action: &str) -> Option<Wish> {
    store.press_button(nonce, action, at(1)).unwrap()
}

#[test]
fn a_button_is_pressed_once_also_by_a_later_process() {
    let (place, store) = store();
    let request = running(&store, "vm1");
    warn(&store, "a", "vm:1", request, 60);
    drop(store);
    let store = Store::open(&place.path().join("gangway.db")).unwrap().store;
    assert_eq!(press(&store, "a-e", "not-now"), None, "another's action");
    assert_eq!(press(&store, "A-E", "extend"), None);
    assert_eq!(press(&store, "a-e", "extend"), Some(extend(request)));
    assert_eq!(press(&store, "a-e", "extend"), None);
    assert_eq!(press(&store, "a-n", "not-now"), None, "it was answered");
}

#[test]
fn nothing_is_pressed_after_its_time() {
    let (_place, store) = store();
    let request = running(&store, "vm1");
    warn(&store, "a", "vm:1", request, 60);
    assert_eq!(store.press_button("a-e", "extend", at(60)).unwrap(), None);
    assert_eq!(press(&store, "a-e", "extend"), None, "it is gone by then");
    warn(&store, "b", "vm:1", request, 60);
    store.keep_buttons("vm:2", None, &[], at(61)).unwrap();
    assert_eq!(press(&store, "b-e", "extend"), None, "it was swept away");
}

#[test]
fn nothing_is_pressed_for_an_access_that_is_over() {
    let (_place, store) = store();
    let (one, other) = (running(&store, "vm1"), running(&store, "vm2"));
    warn(&store, "a", "vm:1", one, 60);
    warn(&store, "b", "vm:2", other, 60);
    let over = Standing::Over {
        reason: StatusReason::Expired,
        at: at(1),
        displaced: None,
    };
    store.settle(one, &over).unwrap();
    assert_eq!(press(&store, "a-e", "extend"), None);
    assert_eq!(press(&store, "b-e", "extend"), Some(extend(other)));
}

#[test]
fn a_newer_notice_and_a_sign_out_take_buttons_away() {
    let (_place, store) = store();
    let request = running(&store, "vm1");
    warn(&store, "a", "vm:1", request, 60);
    warn(&store, "b", "vm:1", request, 60);
    assert_eq!(press(&store, "a-e", "extend"), None);
    store.forget_buttons("unknown").unwrap();
    store.forget_buttons("b-n").unwrap();
    assert_eq!(press(&store, "b-e", "extend"), None);
    warn(&store, "c", "vm:1", request, 60);
    let somebody = AccountId::new("somebody", &TenantId::new("t1")).unwrap();
    store.forget_account(&somebody).unwrap();
    assert_eq!(press(&store, "c-e", "extend"), None);
}

#[test]
fn the_store_does_not_tell_how_to_press() {
    let (place, store) = store();
    let request = running(&store, "vm1");
    warn(&store, "4d2f6b1c9a", "vm:1", request, 60);
    drop(store);
    for file in std::fs::read_dir(place.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let found = memchr::memmem::find(&bytes, b"4d2f6b1c9a");
        assert_eq!(found, None);
    }
}

#[test]
fn of_many_processes_that_press_at_once_one_does() {
    let (place, store) = store();
    let request = running(&store, "vm1");
    warn(&store, "a", "vm:1", request, 60);
    let path = place.path().join("gangway.db");
    let ready = Barrier::new(4);
    let pressed: Vec<_> = std::thread::scope(|scope| {
        let hands: Vec<_> = ["extend", "not-now", "extend", "not-now"]
            .into_iter()
            .map(|action| {
                let (path, ready) = (&path, &ready);
                scope.spawn(move || {
                    let store = Store::open(path).unwrap().store;
                    ready.wait();
                    press(&store, &format!("a-{}", &action[..1]), action)
                })
            })
            .collect();
        hands.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert_eq!(pressed.iter().flatten().count(), 1, "{pressed:?}");
}

#[derive(Debug, Clone)]
enum Deed {
    Warn {
        vm: usize,
    },
    Press {
        nonce: usize,
        extend: bool,
        wrong: bool,
    },
    End {
        vm: usize,
    },
    Restart,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => (0..3_usize).prop_map(|vm| Deed::Warn { vm }),
        6 => (0..8_usize, any::<bool>(), prop::bool::weighted(0.2))
            .prop_map(|(nonce, extend, wrong)| Deed::Press { nonce, extend, wrong }),
        1 => (0..3_usize).prop_map(|vm| Deed::End { vm }),
        1 => Just(Deed::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_nonce_acts_once_at_most_and_for_its_access_alone(deeds in prop::collection::vec(deed(), 1..30)) {
        let (place, mut store) = store();
        let requests: Vec<_> = ["vm0", "vm1", "vm2"].map(|name| running(&store, name)).to_vec();
        // Of each warning its VM; of each VM the last warning while nobody answered it.
        let (mut warnings, mut live) = (Vec::new(), [None; 3]);
        let mut ended = BTreeSet::new();
        for deed in deeds {
            match deed {
                Deed::Warn { vm } => {
                    let nonce = warnings.len();
                    warn(&store, &nonce.to_string(), &format!("vm:{vm}"), requests[vm], 60);
                    warnings.push(vm);
                    live[vm] = (!ended.contains(&vm)).then_some(nonce);
                }
                Deed::Press { nonce, extend: extends, wrong } => {
                    let (suffix, action) = if extends { ("e", "extend") } else { ("n", "not-now") };
                    let suffix = if wrong { "x" } else { suffix };
                    let done = press(&store, &format!("{nonce}-{suffix}"), action);
                    let vm = warnings.get(nonce).copied();
                    let works = vm.is_some_and(|vm| live[vm] == Some(nonce)) && !wrong;
                    prop_assert_eq!(done.is_some(), works);
                    if let (Some(done), Some(vm)) = (done, vm) {
                        let request = requests[vm];
                        let dismiss = Wish::Engine(Intent::Dismiss { request });
                        prop_assert_eq!(done, if extends { extend(request) } else { dismiss });
                        live[vm] = None;
                    }
                }
                Deed::End { vm } => {
                    let over = Standing::Over { reason: StatusReason::Expired, at: at(1), displaced: None };
                    store.settle(requests[vm], &over).unwrap();
                    ended.insert(vm);
                    live[vm] = None;
                }
                Deed::Restart => {
                    drop(store);
                    store = Store::open(&place.path().join("gangway.db")).unwrap().store;
                }
            }
        }
    }
}
