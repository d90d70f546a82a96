//! Settings of signing in and of the way to Azure: the application, the ways, browser and proxy.

use std::path::PathBuf;

use gangway_engine::account::Way;
use gangway_engine::problem::Problem;

use super::file::File;
use super::merge::Choice;
use super::policy::Demands;

/// How people sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignInSettings {
    /// The operator's own app registration.
    pub client_id: Option<String>,
    /// The tenant to sign in at, by GUID or domain; `None` lets the account decide.
    pub tenant: Option<String>,
    /// The ways that are allowed; `None` allows all.
    pub ways: Option<Vec<Way>>,
    /// Whether machine policy says which.
    pub ways_by_policy: bool,
    /// The mistake in machine policy for which no way is allowed, where it is for one.
    pub policy_mistake: Option<Problem>,
    /// The program that opens pages, and its arguments; empty is the system's choice.
    pub browser: Vec<String>,
}

/// How Azure is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetworkSettings {
    /// The proxy's address, without user or password.
    pub proxy: Option<String>,
    /// Who we are to the proxy; the password lies in the keyring.
    pub proxy_user: Option<String>,
    /// A file of further certificate authorities (PEM).
    pub extra_ca: Option<PathBuf>,
}

impl SignInSettings {
    /// Whether this way may be used.
    #[must_use]
    pub fn allows(&self, way: Way) -> bool {
        self.ways.as_ref().is_none_or(|ways| ways.contains(&way))
    }
}

pub(super) fn sign_in(choice: &mut Choice<'_>, demands: &Demands, file: &File) -> SignInSettings {
    let client_id = choice.of(
        "client_id",
        demands.client_id.clone(),
        file.client_id.clone(),
    );
    let tenant = choice.of("tenant", demands.tenant.clone(), file.tenant.clone());
    let ways = choice.of(
        "sign_in_ways",
        demands.sign_in_ways.clone(),
        file.sign_in_ways.clone(),
    );
    let browser = choice.of("browser", demands.browser.clone(), file.browser.clone());
    SignInSettings {
        client_id: client_id.map(|id| id.0),
        tenant: tenant.map(|tenant| tenant.0),
        ways,
        ways_by_policy: demands.sign_in_ways.is_some(),
        policy_mistake: None,
        browser: browser.unwrap_or_default(),
    }
}

pub(super) fn network(choice: &mut Choice<'_>, demands: &Demands, file: &File) -> NetworkSettings {
    let proxy = choice.of("proxy", demands.proxy.clone(), file.proxy.clone());
    NetworkSettings {
        proxy: proxy.map(|proxy| proxy.0),
        proxy_user: choice.of(
            "proxy_user",
            demands.proxy_user.clone(),
            file.proxy_user.clone(),
        ),
        extra_ca: choice.of("extra_ca", demands.extra_ca.clone(), file.extra_ca.clone()),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::file::parse;
    use super::super::merge::merge;
    use super::super::policy::MachinePolicy;
    use super::*;

    fn policy(json: serde_json::Value) -> MachinePolicy {
        let serde_json::Value::Object(values) = json else {
            panic!()
        };
        MachinePolicy::from_values("test", values)
    }

    #[test]
    fn policy_says_which_ways_there_are_and_whose_application_it_is() {
        let file = "client_id = \"11111111-1111-1111-1111-111111111111\"\n\
                    sign_in_ways = [\"browser\", \"device-code\"]\nproxy_user = \"me\"\n";
        let policy = policy(serde_json::json!({
            "client_id": "AAAAAAAA-0000-0000-0000-00000000000A", "sign_in_ways": ["azure-cli"],
            "proxy": "proxy.contoso.example:8080",
        }));
        let settings = merge(parse("f", file).unwrap(), &policy);
        let sign_in = &settings.sign_in;
        assert_eq!(
            sign_in.client_id.as_deref(),
            Some("aaaaaaaa-0000-0000-0000-00000000000a")
        );
        assert!(sign_in.allows(Way::AzureCli) && sign_in.ways_by_policy);
        assert!(!sign_in.allows(Way::Browser) && !sign_in.allows(Way::Environment));
        assert_eq!(settings.network.proxy_user.as_deref(), Some("me"));
        let locked: Vec<_> = settings.locked.into_iter().collect();
        assert_eq!(locked, ["client_id", "proxy", "sign_in_ways"]);
    }

    #[test]
    fn nobody_s_word_allows_every_way() {
        let settings = super::super::Settings::default();
        assert!(Way::ALL.iter().all(|way| settings.sign_in.allows(*way)));
        assert!(!settings.sign_in.ways_by_policy);
        assert_eq!(settings.sign_in.client_id, None);
    }

    #[rstest]
    #[case("client_id = \"gangway\"", "no application id")]
    #[case("client_id = \"\"", "no application id")]
    #[case("tenant = \"contoso.example/x\"", "no tenant")]
    #[case("tenant = \"\"", "no tenant")]
    #[case("sign_in_ways = [\"password\"]", "password")]
    #[case("browser = \"firefox\"", "")]
    #[case(
        "proxy = \"http://me:hunter2@proxy:8080\"",
        "neither user nor password"
    )]
    #[case("proxy = \"socks5://proxy\"", "must begin with")]
    fn what_does_not_fit_is_told(#[case] text: &str, #[case] says: &str) {
        let problem = parse("f", text).unwrap_err();
        let told = format!("{problem:?}");
        assert!(told.contains(says) && !told.contains("hunter2"), "{told}");
    }
}
