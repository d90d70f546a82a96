//! A report for the help desk: what this program is, what it is set to and what it sees.
//!
//! Everything in it is named here one by one, so that nothing gets in by being new; then
//! people, their folders and whatever looks like a secret are taken out of the whole text.

mod tail;

use std::path::PathBuf;

use gangway_engine::problem::Problem;
use gangway_engine::request::Standing;
use gangway_engine::snapshot::{AccessView, ConnectionView, Snapshot, TunnelStanding};

use super::downloads;
use super::scrub::Scrub;
use crate::error::Error;
use crate::query::{VERSION, system};
use crate::settings;
use crate::world::World;

/// Settings whose value names a person or a place of theirs.
const PERSONAL: [&str; 8] = [
    "ssh.user",
    "ssh.identity",
    "ssh.known_hosts",
    "ssh.terminal",
    "rdp.user",
    "proxy_user",
    "extra_ca",
    "browser",
];

const LEFT_OUT: &str = "[left out]";

/// What stands at the head of every report.
const HEAD: &str = "Left out of this report: tokens, keys and passwords (none is ever logged); \
names and addresses of people, here and in Azure's answers; the reasons that were typed; what \
a sign-in asks for; the home folder's name; values of settings that name a person or a file. \
VM names, resource ids, addresses and correlation ids are in it: read it before you pass it on.";

/// Writes the report; where it lies.
pub(super) fn export(world: &World, snapshot: Option<&Snapshot>) -> Result<PathBuf, Error> {
    let nothing = Snapshot::default();
    let snapshot = snapshot.unwrap_or(&nothing);
    let mut report = Report::default();
    report.title("Gangway report");
    report.line(format!("written: {}", world.clock.now()));
    report.line(HEAD);
    versions(&mut report, world);
    settings_in_force(&mut report, world);
    seen(&mut report, world, snapshot);
    for (file, lines) in tail::tails(&world.home.logs()) {
        report.title(&format!("Log: {file}"));
        lines.iter().for_each(|line| report.line(line));
    }
    let text = scrub(world, snapshot).text(&report.0);
    downloads::save(world, "report", "txt", &text)
}

#[derive(Default)]
struct Report(String);

impl Report {
    fn title(&mut self, title: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.line(format!("== {title}"));
    }

    /// What came from elsewhere cannot begin a line of its own.
    fn line(&mut self, line: impl AsRef<str>) {
        let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
        self.0.extend(line.as_ref().chars().map(plain));
        self.0.push('\n');
    }
}

fn versions(report: &mut Report, world: &World) {
    report.title("Versions");
    report.line(format!("gangway: {VERSION}"));
    report.line(format!("system: {}", system()));
    match world.cloud() {
        Ok(cloud) => {
            report.line(format!("cloud: {}", cloud.name()));
            let hosts = [cloud.authority_host(), cloud.resource_manager_host()];
            report.line(format!("hosts: {}", hosts.join(", ")));
        }
        Err(problem) => report.line(told(&problem)),
    }
    let wrong = world.clock.wrong_by();
    if let Some(wrong) = wrong {
        report.line(format!("this machine's clock is wrong by: {wrong:#}"));
    }
}

fn settings_in_force(report: &mut Report, world: &World) {
    report.title("Settings in force");
    let in_force = world.settings();
    let entries = settings::list(&world.home, &in_force);
    let entries = entries.unwrap_or_else(|_mistake| settings::list_without_file(&in_force));
    for entry in entries {
        let of_person = PERSONAL.contains(&entry.key.as_str()) || entry.key.ends_with(".user");
        let value = match of_person && !entry.value.is_empty() {
            true => LEFT_OUT,
            false => entry.value.as_str(),
        };
        let origin = format!("{:?}", entry.origin).to_lowercase();
        report.line(format!("{} = {value} ({origin})", entry.key));
    }
}

fn seen(report: &mut Report, world: &World, snapshot: &Snapshot) {
    report.title("What is seen");
    let kept = snapshot.accounts.kept;
    let accounts = snapshot.accounts.accounts.len();
    report.line(format!("accounts: {accounts}, kept: {kept:?}"));
    report.line(match &snapshot.tunnel {
        TunnelStanding::Unknown => "tunnel: unknown".to_owned(),
        TunnelStanding::Down => "tunnel: down".to_owned(),
        TunnelStanding::Up {
            interface,
            address,
            of,
        } => format!("tunnel: up, {interface}, {address}, of {of:?}"),
    });
    match world.pools() {
        Ok(pools) => pools
            .iter()
            .for_each(|pool| report.line(format!("pool: {} {:?}", pool.prefix, pool.origin))),
        Err(error) => report.line(told(&error.problem())),
    }
    match world.store.inventory_age(world.clock.now()) {
        Ok(Some(age)) => report.line(format!("inventory: {age:#} old")),
        Ok(None) => report.line("inventory: never read"),
        Err(error) => report.line(told(&error.problem())),
    }
    for problem in &snapshot.problems {
        report.line(told(problem));
    }
    for view in &snapshot.connections {
        report.line(connection(view));
        let problems = view.problem.iter().chain(&view.note);
        problems.for_each(|problem| report.line(format!("  {}", told(problem))));
    }
    for view in &snapshot.accesses {
        report.line(access(view));
        let problem = view.problem.iter();
        problem.for_each(|problem| report.line(format!("  {}", told(problem))));
    }
}

fn connection(view: &ConnectionView) -> String {
    let steps: Vec<String> = view
        .steps
        .iter()
        .map(|step| format!("{:?} {:?} {:#}", step.step, step.standing, step.took))
        .collect();
    format!(
        "connection {}: {} {:?}, {:?}, ending {:?}, client {:?}; {}",
        view.id,
        view.vm,
        view.service,
        view.state,
        view.ending,
        view.client_code,
        steps.join(", ")
    )
}

fn access(view: &AccessView) -> String {
    let access = &view.access;
    let standing = match &access.standing {
        Standing::Unanswered => "unanswered".to_owned(),
        Standing::Refused => "refused".to_owned(),
        Standing::Running {
            started_at,
            expires_at,
            status,
        } => format!("running, {started_at} to {expires_at}, {status:?}"),
        Standing::Over { reason, at, .. } => format!("over at {at}, {reason:?}"),
    };
    let draft = &access.draft;
    format!(
        "access {}: {} port {} for {:?}, asked at {}, {standing}",
        access.request, draft.vm, draft.port, draft.source, access.asked_at
    )
}

/// The code and what a help desk needs; parameters may hold more than that.
fn told(problem: &Problem) -> String {
    let details = &problem.details;
    let mut text = format!("problem: {}", problem.code());
    for (what, value) in [
        ("correlation", &details.correlation),
        ("resource", &details.resource),
        ("observed", &details.observed),
    ] {
        if let Some(value) = value {
            text.push_str(&format!(", {what}: {value}"));
        }
    }
    text
}

/// Whoever asked for something on these VMs is a person too, by whatever name.
fn scrub(world: &World, snapshot: &Snapshot) -> Scrub {
    let settings = world.settings();
    let set = [
        settings.ssh.user.clone(),
        settings.rdp.user.clone(),
        settings.network.proxy_user.clone(),
    ];
    let of_vms = settings.vms.values().map(|vm| vm.user.clone());
    // A reason is nobody's business but the desk's that it was written for.
    let reasons = snapshot.accesses.iter();
    let reasons = reasons.map(|view| view.access.draft.reason.clone());
    let others = set.into_iter().chain(of_vms).chain(reasons).flatten();
    Scrub::new(&snapshot.accounts.accounts, others)
}
