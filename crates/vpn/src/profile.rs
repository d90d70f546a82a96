//! Reads VPN profiles as Azure hands them out: a zip, the folder it was unpacked to, or one file.
//!
//! What a profile tells about the tunnel is kept; keys and secrets in it are dropped while
//! reading. Nothing is ever written, and no name from an archive is used as a path.

use std::net::IpAddr;
use std::path::Path;

use ipnet::Ipv4Net;

use crate::error::{Error, Fault};

mod azure;
mod generic;
mod openvpn;
mod sources;
pub(crate) mod text;
mod xml;

/// One file in an archive or folder is read up to this size. Azure's are a few thousand bytes.
pub const LARGEST_FILE: u64 = 1 << 20;
/// An archive may be this large: it also holds installers for Windows.
pub const LARGEST_ARCHIVE: u64 = 64 << 20;
/// What is handed over in memory may be this large. Azure's archives with their installers are
/// well below it.
pub const LARGEST_HANDED_OVER: u64 = 8 << 20;
/// An archive or folder may have this many files.
pub const MOST_FILES: usize = 256;

/// What a profile says of a tunnel. No secret is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its name: the network's in Azure's own files, else the gateway's host, else the file's.
    pub name: String,
    /// The gateway's host name, in lower case. Data.
    pub gateway: Option<String>,
    /// The tunnels it can be used with.
    pub kinds: Vec<ProfileKind>,
    /// The networks it says are behind the tunnel.
    pub routes: Vec<Ipv4Net>,
    /// The pool that addresses come from, where it says that.
    pub pools: Vec<Ipv4Net>,
    /// The name servers to be used.
    pub dns: Vec<IpAddr>,
    /// The DNS suffixes behind the tunnel, without the dot before them. Data.
    pub suffixes: Vec<String>,
    /// All traffic is to go through the tunnel.
    pub full_tunnel: bool,
}

/// A kind of tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProfileKind {
    /// OpenVPN with the Azure VPN Client's own file.
    AzureVpn,
    /// OpenVPN with a stock client.
    OpenVpn,
    /// IKEv2 with the system's own client.
    IkeV2,
    /// SSTP with the system's own client.
    Sstp,
}

impl ProfileKind {
    /// The name people know it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AzureVpn => "Azure VPN Client",
            Self::OpenVpn => "OpenVPN",
            Self::IkeV2 => "IKEv2",
            Self::Sstp => "SSTP",
        }
    }
}

/// Reads the profiles at `path`: a zip, a folder, or a single file. Files for one gateway
/// become one profile.
///
/// # Errors
/// [`Error::Unreadable`] when it cannot be opened, [`Error::NotAProfile`] when it is none:
/// nothing known in it, broken, or larger than [`LARGEST_FILE`], [`LARGEST_ARCHIVE`] or
/// [`MOST_FILES`] allow.
pub fn read(path: &Path) -> Result<Vec<Profile>, Error> {
    let none = |fault| Error::NotAProfile {
        path: path.to_owned(),
        fault,
    };
    of_sources(&sources::collect(path)?).map_err(none)
}

/// Reads the profiles in what somebody handed over: a zip, or a single file of this name.
///
/// # Errors
/// [`Error::NotAProfile`], as [`read`]; an archive may be [`LARGEST_HANDED_OVER`].
pub fn read_from(name: &str, bytes: Vec<u8>) -> Result<Vec<Profile>, Error> {
    let read = if bytes.len() as u64 > LARGEST_HANDED_OVER {
        Err(Fault::TooLarge(LARGEST_HANDED_OVER))
    } else {
        sources::collect_from(name, bytes).and_then(|found| of_sources(&found))
    };
    read.map_err(|fault| Error::NotAProfile {
        path: name.into(),
        fault,
    })
}

/// The gateway in an OpenVPN configuration.
pub(crate) fn server_in(configuration: &[u8]) -> Option<String> {
    let text = text::decode(configuration).ok()?;
    openvpn::parse(&text).gateway
}

fn of_sources(found: &[sources::Source]) -> Result<Vec<Profile>, Fault> {
    let mut profiles = Vec::new();
    for source in found {
        merge(&mut profiles, parse(source)?);
    }
    // A file that names no gateway is good for nothing: it cannot be told from any other XML.
    profiles.retain(|profile| profile.gateway.is_some());
    if profiles.is_empty() {
        return Err(Fault::NothingKnown);
    }
    Ok(profiles)
}

fn parse(source: &sources::Source) -> Result<Profile, Fault> {
    let text = text::decode(&source.bytes)?;
    let mut profile = match source.format {
        sources::Format::Azure => azure::parse(&text)?,
        sources::Format::Generic => generic::parse(&text)?,
        sources::Format::OpenVpn => openvpn::parse(&text),
    };
    profile.full_tunnel |= text::covers_everything(&profile.routes);
    if profile.name.is_empty() {
        profile.name = profile.gateway.clone().unwrap_or_default();
    }
    Ok(profile)
}

/// Adds what `new` says to the profile for the same gateway, or appends it. Azure's own file
/// comes first, so its name stays.
fn merge(profiles: &mut Vec<Profile>, new: Profile) {
    let same = profiles
        .iter_mut()
        .find(|known| known.gateway.is_some() && known.gateway == new.gateway);
    let Some(known) = same else {
        profiles.push(new);
        return;
    };
    add(&mut known.kinds, new.kinds);
    add(&mut known.routes, new.routes);
    add(&mut known.pools, new.pools);
    add(&mut known.dns, new.dns);
    known.full_tunnel |= new.full_tunnel;
}

fn add<T: PartialEq>(known: &mut Vec<T>, new: Vec<T>) {
    for item in new {
        if !known.contains(&item) {
            known.push(item);
        }
    }
}

impl Profile {
    fn of(kind: ProfileKind) -> Self {
        Self {
            name: String::new(),
            gateway: None,
            kinds: vec![kind],
            routes: Vec::new(),
            pools: Vec::new(),
            dns: Vec::new(),
            suffixes: Vec::new(),
            full_tunnel: false,
        }
    }
}
