//! What may be typed: the commands and their options.

use std::path::PathBuf;

use clap::{ArgAction, Args as ClapArgs, Parser, Subcommand, ValueHint};
use gangway_engine::time::SignedDuration;
use gangway_engine::vm::{Protocol, Service};

mod account;

pub(crate) use account::{LoginArgs, LogoutArgs, SubscriptionsArgs, TenantsArgs};

/// One click to a VM: through the company's VPN, with a port that is open for one
/// address, for a short time, and nothing else.
#[derive(Debug, Parser)]
#[command(name = "gangway", version, after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "Exit codes: 0 done, 2 usage, 3 a named problem (its code is in the \
JSON), 130 cancelled, 1 anything else. After `connect VM -- COMMAND` the code is the remote \
command's, as ssh reports it.\n\nGANGWAY_HOME moves settings, store and logs to one folder.";

/// Options that every command takes.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Globals {
    /// Print JSON: one object, or for connect, login and watch one event a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The cloud: public, us-government, china, or a definition file
    #[arg(long, global = true, value_name = "NAME|FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) cloud: Option<String>,
    /// Print results only, no progress
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Write more to the log file; twice for everything
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List virtual machines whose name, group, subscription or address matches
    Vms(VmsArgs),
    /// Show every access that is open from this machine
    Status,
    /// Get onto a virtual machine
    Connect(ConnectArgs),
    /// Ask for more time for an access that runs
    Extend(ExtendArgs),
    /// Follow the open accesses until the last one has ended
    Watch,
    /// Show what was requested from this machine
    History(HistoryArgs),
    /// Sign in to Azure
    Login(LoginArgs),
    /// Sign out, and forget what belongs to the account
    Logout(LogoutArgs),
    /// Show the accounts that are signed in
    Accounts,
    /// Show the tenants of the accounts, and choose which are looked at
    Tenants(TenantsArgs),
    /// Show the subscriptions, and choose which are shown
    Subscriptions(SubscriptionsArgs),
    /// Look at the tunnel, connect or end a VPN, or import a VPN profile
    #[command(subcommand)]
    Vpn(VpnCommand),
    /// Show or change settings
    Settings(SettingsArgs),
    /// Keep the password for the proxy in the keyring; it is asked for, or read from standard input
    ProxyPassword {
        /// Take it out of the keyring
        #[arg(long)]
        forget: bool,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct VmsArgs {
    /// What to look for; everything when left out
    #[arg(default_value = "")]
    pub(crate) query: String,
    /// Ask Azure even when the list is younger than 15 minutes
    #[arg(long, conflicts_with = "cached")]
    pub(crate) fresh: bool,
    /// Take the list from this machine, however old it is
    #[arg(long)]
    pub(crate) cached: bool,
    /// At most so many rows
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) limit: usize,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ConnectArgs {
    /// The virtual machine's name, or its resource id
    pub(crate) vm: String,
    /// Open a remote desktop session
    #[arg(long, conflicts_with = "ssh")]
    pub(crate) rdp: bool,
    /// Open a secure shell session
    #[arg(long)]
    pub(crate) ssh: bool,
    /// The port on the virtual machine; without --rdp or --ssh only this port is opened
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: Option<u16>,
    /// For how long, such as 30m or 1h
    #[arg(long = "for", value_name = "TIME", value_parser = span)]
    pub(crate) duration: Option<SignedDuration>,
    /// The reason, as it will stand in Azure's record
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Open the port and prove it, but start no client
    #[arg(long, conflicts_with = "command")]
    pub(crate) no_launch: bool,
    /// Ask for access even when one runs or the port is open already
    #[arg(long)]
    pub(crate) request: bool,
    /// Look only: request nothing, start nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Open a page to sign in where Azure wants that, even without a terminal
    #[arg(long, conflicts_with = "no_sign_in")]
    pub(crate) sign_in: bool,
    /// Never open a page to sign in
    #[arg(long)]
    pub(crate) no_sign_in: bool,
    /// A command to run there over SSH
    #[arg(last = true, value_name = "COMMAND", conflicts_with = "rdp")]
    pub(crate) command: Vec<String>,
}

impl ConnectArgs {
    /// Protocol and port as far as they were said; the VM decides the rest.
    pub(crate) fn service(&self) -> Option<Service> {
        let (protocol, usual) = if self.rdp {
            (Protocol::Rdp, Service::RDP.port)
        } else if self.ssh || !self.command.is_empty() {
            (Protocol::Ssh, Service::SSH.port)
        } else {
            (Protocol::Port, self.port?)
        };
        Some(Service {
            protocol,
            port: self.port.unwrap_or(usual),
        })
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ExtendArgs {
    /// The virtual machine; may be left out while only one access runs
    pub(crate) vm: Option<String>,
    /// Which port, when several are open
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,
    /// For how long from now, such as 30m or 1h
    #[arg(long = "for", value_name = "TIME", value_parser = span)]
    pub(crate) duration: Option<SignedDuration>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct HistoryArgs {
    /// Only requests whose virtual machine, reason or address bears these words
    #[arg(long, value_name = "WORDS")]
    pub(crate) search: Option<String>,
    /// At most so many rows
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: usize,
}

#[derive(Debug, Subcommand)]
pub(crate) enum VpnCommand {
    /// Show interfaces and pools and, for a virtual machine, which tunnel leads there
    Status {
        /// The virtual machine
        vm: Option<String>,
        /// Write a record of this machine's network into a new file, without names and public
        /// addresses, that helps to recognise VPNs like yours
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        capture: Option<PathBuf>,
    },
    /// List the VPNs that this computer's programs know
    List,
    /// Connect a VPN by the program that keeps it
    Connect {
        /// Its name, as the list has it; may be left out where only one fits
        name: Option<String>,
    },
    /// End a VPN by the program that keeps it
    Disconnect {
        /// Its name, as the list has it; may be left out where only one is connected
        name: Option<String>,
    },
    /// Import a VPN profile as Azure hands it out: the zip, its folder, or one of its files
    Import {
        /// The zip, folder or file
        #[arg(value_hint = ValueHint::AnyPath)]
        file: PathBuf,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SettingsArgs {
    #[command(subcommand)]
    pub(crate) command: Option<SettingsCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SettingsCommand {
    /// Show every setting in force
    List,
    /// Show one setting
    Get {
        /// Its name
        key: String,
    },
    /// Change one setting
    Set {
        /// Its name
        key: String,
        /// Its value, as in settings.toml
        value: String,
    },
    /// Explain how Remote Desktop is started here: group policies, certificates that can sign
    Rdp {
        /// Sign .rdp files with this certificate from now on: its name as it is listed, or its
        /// thumbprint
        #[arg(long, value_name = "NAME|THUMBPRINT")]
        choose: Option<String>,
    },
}

/// A positive length of time: `30m`, `1h`, `1h30m`, `PT1H`.
fn span(text: &str) -> Result<SignedDuration, String> {
    let span: SignedDuration = text
        .parse()
        .map_err(|_| "not a length of time; write 30m or 1h".to_owned())?;
    if span.is_positive() {
        Ok(span)
    } else {
        Err("must be longer than nothing".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn connect(line: &str) -> Result<ConnectArgs, clap::Error> {
        let words = ["gangway", "connect"]
            .into_iter()
            .chain(line.split_whitespace());
        Args::try_parse_from(words).map(|args| match args.command {
            Command::Connect(connect) => connect,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn the_definition_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn protocol_and_port_are_as_said() {
        let service = |line: &str| connect(line).unwrap().service();
        let of = |protocol, port| Some(Service { protocol, port });
        assert_eq!(service("vm"), None);
        assert_eq!(service("vm --rdp"), Some(Service::RDP));
        assert_eq!(service("vm --ssh"), Some(Service::SSH));
        assert_eq!(service("vm --ssh --port 2222"), of(Protocol::Ssh, 2222));
        assert_eq!(service("vm --port 5986"), of(Protocol::Port, 5986));
        assert_eq!(service("vm -- uptime"), Some(Service::SSH));
    }

    #[test]
    fn a_remote_command_is_kept_word_by_word() {
        let args = connect("vm --for 30m -- ls -l --json").unwrap();
        assert_eq!(args.command, ["ls", "-l", "--json"]);
        assert_eq!(args.duration, Some(SignedDuration::from_mins(30)));
    }

    #[test]
    fn nonsense_is_a_usage_error() {
        for line in [
            "",
            "vm --rdp --ssh",
            "vm --port 0",
            "vm --port 70000",
            "vm --for 0s",
            "vm --for -1h",
            "vm --for soon",
            "vm --rdp -- uptime",
            "vm --no-launch -- uptime",
            "-oProxyCommand=x",
        ] {
            let refused = connect(line).unwrap_err();
            assert_eq!(refused.exit_code(), 2, "{line}");
        }
    }

    #[test]
    fn json_may_stand_anywhere_before_the_remote_command() {
        let args = Args::try_parse_from(["gangway", "vms", "--json"]).unwrap();
        assert!(args.globals.json);
    }
}
