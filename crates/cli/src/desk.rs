//! What every command works at: the runtime, the terminal, the person's time zone.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use gangway_engine::account::{Account, AccountId, AccountsView, Way};
use gangway_engine::effect::{LaunchPlan, Notice};
use gangway_engine::id::{ConnectionId, TenantId, VmId};
use gangway_engine::intent::Intent;
use gangway_engine::problem::Problem;
use gangway_engine::query::{Page, Query, VmEntry};
use gangway_engine::snapshot::{ConnectionView, Snapshot};
use gangway_engine::vm::{Protocol, Service};
use gangway_runtime::settings::LogLevel;
use gangway_runtime::{Home, LaunchPreview, Options, Place, Profile, Runtime, Secret};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::{broadcast, watch};

use crate::args::Globals;
use crate::choose::{meant, settle};
use crate::exit::Stop;
use crate::out::Out;
use crate::say::{problem_lines, say};

/// How long a change of accounts may take to be written and heard of: the keyring may have
/// to be unlocked by a person first.
const WRITTEN: Duration = Duration::from_secs(60);

/// How long nothing is said while Azure, or the keyring, is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// What every command works at.
pub(crate) struct Desk {
    runtime: Runtime,
    pub(crate) out: Out,
    pub(crate) zone: TimeZone,
}

impl Desk {
    /// Opens the runtime. A settings file with a mistake is told, and the defaults are in
    /// force; asks nothing of Azure.
    pub(crate) fn open(globals: &Globals, place: Place, out: Out) -> Result<Self, Stop> {
        let home = Home::find().map_err(named)?;
        let mut options = Options::new(home);
        options.cloud.clone_from(&globals.cloud);
        options.place = place;
        options.log_level = match globals.verbose {
            0 => None,
            1 => Some(LogLevel::Debug),
            _ => Some(LogLevel::Trace),
        };
        let (runtime, problems) = Runtime::open(options).map_err(named)?;
        let desk = Self {
            runtime,
            out,
            zone: TimeZone::system(),
        };
        for problem in problems {
            for line in problem_lines(&problem, &desk.zone) {
                desk.out.aside(&line)?;
            }
        }
        Ok(desk)
    }

    /// Ends what is under way and writes what has to be written.
    pub(crate) async fn close(self) {
        self.runtime.close().await;
    }

    /// Who is signed in, and how somebody could.
    pub(crate) async fn accounts(&self) -> Result<AccountsView, Stop> {
        // Without any way to sign in nothing was found out yet.
        self.accounts_once(|view| !view.ways.is_empty()).await
    }

    /// The same, the keyring having been asked whether it could keep a sign-in.
    pub(crate) async fn accounts_and_keyring(&self) -> Result<AccountsView, Stop> {
        let kept = self.runtime.ask_keyring().await;
        let told = |view: &AccountsView| !view.ways.is_empty() && view.kept == kept;
        self.accounts_once(told).await
    }

    /// The same, once a wish has made it as `wanted`. A problem that comes of the wish is its end.
    pub(crate) async fn accounts_after(
        &self,
        wish: Intent,
        wanted: impl Fn(&AccountsView) -> bool,
    ) -> Result<AccountsView, Stop> {
        let before = self.snapshot().accounts.problems.clone();
        self.dispatch(wish).await;
        let new = |view: &AccountsView| {
            let mut problems = view.problems.iter();
            problems.find(|it| !before.contains(it)).cloned()
        };
        let view = self
            .accounts_once(|view| wanted(view) || new(view).is_some())
            .await?;
        match new(&view) {
            Some(problem) if !wanted(&view) => Err(problem.into()),
            Some(_) | None => Ok(view),
        }
    }

