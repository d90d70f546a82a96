//! Options of the commands about accounts: signing in and out, tenants, subscriptions.

use clap::Args as ClapArgs;
use gangway_engine::account::Way;

#[derive(Debug, ClapArgs)]
pub(crate) struct LoginArgs {
    /// Sign in through the browser
    #[arg(long, group = "way")]
    pub(crate) browser: bool,
    /// Sign in by a code that is typed into a page, here or on another device
    #[arg(long, group = "way")]
    pub(crate) device_code: bool,
    /// Use the account that Azure CLI is signed in with
    #[arg(long, group = "way")]
    pub(crate) azure_cli: bool,
    /// The tenant to sign in to: its id or one of its domains
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: Option<String>,
    /// An account that signed in here before, to sign in again: its name or id
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Option<String>,
}

impl LoginArgs {
    /// The way that was said, where one was.
    pub(crate) fn way(&self) -> Option<Way> {
        let ways = [
            (self.browser, Way::Browser),
            (self.device_code, Way::DeviceCode),
            (self.azure_cli, Way::AzureCli),
        ];
        ways.into_iter().find_map(|(said, way)| said.then_some(way))
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LogoutArgs {
    /// The account's name or id; may be left out while only one is signed in
    #[arg(conflicts_with = "all")]
    pub(crate) account: Option<String>,
    /// Sign every account out
    #[arg(long)]
    pub(crate) all: bool,
    /// Open Entra's sign-out page as well, so that the browser forgets the sign-in too
    #[arg(long)]
    pub(crate) everywhere: bool,
    /// Do not ask, even while accesses of the account run
    #[arg(long, short)]
    pub(crate) yes: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TenantsArgs {
    /// Look at this tenant from now on: its id, domain or name (repeatable)
    #[arg(long, value_name = "TENANT")]
    pub(crate) on: Vec<String>,
    /// Look at this tenant no longer (repeatable)
    #[arg(long, value_name = "TENANT")]
    pub(crate) off: Vec<String>,
    /// Use this account in the tenant that --in names
    #[arg(long = "use", value_name = "ACCOUNT", requires = "tenant")]
    pub(crate) account: Option<String>,
    /// The tenant in which --use applies
    #[arg(long = "in", value_name = "TENANT", requires = "account")]
    pub(crate) tenant: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SubscriptionsArgs {
    /// Leave this subscription out of lists: its id or name (repeatable)
    #[arg(long, value_name = "SUBSCRIPTION")]
    pub(crate) hide: Vec<String>,
    /// Show this subscription again (repeatable)
    #[arg(long, value_name = "SUBSCRIPTION")]
    pub(crate) show: Vec<String>,
    /// Ask Azure what the account in use may do in this subscription: its id or name (repeatable)
    #[arg(long, value_name = "SUBSCRIPTION", conflicts_with_all = ["hide", "show"])]
    pub(crate) rights: Vec<String>,
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Args, Command};

    fn parse(line: &str) -> Result<Command, clap::Error> {
        let words = std::iter::once("gangway").chain(line.split_whitespace());
        Args::try_parse_from(words).map(|args| args.command)
    }

    #[test]
    fn one_way_at_most_is_said() {
        let way = |line: &str| match parse(line).unwrap() {
            Command::Login(args) => args.way(),
            other => panic!("{other:?}"),
        };
        assert_eq!(way("login"), None);
        assert_eq!(way("login --browser"), Some(Way::Browser));
        assert_eq!(way("login --device-code"), Some(Way::DeviceCode));
        assert_eq!(
            way("login --azure-cli --tenant contoso.example"),
            Some(Way::AzureCli)
        );
    }

    #[test]
    fn nonsense_is_a_usage_error() {
        for line in [
            "login --browser --device-code",
            "logout admin@contoso.example --all",
            "tenants --use admin@contoso.example",
            "tenants --in contoso.example",
            "subscriptions --hide",
            "subscriptions --rights a --hide b",
            "connect vm --sign-in --no-sign-in",
        ] {
            assert_eq!(parse(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }
}
