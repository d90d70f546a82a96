//! What the command line does about a connection as it stands: a pure function of the view.

use gangway_engine::intent::{Answer, ConnectWish};
use gangway_engine::problem::WayOut;
use gangway_engine::snapshot::{
    ConnectionView, Ending, Question, StateName, Step, StepStanding, StepView,
};
use gangway_engine::vm::Protocol;

use crate::exit::Outcome;

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing: it goes on by itself.
    Wait,
    /// Ask the person.
    Ask,
    /// Tell, and answer without asking: nobody can be asked, and telling is enough.
    Answer(Answer),
    /// Nobody can say by which protocol: that has to be said on the command line.
    NeedsProtocol,
    /// It is over, or nothing is left to wait for.
    End(Outcome),
}

/// What to do about `view`, which came of `wish`.
pub(crate) fn next(view: &ConnectionView, wish: &ConnectWish, can_ask: bool) -> Next {
    match view.state {
        StateName::Ended => Next::End(outcome(view, wish)),
        StateName::Asking => asking(view, can_ask),
        // A dry run does not wait for a tunnel: that there is none is what it found out.
        StateName::Tunnel if wish.dry_run && view.problem.is_some() && vm_is_known(view) => {
            Next::End(Outcome::Problem)
        }
        // An open port without an access of ours, and no client (any more): there is no
        // end that could be waited for.
        StateName::Open
            if view.expires_at.is_none()
                && view.problem.is_none()
                && (!starts_client(view, wish) || view.client_code.is_some()) =>
        {
            Next::End(Outcome::Done)
        }
        StateName::Tunnel if can_ask && view.ways_out.iter().any(is_dial) => Next::Ask,
        StateName::Open if can_ask && offers(view) && !holds_terminal(view, wish) => Next::Ask,
        StateName::Looking
        | StateName::Tunnel
        | StateName::Knocking
        | StateName::Starting
        | StateName::Requesting
        | StateName::Proving
        | StateName::Launching
        | StateName::SigningIn
        | StateName::Open => Next::Wait,
    }
}

/// Whether the fresh read of the VM is through, so that the verdict does not rest on the
/// cache alone.
fn vm_is_known(view: &ConnectionView) -> bool {
    let done = |step: &StepView| step.step == Step::Vm && step.standing != StepStanding::Running;
    view.steps.iter().any(done)
}

/// Whether a person can do something about what is the matter.
fn offers(view: &ConnectionView) -> bool {
    let answer = |way: &WayOut| matches!(way, WayOut::Answer { .. });
    view.problem.is_some() && view.ways_out.iter().any(answer)
}

/// Whether it connects a VPN.
pub(crate) fn is_dial(way: &WayOut) -> bool {
    matches!(
        way,
        WayOut::Answer {
            answer: Answer::Dial { .. }
        }
    )
}

/// Whether a client belongs to this connection.
pub(crate) fn starts_client(view: &ConnectionView, wish: &ConnectWish) -> bool {
    wish.launch && view.service.is_some_and(|it| it.protocol != Protocol::Port)
}

/// Whether ssh holds, or is about to hold, this terminal.
pub(crate) fn holds_terminal(view: &ConnectionView, wish: &ConnectWish) -> bool {
    let ssh = view.service.is_some_and(|it| it.protocol == Protocol::Ssh);
    let begun = matches!(view.state, StateName::Launching | StateName::Open);
    wish.launch && ssh && begun
}

fn asking(view: &ConnectionView, can_ask: bool) -> Next {
    match &view.question {
        _ if can_ask => Next::Ask,
        // Somebody is there, though not at this terminal: a page may be opened.
        None if view.may_sign_in => Next::Answer(Answer::SignIn),
        Some(Question::MayDisplace { .. }) => Next::Answer(Answer::GoOn),
        Some(Question::WhichService) => Next::NeedsProtocol,
        None => Next::End(Outcome::Problem),
    }
}

fn outcome(view: &ConnectionView, wish: &ConnectWish) -> Outcome {
    match view.ending {
        Some(Ending::Cancelled) => Outcome::Cancelled,
        Some(Ending::ClientEnded) => client(view.client_code, wish),
        Some(Ending::AccessEnded | Ending::Planned | Ending::Extended) => Outcome::Done,
        Some(Ending::Failed) => Outcome::Problem,
        None if view.problem.is_some() => Outcome::Problem,
        None => Outcome::Done,
    }
}

/// ssh's code is ours where it ran a command. After a session only 255 counts, by which
/// ssh says that there was none; what a person's last command returned is no failure.
fn client(code: Option<i32>, wish: &ConnectWish) -> Outcome {
    match (wish.command.is_empty(), code) {
        (false, Some(code)) => Outcome::Remote(code),
        (false, None) => Outcome::Remote(255),
        (true, Some(255)) => Outcome::Remote(1),
        (true, Some(_) | None) => Outcome::Done,
    }
}

#[cfg(test)]
mod tests {
    use gangway_engine::problem::{Cause, Problem};

    use super::*;
    use crate::fixtures::{now, view, wish};