    /// Signs an account out, and waits for the end of that.
    pub(crate) async fn sign_out(
        &self,
        account: &AccountId,
        end_session: bool,
    ) -> Result<(), Stop> {
        let wish = Intent::SignOut {
            account: account.clone(),
            end_session,
        };
        self.dispatch(wish).await;
        let is_over = |view: &AccountsView| !view.signing_out.contains(account);
        match self.accounts_once(is_over).await?.sign_out_problem {
            Some(problem) => Err(problem.into()),
            None => Ok(()),
        }
    }

    /// Forgets what is left of accounts that are gone. Gives the files that went.
    pub(crate) async fn forget_leftovers(&self) -> Result<Vec<PathBuf>, Stop> {
        Ok(self.runtime.forget_leftovers().await?)
    }

    async fn accounts_once(
        &self,
        wanted: impl Fn(&AccountsView) -> bool,
    ) -> Result<AccountsView, Stop> {
        let mut changes = self.changes();
        let found = changes.wait_for(|snapshot| wanted(&snapshot.accounts));
        match tokio::time::timeout(WRITTEN, found).await {
            Ok(Ok(snapshot)) => Ok(snapshot.accounts.clone()),
            Ok(Err(_)) => Err(anyhow::anyhow!("the runtime is gone").into()),
            Err(_) => Err(anyhow::anyhow!(say("cli.not-written", &[])).into()),
        }
    }

    /// An account, once the runtime knows it.
    pub(crate) async fn account(&self, id: &AccountId) -> Result<Account, Stop> {
        let is = |account: &&Account| account.id == *id;
        let view = self
            .accounts_once(|view| view.accounts.iter().any(|it| is(&it)))
            .await?;
        let found = view.accounts.iter().find(is);
        found
            .cloned()
            .ok_or_else(|| anyhow::anyhow!(say("cli.not-written", &[])).into())
    }

    /// Reads a list.
    pub(crate) async fn query(&self, query: Query) -> Result<Page, Stop> {
        let by_cli = self.snapshot().accounts.otherwise == Some(Way::AzureCli)
            && self.snapshot().accounts.accounts.is_empty();
        let said = if by_cli {
            "cli.asking-azure-by-cli"
        } else {
            "cli.asking-azure"
        };
        self.patient(said, self.runtime.query(query))
            .await?
            .map_err(Stop::from)
    }

    /// What comes of `work`; that it is waited for is told under `key` once it takes long.
    pub(crate) async fn patient<T>(
        &self,
        key: &str,
        work: impl Future<Output = T>,
    ) -> io::Result<T> {
        told_when_late(PATIENCE, work, || self.out.progress(&say(key, &[]))).await
    }

    /// The VM that is meant by a name or an id.
    pub(crate) async fn find(&self, name: &str) -> Result<VmEntry, Stop> {
        let query = Query::Find {
            name: name.to_owned(),
        };
        let Page::Found { exact, near } = self.query(query).await? else {
            return Err(odd_page());
        };
        let unseen = if exact.is_empty() {
            // Without an answer nothing more is said than that there is no such name.
            let view = self.accounts().await.ok();
            view.map_or(0, |view| not_looked_at(&view.accounts))
        } else {
            0
        };
        settle(meant(name, exact, near), unseen, self.out).await
    }

    /// The time, as Azure tells it.
    pub(crate) fn now(&self) -> Timestamp {
        self.runtime.clock().now()
    }

