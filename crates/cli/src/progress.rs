//! The progress of a connection: one live line per step on a terminal, plain lines
//! elsewhere, events under `--json`. Silent while a client holds the terminal.

use std::collections::BTreeMap;
use std::io;
use std::time::Instant;

use gangway_engine::dial::DialView;
use gangway_engine::problem::Problem;
use gangway_engine::snapshot::{ConnectionView, StateName, Step, StepStanding, StepView};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use jiff::tz::TimeZone;

use crate::json::{Event, EventLine, ProblemJson};
use crate::out::Out;
use crate::say::{clean, name, problem_lines, problem_sentence, say};
use crate::show::{left_out, left_out_line, running_line, step_line, steps_that_changed};

mod dial;
mod launch;
mod sign_in;

/// Shows what changed from one view to the next.
pub(crate) struct Progress {
    out: Out,
    zone: TimeZone,
    live: Option<Live>,
    last: Option<ConnectionView>,
    sign_in: Option<sign_in::Last>,
    dial: Option<DialView>,
}

impl Progress {
    /// Nothing shown yet.
    pub(crate) fn new(out: Out, zone: TimeZone) -> Self {
        Self {
            out,
            zone,
            live: out.live.then(Live::new),
            last: None,
            sign_in: None,
            dial: None,
        }
    }

    /// Whether lines are drawn that have to be redrawn as time passes.
    pub(crate) fn is_live(&self) -> bool {
        self.live.is_some()
    }

    /// Shows a view.
    pub(crate) fn show(&mut self, view: &ConnectionView) -> io::Result<()> {
        let changed = steps_that_changed(self.last.as_ref(), view);
        if self.out.json {
            self.events(view, &changed)?;
        } else if let Some(live) = &mut self.live {
            live.draw(view);
        } else {
            for step in changed {
                if step.standing != StepStanding::Ahead {
                    self.out.progress(&step_line(step))?;
                }
            }
            for step in left_out(view) {
                self.out.progress(&left_out_line(step))?;
            }
        }
        self.trouble(view)?;
        self.launch(view.launch.as_ref())?;
        self.last = Some(view.clone());
        Ok(())
    }

    /// Draws no more: a client takes the terminal, or the end is reached.
    pub(crate) fn stop(&mut self) -> io::Result<()> {
        match self.live.take() {
            Some(live) => live.stop(self.out),
            None => Ok(()),
        }
    }

    /// Draws again, after a question was answered.
    pub(crate) fn resume(&mut self) {
        if self.out.live && self.live.is_none() {
            self.live = Some(Live::new());
        }
    }

    fn events(&self, view: &ConnectionView, changed: &[&StepView]) -> io::Result<()> {
        if self.last.as_ref().map(|last| last.state) != Some(view.state) {
            let state = name(view.state);
            self.out.object(&EventLine::from(Event::State { state }))?;
        }
        for step in changed {
            self.out.object(&EventLine::from(Event::step(step)))?;
        }
        Ok(())
    }

    /// A problem or a note is told once, when it comes, while the connection goes on.
    fn trouble(&self, view: &ConnectionView) -> io::Result<()> {
        let last = self.last.as_ref();
        if let Some(problem) = news(last.and_then(|it| it.problem.as_ref()), &view.problem) {
            if self.out.json {
                let problem = Box::new(ProblemJson::from(problem));
                self.out
                    .object(&EventLine::from(Event::Problem { problem }))?;
            } else if view.state == StateName::SigningIn {
                // The way out is being taken already.
                let sentence = problem_sentence(problem, &self.zone);
                self.above(&format!("{sentence} [{}]", problem.code()))?;
                self.above(&say("cli.login.goes-on", &[]))?;
            } else {
                for line in problem_lines(problem, &self.zone) {
                    self.above(&line)?;
                }
            }
        }
        if let Some(note) = news(last.and_then(|it| it.note.as_ref()), &view.note) {
            if self.out.json {
                let problem = Box::new(ProblemJson::from(note));
                self.out.object(&EventLine::from(Event::Note { problem }))?;
            } else if !self.out.quiet {
                self.above(&problem_sentence(note, &self.zone))?;
            }
        }
        Ok(())
    }

