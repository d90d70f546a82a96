//! What `connect` and `watch` print under `--json`: one event a line, then one result.

use gangway_engine::dial::{DialStage, DialView};
use gangway_engine::effect::Notice;
use gangway_engine::launch::{LaunchNote, LaunchView, LaunchWay};
use gangway_engine::sign_in::{SignInStage, SignInView};
use gangway_engine::snapshot::{ConnectionView, StepView};
use gangway_engine::vm::Service;
use serde::Serialize;

use super::{AccessJson, AccountJson, Candidate, LaunchJson, PlanJson, ProblemJson, SCHEMA, named};
use crate::say::name;

/// A line: the schema and the event.
#[derive(Debug, Serialize)]
pub(crate) struct EventLine {
    schema: u32,
    #[serde(flatten)]
    event: Event,
}

impl From<Event> for EventLine {
    fn from(event: Event) -> Self {
        Self {
            schema: SCHEMA,
            event,
        }
    }
}

/// An event.
#[derive(Debug, Serialize)]
#[serde(
    tag = "event",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub(crate) enum Event {
    /// The connection is in another state.
    State {
        /// The state's stable name.
        state: String,
    },
    /// A step stands otherwise than before.
    Step {
        /// The step's stable name.
        step: String,
        /// How it stands.
        standing: String,
        /// How long it has taken so far.
        took_ms: i64,
    },
    /// Something is in the way; the connection may still go on.
    Problem {
        /// What.
        problem: Box<ProblemJson>,
    },
    /// Something to know that is not in the way.
    Note {
        /// What.
        problem: Box<ProblemJson>,
    },
    /// The client is about to be started.
    Launch {
        /// By which way: `file`, `signed-file`, `direct`, `terminal`, `window` or `front`.
        way: LaunchWay,
        /// What to know of it.
        notes: Vec<LaunchNote>,
    },
    /// A VPN is being connected, as this connection's way out.
    Dial {
        /// Its name.
        name: String,
        /// The program that keeps it.
        client: String,
        /// `under-way`, `awaits-address`, `awaits-person`, `done` or `failed`.
        stage: &'static str,
    },
    /// Somebody else's access may end by this request; it is made all the same.
    MayDisplace {
        /// Who, where Azure says.
        by: Option<String>,
        /// Until when theirs runs.
        until: String,
    },
    /// An access is new, or stands otherwise than before.
    Access {
        /// The access.
        access: Box<AccessJson>,
    },
    /// Something a person should hear of.
    Notice {
        /// `ends-soon`, `ended` or `trouble`.
        notice: &'static str,
        /// The virtual machine.
        vm_name: String,
        /// When the access ends.
        #[serde(skip_serializing_if = "Option::is_none")]
        expires_at: Option<String>,
        /// What went wrong.
        #[serde(skip_serializing_if = "Option::is_none")]
        problem: Option<Box<ProblemJson>>,
    },
    /// A page to sign in on.
    Page {
        /// Its address.
        page: String,
        /// Whether a browser was started with it.
        opened: bool,
    },
    /// A code to type into a page.
    Code {
        /// The code.
        user_code: String,
        /// The page's address.
        page: String,
        /// Whether a browser was started with it.
        opened: bool,
    },
    /// A command to run elsewhere, after which it goes on.
    Command {
        /// The whole line.
        command: String,
    },
    /// Somebody, or another sign-in, is waited for.
    Waiting {
        /// `browser`, `code`, `command` or `another-sign-in`.
        #[serde(rename = "for")]
        what: &'static str,
        /// Until when at most.
        until: Option<String>,
    },
    /// The person is through; tokens are being fetched.
    Redeeming,
    /// The last line.
    Result(Box<ResultJson>),
}

/// How it ended.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultJson {
    /// `done`, `problem`, `cancelled`, `remote` or `error`.
    pub(crate) outcome: &'static str,
    /// The process's exit code.
    pub(crate) exit_code: u8,
    /// Whether nothing was asked for on purpose.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) dry_run: bool,
    /// The virtual machine's id, once it was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) vm: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) vm_name: Option<String>,
    /// `rdp`, `ssh` or `port`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) protocol: Option<String>,
    /// The port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) port: Option<u16>,
    /// Our tunnel address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// The virtual machine's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
    /// When the access ends, where one of ours carries the connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<String>,
    /// How the connection ended: `cancelled`, `access-ended`, `client-ended`, `planned`,
    /// `extended` or `failed`; nothing while it is only no longer watched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ending: Option<String>,
    /// What was asked for or, in a dry run, would be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) plan: Option<PlanJson>,
    /// How the client would be started, in a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) launch: Option<LaunchJson>,
    /// The account that signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<AccountJson>,
    /// The client's exit code, once it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_code: Option<i32>,
    /// What stood in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<ProblemJson>,
    /// By how many seconds this machine's clock is wrong, where that is worth telling;
    /// positive when it is slow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clock_wrong_by_seconds: Option<i64>,
    /// A failure without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    /// Virtual machines that may have been meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) candidates: Vec<Candidate>,
}

