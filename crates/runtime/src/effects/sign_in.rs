//! Signing in: by the browser, a device code or Azure CLI's account, told stage by stage.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use gangway_azure::{App, Ask, Azure, Claims, SignedIn};
use gangway_engine::account::{AccountId, Way};
use gangway_engine::id::{EffectId, TenantId};
use gangway_engine::input::Reply;
use gangway_engine::problem::{Cause, ForbiddenWhy, Problem};
use gangway_engine::sign_in::{SignInPlan, SignInReply};
use gangway_launch::open_page;
use jiff::SignedDuration;
use tokio::time::timeout;

use super::Replies;
use crate::world::World;
use crate::{accounts, broker};

/// How long the list of the account's tenants is waited for.
const LEARN: Duration = Duration::from_secs(5);

/// The way back from a sign-in: once its answer is exchanged there is none. Half of that
/// would be somebody signed in of whom a person was told otherwise.
#[derive(Debug, Default)]
pub(super) struct Return(OnceLock<bool>);

impl Return {
    /// Takes the way back, where it is still open.
    pub(super) fn take(&self) -> bool {
        *self.0.get_or_init(|| true)
    }

    /// Closes the way back; where it was taken, whoever asks is about to be ended.
    async fn close(&self) {
        if *self.0.get_or_init(|| false) {
            std::future::pending().await
        }
    }
}

/// One sign-in and where its stages are told.
struct Telling {
    replies: Replies,
    id: EffectId,
    way_back: Arc<Return>,
}

impl Telling {
    fn tell(&self, stage: SignInReply) {
        self.replies.send(self.id, Reply::SignIn(stage));
    }
}

/// Signs in. Dropping it calls the sign-in off, which is done while there is a way back.
pub(super) async fn run(
    world: Arc<World>,
    replies: Replies,
    id: EffectId,
    plan: SignInPlan,
    way_back: Arc<Return>,
) {
    let telling = Telling {
        replies,
        id,
        way_back,
    };
    tracing::info!(way = plan.way.as_str(), "sign-in begun");
    match sign_in(&world, &telling, &plan).await {
        Ok(account) => telling.tell(SignInReply::Done(account)),
        Err(problem) => {
            let correlation = problem.details.correlation.as_deref();
            tracing::info!(code = problem.code(), correlation, "sign-in failed");
            telling.tell(SignInReply::Failed(problem));
        }
    }
}

async fn sign_in(
    world: &Arc<World>,
    telling: &Telling,
    plan: &SignInPlan,
) -> Result<AccountId, Problem> {
    let settings = world.settings();
    if let Some(problem) = accounts::hindrance(&settings.sign_in, plan.way) {
        return Err(problem);
    }
    let azure = world.azure().await?;
    let app = App {
        client_id: settings.sign_in.client_id.clone().unwrap_or_default(),
    };
    let ask = ask(world, plan).await;
    let signed_in = match plan.way {
        Way::Browser => browser(world, telling, &azure, &app, &ask).await?,
        Way::DeviceCode => device_code(world, telling, &azure, &app, &ask).await?,
        Way::Broker => broker::sign_in(&azure, &app, &ask).await?,
        Way::AzureCli => {
            let found = azure_cli(telling, &azure, &ask).await?;
            if let Some(expected) = &plan.account
                && !is_same(world, expected, &found).await
            {
                azure.forget(&found.tenant).await;
                let what = "azure cli is signed in with another account".to_owned();
                return Err(Problem::new(Cause::SignInMistrusted { what }));
            }
            // A challenge is answered by whoever Azure CLI is; nobody new is signed in.
            if plan.claims.is_some() || plan.account.is_some() {
                return Ok(plan.account.clone().unwrap_or(found.account));
            }
            found
        }
        Way::Environment => {
            let (way, why) = (plan.way, ForbiddenWhy::NotSetUp);
            return Err(Problem::new(Cause::WayForbidden { way, why }));
        }
    };
    telling.way_back.close().await;
    let (account, tenant) = (signed_in.account.clone(), signed_in.tenant.clone());
    accounts::keep(world, plan.way, signed_in).await?;
    let learning = tokio::spawn(learn(Arc::clone(world), azure, account.clone(), tenant));
    // A connection that waits goes on at once. Whoever signs in by themselves is told at which
    // organisation that was and where else they may look.
    if plan.claims.is_none() && timeout(LEARN, learning).await.is_err() {
        tracing::info!("the account's tenants are not listed yet");
    }
    Ok(account)
}

/// Whether Azure CLI's account is the one that is meant. In another tenant than its own an
/// account has another object, so there its name tells.
async fn is_same(world: &World, expected: &AccountId, found: &SignedIn) -> bool {
    let known = world.known_accounts().await;
    let mut known = known.accounts.iter().filter(|one| one.id == *expected);
    let name = known.next().map_or("", |one| one.username.as_str());
    is_meant(expected, name, &found.account, &found.username)
}

fn is_meant(expected: &AccountId, name: &str, found: &AccountId, found_name: &str) -> bool {
    if found.tenant() == expected.tenant() {
        return found == expected;
    }
    !name.is_empty() && name.eq_ignore_ascii_case(found_name)
}

