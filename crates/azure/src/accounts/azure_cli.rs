//! The account of Azure CLI: who it is, and waiting until somebody has signed in there anew.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gangway_engine::account::{AccountId, Way};
use gangway_engine::id::TenantId;
use gangway_engine::problem::{Cause, ForbiddenWhy, Problem};
use serde::Deserialize;
use tokio::time::MissedTickBehavior;

use super::SignedIn;
use super::id_token::{check_access, mistrusted};
use super::protocol::is_tenant;
use crate::Azure;
use crate::credentials::adapter::login_line;
use crate::credentials::azure_cli::{AzureCli, Settings};
use crate::credentials::{AccessToken, Claims};
use crate::error::Error;
use crate::secret::Secret;

/// How long a person has to run a command. It ends a little before the ten minutes that
/// the engine gives.
pub const AZURE_CLI_LIMIT: Duration = Duration::from_secs(10 * 60 - 5);
/// How often Azure CLI's files are looked at. Running it takes the better part of a second
/// of a whole core, so it is run only when they have changed.
const LOOK: Duration = Duration::from_secs(1);
/// How often it is run again because its files changed while it ran.
const AGAIN: u32 = 2;

/// Who a token of Azure CLI's is for
/// (<https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference>).
#[derive(Deserialize)]
struct Whose {
    tid: String,
    oid: String,
    upn: Option<String>,
    unique_name: Option<String>,
    appid: Option<String>,
    name: Option<String>,
}

impl Azure {
    /// The account that Azure CLI is signed in with now, at `tenant`, or at its own where
    /// `None`. Its token is kept, as after any sign-in, unless `expect` is another account.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] or [`Error::Entra`] where there is none there, or Azure CLI
    /// is missing; [`Error::SignInMistrusted`] where it is not the account expected.
    pub async fn azure_cli_account(
        &self,
        tenant: Option<&TenantId>,
        expect: Option<&AccountId>,
    ) -> Result<SignedIn, Error> {
        let cli = AzureCli::new(self.cloud());
        let token = cli.any_token(tenant, &self.cloud().scope()).await?;
        self.of_azure_cli(token, expect).await
    }

    /// The command that signs in to Azure CLI; with `claims`, so that a challenge is answered.
    #[must_use]
    pub fn azure_cli_command(&self, tenant: Option<&TenantId>, claims: Option<&Claims>) -> String {
        // What is no tenant is typed by nobody: the line is there to be run.
        match (tenant.filter(|tenant| is_tenant(tenant)), claims) {
            (Some(tenant), Some(claims)) => login_line(tenant, &self.cloud().scope(), claims),
            (Some(tenant), None) => format!("az login --tenant {tenant}"),
            (None, _) => "az login".to_owned(),
        }
    }

    /// Waits until Azure CLI has a token of `tenant` (of its own tenant where `None`) that
    /// is not the one kept here, for at most [`AZURE_CLI_LIMIT`]; then that one is kept,
    /// unless it is of another account than `expect`.
    /// `ready` is called once no sign-in can be missed any more: the time to tell the command.
    ///
    /// # Errors
    /// [`Error::SignInTimedOut`] where nobody signed in there, or its problem with what Azure
    /// CLI said last; [`Error::SignInMistrusted`] where somebody else than expected did;
    /// `way-forbidden` at once where Azure CLI cannot be run, and `answer-unusable` where what
    /// it prints cannot be read.
    pub async fn await_azure_cli(
        &self,
        tenant: Option<&TenantId>,
        expect: Option<&AccountId>,
        ready: impl FnOnce(),
    ) -> Result<SignedIn, Error> {
        let cli = AzureCli::new(self.cloud());
        let scope = self.cloud().scope();
        let kept = match tenant {
            Some(tenant) => self.arm.tokens.kept(tenant).await,
            None => None,
        };
        let fetch = || cli.any_token(tenant, &scope);
        let look = || Settings::of_this_person().map(|settings| settings.look());
        let mut last = None;
        let changed = until_changed(fetch, look, kept, ready, &mut last);
        match tokio::time::timeout(AZURE_CLI_LIMIT, changed).await {
            Ok(token) => self.of_azure_cli(token.map_err(named)?, expect).await,
            Err(_) => Err(last.map_or(Error::SignInTimedOut { way: Way::AzureCli }, timed_out)),
        }
    }

    /// Whose the token is. In a tenant where it is a guest an account has another id, which
    /// tells nothing of its own one: only at home can it be compared with who is expected.
    async fn of_azure_cli(
        &self,
        token: AccessToken,
        expect: Option<&AccountId>,
    ) -> Result<SignedIn, Error> {
        let untold = || Error::NotSignedIn {
            observed: "the token of azure cli does not tell whose it is".to_owned(),
        };
        let whose: Whose = token
            .secret
            .expose()
            .split('.')
            .nth(1)
            .and_then(|part| URL_SAFE_NO_PAD.decode(part).ok())
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(untold)?;
        let tenant = TenantId::new(&whose.tid);
        let account = AccountId::new(&whose.oid, &tenant).map_err(|_| untold())?;
        if expect.is_some_and(|expect| expect.tenant() == tenant && *expect != account) {
            return Err(mistrusted(
                "another account than the one asked for signed in to azure cli",
            ));
        }
        check_access(&token, &tenant, self.cloud())?;
        self.arm.tokens.put(&tenant, token).await;
        let username = whose.upn.or(whose.unique_name).or(whose.appid);
        Ok(SignedIn {
            account,
            username: username.as_deref().map(super::shown).unwrap_or_default(),
            name: whose.name.as_deref().map(super::shown),
            tenant,
            stored: None,
        })
    }
}