    /// A line above what is redrawn.
    pub(crate) fn above(&self, line: &str) -> io::Result<()> {
        match &self.live {
            Some(live) => live.above(|| self.out.aside(line)),
            None => self.out.aside(line),
        }
    }
}

/// What is there now and was not there before, judged by its code: a number in it that
/// counts on is no news.
fn news<'a>(before: Option<&Problem>, now: &'a Option<Problem>) -> Option<&'a Problem> {
    now.as_ref()
        .filter(|problem| before.map(Problem::code) != Some(problem.code()))
}

/// Lines that are redrawn in place.
struct Live {
    all: MultiProgress,
    /// Each line, and when its step began: a view tells how long only when it changes.
    bars: BTreeMap<Step, (ProgressBar, Instant)>,
    /// The line for a sign-in that somebody is waited for.
    waiting: Option<ProgressBar>,
}

impl Live {
    fn new() -> Self {
        Self {
            all: MultiProgress::new(),
            bars: BTreeMap::new(),
            waiting: None,
        }
    }

    fn draw(&mut self, view: &ConnectionView) {
        for step in &view.steps {
            if step.standing == StepStanding::Ahead && !self.bars.contains_key(&step.step) {
                continue;
            }
            let all = &self.all;
            let (bar, began) = self
                .bars
                .entry(step.step)
                .or_insert_with(|| (all.add(spinner()), Instant::now()));
            if bar.is_finished() {
                if step.standing != StepStanding::Running {
                    continue;
                }
                // It is done once more, and only what turns can be finished.
                bar.reset();
                *began = Instant::now();
            }
            match step.standing {
                StepStanding::Ahead | StepStanding::Running => {
                    bar.set_message(clean(&running_line(step, began.elapsed())).into_owned());
                    bar.tick();
                }
                StepStanding::Done | StepStanding::Skipped | StepStanding::Failed => {
                    bar.finish_with_message(clean(&step_line(step)).into_owned());
                }
            }
        }
        for step in left_out(view) {
            self.leave_out(step);
        }
    }

    /// A step that a dry run leaves out, with a line of its own that stays.
    fn leave_out(&mut self, step: &StepView) {
        let all = &self.all;
        let (bar, _) = self
            .bars
            .entry(step.step)
            .or_insert_with(|| (all.add(spinner()), Instant::now()));
        bar.finish_with_message(clean(&left_out_line(step)).into_owned());
    }

    /// The line of a sign-in, or none any more.
    fn wait(&mut self, line: Option<String>) {
        match line {
            Some(line) => {
                let all = &self.all;
                let bar = self.waiting.get_or_insert_with(|| all.add(spinner()));
                bar.set_message(clean(&line).into_owned());
                bar.tick();
            }
            None => {
                if let Some(bar) = self.waiting.take() {
                    bar.finish_and_clear();
                    self.all.remove(&bar);
                }
            }
        }
    }

    /// Writes above what is redrawn. A line of its own, ended as such: what is copied from
    /// the terminal, such as an address, is that and nothing beside it.
    fn above(&self, write: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        self.all.suspend(write)
    }

    /// What is drawn stays; what still turns is taken away. The last line that was drawn
    /// has no end of its own.
    fn stop(mut self, out: Out) -> io::Result<()> {
        self.wait(None);
        let stays = self.bars.values().any(|(bar, _)| bar.is_finished());
        for (bar, _) in self.bars.values() {
            if !bar.is_finished() {
                bar.finish_and_clear();
            }
        }
        if stays { out.aside("") } else { Ok(()) }
    }
}

fn spinner() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {msg}") {
        bar.set_style(style);
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{step, view};

    #[test]
    fn a_step_that_is_done_once_more_is_finished_once_more() {
        let mut live = Live::new();
        let at = |standing, millis| ConnectionView {
            steps: vec![step(Step::Vm, standing, millis)],
            ..view()
        };
        for standing in [StepStanding::Done, StepStanding::Running] {
            live.draw(&at(standing, 200));
        }
        let (bar, began) = live.bars[&Step::Vm].clone();
        assert!(!bar.is_finished());
        assert!(began.elapsed() < std::time::Duration::from_secs(60));
        let last = at(StepStanding::Done, 700);
        live.draw(&last);
        assert!(bar.is_finished());
        assert_eq!(bar.message(), step_line(&last.steps[0]));
    }
}
