//! Which Azure: the hosts that may be talked to, and what a token is asked for.

mod audience;
mod definition;

use std::fmt;
use std::path::Path;

use reqwest::Url;
use rustls::pki_types::CertificateDer;

use self::definition::Definition;
use crate::credentials::Scope;
use crate::error::Error;

/// The largest definition file that is read, in bytes.
const LARGEST_DEFINITION: u64 = 1024 * 1024;

/// A cloud: two hosts and an audience
/// (<https://github.com/Azure/azure-cli/blob/dev/src/azure-cli-core/azure/cli/core/cloud.py>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cloud {
    name: String,
    authority: Url,
    browser_authority: Option<Url>,
    resource_manager: Url,
    audience: String,
    extra_ca: Vec<CertificateDer<'static>>,
}

impl Cloud {
    /// Azure's public cloud.
    #[must_use]
    pub fn public() -> Self {
        Self::known(
            "public",
            "login.microsoftonline.com",
            "management.azure.com",
            "https://management.azure.com",
        )
    }

    /// Azure for the US government.
    #[must_use]
    pub fn us_government() -> Self {
        Self::known(
            "us-government",
            "login.microsoftonline.us",
            "management.usgovcloudapi.net",
            "https://management.core.usgovcloudapi.net/",
        )
    }

    /// Azure in China, run by 21Vianet.
    #[must_use]
    pub fn china() -> Self {
        Self::known(
            "china",
            "login.chinacloudapi.cn",
            "management.chinacloudapi.cn",
            "https://management.core.chinacloudapi.cn/",
        )
    }

    /// The cloud of that name, or the one that a definition file describes. Both our
    /// own names and those of Azure CLI are known (`public`, `AzureCloud`), in any case.
    ///
    /// # Errors
    /// [`Error::CloudFile`] with line and column, or [`Error::UnknownCloud`] where there
    /// is neither such a name nor such a file.
    pub fn find(name_or_file: &str) -> Result<Self, Error> {
        if let Some(cloud) = built_in(name_or_file) {
            return Ok(cloud);
        }
        let path = Path::new(name_or_file);
        if path.is_file() {
            Self::read(path)
        } else {
            Err(Error::UnknownCloud(name_or_file.to_owned()))
        }
    }

    /// Reads a definition file: JSON with `name` (no built-in cloud's), `authority`, `resource_manager`,
    /// `audience` and, where a private authority signs its certificates, `extra_ca` (PEM).
    /// A simulator on this machine may name a `browser_authority` besides: plain http on a
    /// loopback address, for the pages that a browser opens and never for a token.
    ///
    /// # Errors
    /// [`Error::CloudFile`] names file, line, column and mistake.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let file = path.display().to_string();
        let unreadable = |mistake: String| Error::CloudFile {
            file: file.clone(),
            line: 0,
            column: 0,
            mistake,
        };
        let size = std::fs::metadata(path)
            .map_err(|e| unreadable(e.to_string()))?
            .len();
        if size > LARGEST_DEFINITION {
            return Err(unreadable("larger than a definition can be".to_owned()));
        }
        let text = std::fs::read_to_string(path).map_err(|e| unreadable(e.to_string()))?;
        Self::parse(&text, &file)
    }

    /// Reads a definition from text; `file` is what mistakes are attributed to.
    ///
    /// # Errors
    /// As [`Cloud::read`].
    pub fn parse(text: &str, file: &str) -> Result<Self, Error> {
        let read = Definition::parse(text).map_err(|(line, column, mistake)| Error::CloudFile {
            file: file.to_owned(),
            line,
            column,
            mistake,
        })?;
        Ok(Self {
            name: read.name.0,
            authority: read.authority.0,
            browser_authority: read.browser_authority.map(|host| host.0),
            resource_manager: read.resource_manager.0,
            audience: read.audience.0,
            extra_ca: read.extra_ca.0,
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The host (with port, where it is not 443) that signs people in.
    #[must_use]
    pub fn authority_host(&self) -> String {
        host_of(&self.authority)
    }

    /// The host (with port, where it is not 443) that answers for resources.
    #[must_use]
    pub fn resource_manager_host(&self) -> String {
        host_of(&self.resource_manager)
    }

    /// What a token is asked for: `<audience>/.default`. An audience that ends in a
    /// slash keeps it, hence the double slash of the classic audiences (contract 1.1).
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope::new(format!("{}/.default", self.audience))
    }

    pub(crate) fn authority(&self) -> &Url {
        &self.authority
    }

    /// Where the pages lie that a person's browser opens to sign in and out. Nothing but
    /// the address of a page may be made of it: our own requests, and with them codes and
    /// tokens, go to [`Cloud::authority`] only.
    pub(crate) fn page_authority(&self) -> &Url {
        self.browser_authority.as_ref().unwrap_or(&self.authority)
    }

    pub(crate) fn resource_manager(&self) -> &Url {
        &self.resource_manager
    }

    pub(crate) fn extra_ca(&self) -> &[CertificateDer<'static>] {
        &self.extra_ca
    }

    /// Whether both hosts are this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        [&self.authority, &self.resource_manager]
            .into_iter()
            .all(is_loopback)
    }

    fn known(name: &str, authority: &str, resource_manager: &str, audience: &str) -> Self {
        Self {
            name: name.to_owned(),
            authority: https(authority),
            browser_authority: None,
            resource_manager: https(resource_manager),
            audience: audience.to_owned(),
            extra_ca: Vec::new(),
        }
    }
}