/// Waiting helps nobody where Azure CLI cannot be used: why, by name.
fn named(error: Error) -> Error {
    let Error::AzureCli { runs, observed } = error else {
        return error;
    };
    let problem = if runs {
        Problem::new(Cause::AnswerUnusable {
            host: "azure cli".to_owned(),
            came: observed,
        })
    } else {
        Problem::new(Cause::WayForbidden {
            way: Way::AzureCli,
            why: ForbiddenWhy::NotSetUp,
        })
        .observed(observed)
    };
    Error::Named(Box::new(problem))
}

/// The time is over, and this is what Azure CLI said last.
fn timed_out(last: Error) -> Error {
    let seen = last.problem().details.observed;
    let problem = Problem::new(Cause::SignInTimedOut { way: Way::AzureCli });
    Error::Named(Box::new(
        problem.observed(seen.unwrap_or_else(|| last.to_string())),
    ))
}

/// A token that is not `old`. Where no old one is known, the one that there is now is it;
/// where there is none now, any is new. One run to begin with, then one for each change.
/// `last` is why the last run brought none; where no further run can, that is the end.
async fn until_changed<Fut, L>(
    fetch: impl Fn() -> Fut,
    look: impl Fn() -> L,
    mut old: Option<Secret>,
    ready: impl FnOnce(),
    last: &mut Option<Error>,
) -> Result<AccessToken, Error>
where
    Fut: Future<Output = Result<AccessToken, Error>>,
    L: PartialEq,
{
    // No event tells of another program's files on every system: this looks by the clock.
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seen = None;
    if old.is_none() {
        match fetch().await {
            Ok(token) => old = Some(token.secret),
            Err(error @ Error::AzureCli { .. }) => return Err(error),
            Err(error) => *last = Some(error),
        }
        seen = Some(look());
    }
    ready();
    let mut again = 0;
    loop {
        let before = look();
        if seen.as_ref() != Some(&before) {
            match fetch().await {
                Ok(token) if old.as_ref() != Some(&token.secret) => return Ok(token),
                Ok(_) => *last = None,
                Err(error @ Error::AzureCli { .. }) => return Err(error),
                Err(error) => *last = Some(error),
            }
            // Azure CLI writes its files when it is asked for a token, too. Or somebody signed
            // in while it ran: asked once more, it tells.
            let after = look();
            let wrote = after != before && again < AGAIN;
            again = if wrote { again + 1 } else { 0 };
            seen = Some(if wrote { before } else { after });
        }
        looks.tick().await;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;
    use crate::http::wait;

    /// An Azure CLI whose token and files change when told.
    #[derive(Default)]
    struct Fake {
        token: RefCell<Option<&'static str>>,
        files: Cell<u32>,
        runs: Cell<u32>,
    }

    impl Fake {
        fn run(&self) -> impl Future<Output = Result<AccessToken, Error>> + '_ {
            self.runs.set(self.runs.get() + 1);
            let token = *self.token.borrow();
            std::future::ready(match token {
                Some(token) => Ok(AccessToken {
                    secret: Secret::new(token),
                    valid_for: Duration::from_secs(3600),
                }),
                None => Err(Error::NotSignedIn {
                    observed: "az login".to_owned(),
                }),
            })
        }

        fn write(&self, token: Option<&'static str>) {
            *self.token.borrow_mut() = token;
            self.files.set(self.files.get() + 1);
        }

        async fn wait(&self, old: Option<&str>) -> String {
            let old = old.map(Secret::new);
            let last = &mut None;
            let token = until_changed(|| self.run(), || self.files.get(), old, || {}, last).await;
            token.unwrap().secret.expose().to_owned()
        }
    }

    async fn pass(seconds: u64) {
        wait::real()(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_run_only_when_its_files_have_changed() {
        let fake = Fake::default();
        fake.write(Some("old"));
        let person = async {
            pass(300).await;
            assert_eq!(fake.runs.get(), 1);
            fake.write(Some("old"));
            pass(5).await;
            assert_eq!(fake.runs.get(), 2);
            fake.write(None);
            pass(5).await;
            fake.write(Some("new"));
        };
        let (token, ()) = tokio::join!(fake.wait(Some("old")), person);
        assert_eq!((token.as_str(), fake.runs.get()), ("new", 4));
    }

    #[tokio::test(start_paused = true)]
    async fn a_sign_in_in_the_moment_the_command_is_told_is_not_missed() {
        let fake = Fake::default();
        fake.write(Some("old"));
        let ready = || fake.write(Some("new"));
        let last = &mut None;
        let token = until_changed(|| fake.run(), || fake.files.get(), None, ready, last).await;
        assert_eq!(token.unwrap().secret.expose(), "new");
        // And one while Azure CLI runs, which has read its files by then.
        let fake = Fake::default();
        fake.write(Some("old"));
        let run = || {
            let answer = fake.run();
            if fake.runs.get() == 1 {
                fake.write(Some("new"));
            }
            answer
        };
        let old = Some(Secret::new("old"));
        let token = until_changed(run, || fake.files.get(), old, || {}, &mut None).await;
        assert_eq!(
            (token.unwrap().secret.expose(), fake.runs.get()),
            ("new", 2)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_new_already_is_taken_at_once() {
        let fake = Fake::default();
        fake.write(Some("new"));
        assert_eq!(fake.wait(Some("old")).await, "new");
        let nobody = Fake::default();
        let person = async {
            pass(3).await;
            nobody.write(Some("first"));
        };
        assert_eq!(tokio::join!(nobody.wait(None), person).0, "first");
    }
}
