//! Words that tooltip and menu share.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::problem::Problem;
use crate::request::{Access, Standing};
use crate::snapshot::{Alert, Snapshot};
use crate::text::{fit, moment, problem_here, text};

/// No VM's name is longer in a label.
const LONGEST_NAME: usize = 40;

/// When and where it is said.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) now: Timestamp,
    pub(super) zone: &'a TimeZone,
}

impl Said<'_> {
    pub(super) fn clock(self, at: Timestamp) -> String {
        moment::clock(at, self.now, self.zone)
    }

    /// An alert in one line of at most so many characters.
    pub(super) fn alert(self, alert: &Alert, longest: usize) -> String {
        match alert {
            Alert::EndsSoon {
                vm_name,
                expires_at,
                ..
            } => of_vm(
                "tray.ends-soon",
                vm_name,
                &[("until", self.clock(*expires_at))],
            ),
            Alert::Access {
                vm_name, problem, ..
            }
            | Alert::Connection {
                vm_name,
                problem: Some(problem),
                ..
            } => self.trouble(vm_name, problem, longest),
            Alert::Connection {
                vm_name,
                problem: None,
                ..
            } => fit::sentence(&of_vm("tray.asks", vm_name, &[]), longest),
            Alert::Link { vm_name, .. } => {
                fit::sentence(&of_vm("tray.link", vm_name, &[]), longest)
            }
            Alert::SignIn { problem, .. } => {
                let params = [("problem", self.problem(problem))];
                fit::sentence(&text("tray.sign-in-failed", &params.into()), longest)
            }
            Alert::Machine { problem, .. } => fit::sentence(&self.problem(problem), longest),
        }
    }

    fn trouble(self, vm_name: &str, problem: &Problem, longest: usize) -> String {
        let sentence = self.problem(problem);
        // Some sentences begin with the name themselves.
        let rest = sentence.strip_prefix(vm_name);
        let said = match rest.filter(|rest| rest.starts_with(' ')) {
            Some(rest) => fit::name(vm_name, LONGEST_NAME) + rest,
            None => of_vm("tray.trouble", vm_name, &[("problem", sentence)]),
        };
        fit::sentence(&said, longest)
    }

    fn problem(self, problem: &Problem) -> String {
        problem_here(problem, self.now, self.zone)
    }
}

/// Words about a VM, whose name is cut where it is long and nothing else is.
pub(crate) fn of_vm(key: &str, vm_name: &str, more: &[(&'static str, String)]) -> String {
    let mut params: BTreeMap<&'static str, String> = more.iter().cloned().collect();
    params.insert("vm", fit::name(vm_name, LONGEST_NAME));
    text(key, &params)
}

/// Words without data.
pub(super) fn words(key: &str) -> String {
    text(key, &BTreeMap::new())
}

/// The accesses of ours that run, the soonest end first; one that a longer one follows
/// ends without anybody's noticing.
pub(super) fn running(shown: &Snapshot, now: Timestamp) -> Vec<(Timestamp, &Access)> {
    let mut running: Vec<(Timestamp, &Access)> = listed(shown);
    running.retain(|(end, _)| *end > now);
    running
}

/// The same, with those whose end has come and which Azure has not yet said to be over.
pub(super) fn listed(shown: &Snapshot) -> Vec<(Timestamp, &Access)> {
    let counted = shown.accesses.iter().filter(|view| !view.followed);
    let mut listed: Vec<(Timestamp, &Access)> = counted
        .filter_map(|view| match &view.access.standing {
            Standing::Running { expires_at, .. } => Some((*expires_at, &view.access)),
            Standing::Unanswered | Standing::Refused | Standing::Over { .. } => None,
        })
        .collect();
    listed.sort_by_key(|(end, access)| (*end, access.request));
    listed
}
