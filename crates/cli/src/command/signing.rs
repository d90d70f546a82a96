//! Following one sign-in: by which way, what the person has to do, and how it ended.

use std::io;
use std::sync::Arc;

use gangway_engine::account::{Account, AccountId, AccountsView, Kept, Way};
use gangway_engine::id::SignInId;
use gangway_engine::intent::Intent;
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::sign_in::{SignInStage, SignInWish};
use gangway_engine::snapshot::Snapshot;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::follow::REDRAW;
use crate::desk::Desk;
use crate::exit::Stop;
use crate::interrupt::Interrupts;
use crate::progress::Progress;
use crate::say::{problem_sentence, say, ways_out};
use crate::show;

/// Follows a sign-in that was begun.
struct Signing<'a> {
    desk: &'a Desk,
    sign_in: SignInId,
    progress: Progress,
    changes: watch::Receiver<Arc<Snapshot>>,
    interrupts: Interrupts,
    cancelled: bool,
}

/// The way that was said, or the best that nothing stands against; which one, and why not
/// another, is told. Where the sign-in has to `last`, it must outlive this command.
pub(super) fn choose(
    desk: &Desk,
    view: &AccountsView,
    said: Option<Way>,
    last: bool,
) -> Result<Way, Stop> {
    let (chosen, against) = judge(view, said, last);
    let Some(chosen) = chosen else {
        return Err(match against.into_iter().next() {
            Some(hindrance) => hindrance.into(),
            None => Problem::new(Cause::NotSignedIn).into(),
        });
    };
    for hindrance in against {
        // Another way is taken by itself; what could be done for this one is told shortly.
        let sentence = problem_sentence(&hindrance, &desk.zone);
        let help = ways_out(&hindrance.ways_out()).into_iter().next();
        let told = format!("{sentence} {}", help.unwrap_or_default());
        desk.out.progress(told.trim_end())?;
    }
    let way = show::way_name(chosen);
    desk.out.progress(&say("cli.login.by", &[("way", &way)]))?;
    Ok(chosen)
}

/// The first way that nothing stands against, and what stands against those before it, each
/// once.
fn judge(view: &AccountsView, said: Option<Way>, last: bool) -> (Option<Way>, Vec<Problem>) {
    let mut against = Vec::new();
    let meant = |way: Way| said.is_none_or(|said| said == way);
    for offer in view.ways.iter().filter(|offer| meant(offer.way)) {
        let hindrance = match &offer.hindrance {
            Some(hindrance) => hindrance.clone(),
            None if last && is_lost_at_the_end(view, offer.way) => {
                Problem::new(Cause::KeyringMissing)
            }
            None => return (Some(offer.way), against),
        };
        if !against.contains(&hindrance) {
            against.push(hindrance);
        }
    }
    (None, against)
}

/// Whether a sign-in by this way would be kept in memory only, as there is no keyring.
pub(super) fn is_lost_at_the_end(view: &AccountsView, way: Way) -> bool {
    let ours = match way {
        Way::Browser | Way::DeviceCode => true,
        Way::AzureCli | Way::Environment | Way::Broker => false,
    };
    ours && view.kept == Kept::Memory
}

/// Says that a sign-in is about to be made that ends with this command.
pub(super) fn tell_loss(progress: &Progress, view: &AccountsView) -> io::Result<()> {
    let usable = view.ways.iter().find(|offer| offer.hindrance.is_none());
    if usable.is_some_and(|offer| is_lost_at_the_end(view, offer.way)) {
        progress.above(&say("cli.login.not-kept", &[]))?;
    }
    Ok(())
}

/// Signs in as wished; the account, once the runtime knows it.
pub(super) async fn sign_in(desk: &Desk, wish: SignInWish) -> Result<Account, Stop> {
    // Before the wish: nothing that comes of it may be missed.
    let interrupts = Interrupts::listen().await;
    let changes = desk.changes();
    let known = |snapshot: &Snapshot| {
        let ids = snapshot.accounts.sign_ins.iter().map(|view| view.id);
        ids.max()
    };
    let before = known(&desk.snapshot());
    desk.dispatch(Intent::SignIn(wish)).await;
    let begun = known(&desk.snapshot()).filter(|id| Some(*id) > before);
    let Some(sign_in) = begun else {
        return Err(anyhow::anyhow!("no sign-in was begun").into());
    };
    let signing = Signing {
        desk,
        sign_in,
        progress: Progress::new(desk.out, desk.zone.clone()),
        changes,
        interrupts,
        cancelled: false,
    };
    let account = signing.follow().await?;
    desk.account(&account).await
}

impl Signing<'_> {
    async fn follow(mut self) -> Result<AccountId, Stop> {
        let mut redraw = interval(REDRAW);
        redraw.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let snapshot = self.changes.borrow_and_update().clone();
            let all = &snapshot.accounts.sign_ins;
            let Some(view) = all.iter().find(|view| view.id == self.sign_in) else {
                return Err(anyhow::anyhow!("the sign-in is gone").into());
            };
            self.progress.sign_in(view, self.desk.now())?;
            if view.stage.is_over() {
                self.progress.stop()?;
            }
            match &view.stage {
                SignInStage::Done { account } => return Ok(account.clone()),
                SignInStage::Failed => return Err(failed(view.problem.as_ref())),
                SignInStage::Cancelled => return Err(Stop::Cancelled),
                SignInStage::Waiting
                | SignInStage::Opening
                | SignInStage::Browser { .. }
                | SignInStage::Code { .. }
                | SignInStage::Cli { .. }
                | SignInStage::Redeeming => {}
            }
            let draws = self.progress.is_live();
            tokio::select! {
                () = self.interrupts.next() => {
                    if self.cancelled {
                        return Err(Stop::Cancelled);
                    }
                    self.cancelled = true;
                    let sign_in = self.sign_in;
                    self.desk.dispatch(Intent::CancelSignIn { sign_in }).await;
                }
                changed = self.changes.changed() => {
                    changed.map_err(|_| io::Error::other("the runtime is gone"))?;
                }
                _ = redraw.tick(), if draws => {}
            }
        }
    }
}

fn failed(problem: Option<&Problem>) -> Stop {
    match problem {
        Some(problem) => problem.clone().into(),
        None => anyhow::anyhow!("the sign-in failed without a reason").into(),
    }
}

#[cfg(test)]
mod tests {
    use gangway_engine::account::WayOffer;

    use super::*;

    #[test]
    fn without_a_keyring_a_way_is_taken_that_needs_none() {
        let offer = |way, hindrance| WayOffer { way, hindrance };
        let mut view = AccountsView {
            ways: vec![
                offer(Way::Browser, None),
                offer(Way::AzureCli, None),
                offer(Way::DeviceCode, None),
            ],
            kept: Kept::Memory,
            ..AccountsView::default()
        };
        let missing = || Problem::new(Cause::KeyringMissing);
        assert_eq!(
            judge(&view, None, true),
            (Some(Way::AzureCli), vec![missing()])
        );
        assert_eq!(
            judge(&view, Some(Way::Browser), true),
            (None, vec![missing()])
        );
        // What is signed in for this command only may be kept nowhere.
        assert_eq!(judge(&view, None, false), (Some(Way::Browser), vec![]));
        let gone = Problem::new(Cause::NotSignedIn);
        view.ways[1].hindrance = Some(gone.clone());
        assert_eq!(judge(&view, None, true), (None, vec![missing(), gone]));
        view.kept = Kept::Keyring;
        assert_eq!(judge(&view, None, true), (Some(Way::Browser), vec![]));
    }
}
