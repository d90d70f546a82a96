//! The command line of `azure-sim`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use azure_sim::{Estate, Options, Visitor, VmGround, estate};
use clap::{Parser, Subcommand};
use serde_json::Value;

/// Pretends to be Azure and Entra on this machine, and prints one JSON line that says where.
#[derive(Debug, Parser)]
#[command(name = "azure-sim", version)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
    /// demo, plain (demo without its odd cases), large:N (N VMs in 20 subscriptions), or a JSON file
    #[arg(long, default_value = "demo")]
    estate: String,
    /// Write the cloud definition for clients to this file
    #[arg(long, value_name = "FILE")]
    write_cloud: Option<PathBuf>,
    /// Where Entra and ARM listen; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "IP:PORT")]
    listen: SocketAddr,
    /// Where the control endpoint listens
    #[arg(long, default_value = "127.0.0.1:0", value_name = "IP:PORT")]
    control: SocketAddr,
    /// Where the sign-in pages listen without TLS; loopback only
    #[arg(long, default_value = "127.0.0.1:0", value_name = "IP:PORT")]
    pages: SocketAddr,
    /// The application's certificate, for clients that sign with its key instead of sending the secret
    #[arg(long, value_name = "PEM")]
    client_certificate: Option<PathBuf>,
    /// The estate's addresses are real: run this program at each rule change
    #[arg(long, value_name = "PROGRAM")]
    hook: Option<PathBuf>,
    /// Accept durations below five minutes
    #[arg(long)]
    short_durations: bool,
    /// End every access after at most so many seconds
    #[arg(long, value_name = "SECONDS")]
    access_seconds: Option<u32>,
    /// A switch and its value, for instance --set rule_delay_ms=5000 (repeatable)
    #[arg(long = "set", value_name = "NAME=JSON")]
    switches: Vec<String>,
    /// End when standard input closes
    #[arg(long)]
    pub(crate) until_stdin_closes: bool,
}

/// What else the program can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Ask a running simulator: info, asked, forget, faults, fault, clear-faults, switches, set, clock, advance, state, do
    Control {
        /// The control address that it printed
        url: String,
        /// What to ask
        verb: String,
        /// Body, JSON
        json: Option<String>,
    },
    /// Be the browser without a screen of a test: answer the sign-in pages up to the application's loopback port
    Visit {
        /// The page; given last, as programs give it to a browser
        url: String,
        /// Sign in as this person; the first one offered otherwise
        #[arg(long = "as", value_name = "UPN")]
        person: Option<String>,
        /// Approve where more than a name is asked for
        #[arg(long)]
        mfa: bool,
        /// Press "Cancel" or "Deny"
        #[arg(long)]
        refuse: bool,
        /// What to enter at the device page
        #[arg(long)]
        code: Option<String>,
        /// The cloud definition, for pages over https
        #[arg(long, value_name = "FILE")]
        cloud: Option<PathBuf>,
    },
}

impl Verb {
    /// The visitor that the options of `visit` describe.
    pub(crate) fn visitor(&self) -> anyhow::Result<Visitor> {
        let Self::Visit {
            person,
            mfa,
            refuse,
            code,
            cloud,
            ..
        } = self
        else {
            bail!("only a visit has a visitor");
        };
        let mut visitor = match cloud {
            Some(file) => Visitor::trusting(&authorities(file)?)?,
            None => Visitor::new()?,
        };
        if let Some(person) = person {
            visitor = visitor.signing_in_as(person);
        }
        if let Some(code) = code {
            visitor = visitor.entering(code);
        }
        if *mfa {
            visitor = visitor.approving();
        }
        if *refuse {
            visitor = visitor.refusing();
        }
        Ok(visitor)
    }
}

/// `extra_ca` of a cloud definition.
fn authorities(file: &Path) -> anyhow::Result<String> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let cloud: Value =
        serde_json::from_str(&text).with_context(|| format!("reading {}", file.display()))?;
    let pem = cloud["extra_ca"].as_str();
    Ok(pem.unwrap_or_default().to_owned())
}

impl Args {
    pub(crate) fn options(&self) -> anyhow::Result<Options> {
        let mut estate = self.read_estate()?;
        let large = self.estate.starts_with("large:");
        if self.short_durations {
            estate.switches.shortest_seconds = 1;
        }
        if self.access_seconds.is_some() {
            estate.switches.access_seconds = self.access_seconds;
        }
        let mut all = serde_json::to_value(&estate.switches)?;
        for switch in &self.switches {
            let Some((name, value)) = switch.split_once('=') else {
                bail!("--set wants NAME=JSON, not {switch:?}");
            };
            // A bare word is meant as a string: --set subset_rule=exact.
            all[name] = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        }
        estate.switches = serde_json::from_value(all).context("--set")?;
        let mut options = Options::new(estate);
        options.listen = self.listen;
        options.control = self.control;
        options.pages = self.pages;
        if let Some(file) = &self.client_certificate {
            let pem = std::fs::read_to_string(file);
            let pem = pem.with_context(|| format!("reading {}", file.display()))?;
            options.client_certificate = Some(pem);
        }
        options.cloud_file = self.write_cloud.clone();
        options.vms = match &self.hook {
            Some(program) => VmGround::Hook(program.clone()),
            None if large => VmGround::Nothing,
            None => VmGround::Loopback,
        };
        Ok(options)
    }

    fn read_estate(&self) -> anyhow::Result<Estate> {
        match self.estate.as_str() {
            "demo" => return Ok(estate::demo()),
            "plain" => return Ok(estate::plain()),
            _ => {}
        }
        if let Some(count) = self.estate.strip_prefix("large:") {
            let count = count
                .parse()
                .with_context(|| format!("large:{count} is not a number of VMs"))?;
            return Ok(estate::large(count));
        }
        let text = std::fs::read_to_string(&self.estate)
            .with_context(|| format!("reading {}", self.estate))?;
        Estate::parse(&text).with_context(|| format!("reading {}", self.estate))
    }
}
