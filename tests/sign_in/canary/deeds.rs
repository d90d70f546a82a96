//! What the program is made to do while it is watched.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use azure_sim::{Fault, Tamper, Wrong};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::strangers::{self, stranger};
use super::watch::{Seen, Watch};
use crate::bus::Bus;
use crate::stage::{ADMIN, Cloud, Home, Said, program};

/// Letters that stand in every token and code, whatever else does.
pub(crate) const MARK: &str = "CanaryThatSingsInEverySecret";

/// A person, a program and a watch.
pub(crate) struct Suite {
    cloud: Cloud,
    home: Home,
    bus: Bus,
    watch: Watch,
    secrets: BTreeSet<String>,
    /// A folder whose programs stand before the system's.
    path: Option<PathBuf>,
}

impl Suite {
    pub(crate) fn new(bus: Bus) -> Self {
        let cloud = Cloud::demo();
        cloud
            .sim
            .set(|switches| switches.canary = Some(MARK.to_owned()));
        // As talkative as it can be.
        let settings = format!("log_level = \"trace\"\n{}", cloud.with_visitor(ADMIN));
        let home = cloud.home(&settings);
        let watch = Watch::begin(&home.file("run"));
        Self {
            cloud,
            home,
            bus,
            watch,
            secrets: BTreeSet::from([MARK.to_owned()]),
            path: None,
        }
    }

    /// In, a second tenant, a refresh, a refresh after the token has ended.
    pub(crate) fn browser(&mut self) {
        self.run(&["login"]).ended(0);
        self.run(&["vms", "--fresh"]).ended(0);
        let accounts = self.run(&["accounts", "--json"]).ended(0).json();
        let tenants = accounts["accounts"][0]["tenants"].as_array().unwrap();
        let off = tenants.iter().find(|tenant| tenant["on"] == false);
        let off = off.unwrap()["tenant"].as_str().unwrap().to_owned();
        self.run(&["tenants", "--on", &off]).ended(0);
        self.run(&["vms", "--fresh", "-v"]).ended(0);
    }

    /// A write that wants more.
    pub(crate) fn challenge(&mut self) {
        self.cloud.sim.set(|switches| switches.mfa_on_writes = true);
        let words = self.cloud.connect("vm-web-01", &["--json", "--sign-in"]);
        self.run(&words).ended(0);
        self.cloud
            .sim
            .set(|switches| switches.mfa_on_writes = false);
    }

    /// A code that is typed in elsewhere.
    pub(crate) fn device_code(&mut self) {
        self.cloud.sim.set(|switches| switches.device_interval = 1);
        let mut child = self.begin(&["login", "--device-code", "--json"]);
        let mut kept = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let code = lines.by_ref().map_while(Result::ok).find_map(|line| {
            kept.push_str(&line);
            let event: Value = serde_json::from_str(&line).ok()?;
            let text = |key: &str| event[key].as_str().map(str::to_owned);
            Some((text("userCode").or(text("user_code"))?, text("page")?))
        });
        self.remember();
        let (code, page) = code.unwrap();
        let visited = Command::new(program("azure-sim"))
            .args(["visit", &page, "--as", ADMIN, "--code", &code])
            .output()
            .unwrap();
        assert!(visited.status.success(), "{visited:?}");
        kept.extend(lines.map_while(Result::ok));
        let said = self.heard(&Said::from(child));
        self.watch.said("said", kept.as_bytes());
        said.ended(0);
    }

    /// As a machine does it; and with a secret that is wrong.
    pub(crate) fn client_secret(&mut self) {
        for secret in [
            self.cloud.sim.client_secret(),
            "wrong~canary~of~a~client~secret".to_owned(),
        ] {
            let mut command = self
                .home
                .command_on(&self.bus, &["vms", "--fresh", "--json"]);
            command
                .env("AZURE_TENANT_ID", self.cloud.sim.tenant())
                .env("AZURE_CLIENT_ID", self.cloud.sim.client_id())
                .env("AZURE_CLIENT_SECRET", &secret);
            self.secrets.insert(secret);
            self.follow(command);
        }
    }

