//! How clients are started: every key of `[rdp]` and `[ssh]`, for all VMs or for one.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::merge::Choice;
use super::policy::Demands;
use super::value::{Flag, Monitors, Pixels, Suffix};

/// How SSH sessions are started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ssh {
    /// The program.
    pub client: SshClient,
    /// The user to log in as, where the VM's override names none.
    pub user: Option<String>,
    /// The identity file.
    pub identity: Option<PathBuf>,
    /// The file of known host keys, where it is not the person's usual one.
    pub known_hosts: Option<PathBuf>,
    /// The terminal program to open, where there is a choice.
    pub terminal: Option<String>,
}

/// Which SSH program is started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SshClient {
    /// OpenSSH: host keys are kept by the VM's id.
    #[default]
    #[serde(rename = "openssh")]
    OpenSsh,
    /// `PuTTY`, with its own store of host keys.
    Putty,
}

/// What an .rdp file names as its target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RdpTarget {
    /// A name where it resolves to the proved address, else the address.
    #[default]
    Automatic,
    /// The name.
    Name,
    /// The address.
    Address,
}

/// How an RDP client is started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RdpLaunch {
    /// Whatever the system's policy lets through.
    #[default]
    Automatic,
    /// With a file.
    File,
    /// With a signed file.
    SignedFile,
    /// With arguments only.
    Direct,
}

/// What becomes of the person's credentials on the VM.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RdpProtection {
    /// They are sent to it.
    #[default]
    Off,
    /// They stay here, and the VM asks for what it needs (Remote Credential Guard).
    RemoteGuard,
    /// None are used beyond the VM itself (restricted administration).
    RestrictedAdmin,
}

/// One list of the keys of `[rdp]`: what may stand in the file, for all VMs or for one.
macro_rules! rdp_keys {
    ($($key:ident: $type:ty,)*) => {
        /// The keys of `[rdp]` that are set.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub(super) struct RdpKeys {
            $(pub(super) $key: Option<$type>,)*
        }

        impl RdpKeys {
            /// Every key, as policy calls it.
            const ALL: &'static [&'static str] = &[$(concat!("rdp.", stringify!($key)),)*];

            /// These, and where they say nothing, those.
            fn or(self, those: Self) -> Self {
                Self { $($key: self.$key.or(those.$key),)* }
            }

            /// The keys that are set, as policy calls them.
            pub(super) fn set(&self) -> impl Iterator<Item = &'static str> {
                [$((concat!("rdp.", stringify!($key)), self.$key.is_some()),)*]
                    .into_iter()
                    .filter_map(|(key, set)| set.then_some(key))
            }

            /// These, without what machine policy has decided for all VMs.
            pub(super) fn without(self, locked: &BTreeSet<&'static str>) -> Self {
                Self {
                    $($key: self.$key.filter(|_| {
                        !locked.contains(concat!("rdp.", stringify!($key)))
                    }),)*
                }
            }
        }
    };
}

rdp_keys! {
    user: String,
    target: RdpTarget,
    suffixes: Vec<Suffix>,
    launch: RdpLaunch,
    thumbprint: String,
    entra_sign_in: Flag,
    protection: RdpProtection,
    admin: Flag,
    full_screen: Flag,
    all_monitors: Flag,
    monitors: Monitors,
    width: Pixels,
    height: Pixels,
    clipboard: Flag,
    drives: Flag,
    printers: Flag,
    smart_cards: Flag,
    sound: Flag,
    microphone: Flag,
    cameras: Flag,
    webauthn: Flag,
    usb: Flag,
    com_ports: Flag,
    location: Flag,
}