/// The cloud that is built in under that name: ours or Azure CLI's, in any case.
fn built_in(name: &str) -> Option<Cloud> {
    match name.to_ascii_lowercase().as_str() {
        "public" | "azurecloud" => Some(Cloud::public()),
        "us-government" | "usgovernment" | "azureusgovernment" => Some(Cloud::us_government()),
        "china" | "azurechinacloud" => Some(Cloud::china()),
        _ => None,
    }
}

/// Whether `url` may be followed where `home` may: same scheme, host and port, and no
/// user name that could disguise another host.
pub(crate) fn same_place(home: &Url, url: &Url) -> bool {
    home.origin() == url.origin() && url.username().is_empty() && url.password().is_none()
}

/// Whether the host is this machine by its very name.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Host and, where it is not the usual one, port.
pub(crate) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("nowhere");
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[allow(
    clippy::expect_used,
    reason = "the three host names are written above and tested below"
)]
fn https(host: &str) -> Url {
    Url::parse(&format!("https://{host}/")).expect("a known host is a host")
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scope_keeps_the_slash_of_the_audience() {
        assert_eq!(
            Cloud::public().scope().as_str(),
            "https://management.azure.com/.default"
        );
        assert_eq!(
            Cloud::us_government().scope().as_str(),
            "https://management.core.usgovcloudapi.net//.default"
        );
        assert_eq!(
            Cloud::china().scope().as_str(),
            "https://management.core.chinacloudapi.cn//.default"
        );
    }

    #[test]
    fn known_clouds_have_their_own_hosts_and_names() {
        for (names, cloud, authority, resource_manager) in [
            (
                ["public", "AzureCloud"],
                Cloud::public(),
                "login.microsoftonline.com",
                "management.azure.com",
            ),
            (
                ["us-government", "AzureUSGovernment"],
                Cloud::us_government(),
                "login.microsoftonline.us",
                "management.usgovcloudapi.net",
            ),
            (
                ["china", "AzureChinaCloud"],
                Cloud::china(),
                "login.chinacloudapi.cn",
                "management.chinacloudapi.cn",
            ),
        ] {
            assert!(names.iter().all(|name| Cloud::find(name).unwrap() == cloud));
            assert_eq!(cloud.authority_host(), authority);
            assert_eq!(cloud.resource_manager_host(), resource_manager);
            assert_eq!(
                cloud.page_authority().as_str(),
                format!("https://{authority}/")
            );
            assert!(!cloud.is_loopback());
        }
    }

    #[test]
    fn a_place_is_scheme_host_and_port() {
        let home = Url::parse("https://management.azure.com/").unwrap();
        let same = |text: &str| same_place(&home, &Url::parse(text).unwrap());
        assert!(same("https://Management.Azure.com:443/subscriptions?x=1"));
        for other in [
            "https://management.azure.com:444/",
            "http://management.azure.com/",
            "https://management.azure.com.evil.example/",
            "https://evil@management.azure.com/",
            "https://management.azure.com@evil.example/",
        ] {
            assert!(!same(other), "{other}");
        }
    }
}