    /// `az` hands out a token, then something that is none, then nothing any more.
    pub(crate) fn azure_cli(&mut self) {
        let settings = self.home.file("azure");
        fs::create_dir_all(&settings).unwrap();
        fs::write(settings.join("config"), "[cloud]\nname = sim\n").unwrap();
        let place = format!(
            "[sim]\nendpoint_resource_manager = {}\n",
            self.cloud.sim.base()
        );
        fs::write(settings.join("clouds.config"), place).unwrap();
        let folder = self.cloud.folder().join("az");
        fs::create_dir_all(&folder).unwrap();
        let tenant = self.cloud.sim.tenant();
        let person = self.cloud.sim.people().pop().unwrap();
        let whose = json!({"tid": tenant, "oid": person.oid, "upn": person.upn}).to_string();
        let whose = BASE64_URL_SAFE_NO_PAD.encode(whose);
        let token = format!("eyJhbGciOiJSUzI1NiJ9.{whose}.{MARK}OfAzureCli");
        let good = json!({
            "accessToken": token, "expiresOn": "2099-01-01 00:00:00.000000",
            "expires_on": 4_070_908_800_u64, "tenant": tenant, "tokenType": "Bearer",
        });
        self.secrets.insert(token);
        // A copy may be run as its model may; what it holds is ours.
        fs::copy("/bin/sh", folder.join("az")).unwrap();
        let script = format!("#!/bin/sh\ncat '{}'\n", folder.join("answer").display());
        fs::write(folder.join("az"), script).unwrap();
        let good = good.to_string();
        self.path = Some(folder.clone());
        fs::write(folder.join("answer"), &good).unwrap();
        self.run(&["login", "--azure-cli", "--json"]).ended(0);
        self.run(&["vms", "--fresh", "--json"]);
        fs::write(folder.join("answer"), &good[..good.len() - 20]).unwrap();
        self.run(&["vms", "--fresh", "--json"]);
        self.run(&["login", "--azure-cli", "--json"]).ended(3);
        let script = "#!/bin/sh\necho \"Please run 'az login' to setup account.\" >&2\nexit 1\n";
        fs::write(folder.join("az"), script).unwrap();
        self.shoot("-INT", &["login", "--azure-cli", "--json"], "\"waiting\"");
        self.path = None;
    }

    /// What Entra refuses, what is not meant for us, and what is no answer at all.
    pub(crate) fn failures(&mut self) {
        for tamper in TAMPERS {
            self.cloud
                .sim
                .set(|switches| switches.tamper = Some(*tamper));
            self.run(&["login", "--json"]);
        }
        self.cloud.sim.set(|switches| switches.tamper = None);
        let wrong = [
            Wrong::Status(500),
            Wrong::Html(200),
            Wrong::Truncated,
            Wrong::WrongContentType,
            Wrong::CutMidBody,
            Wrong::entra(50076),
            Wrong::entra(53003),
            Wrong::entra(65001),
            Wrong::entra(700_082),
        ];
        for wrong in wrong {
            for route in ["token.authorization_code", "token.refresh_token"] {
                let fault = Fault::on(route, wrong.clone()).after_effect();
                self.cloud.sim.fault(fault);
            }
            self.run(&["login", "--json"]);
            self.run(&["vms", "--fresh", "--json"]);
            self.cloud.sim.clear_faults();
        }
        self.cloud
            .sim
            .set(|switches| switches.markup_in_errors = true);
        self.cloud
            .sim
            .fault(Fault::on("authorize", Wrong::entra(50105)));
        self.run(&["login", "--json"]);
        self.cloud.sim.clear_faults();
        // What was lost on the way is lost.
        self.in_again();
    }

    /// The program is shot while it waits for a browser, and while it holds tokens; and a stranger finds its port.
    pub(crate) fn crashes(&mut self) {
        let settings = fs::read_to_string(self.home.file("settings.toml")).unwrap();
        let lines = settings.lines().filter(|line| !line.starts_with("browser"));
        let nobody: String = lines.map(|line| format!("{line}\n")).collect();
        for signal in ["-ABRT", "-QUIT", "-KILL"] {
            self.home.set(&format!("{nobody}browser = [\"true\"]\n"));
            self.shoot(signal, &["login", "--json"], "\"waiting\"");
            self.home.set(&settings);
            self.in_again();
            self.cloud
                .sim
                .set(|switches| switches.rule_never_comes = true);
            let words = self.cloud.connect("vm-web-02", &["--json", "--request"]);
            self.shoot(signal, &words, "\"proving\"");
            self.cloud
                .sim
                .set(|switches| switches.rule_never_comes = false);
        }
        let words = ["login".to_owned(), "--json".to_owned()];
        self.home
            .set(&format!("{nobody}browser = [{:?}]\n", "true"));
        self.shoot_after("-INT", &words, "\"waiting\"", stranger);
        self.home.set(&settings);
        self.in_again();
    }

    /// Whoever is shot while a refresh is under way takes the only successor along: this
    /// simulator forgives no refresh token that comes twice, so the sign-in is over then.
    fn in_again(&mut self) {
        self.run(&["login"]).ended(0);
    }

