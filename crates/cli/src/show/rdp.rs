//! How Remote Desktop is started here: policies, the way and why, certificates.

use gangway_engine::launch::CertificateEntry;
use gangway_engine::text::{problem, text};
use gangway_runtime::{RdpHere, RdpPolicies, Rule, Scope};
use jiff::tz::TimeZone;

use super::table::table;
use crate::say::say;

/// The whole of it.
pub(crate) fn rdp(here: &RdpHere) -> Vec<String> {
    let mut lines = match &here.way {
        // What is said below is of Windows' own program.
        Ok(None) => return vec![say("cli.rdp.no-mstsc", &[])],
        Ok(Some(view)) => {
            let way = say(view.way.key(), &[]);
            let notes = view.notes.iter();
            let notes = notes.map(|note| text(note.key(), &note.params()));
            std::iter::once(say("cli.rdp.way", &[("way", &way)]))
                .chain(notes)
                .collect()
        }
        Err(found) => vec![problem(found)],
    };
    lines.extend(policies(&here.policies));
    lines.extend(match &here.certificates_unread {
        Some(reason) => vec![say("cli.rdp.certificates-unread", &[("reason", reason)])],
        None => certificates(&here.certificates),
    });
    lines
}

fn policies(policies: &RdpPolicies) -> Vec<String> {
    let rule = |key, rule| say(key, &[("rule", &say(rule_key(rule), &[]))]);
    let mut lines = vec![
        rule("cli.rdp.unsigned", policies.unsigned_files),
        rule("cli.rdp.signed", policies.signed_files),
        match policies.publishers.as_slice() {
            [] => say("cli.rdp.no-publishers", &[]),
            named => say("cli.rdp.publishers", &[("publishers", &named.join(", "))]),
        },
    ];
    for (key, is_so) in [
        ("cli.rdp.no-saved-passwords", policies.no_saved_passwords),
        ("cli.rdp.prompts-here", policies.prompts_here),
        ("cli.rdp.old-warnings", policies.old_warnings),
    ] {
        lines.extend(is_so.then(|| say(key, &[])));
    }
    lines
}

fn rule_key(rule: Rule) -> &'static str {
    match rule {
        Rule::Unset => "cli.rdp.rule-unset",
        Rule::Allowed(_) => "cli.rdp.rule-allowed",
        Rule::Forbidden(Scope::Computer) => "cli.rdp.rule-forbidden",
        Rule::Forbidden(Scope::Person) => "cli.rdp.rule-forbidden-you",
    }
}

fn certificates(entries: &[CertificateEntry]) -> Vec<String> {
    if entries.is_empty() {
        return vec![say("cli.rdp.no-certificates", &[])];
    }
    let rows: Vec<Vec<String>> = entries.iter().map(row).collect();
    let mut lines = vec![String::new()];
    lines.extend(table(
        &["THUMBPRINT", "NAME", "ISSUER", "VALID UNTIL", ""],
        &rows,
    ));
    lines.push(say("cli.rdp.choose", &[]));
    lines
}

fn row(entry: &CertificateEntry) -> Vec<String> {
    let marks = [
        ("cli.rdp.chosen", entry.chosen),
        ("cli.rdp.named", entry.named_by_policy),
    ];
    let marks = marks.iter().filter(|(_, is_so)| *is_so);
    let marks: Vec<String> = marks.map(|(key, _)| say(key, &[])).collect();
    let ends = entry.ends_at.to_zoned(TimeZone::system()).date();
    vec![
        entry.thumbprint.clone(),
        entry.name.clone(),
        entry.issuer.clone(),
        ends.to_string(),
        marks.join(", "),
    ]
}

#[cfg(test)]
mod tests {
    use gangway_engine::launch::{LaunchNote, LaunchView, LaunchWay};

    use super::*;

    #[test]
    fn policies_and_certificates_are_explained() {
        let thumbprint = "AB".repeat(20);
        let policies = RdpPolicies {
            unsigned_files: Rule::Forbidden(Scope::Computer),
            no_saved_passwords: true,
            ..RdpPolicies::default()
        };
        let here = RdpHere {
            policies: policies.with_publishers(&thumbprint),
            way: Ok(Some(LaunchView {
                way: LaunchWay::Direct,
                notes: vec![LaunchNote::UnsignedBlocked, LaunchNote::DirectDefaults],
            })),
            certificates: vec![CertificateEntry {
                name: "Contoso RDP".to_owned(),
                issuer: "Contoso CA".to_owned(),
                ends_at: "2027-03-01T12:00:00Z".parse().unwrap(),
                thumbprint: thumbprint.clone(),
                named_by_policy: true,
                chosen: false,
            }],
            certificates_unread: None,
        };
        let said = rdp(&here).join("\n");
        for part in [
            "Contoso RDP",
            "Contoso CA",
            "2027-03-01",
            &thumbprint,
            "without a file",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains('{') && !said.contains("cli."), "{said}");
        let unread = RdpHere {
            certificates: Vec::new(),
            certificates_unread: Some("access denied".to_owned()),
            ..here.clone()
        };
        let said = rdp(&unread).join("\n");
        assert!(said.contains("could not be read: access denied"), "{said}");
        let none = RdpHere {
            way: Ok(None),
            certificates: Vec::new(),
            ..here
        };
        assert_eq!(rdp(&none).len(), 1);
    }
}
