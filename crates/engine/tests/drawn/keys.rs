//! The catalogue's words for tray and notices: each has its sentence, with its own
//! parameters and no others, and none is left over.

use std::collections::{BTreeMap, BTreeSet};

use gangway_engine::text::catalogue;

/// Every key, and the parameters that it is filled in with.
const KEYS: [(&str, &[&str]); 46] = [
    ("notice.asks-body", &["vm"]),
    ("notice.ended", &["vm"]),
    ("notice.ended-body", &["vm"]),
    ("notice.ended-title", &["vm"]),
    ("notice.ends-soon", &["vm", "left", "until"]),
    ("notice.ends-soon-body", &["vm", "left"]),
    ("notice.ends-soon-title", &["vm", "until"]),
    ("notice.not-now", &[]),
    ("notice.over-body", &[]),
    ("notice.over-title", &[]),
    ("notice.ready", &["vm"]),
    ("notice.ready-open", &["vm"]),
    ("notice.ready-title", &["vm"]),
    ("notice.ready-until", &["vm", "until"]),
    ("notice.renew", &[]),
    ("notice.sign-in-again", &[]),
    ("notice.sign-in-title", &[]),
    ("notice.trouble", &["vm", "problem"]),
    ("notice.trouble-title", &["vm"]),
    ("tray.alert-and-end", &["alert", "end"]),
    ("tray.asks", &["vm"]),
    ("tray.connect-to", &[]),
    ("tray.connecting", &["vm"]),
    ("tray.details", &[]),
    ("tray.ended", &["vm"]),
    ("tray.ends-soon", &["vm", "until"]),
    ("tray.extend", &["duration"]),
    ("tray.link", &["vm"]),
    ("tray.no-tunnel", &[]),
    ("tray.open", &[]),
    ("tray.quit", &[]),
    ("tray.ready", &[]),
    ("tray.reconnect", &[]),
    ("tray.settings", &[]),
    ("tray.sign-in", &[]),
    ("tray.sign-in-failed", &["problem"]),
    ("tray.signed-out", &[]),
    ("tray.signing-in", &[]),
    ("tray.trouble", &["vm", "problem"]),
    ("tray.until", &["vm", "until"]),
    ("tray.until-and-more", &["vm", "until", "count"]),
    ("tray.until-of-port", &["vm", "port", "until"]),
    ("tray.vm", &["vm"]),
    ("tray.vm-not-protected", &["vm"]),
    ("tray.vm-start", &["vm"]),
    ("tray.working", &["vm"]),
];

#[test]
fn every_word_of_tray_and_notices_stands_in_the_catalogue() {
    let wanted: BTreeMap<&str, &[&str]> = KEYS.into_iter().collect();
    let ours = |key: &&String| key.starts_with("tray.") || key.starts_with("notice.");
    let found: BTreeSet<&str> = catalogue()
        .keys()
        .filter(ours)
        .map(String::as_str)
        .collect();
    assert_eq!(found, wanted.keys().copied().collect());
    for (key, params) in wanted {
        let sentence = &catalogue()[key];
        for hole in holes(sentence) {
            assert!(params.contains(&hole), "{key} asks for {{{hole}}}");
        }
        let end = sentence.contains("{until}") || !params.contains(&"until");
        assert!(end, "{key} does not say the end");
    }
}

/// What is drawn is a sentence: a key without one would be shown as it is.
#[test]
fn no_key_is_drawn_as_it_is() {
    let golden = [
        include_str!("../golden/tray.snap"),
        include_str!("../golden/notices.snap"),
    ];
    for (key, _) in KEYS {
        assert!(golden.iter().all(|page| !page.contains(key)), "{key}");
    }
}

fn holes(sentence: &str) -> Vec<&str> {
    let parts = sentence.split('{').skip(1);
    parts.filter_map(|part| part.split('}').next()).collect()
}
