//! Which way a request takes: straight, or through which proxy.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use crate::cloud::{host_of, is_loopback};
use crate::network::{Network, sign};
use crate::platform;
use crate::secret::Secret;

/// Variables that name a proxy for https
/// (<https://everything.curl.dev/usingcurl/proxies/env.html>).
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The ways to all hosts. Cheap to clone.
///
/// In this order: nothing stands before this machine itself; the proxy of the settings;
/// that of the environment, with its exceptions; the script that the system names; the
/// system's proxy.
#[derive(Clone)]
pub(crate) struct Routes {
    inner: Arc<Inner>,
}

struct Inner {
    chosen: Option<Hop>,
    system: OnceLock<System>,
    /// What the system's script said, for each host; the first is in use.
    scripted: Mutex<HashMap<String, VecDeque<Option<Hop>>>>,
}

/// Read at the first request that could need it.
struct System {
    matcher: Matcher,
    by_environment: bool,
}

/// A proxy on the way.
#[derive(Clone)]
struct Hop {
    /// With the sign-in inside: never shown.
    address: Url,
}

impl Routes {
    pub(crate) fn new(network: &Network) -> Self {
        Self {
            inner: Arc::new(Inner {
                chosen: network.proxy.as_ref().map(|proxy| Hop {
                    address: proxy.address(),
                }),
                system: OnceLock::new(),
                scripted: Mutex::default(),
            }),
        }
    }

    /// For the client, which asks when it connects.
    pub(crate) fn as_proxy(&self) -> reqwest::Proxy {
        let routes = self.clone();
        reqwest::Proxy::custom(move |url| routes.hop(url).map(|hop| hop.address))
    }

    /// The name of the proxy before this host, without user and password.
    pub(crate) fn name(&self, url: &Url) -> Option<String> {
        self.hop(url).map(|hop| host_of(&hop.address))
    }

    /// Asks the system's script about this host where it was not asked yet. That may run
    /// a program and fetch it before, so it happens in a thread of its own.
    pub(crate) async fn prepare(&self, url: &Url) {
        if !self.asks_the_script(url) || self.scripted().contains_key(&host_of(url)) {
            return;
        }
        let asked = url.clone();
        let answer =
            tokio::task::spawn_blocking(move || platform::proxies_by_script(asked.as_str())).await;
        let ways = match answer {
            Ok(list) => list.as_deref().map(listed).unwrap_or_default(),
            Err(error) => {
                tracing::debug!(%error, "the proxy script was not asked");
                return;
            }
        };
        self.scripted().insert(host_of(url), ways);
    }

    /// The way to this host did not lead there: the script's next one is taken, and after
    /// the last the script is asked again.
    pub(crate) fn failed(&self, url: &Url) {
        let mut scripted = self.scripted();
        let host = host_of(url);
        if let Some(ways) = scripted.get_mut(&host) {
            ways.pop_front();
            if ways.is_empty() {
                scripted.remove(&host);
            }
        }
    }

    fn hop(&self, url: &Url) -> Option<Hop> {
        if is_loopback(url) {
            return None;
        }
        if let Some(chosen) = &self.inner.chosen {
            return Some(chosen.clone());
        }
        if !self.system().by_environment
            && let Some(way) = self.scripted().get(&host_of(url)).and_then(|w| w.front())
        {
            return way.clone();
        }
        self.system().hop(url)
    }

    fn asks_the_script(&self, url: &Url) -> bool {
        platform::HAS_PROXY_SCRIPTS
            && self.inner.chosen.is_none()
            && !is_loopback(url)
            && !self.system().by_environment
    }

    fn system(&self) -> &System {
        self.inner.system.get_or_init(|| System {
            matcher: Matcher::from_system(),
            by_environment: VARIABLES
                .iter()
                .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty())),
        })
    }

    fn scripted(&self) -> std::sync::MutexGuard<'_, HashMap<String, VecDeque<Option<Hop>>>> {
        self.inner
            .scripted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl System {
    fn hop(&self, url: &Url) -> Option<Hop> {
        let found = self.matcher.intercept(&url.as_str().parse().ok()?)?;
        let mut address = Url::parse(&found.uri().to_string()).ok()?;
        let basic = found.basic_auth().and_then(|value| {
            let encoded = value.to_str().ok()?.strip_prefix("Basic ")?;
            let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
            let (user, password) = text.split_once(':')?;
            Some((user.to_owned(), Secret::new(password)))
        });
        if let Some((user, password)) = basic {
            sign(&mut address, &user, &password);
        }
        Some(Hop { address })
    }
}

