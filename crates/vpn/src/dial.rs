//! The VPNs that this machine's programs know: where each stands, and how it is connected.
//!
//! [`list`] reads phonebooks, folders of configurations and what NetworkManager says;
//! [`connect`] and [`disconnect`] hand one to the program that keeps it. A program gets the
//! name of a VPN as one argument, never through a shell, and never a password.

mod letters;
mod line;
mod network_manager;
mod open_vpn;
mod outcome;
mod phonebook;
mod places;
mod run;

use std::path::PathBuf;
use std::time::Duration;

use gangway_engine::dial::{DialWhy, Dialled, Dialling, VpnProfile};
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::tunnel::{VpnClient, VpnEntry};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

pub use self::places::{OpenVpnGui, Places};
use crate::platform;
use crate::ras::RasEntry;

/// What Azure's gateways are called, in each of its clouds
/// (<https://learn.microsoft.com/azure/vpn-gateway/point-to-site-about>).
const AZURES: [&str; 3] = [".vpn.azure.com", ".vpn.azure.us", ".vpn.azure.cn"];

/// So long the files of VPNs may take to be read: a folder may lie on a share that only the
/// VPN leads to. What is not read by then is not listed.
const FILES: Duration = Duration::from_secs(10);

/// A VPN, and how it is connected.
#[derive(Debug, Clone)]
struct Listed {
    profile: VpnProfile,
    how: How,
}

/// How a VPN is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
enum How {
    /// Windows' dialler, with this phonebook.
    Ras { phonebook: PathBuf },
    /// In the Azure VPN Client, by a person.
    AzureVpnClient,
    /// By OpenVPN GUI.
    OpenVpnGui { program: PathBuf },
    /// By NetworkManager, which knows it by this.
    NetworkManager { uuid: String },
    /// By systemd.
    Unit { unit: String },
    /// By a person, in a terminal.
    ByHand,
}

/// The VPNs of this machine: which there are, and which of them are connected.
pub async fn list() -> Vec<VpnProfile> {
    list_at(&aside(platform::places).await).await
}

/// The VPNs that are found at these places.
pub async fn list_at(places: &Places) -> Vec<VpnProfile> {
    let found = find(places).await.into_iter();
    found.map(|listed| listed.profile).collect()
}

/// Has this VPN connected. May be dropped: then its program is ended too. `begins` is called
/// before its program is started, where that is known not to be connected; without that call,
/// nobody can tell whether dropping leaves one that was there before. One that is connected
/// already is `Up` at once.
///
/// # Errors
/// `dial-failed`, with what its program said.
pub async fn connect(entry: &VpnEntry, begins: impl FnOnce()) -> Result<Dialled, Problem> {
    connect_at(&aside(platform::places).await, entry, begins).await
}

/// The same with what is at these places.
///
/// # Errors
/// `dial-failed`, with what its program said.
pub async fn connect_at(
    places: &Places,
    entry: &VpnEntry,
    begins: impl FnOnce(),
) -> Result<Dialled, Problem> {
    let listed = one(places, entry).await?;
    if listed.profile.connected == Some(true) {
        return Ok(Dialled::Up);
    }
    match &listed.profile.dialling {
        Dialling::ByHand { line } => Err(failed(entry, DialWhy::ByHand).observed(line.as_str())),
        Dialling::ByGangway | Dialling::InItsProgram => {
            let line =
                line::connects(places, &listed).ok_or_else(|| failed(entry, DialWhy::NameUnfit))?;
            let is_down = listed.profile.connected == Some(false);
            if is_down && listed.profile.dialling == Dialling::ByGangway {
                begins();
            }
            run::connect(&line, entry).await
        }
    }
}

/// Has this VPN ended. Dropped, it leaves the program that ends it to itself.
///
/// # Errors
/// `dial-failed`, with what its program said.
pub async fn disconnect(entry: &VpnEntry) -> Result<(), Problem> {
    disconnect_at(&aside(platform::places).await, entry).await
}

/// The same with what is at these places.
///
/// # Errors
/// `dial-failed`, with what its program said.
pub async fn disconnect_at(places: &Places, entry: &VpnEntry) -> Result<(), Problem> {
    let listed = one(places, entry).await?;
    if matches!(listed.profile.dialling, Dialling::ByHand { .. }) {
        return Err(failed(entry, DialWhy::ByHand));
    }
    let line = line::ends(places, &listed).ok_or_else(|| failed(entry, DialWhy::NameUnfit))?;
    run::end(&line, entry).await
}

async fn one(places: &Places, entry: &VpnEntry) -> Result<Listed, Problem> {
    let all = find(places).await.into_iter();
    all.into_iter()
        .find(|listed| listed.profile.entry == *entry)
        .ok_or_else(|| failed(entry, DialWhy::Unknown))
}

/// Everything at these places. Of two that bear the same name in the same program the first
/// counts, as it does for that program.
async fn find(places: &Places) -> Vec<Listed> {
    let mut all: Vec<Listed> = Vec::new();
    let here = places.clone();
    let (files, units) = aside(move || {
        let of_gui = open_vpn::of_gui(&here);
        let files = phonebook::listed(&here).into_iter().chain(of_gui);
        (files.collect::<Vec<Listed>>(), open_vpn::units(&here))
    })
    .await;
    let units = run::with_states(places, units).await;
    let known = network_manager::listed(places).await;
    for listed in files.into_iter().chain(known).chain(units) {
        let is_it = |other: &Listed| other.profile.entry == listed.profile.entry;
        if !all.iter().any(is_it) {
            all.push(listed);
        }
    }
    let connected = aside(|| Some(platform::ras_entries())).await;
    for listed in &mut all {
        if matches!(listed.how, How::Ras { .. } | How::AzureVpnClient) {
            let is_it = |entry: &RasEntry| entry.shown() == listed.profile.entry;
            let connected = connected.as_ref();
            listed.profile.connected = connected.map(|all| all.iter().any(is_it));
        }
    }
    all
}

/// What waits for files or for the system does so on a thread of its own, or everything else
/// here would wait too. Nothing where it takes too long.
async fn aside<T: Default + Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match timeout(FILES, spawn_blocking(work)).await {
        Ok(Ok(found)) => found,
        Ok(Err(_)) | Err(_) => T::default(),
    }
}

impl Listed {
    fn new(
        name: &str,
        client: VpnClient,
        server: Option<String>,
        dialling: Dialling,
        how: How,
    ) -> Self {
        let entry = VpnEntry {
            name: name.to_owned(),
            client,
        };
        let profile = VpnProfile {
            entry,
            azure: server.as_deref().is_some_and(is_azures),
            server,
            imported: false,
            connected: None,
            dialling,
        };
        Self { profile, how }
    }
}

fn is_azures(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    AZURES.iter().any(|end| host.ends_with(end))
}

fn failed(entry: &VpnEntry, why: DialWhy) -> Problem {
    Problem::new(Cause::DialFailed {
        profile: entry.name.clone(),
        why,
    })
}
