//! A sign-in on the terminal: each stage told once, a line that counts, the code large and copied.

use std::io;
use std::time::Instant;

use gangway_engine::id::SignInId;
use gangway_engine::sign_in::{SignInStage, SignInView};
use jiff::Timestamp;

use super::Progress;
use crate::json::{Event, EventLine};
use crate::say::say;
use crate::show::{Told, sign_in_stage, spaced, waiting_line, waiting_once};

/// What was told of a sign-in last, and since when it stands there.
pub(super) struct Last {
    id: SignInId,
    stage: SignInStage,
    since: Instant,
}

impl Progress {
    /// Shows a sign-in as it stands now.
    pub(crate) fn sign_in(&mut self, view: &SignInView, now: Timestamp) -> io::Result<()> {
        let same = |last: &Last| last.id == view.id && last.stage == view.stage;
        if !self.sign_in.as_ref().is_some_and(same) {
            self.sign_in_stage(view, now)?;
            self.sign_in = Some(Last {
                id: view.id,
                stage: view.stage.clone(),
                since: Instant::now(),
            });
        }
        if let (Some(live), Some(last)) = (&mut self.live, &self.sign_in) {
            live.wait(waiting_line(view, last.since.elapsed(), now));
        }
        Ok(())
    }

    /// No sign-in is under way any more.
    pub(crate) fn no_sign_in(&mut self) {
        self.sign_in = None;
        if let Some(live) = &mut self.live {
            live.wait(None);
        }
    }

    fn sign_in_stage(&self, view: &SignInView, now: Timestamp) -> io::Result<()> {
        if self.out.json {
            return Event::sign_in(view)
                .into_iter()
                .try_for_each(|event| self.out.object(&EventLine::from(event)));
        }
        for told in sign_in_stage(view) {
            match told {
                Told::Text(text) => self.above(&text)?,
                Told::Exact(text) => self.above(&format!("  {text}"))?,
                Told::Code(code) => self.code(&code)?,
            }
        }
        if self.live.is_none()
            && let Some(line) = waiting_once(view, now, &self.zone)
        {
            self.out.progress(&line)?;
        }
        Ok(())
    }

    fn code(&self, code: &str) -> io::Result<()> {
        let copied = self.out.copy(code)?;
        self.above("")?;
        let large = format!("      {}", self.out.bold(&spaced(code)));
        match &self.live {
            Some(live) => live.above(|| self.out.as_it_is(&large))?,
            None => self.out.as_it_is(&large)?,
        }
        self.above("")?;
        if copied {
            self.above(&say("cli.login.code-copied", &[]))?;
        }
        Ok(())
    }
}