    fn over(ending: Ending, client_code: Option<i32>) -> ConnectionView {
        ConnectionView {
            state: StateName::Ended,
            ending: Some(ending),
            client_code,
            ..view()
        }
    }

    #[test]
    fn the_remote_command_decides_the_code() {
        let remote = ConnectWish {
            command: vec!["false".to_owned()],
            ..wish()
        };
        let end = |code| next(&over(Ending::ClientEnded, code), &remote, false);
        assert_eq!(end(Some(0)), Next::End(Outcome::Remote(0)));
        assert_eq!(end(Some(7)), Next::End(Outcome::Remote(7)));
        assert_eq!(end(None), Next::End(Outcome::Remote(255)));
    }

    #[test]
    fn a_session_ends_well_whatever_its_last_command_returned() {
        let end = |code| next(&over(Ending::ClientEnded, Some(code)), &wish(), false);
        assert_eq!(end(2), Next::End(Outcome::Done));
        assert_eq!(end(255), Next::End(Outcome::Remote(1)));
    }

    #[test]
    fn without_a_person_a_question_is_a_problem_except_where_telling_is_enough() {
        let problem = Problem::new(Cause::NotSignedIn);
        let asking = ConnectionView {
            problem: Some(problem),
            ..view()
        };
        assert_eq!(next(&asking, &wish(), true), Next::Ask);
        assert_eq!(next(&asking, &wish(), false), Next::End(Outcome::Problem));
        let displaces = ConnectionView {
            question: Some(Question::MayDisplace {
                by: None,
                until: now(),
            }),
            ..view()
        };
        assert_eq!(next(&displaces, &wish(), false), Next::Answer(Answer::GoOn));
        let which = ConnectionView {
            question: Some(Question::WhichService),
            ..view()
        };
        assert_eq!(next(&which, &wish(), false), Next::NeedsProtocol);
    }

    #[test]
    fn somebody_who_is_there_though_not_at_the_terminal_is_sent_to_sign_in() {
        let problem = Problem::new(Cause::NotSignedIn);
        let asking = ConnectionView {
            ways_out: problem.ways_out(),
            problem: Some(problem),
            may_sign_in: true,
            ..view()
        };
        let attended = ConnectWish {
            attended: true,
            ..wish()
        };
        let answer = Next::Answer(Answer::SignIn);
        assert_eq!(next(&asking, &attended, false), answer);
        // One was begun already, and did not help or was not wanted.
        let again = ConnectionView {
            may_sign_in: false,
            ..asking
        };
        let end = Next::End(Outcome::Problem);
        assert_eq!(next(&again, &attended, false), end);
    }

    #[test]
    fn an_open_port_without_an_access_is_not_watched_for_ever() {
        let open = ConnectionView {
            state: StateName::Open,
            ..view()
        };
        let only_port = ConnectWish {
            launch: false,
            ..wish()
        };
        assert_eq!(next(&open, &only_port, false), Next::End(Outcome::Done));
        assert_eq!(next(&open, &wish(), false), Next::Wait);
        let ours = ConnectionView {
            expires_at: Some(now()),
            ..open
        };
        assert_eq!(next(&ours, &only_port, false), Next::Wait);
    }

    #[test]
    fn a_moved_tunnel_is_asked_about_unless_ssh_holds_the_terminal() {
        let problem = Problem::new(Cause::TunnelMoved {
            before: [172, 16, 200, 5].into(),
            now: None,
            until: None,
        });
        let ssh = ConnectionView {
            state: StateName::Open,
            expires_at: Some(now()),
            ways_out: problem.ways_out(),
            problem: Some(problem),
            ..view()
        };
        let rdp = ConnectionView {
            service: Some(gangway_engine::vm::Service::RDP),
            ..ssh.clone()
        };
        assert_eq!(next(&ssh, &wish(), true), Next::Wait);
        assert_eq!(next(&rdp, &wish(), true), Next::Ask);
        assert_eq!(next(&rdp, &wish(), false), Next::Wait);
    }

    #[test]
    fn a_dry_run_does_not_wait_for_a_tunnel() {
        let down = Problem::new(Cause::TunnelDown {
            target: [10, 1, 0, 4].into(),
            interface: None,
        });
        let waiting = |standing| ConnectionView {
            state: StateName::Tunnel,
            steps: vec![crate::fixtures::step(Step::Vm, standing, 3)],
            problem: Some(down.clone()),
            ..view()
        };
        let dry = ConnectWish {
            dry_run: true,
            ..wish()
        };
        let done = waiting(StepStanding::Done);
        assert_eq!(next(&done, &dry, false), Next::End(Outcome::Problem));
        assert_eq!(next(&done, &wish(), false), Next::Wait);
        let reading = waiting(StepStanding::Running);
        assert_eq!(next(&reading, &dry, false), Next::Wait);
    }

    #[test]
    fn ssh_holds_the_terminal_from_its_launch_on() {
        let at = |state| ConnectionView { state, ..view() };
        assert!(!holds_terminal(&at(StateName::Proving), &wish()));
        assert!(holds_terminal(&at(StateName::Launching), &wish()));
        assert!(holds_terminal(&at(StateName::Open), &wish()));
    }
}