    /// A proxy that wants a password, takes none, and repeats what it was sent.
    pub(crate) fn proxy(&mut self) {
        let password = format!("{MARK}OfTheProxy");
        let (address, heard) = strangers::proxy();
        let settings = fs::read_to_string(self.home.file("settings.toml")).unwrap();
        self.home.set(&format!(
            "proxy = \"http://{address}\"\nproxy_user = \"clerk\"\n{settings}"
        ));
        let mut keep = self.begin_with(&["proxy-password"], Stdio::piped());
        let mut typed = keep.stdin.take().unwrap();
        typed.write_all(password.as_bytes()).unwrap();
        drop(typed);
        let said = Said::from(keep);
        self.heard(&said).ended(0);
        self.secrets.insert(password);
        // Loopback is reached without any proxy.
        let beyond = json!({
            "name": "beyond", "audience": "https://management.azure.com/",
            "authority": "https://login.contoso.example",
            "resource_manager": "https://management.contoso.example",
        });
        let file = self.cloud.folder().join("beyond.json");
        fs::write(&file, beyond.to_string()).unwrap();
        let here = std::mem::replace(&mut self.home.cloud, file);
        let said = self
            .run(&["login", "--device-code", "--json", "-v"])
            .ended(3);
        assert!(said.out.contains("proxy-sign-in"), "{said:#?}");
        let sent = heard.try_iter().collect::<String>().to_lowercase();
        assert!(sent.contains("proxy-authorization: basic"), "{sent}");
        self.home.cloud = here;
        self.home.set(&settings);
    }

    /// Out, here and at Entra.
    pub(crate) fn sign_out(&mut self) {
        self.run(&["logout", "--all", "--everywhere", "--yes", "--json"])
            .ended(0);
    }

    /// What was seen, and what must not be among it.
    pub(crate) fn end(mut self) -> (Seen, Vec<String>) {
        self.remember();
        (self.watch.end(), self.secrets.into_iter().collect())
    }

    /// Runs the program to its end and looks at everything.
    fn run(&mut self, words: &[impl AsRef<OsStr>]) -> Said {
        let command = self.home.command_on(&self.bus, words);
        self.follow(command)
    }

    fn follow(&mut self, mut command: Command) -> Said {
        self.talkative(&mut command);
        let said = Said::of(command);
        self.heard(&said);
        said
    }

    fn begin(&self, words: &[impl AsRef<OsStr>]) -> Child {
        self.begin_with(words, Stdio::null())
    }

    fn begin_with(&self, words: &[impl AsRef<OsStr>], input: Stdio) -> Child {
        let mut command = self.home.command_on(&self.bus, words);
        self.talkative(&mut command);
        command.stdin(input);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// Starts the program, waits for a word of it, and ends it by a signal.
    fn shoot(&mut self, signal: &str, words: &[impl AsRef<OsStr>], word: &str) {
        self.shoot_after(signal, words, word, |_| {});
    }

    /// The same, with something that happens before, given all that the program has said.
    fn shoot_after(
        &mut self,
        signal: &str,
        words: &[impl AsRef<OsStr>],
        word: &str,
        before: impl Fn(&[String]),
    ) {
        let mut child = self.begin(words);
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let mut kept = Vec::new();
        // With a command to run there, the events come on standard error.
        let reads: Box<dyn BufRead> = if words.iter().any(|word| word.as_ref() == "connect") {
            Box::new(BufReader::new(err))
        } else {
            Box::new(BufReader::new(out))
        };
        for line in reads.lines().map_while(Result::ok) {
            kept.push(line);
            if kept.last().is_some_and(|line| line.contains(word)) {
                before(&kept);
                let id = child.id().to_string();
                assert!(
                    Command::new("kill")
                        .args([signal, &id])
                        .status()
                        .unwrap()
                        .success()
                );
            }
        }
        assert!(!child.wait().unwrap().success());
        assert!(kept.iter().any(|line| line.contains(word)), "{kept:#?}");
        self.watch.said("said", kept.join("\n").as_bytes());
        self.look();
    }

    fn talkative(&self, command: &mut Command) {
        command.env("RUST_BACKTRACE", "full");
        command.env("TMPDIR", self.home.folder.path());
        let path = env::var_os("PATH").unwrap_or_default();
        if let Some(folder) = &self.path {
            let all = std::iter::once(folder.clone()).chain(env::split_paths(&path));
            command.env("PATH", env::join_paths(all).unwrap());
        }
    }

    fn heard(&mut self, said: &Said) -> Said {
        self.watch.said("said", said.out.as_bytes());
        self.watch.said("said", said.err.as_bytes());
        self.look();
        said.clone()
    }

    fn look(&mut self) {
        self.watch.files(self.home.folder.path());
        self.remember();
    }

    fn remember(&mut self) {
        self.secrets.extend(self.cloud.sim.secrets());
    }
}

const TAMPERS: &[Tamper] = &[
    Tamper::Nonce,
    Tamper::Audience,
    Tamper::Tenant,
    Tamper::Account,
    Tamper::Expired,
    Tamper::MalformedIdToken,
    Tamper::NoRefreshToken,
    Tamper::AccessTokenTenant,
];