impl ResultJson {
    /// What a connection's last view tells.
    pub(crate) fn of(view: &ConnectionView) -> Self {
        let path = view.tunnel.as_ref().and_then(|it| it.verdict.as_ref().ok());
        Self {
            vm: Some(view.vm.to_string()),
            vm_name: Some(view.vm_name.clone()),
            protocol: view.service.map(|Service { protocol, .. }| name(protocol)),
            port: view.service.map(|service| service.port),
            source: path.map(|path| path.source.to_string()),
            address: path.map(|path| path.target.to_string()),
            expires_at: view.expires_at.map(|at| at.to_string()),
            ending: named(view.ending),
            plan: view.plan.as_ref().map(PlanJson::from),
            client_code: view.client_code,
            problem: view.problem.as_ref().map(ProblemJson::from),
            ..Self::default()
        }
    }
}

impl Event {
    /// How far a VPN is.
    pub(crate) fn dial(view: &DialView) -> Self {
        Self::Dial {
            name: view.entry.name.clone(),
            client: name(view.entry.client),
            stage: match view.stage {
                DialStage::UnderWay => "under-way",
                DialStage::AwaitsAddress => "awaits-address",
                DialStage::AwaitsPerson => "awaits-person",
                DialStage::Done => "done",
                DialStage::Failed { .. } => "failed",
            },
        }
    }

    /// The event for a client that is about to be started.
    pub(crate) fn launch(view: &LaunchView) -> Self {
        Self::Launch {
            way: view.way,
            notes: view.notes.clone(),
        }
    }

    /// The events for a sign-in that has come to another stage.
    pub(crate) fn sign_in(view: &SignInView) -> Vec<Self> {
        let waiting = |what| Self::Waiting {
            what,
            until: view.until.map(|at| at.to_string()),
        };
        match &view.stage {
            SignInStage::Waiting => vec![waiting("another-sign-in")],
            SignInStage::Browser { page, opened } => vec![
                Self::Page {
                    page: page.clone(),
                    opened: *opened,
                },
                waiting("browser"),
            ],
            SignInStage::Code {
                user_code,
                page,
                opened,
            } => vec![
                Self::Code {
                    user_code: user_code.clone(),
                    page: page.clone(),
                    opened: *opened,
                },
                waiting("code"),
            ],
            SignInStage::Cli { command } => vec![
                Self::Command {
                    command: command.clone(),
                },
                waiting("command"),
            ],
            SignInStage::Redeeming => vec![Self::Redeeming],
            SignInStage::Opening
            | SignInStage::Done { .. }
            | SignInStage::Failed
            | SignInStage::Cancelled => Vec::new(),
        }
    }

    /// The event for a step.
    pub(crate) fn step(view: &StepView) -> Self {
        Self::Step {
            step: name(view.step),
            standing: name(view.standing),
            took_ms: i64::try_from(view.took.as_millis()).unwrap_or(i64::MAX),
        }
    }

    /// The event for a notice.
    pub(crate) fn notice(notice: &Notice) -> Self {
        match notice {
            Notice::EndsSoon {
                vm_name,
                expires_at,
                ..
            } => Self::Notice {
                notice: "ends-soon",
                vm_name: vm_name.clone(),
                expires_at: Some(expires_at.to_string()),
                problem: None,
            },
            Notice::Ended { vm_name, .. } => Self::Notice {
                notice: "ended",
                vm_name: vm_name.clone(),
                expires_at: None,
                problem: None,
            },
            Notice::Ready {
                vm_name,
                expires_at,
                ..
            } => Self::Notice {
                notice: "ready",
                vm_name: vm_name.clone(),
                expires_at: expires_at.map(|at| at.to_string()),
                problem: None,
            },
            Notice::Asks { vm_name, .. } => Self::Notice {
                notice: "asks",
                vm_name: vm_name.clone(),
                expires_at: None,
                problem: None,
            },
            Notice::Trouble {
                vm_name, problem, ..
            } => Self::Notice {
                notice: "trouble",
                vm_name: vm_name.clone(),
                expires_at: None,
                problem: Some(Box::new(ProblemJson::from(problem))),
            },
            Notice::SignIn { problem, .. } => Self::Notice {
                notice: "sign-in",
                vm_name: String::new(),
                expires_at: None,
                problem: Some(Box::new(ProblemJson::from(problem))),
            },
        }
    }
}
