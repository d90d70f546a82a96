//! Which virtual machine is meant by a name. A name is enough when it is exact; it is
//! never guessed: `sql-prod-1` does not become `sql-prod-10`.

use gangway_engine::problem::{Cause, Problem};
use gangway_engine::query::VmEntry;

use crate::ask::{ask, typed};
use crate::exit::Stop;
use crate::json::Candidate;
use crate::out::Out;
use crate::say::say;
use crate::show;

/// What a name means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    /// Exactly this one.
    This(Box<VmEntry>),
    /// None, or one of several: a person has to say which.
    Unclear {
        /// Why it is unclear.
        problem: Problem,
        /// Which may be meant, best first; perhaps none.
        among: Vec<VmEntry>,
    },
}

/// What `query` means, given the VMs that bear exactly this name (in whatever case)
/// and the nearest others.
pub(crate) fn meant(query: &str, mut exact: Vec<VmEntry>, near: Vec<VmEntry>) -> Meant {
    if exact.len() > 1 {
        return Meant::Unclear {
            problem: Problem::new(Cause::VmAmbiguous {
                query: query.to_owned(),
                candidates: exact.iter().map(|entry| entry.vm.id.clone()).collect(),
            }),
            among: exact,
        };
    }
    match exact.pop() {
        Some(entry) => Meant::This(Box::new(entry)),
        None => Meant::Unclear {
            problem: Problem::new(Cause::VmNotFound {
                query: query.to_owned(),
                nearest: near.iter().map(|entry| entry.vm.name.clone()).collect(),
            }),
            among: near,
        },
    }
}

/// The one that is meant; on a terminal a person chooses, elsewhere it is a problem
/// with the candidates beside it. `unseen`: how many tenants are not looked at, in which it
/// may be.
pub(crate) async fn settle(meant: Meant, unseen: usize, out: Out) -> Result<VmEntry, Stop> {
    let (problem, mut among) = match meant {
        Meant::This(entry) => return Ok(*entry),
        Meant::Unclear { problem, among } => (problem, among),
    };
    let mut more = Vec::new();
    if unseen > 0 && matches!(problem.cause, Cause::VmNotFound { .. }) {
        let count = unseen.to_string();
        more.push(say("cli.not-looked-at", &[("count", &count)]));
    }
    let candidates: Vec<Candidate> = among.iter().map(Candidate::from).collect();
    if !out.can_ask || among.is_empty() {
        return Err(Stop::Problem {
            problem: Box::new(problem),
            candidates,
            more,
        });
    }
    out.aside(&gangway_engine::text::problem(&problem))?;
    for line in more {
        out.aside(&line)?;
    }
    for line in show::candidates(&candidates) {
        out.aside(&line)?;
    }
    let question = say("cli.choose", &[("count", &among.len().to_string())]);
    loop {
        let mut typing = ask(out, &question);
        let answer = tokio::select! {
            answer = typed(&mut typing) => answer?,
            _ = tokio::signal::ctrl_c() => return Err(Stop::Cancelled),
        };
        match picked(&answer, among.len()) {
            Picked::Number(index) => return Ok(among.swap_remove(index)),
            Picked::Nothing => return Err(Stop::Cancelled),
            Picked::Nonsense => {}
        }
    }
}

/// What an answer picks.
#[derive(Debug, PartialEq, Eq)]
enum Picked {
    /// The candidate at this index.
    Number(usize),
    /// None: stop.
    Nothing,
    /// Nothing that was offered: ask again.
    Nonsense,
}

fn picked(answer: &str, count: usize) -> Picked {
    if answer.is_empty() {
        return Picked::Nothing;
    }
    match answer.parse::<usize>() {
        Ok(number) if (1..=count).contains(&number) => Picked::Number(number - 1),
        Ok(_) | Err(_) => Picked::Nonsense,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::vm_entry;

    #[test]
    fn an_exact_name_is_enough_even_with_near_ones() {
        let near = vec![vm_entry("sql-prod-10")];
        let meant = meant("sql-prod-1", vec![vm_entry("sql-prod-1")], near);
        assert_eq!(meant, Meant::This(Box::new(vm_entry("sql-prod-1"))));
    }

    #[test]
    fn a_single_near_name_is_never_taken_for_the_one_typed() {
        let Meant::Unclear { problem, among } =
            meant("sql-prod-1", vec![], vec![vm_entry("sql-prod-10")])
        else {
            panic!("guessed a name");
        };
        assert_eq!(problem.code(), "vm-not-found");
        assert_eq!(among.len(), 1);
    }

    #[test]
    fn two_of_one_name_are_ambiguous() {
        let both = vec![vm_entry("vm-web-01"), vm_entry("vm-web-01")];
        let Meant::Unclear { problem, among } = meant("vm-web-01", both, vec![]) else {
            panic!("guessed one of two");
        };
        assert_eq!(problem.code(), "vm-ambiguous");
        assert_eq!(among.len(), 2);
    }

    #[test]
    fn only_a_number_that_was_offered_picks() {
        assert_eq!(picked("2", 3), Picked::Number(1));
        assert_eq!(picked("", 3), Picked::Nothing);
        for nonsense in ["0", "4", "-1", "sql-prod-10", "1 2"] {
            assert_eq!(picked(nonsense, 3), Picked::Nonsense, "{nonsense}");
        }
    }

    #[tokio::test]
    async fn nobody_is_asked_without_a_terminal() {
        let out = crate::fixtures::no_terminal();
        for unseen in [0, 2] {
            let unclear = meant("x", vec![], vec![vm_entry("vm-x")]);
            let Err(Stop::Problem {
                candidates, more, ..
            }) = settle(unclear, unseen, out).await
            else {
                panic!("expected a problem");
            };
            assert_eq!(candidates[0].name, "vm-x");
            let told = |line: &String| line.contains("not looked at: 2 (gangway tenants)");
            assert_eq!(more.iter().filter(|line| told(line)).count(), unseen / 2);
        }
    }
}
