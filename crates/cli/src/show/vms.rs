//! Virtual machines as a list, and as a numbered choice.

use gangway_engine::problem::{Cause, Problem};
use gangway_engine::query::{JitCoverage, VmEntry, VmPage};

use super::table::table;
use super::time::left;
use crate::json::Candidate;
use crate::say::{say, word};

/// The list, and what is known of its age.
pub(crate) fn vms(page: &VmPage) -> Vec<String> {
    if page.rows.is_empty() {
        let key = if page.matching == 0 && page.age.is_some() {
            "cli.vms.none"
        } else {
            "cli.vms.none-at-all"
        };
        return vec![say(key, &[])];
    }
    let rows: Vec<Vec<String>> = page.rows.iter().map(row).collect();
    let head = [
        "NAME",
        "OS",
        "POWER",
        "ADDRESS",
        "JIT",
        "GROUP",
        "SUBSCRIPTION",
    ];
    let mut lines = table(&head, &rows);
    let shown = page.rows.len().to_string();
    let matching = page.matching.to_string();
    let mut params = vec![("shown", shown.as_str()), ("matching", matching.as_str())];
    // Where a read failed the list may be older than a person thinks, however young it is.
    let unread = |it: &Problem| !matches!(it.cause, Cause::AnswerUnusable { .. });
    let failed = page.problems.iter().any(unread);
    let age = page.age.filter(|age| failed || age.as_secs() >= 60);
    let age = age.map(left);
    let key = match &age {
        Some(age) => {
            params.push(("age", age));
            "cli.inventory-age"
        }
        None => "cli.inventory-fresh",
    };
    lines.push(String::new());
    lines.push(say(key, &params));
    lines
}

fn row(entry: &VmEntry) -> Vec<String> {
    let os = match entry.vm.os {
        Some(os) => word("os", os),
        None => say("os.unknown", &[]),
    };
    let address = entry.address().map(|address| address.to_string());
    let group = entry.vm.id.resource_group().unwrap_or("-").to_owned();
    vec![
        entry.vm.name.clone(),
        os,
        word("power", entry.vm.power),
        address.unwrap_or_else(|| "-".to_owned()),
        jit(&entry.jit),
        group,
        subscription(entry),
    ]
}

fn jit(coverage: &JitCoverage) -> String {
    match coverage {
        JitCoverage::Ports(ports) => {
            let ports: Vec<String> = ports.iter().map(ToString::to_string).collect();
            ports.join(",")
        }
        JitCoverage::NotConfigured => say("jit.not-configured", &[]),
        JitCoverage::Unknown => say("jit.unknown", &[]),
    }
}

fn subscription(entry: &VmEntry) -> String {
    match &entry.subscription_name {
        Some(name) => name.clone(),
        None => entry.subscription.to_string(),
    }
}

/// Candidates, numbered from one.
pub(crate) fn candidates(candidates: &[Candidate]) -> Vec<String> {
    let rows: Vec<Vec<String>> = candidates
        .iter()
        .zip(1..)
        .map(|(it, number)| {
            let group = it.resource_group.clone().unwrap_or_default();
            let subscription = it.subscription_name.as_ref().unwrap_or(&it.subscription);
            vec![
                format!("{number:>3}"),
                it.name.clone(),
                group,
                subscription.clone(),
            ]
        })
        .collect();
    table(&["  #", "NAME", "GROUP", "SUBSCRIPTION"], &rows)
}
