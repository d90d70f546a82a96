//! Following one connection: shows each change, asks what has to be asked, hears Ctrl-C,
//! and ends when nothing is left to wait for.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use gangway_engine::effect::Notice;
use gangway_engine::id::ConnectionId;
use gangway_engine::intent::{Answer, ConnectWish, Intent};
use gangway_engine::problem::Problem;
use gangway_engine::snapshot::{ConnectionView, Ending, Question, Snapshot, StateName};
use gangway_runtime::LaunchPreview;
use tokio::sync::{broadcast, watch};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::preview::preview;
use super::signing::tell_loss;
use crate::ask::{Asked, Typing, ask, may_displace, typed};
use crate::desk::{Desk, heard};
use crate::effective;
use crate::exit::{Outcome, Stop};
use crate::interrupt::Interrupts;
use crate::json::{Event, EventLine, LaunchJson, ResultJson, outcome_name};
use crate::next::{Next, holds_terminal, next};
use crate::progress::Progress;
use crate::say::say;
use crate::show;

/// How often live lines are redrawn. This is the one timer of the command line: elapsed
/// time is shown, and nothing else tells that it passes.
pub(super) const REDRAW: Duration = Duration::from_millis(100);

/// Follows a connection that was begun.
pub(super) struct Follow<'a> {
    desk: &'a Desk,
    wish: ConnectWish,
    connection: ConnectionId,
    progress: Progress,
    changes: watch::Receiver<Arc<Snapshot>>,
    notices: broadcast::Receiver<Notice>,
    interrupts: Interrupts,
    /// The question that stands, and the answer that is being typed.
    asking: Option<(Asked, Typing)>,
    /// What a person said no to, so that it is not asked again.
    declined: Option<Asked>,
    /// Whether the arrival was told.
    arrived: bool,
    /// Whether a wrong clock was told of.
    clock_told: bool,
    /// Whether the person called it off.
    cancelled: bool,
    /// How the client would be started, after a dry run.
    preview: Option<Result<LaunchPreview, Problem>>,
}

/// What woke the loop.
enum Woken {
    Changed,
    Notice(Notice),
    Interrupted,
    Answered(String),
}

impl<'a> Follow<'a> {
    /// Hands the wish over and follows the connection that it begins.
    pub(super) async fn begin(
        desk: &'a Desk,
        intent: Intent,
        wish: ConnectWish,
    ) -> Result<Self, Stop> {
        // Before the wish: nothing that comes of it may be missed.
        let interrupts = Interrupts::listen().await;
        let notices = desk.notices();
        let connection = desk.begin(intent).await?;
        Ok(Self {
            desk,
            connection,
            progress: Progress::new(desk.out, desk.zone.clone()),
            wish,
            changes: desk.changes(),
            notices,
            interrupts,
            asking: None,
            declined: None,
            arrived: false,
            clock_told: false,
            cancelled: false,
            preview: None,
        })
    }

