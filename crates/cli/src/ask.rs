//! Questions to a person: what a connection stands at, in words, and the answer.

use std::io;

use gangway_engine::intent::Answer;
use gangway_engine::problem::{Cause, WayOut};
use gangway_engine::snapshot::{ConnectionView, Question};
use gangway_engine::vm::Service;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::oneshot;

use crate::next::is_dial;
use crate::out::Out;
use crate::say::say;
use crate::show::when;

/// What is typed to choose one of several; whoever has more names it in the settings.
const NUMBERS: [&str; 9] = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// A question in words, and what each answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The question.
    pub(crate) text: String,
    /// What may be typed, and what it means to the engine. Everything else is no.
    answers: Vec<(&'static str, Answer)>,
}

impl Asked {
    /// What the connection wants to know, where it is a thing a person can answer here. A
    /// sign-in is proposed only where one `may` be made.
    pub(crate) fn of(
        view: &ConnectionView,
        may_sign_in: bool,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Option<Self> {
        match &view.question {
            Some(Question::WhichService) => Some(Self {
                text: say("cli.question.which-service", &[]),
                answers: vec![
                    ("1", Answer::Use(Service::RDP)),
                    ("2", Answer::Use(Service::SSH)),
                ],
            }),
            Some(Question::MayDisplace { by, until }) => {
                let said = may_displace(by.as_deref(), *until, now, zone);
                let question = say("cli.question.go-on", &[]);
                Some(Self::yes_or_no(format!("{said} {question}"), &Answer::GoOn))
            }
            None if view.ways_out.iter().any(is_dial) => Some(which_vpn(view)),
            None => {
                let offered = view.ways_out.iter().find_map(|way| match way {
                    WayOut::Answer {
                        answer: Answer::SignIn,
                    } if !may_sign_in => None,
                    WayOut::Answer { answer } => Some(answer),
                    WayOut::Advice { .. } => None,
                })?;
                Some(Self::yes_or_no(text(view, offered)?, offered))
            }
        }
    }

    /// The answer that was meant by what was typed; nothing is no.
    pub(crate) fn read(&self, typed: &str) -> Option<Answer> {
        let typed = typed.to_lowercase();
        let found = self.answers.iter().find(|(word, _)| *word == typed);
        found.map(|(_, answer)| answer.clone())
    }

    fn yes_or_no(text: String, answer: &Answer) -> Self {
        Self {
            text,
            answers: vec![("y", answer.clone()), ("yes", answer.clone())],
        }
    }
}

/// Which VPN to connect, of those that are offered; one is taken by a yes.
fn which_vpn(view: &ConnectionView) -> Asked {
    let offered: Vec<(&Answer, String)> = view
        .ways_out
        .iter()
        .filter_map(|way| match way {
            WayOut::Answer {
                answer: answer @ Answer::Dial { entry },
            } => Some((answer, format!("{} ({})", entry.name, entry.client.name()))),
            WayOut::Answer { .. } | WayOut::Advice { .. } => None,
        })
        .collect();
    if let [(answer, vpn)] = offered.as_slice() {
        return Asked::yes_or_no(say("cli.question.dial", &[("vpn", vpn)]), answer);
    }
    let numbered: Vec<String> = NUMBERS
        .iter()
        .zip(&offered)
        .map(|(number, (_, vpn))| format!("({number}) {vpn}"))
        .collect();
    let vpns = numbered.join(", ");
    let answers = NUMBERS.iter().zip(&offered);
    Asked {
        text: say("cli.question.which-vpn", &[("vpns", &vpns)]),
        answers: answers
            .map(|(number, (answer, _))| (*number, (*answer).clone()))
            .collect(),
    }
}

/// That somebody else's access may end by our request.
pub(crate) fn may_displace(
    by: Option<&str>,
    until: Timestamp,
    now: Timestamp,
    zone: &TimeZone,
) -> String {
    let nobody = say("cli.name-not-given", &[]);
    say(
        "cli.may-displace",
        &[
            ("by", by.unwrap_or(&nobody)),
            ("until", &when(until, now, zone)),
        ],
    )
}

/// The question for an answer; nothing where it could not be put honestly, because it
/// opens something and the cause that says what is missing.
fn text(view: &ConnectionView, answer: &Answer) -> Option<String> {
    let cause = view.problem.as_ref().map(|problem| &problem.cause);
    Some(match (answer, cause) {
        (Answer::StartVm, _) => say("cli.question.start-vm", &[("vm", &view.vm_name)]),
        (
            Answer::ConfirmTunnel,
            Some(Cause::PoolUnknown {
                interface, address, ..
            }),
        ) => say(
            "cli.question.confirm-tunnel",
            &[("interface", interface), ("address", &address.to_string())],
        ),
        (
            Answer::WholePrefix,
            Some(Cause::SourceNeedsWholePrefix {
                prefix, addresses, ..
            }),
        ) => say(
            "cli.question.whole-prefix",
            &[
                ("prefix", &prefix.to_string()),
                ("addresses", &addresses.to_string()),
            ],
        ),
        (Answer::Again, _) => say("cli.question.again", &[]),
        (Answer::Renew, _) => say("cli.question.renew", &[]),
        (Answer::GoOn, _) => say("cli.question.go-on", &[]),
        (Answer::SignIn, _) => say("cli.question.sign-in", &[]),
        (Answer::ConfirmTunnel | Answer::WholePrefix | Answer::Use(_) | Answer::Dial { .. }, _) => {
            return None;
        }
    })
}

/// An answer that is being typed.
pub(crate) type Typing = oneshot::Receiver<io::Result<String>>;

/// Asks on a thread of its own, so that the connection goes on and Ctrl-C is heard
/// while somebody thinks.
pub(crate) fn ask(out: Out, question: &str) -> Typing {
    let (tell, told) = oneshot::channel();
    let question = question.to_owned();
    std::thread::spawn(move || {
        // Nobody listens any more after Ctrl-C; then the answer is not wanted.
        let _ = tell.send(out.ask(&question));
    });
    told
}

/// What was typed; nothing where the thread is gone.
pub(crate) async fn typed(typing: &mut Typing) -> io::Result<String> {
    typing.await.unwrap_or_else(|_| Ok(String::new()))
}

#[cfg(test)]
mod tests {
    use gangway_engine::problem::Problem;