/// How RDP sessions are started. Redirections are off unless set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rdp {
    /// The user name to propose.
    pub user: Option<String>,
    /// What is written as the target.
    pub target: RdpTarget,
    /// The DNS suffixes under which a VM's name may be found, besides those that are known.
    pub suffixes: Vec<String>,
    /// How the client is started.
    pub launch: RdpLaunch,
    /// The certificate that signs files (its thumbprint, in hex).
    pub thumbprint: Option<String>,
    /// Sign in with Entra, which wants a name as the target.
    pub entra_sign_in: bool,
    /// What becomes of the person's credentials.
    pub protection: RdpProtection,
    /// Take the session for administration.
    pub admin: bool,
    /// Full screen, or a window.
    pub full_screen: bool,
    /// Use all monitors.
    pub all_monitors: bool,
    /// Use these monitors: their numbers, with commas.
    pub monitors: Option<String>,
    /// The window's width in pixels.
    pub width: Option<u16>,
    /// The window's height in pixels.
    pub height: Option<u16>,
    /// Share the clipboard with the VM.
    pub clipboard: bool,
    /// Share drives with the VM.
    pub drives: bool,
    /// Share printers with the VM.
    pub printers: bool,
    /// Share smart cards with the VM.
    pub smart_cards: bool,
    /// Play the VM's sound here.
    pub sound: bool,
    /// Share the microphone with the VM.
    pub microphone: bool,
    /// Share cameras with the VM.
    pub cameras: bool,
    /// Let the VM ask this machine's security keys and Windows Hello.
    pub webauthn: bool,
    /// Share USB devices with the VM.
    pub usb: bool,
    /// Share serial ports with the VM.
    pub com_ports: bool,
    /// Tell the VM where this machine is.
    pub location: bool,
}

impl From<RdpKeys> for Rdp {
    fn from(keys: RdpKeys) -> Self {
        let on = |flag: Option<Flag>| flag.is_some_and(|flag| flag.0);
        Self {
            user: keys.user,
            target: keys.target.unwrap_or_default(),
            suffixes: keys
                .suffixes
                .into_iter()
                .flatten()
                .map(|suffix| suffix.0)
                .collect(),
            launch: keys.launch.unwrap_or_default(),
            thumbprint: keys.thumbprint,
            entra_sign_in: on(keys.entra_sign_in),
            protection: keys.protection.unwrap_or_default(),
            admin: on(keys.admin),
            full_screen: on(keys.full_screen),
            all_monitors: on(keys.all_monitors),
            monitors: keys.monitors.map(|monitors| monitors.0),
            width: keys.width.map(|pixels| pixels.0),
            height: keys.height.map(|pixels| pixels.0),
            clipboard: on(keys.clipboard),
            drives: on(keys.drives),
            printers: on(keys.printers),
            smart_cards: on(keys.smart_cards),
            sound: on(keys.sound),
            microphone: on(keys.microphone),
            cameras: on(keys.cameras),
            webauthn: on(keys.webauthn),
            usb: on(keys.usb),
            com_ports: on(keys.com_ports),
            location: on(keys.location),
        }
    }
}

/// What a person set, beaten key by key.
pub(super) fn rdp(choice: &mut Choice<'_>, demands: &Demands, person: RdpKeys) -> RdpKeys {
    let demanded = demands.rdp();
    for &key in RdpKeys::ALL {
        let is_set = demanded.set().any(|set| set == key);
        choice.of(key, is_set.then_some(()), None);
    }
    demanded.or(person.without(choice.locked()))
}

/// What is in force for one VM: what machine policy demands is not in `own` any more.
pub(super) fn rdp_with(own: &RdpKeys, all: &RdpKeys) -> Rdp {
    own.clone().or(all.clone()).into()
}

/// What a person set, beaten key by key.
pub(super) fn ssh(choice: &mut Choice<'_>, demands: &Demands, mut ssh: Ssh) -> Ssh {
    ssh.client = choice
        .of("ssh.client", demands.ssh_client, Some(ssh.client))
        .unwrap_or_default();
    ssh.user = choice.of("ssh.user", demands.ssh_user.clone(), ssh.user);
    ssh.identity = choice.of("ssh.identity", demands.ssh_identity.clone(), ssh.identity);
    ssh.known_hosts = choice.of(
        "ssh.known_hosts",
        demands.ssh_known_hosts.clone(),
        ssh.known_hosts,
    );
    ssh.terminal = choice.of("ssh.terminal", demands.ssh_terminal.clone(), ssh.terminal);
    ssh
}
