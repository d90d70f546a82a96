//! How long each step of a connection took, and how it stands.

use crate::snapshot::{Ending, Step, StepStanding, StepView};
use crate::time::Moment;

const ORDER: [Step; 5] = [
    Step::Vm,
    Step::Tunnel,
    Step::Request,
    Step::Proof,
    Step::Launch,
];

/// The steps with their times.
#[derive(Debug)]
pub(super) struct Steps {
    timed: [Timed; 5],
    /// Since when nothing goes on by itself.
    stopped: Option<Moment>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Timed {
    standing: Option<StepStanding>,
    begun: Moment,
    done: Option<Moment>,
}

impl Steps {
    pub(super) fn new(at: Moment) -> Self {
        let mut steps = Self {
            timed: [Timed::default(); 5],
            stopped: None,
        };
        steps.begin(Step::Vm, at);
        steps
    }

    /// The step is under way; a step that was done before begins anew, and with it
    /// all that follow.
    pub(super) fn begin(&mut self, step: Step, at: Moment) {
        let waited = self.stopped.take().is_some();
        for (later, timed) in ORDER.iter().zip(&mut self.timed) {
            if *later > step {
                *timed = Timed::default();
            }
        }
        let timed = self.timed(step);
        // What a person took to answer is not the step's time.
        if waited || timed.standing != Some(StepStanding::Running) {
            *timed = Timed {
                standing: Some(StepStanding::Running),
                begun: at,
                done: None,
            };
        }
    }

    pub(super) fn done(&mut self, step: Step, at: Moment) {
        self.finish(step, StepStanding::Done, at);
    }

    pub(super) fn skip(&mut self, step: Step, at: Moment) {
        self.finish(step, StepStanding::Skipped, at);
    }

    /// From here on somebody is waited for, or nothing.
    pub(super) fn stop(&mut self, at: Moment) {
        self.stopped.get_or_insert(at);
    }

    fn finish(&mut self, step: Step, standing: StepStanding, at: Moment) {
        self.stopped = None;
        let timed = self.timed(step);
        if timed.standing == Some(StepStanding::Running) || timed.standing.is_none() {
            if timed.standing.is_none() {
                timed.begun = at;
            }
            timed.standing = Some(standing);
            timed.done = Some(at);
        }
    }

    /// A plan is told and no more: what it leaves for later has not begun.
    pub(super) fn leave(&mut self, step: Step) {
        *self.timed(step) = Timed::default();
    }

    /// As shown; a problem marks the last step that is under way. What was not begun by
    /// the end was not needed, unless only a plan was wanted. While it `waits` for a person, or
    /// is over, no time goes by.
    pub(super) fn view(
        &self,
        at: Moment,
        waits: bool,
        failed: bool,
        ending: Option<Ending>,
    ) -> Vec<StepView> {
        let over = !matches!(ending, None | Some(Ending::Planned));
        let until = self.stopped.filter(|_| waits).unwrap_or(at);
        let last = self
            .timed
            .iter()
            .rposition(|timed| timed.standing == Some(StepStanding::Running));
        ORDER
            .iter()
            .zip(&self.timed)
            .enumerate()
            .map(|(index, (step, timed))| {
                let standing = match timed.standing {
                    None if over => StepStanding::Skipped,
                    None => StepStanding::Ahead,
                    Some(StepStanding::Running) if failed && last == Some(index) => {
                        StepStanding::Failed
                    }
                    Some(StepStanding::Running) if over => StepStanding::Skipped,
                    Some(standing) => standing,
                };
                StepView {
                    step: *step,
                    standing,
                    took: match timed.standing {
                        None => jiff::SignedDuration::ZERO,
                        Some(_) => timed.done.unwrap_or(until).since(timed.begun),
                    },
                }
            })
            .collect()
    }

    fn timed(&mut self, step: Step) -> &mut Timed {
        let index = match step {
            Step::Vm => 0,
            Step::Tunnel => 1,
            Step::Request => 2,
            Step::Proof => 3,
            Step::Launch => 4,
        };
        &mut self.timed[index]
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn took(steps: &Steps, at: Moment, waits: bool) -> SignedDuration {
        steps.view(at, waits, waits, None)[2].took
    }

    #[test]
    fn the_time_of_a_step_stops_when_a_person_is_asked() {
        let second = |n| Moment::default().plus(SignedDuration::from_secs(n));
        let mut steps = Steps::new(second(0));
        steps.done(Step::Vm, second(1));
        steps.begin(Step::Request, second(2));
        steps.stop(second(3));
        steps.stop(second(60));
        assert_eq!(took(&steps, second(90), true), SignedDuration::from_secs(1));
        steps.begin(Step::Request, second(100));
        assert_eq!(
            took(&steps, second(104), false),
            SignedDuration::from_secs(4)
        );
    }
}