    /// Goes on until it is over, or nothing is left to wait for.
    pub(super) async fn follow(mut self) -> Result<Outcome, Stop> {
        let mut redraw = interval(REDRAW);
        redraw.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let Some(view) = self.desk.connection(self.connection) else {
                return Err(anyhow::anyhow!("the connection is gone").into());
            };
            self.show(&view)?;
            match next(&view, &self.wish, self.desk.out.can_ask && !self.cancelled) {
                Next::Wait => self.asking = None,
                Next::Ask => {
                    if !self.ask(&view)? {
                        return self.give_up(&view).await;
                    }
                }
                Next::Answer(answer) => self.answer_unasked(&view, answer).await?,
                Next::NeedsProtocol => {
                    self.cancel().await;
                    let words = say("cli.which-service", &[("vm", &view.vm_name)]);
                    return Err(Stop::Usage(words));
                }
                Next::End(outcome) => return self.end(&view, outcome).await,
            }
            match self.woken(&mut redraw).await? {
                Woken::Changed => {}
                Woken::Notice(notice) => self.tell(&view, &notice)?,
                Woken::Answered(words) => {
                    if !self.answered(&view, &words).await? && view.problem.is_some() {
                        return self.give_up(&view).await;
                    }
                }
                Woken::Interrupted if self.is_clients(&view) => {
                    // It is ssh's: whoever typed it meant what runs there.
                }
                Woken::Interrupted if self.cancelled => return Err(Stop::Cancelled),
                Woken::Interrupted if view.state == StateName::Open => {
                    return self.stop_watching(&view).await;
                }
                Woken::Interrupted => self.cancel().await,
            }
        }
    }

    /// Whether the terminal is the client's. Under `--json` a session has one of its own.
    fn is_clients(&self, view: &ConnectionView) -> bool {
        let here = !self.desk.out.json || !self.wish.command.is_empty();
        here && holds_terminal(view, &self.wish)
    }

    async fn woken(&mut self, redraw: &mut Interval) -> io::Result<Woken> {
        let draws = self.progress.is_live() && self.asking.is_none();
        let answer = async {
            match &mut self.asking {
                Some((_, typing)) => typed(typing).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            words = answer => Ok(Woken::Answered(words?)),
            () = self.interrupts.next() => Ok(Woken::Interrupted),
            notice = heard(&mut self.notices) => Ok(Woken::Notice(notice)),
            changed = self.changes.changed() => match changed {
                Ok(()) => Ok(Woken::Changed),
                Err(_) => Err(io::Error::other("the runtime is gone")),
            },
            _ = redraw.tick(), if draws => Ok(Woken::Changed),
        }
    }

    fn show(&mut self, view: &ConnectionView) -> io::Result<()> {
        // A client that holds the terminal, and a question that stands on it, are left alone.
        if self.asking.is_some() {
            return Ok(());
        }
        let out = self.desk.out;
        if self.arrived && self.is_clients(view) && !out.json {
            return Ok(());
        }
        self.progress.show(view)?;
        self.progress.dial(self.desk.snapshot().dial.as_ref())?;
        self.show_sign_in(view)?;
        self.tell_clock()?;
        let proved = matches!(view.state, StateName::Launching | StateName::Open);
        if proved && !self.arrived {
            self.arrived = true;
            self.progress.stop()?;
            for line in show::arrived(view, self.desk.now(), &self.desk.zone) {
                out.progress(&line)?;
            }
        }
        Ok(())
    }

    /// The sign-in that the connection waits for.
    fn show_sign_in(&mut self, view: &ConnectionView) -> io::Result<()> {
        let snapshot = self.desk.snapshot();
        let waits = view.state == StateName::SigningIn;
        match show::sign_in_under_way(&snapshot.accounts.sign_ins).filter(|_| waits) {
            Some(sign_in) => self.progress.sign_in(sign_in, self.desk.now()),
            None => {
                self.progress.no_sign_in();
                Ok(())
            }
        }
    }

    /// Says once that this machine's clock is wrong: the times told are Azure's.
    fn tell_clock(&mut self) -> io::Result<()> {
        if self.clock_told || self.desk.out.json {
            return Ok(());
        }
        if let Some(by) = self.desk.clock_wrong_by() {
            self.clock_told = true;
            self.progress.above(&show::wrong_clock(by))?;
        }
        Ok(())
    }

    /// Puts the question that the connection stands at; false where there is none to put.
    fn ask(&mut self, view: &ConnectionView) -> io::Result<bool> {
        let may_sign_in = self.wish.attended;
        let Some(asked) = Asked::of(view, may_sign_in, self.desk.now(), &self.desk.zone) else {
            return Ok(false);
        };
        let stands = self.asking.as_ref().map(|(stands, _)| stands);
        if stands != Some(&asked) && self.declined.as_ref() != Some(&asked) {
            self.progress.stop()?;
            let typing = ask(self.desk.out, &asked.text);
            self.asking = Some((asked, typing));
        }
        Ok(true)
    }

    /// Takes what was typed; false where it was no and nothing goes on without a yes.
    async fn answered(&mut self, view: &ConnectionView, words: &str) -> io::Result<bool> {
        let Some((asked, _)) = self.asking.take() else {
            return Ok(true);
        };
        Ok(match asked.read(words) {
            Some(answer) => {
                self.progress.resume();
                self.answer(answer).await?;
                true
            }
            // What is open stays open after a no, and a tunnel may come by itself.
            None if matches!(view.state, StateName::Open | StateName::Tunnel) => {
                self.declined = Some(asked);
                true
            }
            None => {
                self.cancel().await;
                false
            }
        })
    }

    /// Nobody can be asked, and telling is enough.
    async fn answer_unasked(&mut self, view: &ConnectionView, answer: Answer) -> io::Result<()> {
        if answer == Answer::SignIn {
            // Once: a sign-in that fails is the end, and no window opens after the other.
            self.wish.attended = false;
        }
        if let Some(Question::MayDisplace { by, until }) = &view.question {
            let out = self.desk.out;
            if out.json {
                out.object(&EventLine::from(Event::MayDisplace {
                    by: by.clone(),
                    until: until.to_string(),
                }))?;
            } else {
                let now = self.desk.now();
                let said = may_displace(by.as_deref(), *until, now, &self.desk.zone);
                // Under --quiet as well: it concerns somebody else.
                self.progress.above(&said)?;
            }
        }
        self.answer(answer).await
    }

    async fn answer(&self, answer: Answer) -> io::Result<()> {
        if answer == Answer::SignIn {
            // The keyring may stay silent; that is no reason not to sign in.
            if let Ok(view) = self.desk.accounts_and_keyring().await {
                tell_loss(&self.progress, &view)?;
            }
        }
        self.desk
            .dispatch(Intent::Answer {
                connection: self.connection,
                answer,
            })
            .await;
        Ok(())
    }

    async fn cancel(&mut self) {
        self.cancelled = true;
        self.asking = None;
        self.desk
            .dispatch(Intent::Cancel {
                connection: self.connection,
            })
            .await;
    }

    fn tell(&self, view: &ConnectionView, notice: &Notice) -> io::Result<()> {
        let out = self.desk.out;
        if out.json {
            return out.object(&EventLine::from(Event::notice(notice)));
        }
        let said = show::notice(notice, self.desk.now(), &self.desk.zone);
        if !self.is_clients(view) || !self.wish.command.is_empty() {
            return out.progress(&said);
        }
        match notice {
            Notice::EndsSoon { .. } | Notice::Ended { .. } => out.across(&said),
            Notice::Ready { .. }
            | Notice::Asks { .. }
            | Notice::Trouble { .. }
            | Notice::SignIn { .. } => Ok(()),
        }
    }

    /// The client and the access go on without us.
    async fn stop_watching(mut self, view: &ConnectionView) -> Result<Outcome, Stop> {
        let said = match view.expires_at {
            Some(at) => {
                let until = show::when(at, self.desk.now(), &self.desk.zone);
                say("cli.stopped-watching", &[("until", &until)])
            }
            None => say("cli.stopped-watching-open", &[]),
        };
        self.progress.stop()?;
        self.desk.out.progress(&said)?;
        self.cancel().await;
        self.result(view, Outcome::Done)
    }

    /// A problem that stands and that nobody here can do anything about.
    async fn give_up(mut self, view: &ConnectionView) -> Result<Outcome, Stop> {
        self.cancel().await;
        self.end(view, Outcome::Problem).await
    }

    async fn end(mut self, view: &ConnectionView, outcome: Outcome) -> Result<Outcome, Stop> {
        self.progress.stop()?;
        let extended;
        let view = if view.ending == Some(Ending::Extended) {
            extended = ConnectionView {
                expires_at: effective::end(view, &self.desk.snapshot().accesses),
                ..view.clone()
            };
            &extended
        } else {
            view
        };
        if outcome == Outcome::Problem && view.state != StateName::Ended {
            self.cancel().await;
        }
        self.preview = preview(self.desk, view, &self.wish).await;
        let out = self.desk.out;
        let now = self.desk.now();
        match (outcome, view.ending) {
            (_, Some(Ending::Planned)) if out.json => {}
            (_, Some(Ending::Planned)) => {
                let launch = self.preview.as_ref();
                out.lines(&show::plan(view, launch, &self.desk.zone))?;
            }
            (Outcome::Cancelled, _) => {
                let asked = view.request.is_some();
                let key = if asked {
                    "cli.cancelled-after-request"
                } else {
                    "cli.cancelled"
                };
                out.progress(&say(key, &[]))?;
            }
            (_, Some(Ending::Extended)) => {
                out.progress(&show::extended(view, now, &self.desk.zone))?;
            }
            (_, Some(Ending::AccessEnded)) => {
                out.progress(&say("notice.ended", &[("vm", &view.vm_name)]))?;
                out.progress(&say("access.at-the-end", &[]))?;
            }
            (_, _) => {}
        }
        self.result(view, outcome)
    }

    fn result(&self, view: &ConnectionView, outcome: Outcome) -> Result<Outcome, Stop> {
        if self.desk.out.json {
            let result = ResultJson {
                outcome: outcome_name(outcome),
                exit_code: outcome.code(),
                dry_run: self.wish.dry_run,
                launch: self.preview.as_ref().map(LaunchJson::from),
                clock_wrong_by_seconds: self.desk.clock_wrong_by(),
                ..ResultJson::of(view)
            };
            let event = Event::Result(Box::new(result));
            self.desk.out.object(&EventLine::from(event))?;
        }
        Ok(outcome)
    }
}
