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
    /// Which program.
    pub program: SshProgram,
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

/// Which SSH program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SshProgram {
    /// OpenSSH.
    #[default]
    OpenSsh,
    /// `PuTTY`, for a session in a window of its own; a command is for OpenSSH all the same.
    Putty,
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
    /// By which name the VM is called.
    pub target: Target,
    /// How large the session is.
    pub screen: Screen,
    /// Which monitors are used.
    pub monitors: Monitors,
    /// Take the session for administration.
    pub admin: bool,
    /// What becomes of the person's credentials.
    pub protection: Protection,
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

/// By which name a VM is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// A name that resolves over the tunnel to exactly the proved address, where one does.
    pub name: Option<String>,
    /// Whether that name is the VM's own device name, which Entra knows it by.
    pub is_device: bool,
    /// The names that were tried.
    pub tried: Vec<String>,
    /// Those of them that lead to the address, but of which DNS told no full name: whoever is
    /// near may answer to a short one.
    pub not_full: Vec<String>,
}

/// Which monitors a session uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Monitors {
    /// The client's own choice: the one that its window is on.
    #[default]
    One,
    /// All.
    All,
    /// These, by mstsc's numbers with commas between them.
    These(String),
}

/// What becomes of the person's credentials on the VM
/// (<https://learn.microsoft.com/windows/security/identity-protection/remote-credential-guard>).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Protection {
    /// They are sent to it.
    #[default]
    Off,
    /// They stay here: Remote Credential Guard.
    RemoteGuard,
    /// None are used beyond the VM: restricted administration.
    RestrictedAdmin,
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
    /// The microphone.
    pub microphone: bool,
    /// Cameras.
    pub cameras: bool,
    /// Security keys and Windows Hello.
    pub webauthn: bool,
    /// USB devices.
    pub usb: bool,
    /// Serial ports.
    pub com_ports: bool,
    /// Where this machine is.
    pub location: bool,
}
