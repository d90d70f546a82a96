//! What a person has set for the clients, already merged for one VM.

use std::path::PathBuf;

/// Settings for one launch. Per-VM overrides are resolved before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientSettings {
    /// Where the person is.
    pub place: Place,
    /// For `ssh`.
    pub ssh: SshSettings,
    /// For remote desktop programs.
    pub rdp: RdpSettings,
}

/// Where the person who wants a session is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    /// At the terminal this program was started from: `ssh` takes it over.
    #[default]
    Here,
    /// At the desktop: `ssh` needs a terminal window of its own.
    Desktop,
}

/// For `ssh`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SshSettings {
    /// The user on the VM; `None` leaves it to the person's own configuration.
    pub user: Option<String>,
    /// The key file to use, and no other; `None` leaves it to the person's own configuration.
    pub identity: Option<PathBuf>,
    /// Where known host keys are kept; `None` is the person's own file.
    pub known_hosts: Option<PathBuf>,
    /// How long one connect may take, in seconds; zero leaves it to `ssh`.
    pub connect_timeout: u16,
    /// The terminal program to open from the desktop, by name or path; `None` takes the first found.
    pub terminal: Option<String>,
}

/// For remote desktop programs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RdpSettings {
    /// The name of the account to offer. The password is always asked for by the client.
    pub user: Option<String>,
    /// How the client is told its target.
    pub mode: RdpMode,
    /// The thumbprint of the certificate that signs .rdp files (mstsc only), in hex.
    pub thumbprint: Option<String>,
    /// A name that resolves over the tunnel to exactly the proved address, where one does.
    pub name: Option<String>,
    /// How large the session is.
    pub screen: Screen,
    /// Use all monitors.
    pub all_monitors: bool,
    /// Sign in with Entra (`enablerdsaadauth`). Wants a name, not an address.
    pub entra_sign_in: bool,
    /// What of this machine the session may reach.
    pub redirect: Redirections,
}

/// How the client is told its target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RdpMode {
    /// By a .rdp file of our own, signed where a certificate is set; directly where a group
    /// policy blocks unsigned files.
    #[default]
    Automatic,
    /// By a .rdp file of our own, and no other way.
    File,
    /// By a .rdp file that is signed with [`RdpSettings::thumbprint`].
    SignedFile,
    /// On mstsc's command line (`/v:`), with the person's own default settings for the rest;
    /// other clients get the file all the same.
    Direct,
}

/// How large a session is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Screen {
    /// The client's own choice.
    #[default]
    Automatic,
    /// The whole screen.
    Full,
    /// A window of so many pixels.
    Window {
        /// Pixels across, 200 to 8192.
        width: u16,
        /// Pixels down, 200 to 8192.
        height: u16,
    },
}

/// What of this machine a session may reach; nothing unless set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Redirections {
    /// The clipboard.
    pub clipboard: bool,
    /// All drives.
    pub drives: bool,
    /// Printers.
    pub printers: bool,
    /// Sound from the VM.
    pub sound: bool,
    /// Smart cards.
    pub smart_cards: bool,
}
