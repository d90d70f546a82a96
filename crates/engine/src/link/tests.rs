//! Links against their form, and against garbage.

use proptest::prelude::*;

use super::*;

fn to_vm(vm: &str, service: Option<Service>) -> Option<Link> {
    let vm = vm.to_owned();
    Some(Link::Connect(ConnectLink { vm, service }))
}

#[test]
fn a_link_names_a_vm_and_perhaps_a_protocol() {
    assert_eq!(
        parse("gangway://connect?vm=vm-web-01"),
        to_vm("vm-web-01", None)
    );
    assert_eq!(
        parse("GANGWAY://connect?protocol=rdp&vm=vm%20web"),
        to_vm("vm web", Some(Service::RDP))
    );
    // A browser adds a slash to what looks like a host.
    assert_eq!(
        parse("gangway://connect/?vm=%2Fsubscriptions%2fs&protocol=ssh"),
        to_vm("/subscriptions/s", Some(Service::SSH))
    );
    assert_eq!(parse("gangway://connect?vm=b%C3%BCro"), to_vm("büro", None));
}

#[test]
fn a_notice_is_answered_by_its_nonce() {
    assert_eq!(
        parse("gangway://notice/0f3a/not-now"),
        Some(Link::Notice {
            nonce: "0f3a".into(),
            action: "not-now".into(),
        })
    );
}

#[test]
fn anything_else_is_none_of_ours() {
    let long = format!("gangway://connect?vm={}", "a".repeat(LONGEST_LINK));
    for text in [
        "",
        "gangway://",
        "gangway:connect?vm=a",
        "https://connect?vm=a",
        "gangway://connect",
        "gangway://connect?",
        "gangway://connect?vm=",
        "gangway://connect?vm=%20",
        "gangway://connect?vm",
        "gangway://connect?vm=a&vm=b",
        "gangway://connect?vm=a&",
        "gangway://connect?protocol=rdp",
        "gangway://connect?vm=a&protocol=RDP",
        "gangway://connect?vm=a&protocol=rdp&protocol=ssh",
        "gangway://connect?vm=a&duration=PT3H",
        "gangway://connect?vm=a%0",
        "gangway://connect?vm=a%zz",
        "gangway://connect?vm=a%00b",
        "gangway://connect?vm=a%0Ab",
        "gangway://connect?vm=%FF",
        "gangway://connect?vm=%C2%85",
        "gangway://connect?vm=a\nb",
        "gangway://connect/vm-web-01",
        "gangway://disconnect?vm=a",
        "gangway://notice",
        "gangway://notice/",
        "gangway://notice/a",
        "gangway://notice/a/",
        "gangway://notice//extend",
        "gangway://notice/a/b/c",
        "gangway://notice/a/extend?x=1",
        "gangway://notice/%61/extend",
        long.as_str(),
    ] {
        assert_eq!(parse(text), None, "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_is_read_or_let_be(text in any::<String>(), tail in "\\PC{0,80}") {
        let _ = parse(&text);
        for text in [text, format!("gangway://{tail}"), format!("gangway://connect?vm={tail}")] {
            if let Some(Link::Connect(link)) = parse(&text) {
                prop_assert!(!link.vm.chars().any(char::is_control));
                prop_assert!(link.vm.len() <= LONGEST_LINK && !link.vm.trim().is_empty());
            }
        }
    }

    #[test]
    fn every_name_survives_its_encoding(name in "[^\\p{Cc}]{0,60}[^\\p{Cc}\\s]") {
        let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let link = format!("gangway://connect?vm={encoded}&protocol=ssh");
        prop_assert_eq!(parse(&link), to_vm(&name, Some(Service::SSH)));
    }
}