/// What is to come back. An account that signs in again does so where it did before.
async fn ask(world: &World, plan: &SignInPlan) -> Ask {
    let known = world.known_accounts().await;
    let known = plan
        .account
        .as_ref()
        .and_then(|id| known.accounts.iter().find(|account| account.id == *id));
    let of_account = || {
        let mut tenants = known?.tenants.iter();
        Some(tenants.find(|tenant| tenant.on)?.id.to_string())
    };
    Ask {
        tenant: plan
            .tenant
            .clone()
            .or_else(of_account)
            .or_else(|| world.settings().sign_in.tenant.clone()),
        login_hint: known
            .map(|account| account.username.clone())
            .filter(|name| !name.is_empty()),
        claims: plan.claims.as_deref().and_then(Claims::from_challenge),
        expect: plan.account.clone(),
    }
}

async fn browser(
    world: &World,
    telling: &Telling,
    azure: &Azure,
    app: &App,
    ask: &Ask,
) -> Result<SignedIn, Problem> {
    let begun = azure.begin_browser(app, ask).await;
    let begun = begun.map_err(|error| error.problem())?;
    let page = begun.page().to_owned();
    let told = |opened| {
        let page = page.clone();
        telling.tell(SignInReply::Page { page, opened });
    };
    let shown = open_page(&page, &world.settings().sign_in.browser).await;
    if let Err(error) = &shown {
        tracing::info!(%error, "the sign-in page was not opened");
    }
    told(shown.is_ok());
    // A browser that ends at once with an error has shown nothing.
    let failed = async {
        if let Ok(shown) = shown
            && !shown.holds().await
        {
            tracing::info!("the browser ended with an error");
            told(false);
        }
        std::future::pending::<Infallible>().await
    };
    let back = tokio::select! {
        back = begun.redirected() => back.map_err(|error| error.problem())?,
        never = failed => match never {},
    };
    telling.way_back.close().await;
    telling.tell(SignInReply::Redeeming);
    back.redeem().await.map_err(|error| error.problem())
}

async fn device_code(
    world: &World,
    telling: &Telling,
    azure: &Azure,
    app: &App,
    ask: &Ask,
) -> Result<SignedIn, Problem> {
    let begun = azure.begin_device_code(app, ask).await;
    let begun = begun.map_err(|error| error.problem())?;
    let good = SignedDuration::try_from(begun.expires_in()).unwrap_or_default();
    let expires_at = gangway_engine::time::after(world.clock.now(), good);
    // The page helps where there is a browser; the code does where there is none.
    let shown = open_page(begun.page(), &world.settings().sign_in.browser).await;
    if let Err(error) = &shown {
        tracing::info!(%error, "the page for the code was not opened");
    }
    telling.tell(SignInReply::Code {
        user_code: begun.user_code().to_owned(),
        page: begun.page().to_owned(),
        opened: shown.is_ok(),
        expires_at,
    });
    begun.wait().await.map_err(|error| error.problem())
}

/// Azure CLI's account as it is; where there is none, or Azure wants more of it, the command
/// is told and waited for.
async fn azure_cli(telling: &Telling, azure: &Azure, ask: &Ask) -> Result<SignedIn, Problem> {
    let tenant = ask.tenant.as_deref().map(TenantId::new);
    if ask.claims.is_none()
        && let Ok(found) = azure
            .azure_cli_account(tenant.as_ref(), ask.expect.as_ref())
            .await
    {
        return Ok(found);
    }
    let command = azure.azure_cli_command(tenant.as_ref(), ask.claims.as_ref());
    let told = || telling.tell(SignInReply::Cli { command });
    let found = azure
        .await_azure_cli(tenant.as_ref(), ask.expect.as_ref(), told)
        .await;
    found.map_err(|error| error.problem())
}

/// Lists the account's tenants, once it is signed in.
async fn learn(world: Arc<World>, azure: Azure, account: AccountId, with: TenantId) {
    accounts::learn_tenants(&world, &azure, &account, &with).await;
    world.look_at_accounts().await;
    world.ring();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn azure_cli_s_account_is_told_by_its_object_and_elsewhere_by_its_name() {
        let id = |text| AccountId::parse(text).unwrap();
        let is = |found, name| is_meant(&id("me.t1"), "me@contoso.example", &id(found), name);
        assert!(is("me.t1", ""));
        assert!(!is("other.t1", "me@contoso.example"));
        assert!(is("guest.t2", "Me@contoso.example"));
        assert!(!is("guest.t2", "other@contoso.example"));
        assert!(!is_meant(&id("me.t1"), "", &id("guest.t2"), ""));
    }

    #[test]
    fn the_way_back_is_taken_or_closed_and_not_both() {
        let way_back = Return::default();
        assert!(way_back.take());
        assert!(way_back.take());
        let way_back = Return::default();
        assert!(closes(&way_back));
        assert!(!way_back.take());
    }

    /// Whether the way back was still open to be closed.
    fn closes(way_back: &Return) -> bool {
        use futures_util::FutureExt;
        way_back.close().now_or_never().is_some()
    }
}