    /// The truth at this moment.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.runtime.snapshot()
    }

    /// The truth, whenever it changes.
    pub(crate) fn changes(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.runtime.changes()
    }

    /// What a person should hear of.
    pub(crate) fn notices(&self) -> broadcast::Receiver<Notice> {
        self.runtime.notices()
    }

    /// One connection, as it stands.
    pub(crate) fn connection(&self, id: ConnectionId) -> Option<ConnectionView> {
        let snapshot = self.snapshot();
        let found = snapshot.connections.iter().find(|view| view.id == id);
        found.cloned()
    }

    /// A wish.
    pub(crate) async fn dispatch(&self, intent: Intent) {
        self.runtime.dispatch(intent).await;
    }

    /// A wish that begins a connection.
    pub(crate) async fn begin(&self, intent: Intent) -> Result<ConnectionId, Stop> {
        let begun = self.runtime.dispatch(intent).await;
        begun.ok_or_else(|| anyhow::anyhow!("no connection was begun").into())
    }

    /// The name of the VPN that settings want connected, where they name one.
    pub(crate) fn vpn(&self) -> Option<String> {
        self.runtime.settings().engine.vpn.clone()
    }

    /// The port that settings give a protocol on this VM, or the usual one.
    pub(crate) fn service(&self, vm: &VmId, protocol: Protocol) -> Option<Service> {
        self.runtime.service(vm, protocol)
    }

    /// What starting the client would come to.
    pub(crate) async fn preview(&self, wanted: LaunchPlan) -> Result<LaunchPreview, Problem> {
        self.runtime.preview(wanted).await
    }

    /// Whether a request needs a reason.
    pub(crate) fn demands_reason(&self) -> bool {
        self.runtime.settings().engine.reason_required
    }

    /// By how many seconds this machine's clock is wrong, where Azure has told its time
    /// and it matters; positive when it is slow.
    pub(crate) fn clock_wrong_by(&self) -> Option<i64> {
        self.runtime.clock().wrong_by().map(|by| by.as_secs())
    }

    /// Keeps the password for the proxy in the keyring, or removes it.
    pub(crate) async fn set_proxy_password(&self, password: Option<Secret>) -> Result<(), Stop> {
        Ok(self.runtime.set_proxy_password(password).await?)
    }

    /// A record of this machine's network.
    pub(crate) fn network_record(&self, vm: Option<&VmId>) -> Result<String, Stop> {
        Ok(self.runtime.network_record(vm)?)
    }

    /// Reads VPN profiles and keeps what they say.
    pub(crate) fn import(&self, path: &Path) -> Result<Vec<Profile>, Stop> {
        Ok(self.runtime.import_profiles(path)?)
    }
}

/// How many tenants are known in which nobody is looked at.
fn not_looked_at(accounts: &[Account]) -> usize {
    let known = |on| {
        let all = accounts.iter().flat_map(|account| &account.tenants);
        all.filter(move |it| it.on == on).map(|it| &it.id)
    };
    let seen: BTreeSet<&TenantId> = known(true).collect();
    let unseen: BTreeSet<&TenantId> = known(false).filter(|id| !seen.contains(id)).collect();
    unseen.len()
}

/// What comes of `work`; where that takes longer than `patience`, `tell` says so once.
async fn told_when_late<T>(
    patience: Duration,
    work: impl Future<Output = T>,
    tell: impl FnOnce() -> io::Result<()>,
) -> io::Result<T> {
    let mut work = pin!(work);
    match tokio::time::timeout(patience, &mut work).await {
        Ok(done) => Ok(done),
        Err(_) => {
            tell()?;
            Ok(work.await)
        }
    }
}

/// The next notice; never one where the runtime is gone.
pub(crate) async fn heard(notices: &mut broadcast::Receiver<Notice>) -> Notice {
    loop {
        match notices.recv().await {
            Ok(notice) => return notice,
            // The oldest ones were not taken in time; the snapshot still tells the truth.
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// The answer to a query was one to another query.
pub(crate) fn odd_page() -> Stop {
    anyhow::anyhow!("the answer does not fit the question").into()
}

fn named(error: gangway_runtime::Error) -> Stop {
    error.problem().into()
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_takes_long_is_told_while_it_is_waited_for() {
        // It ends only once it was told.
        let (send, told) = oneshot::channel();
        let tell = || {
            send.send(()).unwrap();
            Ok(())
        };
        let late = told_when_late(Duration::from_millis(1), told, tell).await;
        assert_eq!(late.unwrap(), Ok(()));
        let soon = std::future::ready(7);
        let silent = told_when_late(PATIENCE, soon, || panic!("told")).await;
        assert_eq!(silent.unwrap(), 7);
    }
}