/// The ways in WinHTTP's answer, best first: `proxy:8080;http=other:8080`, with semicolons
/// or blanks between, or `DIRECT`
/// (<https://learn.microsoft.com/windows/win32/api/winhttp/ns-winhttp-winhttp_proxy_info>).
/// What is no proxy for http, such as SOCKS, is left out.
fn listed(list: &str) -> VecDeque<Option<Hop>> {
    list.split(|c: char| c == ';' || c == ',' || c.is_whitespace())
        .filter(|entry| !entry.is_empty())
        .filter_map(|entry| {
            if entry.eq_ignore_ascii_case("DIRECT") {
                return Some(None);
            }
            // The word before `=` says what is asked for, not how the proxy is spoken to.
            let (asked_for, host) = entry.split_once('=').unwrap_or(("https", entry));
            if !["http", "https"]
                .iter()
                .any(|word| word.eq_ignore_ascii_case(asked_for))
            {
                return None;
            }
            let text = if host.contains("://") {
                host.to_owned()
            } else {
                format!("http://{host}")
            };
            let address = Url::parse(&text).ok()?;
            (matches!(address.scheme(), "http" | "https") && address.has_host())
                .then_some(Some(Hop { address }))
        })
        .collect()
}

impl fmt::Debug for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&host_of(&self.address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Proxy;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn system(all: &str, no: &str) -> System {
        System {
            matcher: Matcher::builder().all(all).no(no).build(),
            by_environment: true,
        }
    }

    fn routes(network: &Network, system: System) -> Routes {
        let routes = Routes::new(network);
        assert!(routes.inner.system.set(system).is_ok());
        routes
    }

    #[test]
    fn a_chosen_proxy_wins_and_never_stands_before_this_machine() {
        let network = Network {
            proxy: Some(Proxy::new("chosen:8080").unwrap()),
            ..Network::default()
        };
        let routes = routes(&network, system("http://other:1", "management.azure.com"));
        for (to, through) in [
            ("https://management.azure.com/", Some("chosen:8080")),
            ("https://127.0.0.1:7001/", None),
            ("https://[::1]:7001/", None),
            ("https://localhost/", None),
            ("https://localhost.contoso.example/", Some("chosen:8080")),
        ] {
            assert_eq!(routes.name(&url(to)).as_deref(), through, "{to}");
        }
    }

    #[test]
    fn the_environments_proxy_keeps_its_sign_in_and_its_exceptions() {
        let routes = routes(
            &Network::default(),
            system(
                "http://me:p%3A%2541@proxy.contoso.example:8080",
                "login.contoso.example",
            ),
        );
        let there = url("https://management.azure.com/");
        assert_eq!(
            routes.hop(&there).unwrap().address.as_str(),
            "http://me:p%3A%2541@proxy.contoso.example:8080/"
        );
        assert_eq!(
            routes.name(&there).as_deref(),
            Some("proxy.contoso.example:8080")
        );
        assert_eq!(
            format!("{:?}", routes.hop(&there).unwrap()),
            "proxy.contoso.example:8080"
        );
        assert_eq!(routes.name(&url("https://login.contoso.example/")), None);
    }

    #[test]
    fn what_a_script_says_is_read() {
        let read = |text: &str| {
            let hops = listed(text);
            hops.iter()
                .map(|hop| {
                    hop.as_ref()
                        .map_or("-".to_owned(), |hop| hop.address.to_string())
                })
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(
            read("a:8080;b  c:3;"),
            "http://a:8080/ http://b/ http://c:3/"
        );
        assert_eq!(read("https://a:443;DIRECT"), "https://a/ -");
        assert_eq!(
            read("http=a:1;https=b:2;socks=c:3"),
            "http://a:1/ http://b:2/"
        );
        assert_eq!(read(" ; ftp://x ;; socks5://y:1"), "");
    }

    #[test]
    fn a_way_that_fails_gives_place_to_the_next() {
        let routes = routes(
            &Network::default(),
            System {
                by_environment: false,
                ..system("http://system:1", "")
            },
        );
        let there = url("https://management.azure.com/");
        routes
            .scripted()
            .insert(host_of(&there), listed("a:1;DIRECT"));
        let mut seen = Vec::new();
        for _ in 0..3 {
            seen.push(routes.name(&there));
            routes.failed(&there);
        }
        assert_eq!(
            seen,
            [Some("a:1".to_owned()), None, Some("system:1".to_owned())]
        );
    }
}