    use super::*;
    use crate::fixtures::{now, view};

    fn asked(view: &ConnectionView) -> Option<Asked> {
        Asked::of(view, true, now(), &TimeZone::UTC)
    }

    fn hindered(cause: Cause) -> ConnectionView {
        let problem = Problem::new(cause);
        ConnectionView {
            ways_out: problem.ways_out(),
            problem: Some(problem),
            ..view()
        }
    }

    #[test]
    fn a_whole_prefix_is_asked_for_with_the_number_of_addresses() {
        let asked = asked(&hindered(Cause::SourceNeedsWholePrefix {
            address: [10, 21, 254, 85].into(),
            prefix: "10.21.254.0/24".parse().unwrap(),
            addresses: 256,
            allowed: true,
        }))
        .unwrap();
        assert_eq!(
            asked.text,
            "Open the port for all 256 addresses of 10.21.254.0/24? [y/N] "
        );
        assert_eq!(asked.read("Y"), Some(Answer::WholePrefix));
        for no in ["", "n", "no", "yy", "ja"] {
            assert_eq!(asked.read(no), None, "{no:?}");
        }
    }

    #[test]
    fn advice_alone_is_no_question() {
        assert_eq!(
            asked(&hindered(Cause::RdpBlockedByPolicy { allowed: vec![] })),
            None
        );
    }

    #[test]
    fn a_sign_in_is_proposed_only_where_one_may_be_made() {
        let nobody = hindered(Cause::NotSignedIn);
        let proposed = asked(&nobody).unwrap();
        assert_eq!(proposed.text, "Sign in now? [y/N] ");
        assert_eq!(proposed.read("y"), Some(Answer::SignIn));
        assert_eq!(Asked::of(&nobody, false, now(), &TimeZone::UTC), None);
    }

    #[test]
    fn an_unknown_system_is_asked_for_by_number() {
        let question = Some(Question::WhichService);
        let asked = asked(&ConnectionView { question, ..view() }).unwrap();
        assert_eq!(asked.read("2"), Some(Answer::Use(Service::SSH)));
        assert_eq!(asked.read("3"), None);
    }

    #[test]
    fn whose_access_may_end_is_said_before_it_is_asked() {
        let until = "2026-03-01T11:00:00Z".parse().unwrap();
        let question = Some(Question::MayDisplace { by: None, until });
        let asked = asked(&ConnectionView { question, ..view() }).unwrap();
        assert!(asked.text.contains("name not given"), "{}", asked.text);
        assert!(asked.text.contains("11:00"), "{}", asked.text);
    }

    #[test]
    fn a_vpn_is_agreed_to_and_several_are_chosen_from() {
        let dial = |at: usize| Answer::Dial {
            entry: crate::fixtures::vpns()[at].entry.clone(),
        };
        let offering = |answers: &[Answer]| {
            let mut view = hindered(Cause::TunnelDown {
                target: [10, 1, 0, 4].into(),
                interface: None,
            });
            let ways = answers.iter().cloned();
            let ways = ways.map(|answer| WayOut::Answer { answer });
            view.ways_out.splice(0..0, ways);
            asked(&view).unwrap()
        };
        let one = offering(&[dial(0)]);
        let text = "Connect the VPN hub (Azure VPN Client) now? [y/N] ";
        assert_eq!(one.text, text);
        assert_eq!(one.read("y"), Some(dial(0)));
        let two = offering(&[dial(2), dial(3)]);
        assert!(
            two.text
                .contains("(1) office (Windows), (2) office (OpenVPN GUI)")
        );
        assert_eq!(two.read("2"), Some(dial(3)));
        assert_eq!(two.read("y"), None);
    }
}
