//! The account of Azure CLI: an `az` of the test's own stands on the path and hands out what the simulator issued.

use std::fs;
use std::io::BufRead;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::person::{ADMIN, Browser, Person, accounts, event, interrupt};
use crate::stage::Said;

/// A person whose `az` is signed in, and nobody else.
struct WithCli {
    person: Person,
    folder: PathBuf,
    /// What `az` hands out without, and with, a second factor.
    tokens: [String; 2],
}

impl WithCli {
    fn new() -> Option<Self> {
        if std::env::consts::FAMILY != "unix" {
            gangway_skips::skip("the az of this test is a shell script");
            return None;
        }
        let person = Person::with_keyring(Browser::Approves)?;
        // Entra issues by a sign-in as to anybody; what it was issued to is forgotten again.
        for with_mfa in [false, true] {
            person
                .stage
                .sim
                .set(|switches| switches.mfa_at_sign_in = with_mfa);
            person.gangway(&["login"]).ended(0);
            person.gangway(&["logout"]).ended(0);
        }
        person
            .stage
            .sim
            .set(|switches| switches.mfa_at_sign_in = false);
        let tokens = [false, true].map(|with_mfa| token(&person, with_mfa));
        person.set("");
        let folder = person.stage.home.path().join("azure");
        let cli = Self {
            person,
            folder,
            tokens,
        };
        cli.install();
        Some(cli)
    }

    /// `az` is set to the simulator's cloud, as `az cloud register` would set it.
    fn install(&self) {
        fs::create_dir_all(&self.folder).unwrap();
        let base = self.person.stage.sim.base();
        let clouds = format!("[sim]\nendpoint_resource_manager = {base}\n");
        fs::write(self.folder.join("clouds.config"), clouds).unwrap();
        fs::write(self.folder.join("config"), "[cloud]\nname = sim\n").unwrap();
        let script = format!(
            "#!/bin/sh\ncat '{}'\n",
            self.folder.join("answer").display()
        );
        // A copy may be run as its model may; what it holds is ours.
        fs::copy("/bin/sh", self.folder.join("az")).unwrap();
        fs::write(self.folder.join("az"), script).unwrap();
        self.signs_in(false);
    }

    /// `az login` comes to its end, and leaves its files as it does.
    fn signs_in(&self, with_mfa: bool) {
        let answer = json!({
            "accessToken": self.tokens[usize::from(with_mfa)], "expires_on": 4_102_444_800_i64,
            "tenant": self.person.stage.sim.tenant(), "tokenType": "Bearer",
        });
        // Whoever reads it meanwhile finds the old one or the new one, and no half of either.
        let new = self.folder.join("answer.new");
        fs::write(&new, answer.to_string()).unwrap();
        fs::rename(new, self.folder.join("answer")).unwrap();
        let cache = format!("{{\"mfa\":{with_mfa}}}");
        fs::write(self.folder.join("msal_token_cache.json"), cache).unwrap();
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = self.person.command(words);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let all = std::iter::once(self.folder.clone()).chain(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(all).unwrap());
        command
    }
}

/// The newest access token for Azure that was issued to the administrator.
fn token(person: &Person, with_mfa: bool) -> String {
    let payload = |token: &String| -> Option<Value> {
        let part = token.split('.').nth(1)?;
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok()
    };
    let fits = |token: &String| {
        payload(token).is_some_and(|it| {
            let amr = it["amr"].as_array().cloned().unwrap_or_default();
            it["upn"] == ADMIN && it["scp"].is_string() && amr.contains(&json!("mfa")) == with_mfa
        })
    };
    person.stage.sim.secrets().into_iter().find(fits).unwrap()
}

#[test]
fn the_account_of_azure_cli_is_taken_over_and_left_signed_in() {
    let Some(cli) = WithCli::new() else { return };
    let said = Said::of(cli.command(&["login"])).ended(0);
    // Without a client id the browser is not the way, and that is said first.
    assert!(
        said.err.contains("the browser is not possible here"),
        "{said:?}"
    );
    assert!(said.err.contains("Signing in by: Azure CLI."), "{said:?}");
    assert!(
        said.out.contains(&format!("Signed in as {ADMIN}.")),
        "{said:?}"
    );
    assert!(!said.err.contains("az login"), "{said:?}");
    assert_eq!(accounts(&cli.person), [ADMIN]);
    let said = Said::of(cli.command(&["logout"])).ended(0);
    assert!(said.err.contains("az logout"), "{said:?}");
    assert!(accounts(&cli.person).is_empty());
}

#[test]
fn a_challenge_is_answered_by_the_line_that_is_shown_and_the_connection_goes_on() {
    let Some(cli) = WithCli::new() else { return };
    let stage = &cli.person.stage;
    stage.sim.set(|switches| switches.mfa_on_writes = true);
    let (id, port) = (stage.id("vm-web-01"), stage.port("vm-web-01"));
    let words = ["connect", &id, "--ssh", "--port", &port, "--no-launch"];
    let words = [&words[..], &["--sign-in", "--json"]].concat();
    let mut child = cli.command(&words).stdout(Stdio::piped()).spawn().unwrap();
    let (said, rest) = event(&mut child, "command");
    let line = said["command"].as_str().unwrap();
    let tenant = stage.sim.tenant();
    assert!(
        line.starts_with(&format!("az login --tenant {tenant} ")),
        "{line}"
    );
    assert!(line.contains("--claims-challenge"), "{line}");
    cli.signs_in(true);
    let mut seen = Vec::new();
    for line in rest.lines().map(Result::unwrap) {
        if line.contains(r#""state":"open""#) {
            interrupt(child.id());
        }
        seen.push(line);
    }
    assert_eq!(child.wait().unwrap().code(), Some(0), "{seen:#?}");
    assert_eq!(stage.requests(), 2, "{seen:#?}");
}

#[test]
fn azure_cli_is_run_by_the_person_in_the_exact_words() {
    let Some(person) = Person::with_keyring(Browser::Nobody) else {
        return;
    };
    let words = [
        "login",
        "--azure-cli",
        "--tenant",
        "contoso.example",
        "--json",
    ];
    let mut command = person.command(&words);
    command.env("PATH", person.stage.home.path());
    let said = Said::of(command).ended(3);
    // Nobody is told to run what is not there.
    assert_eq!(said.result()["problem"]["code"], "way-forbidden");

    std::fs::write(person.stage.home.path().join("az"), "").unwrap();
    let mut command = person.command(&words);
    command.env("PATH", person.stage.home.path());
    command.stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (said, rest) = event(&mut child, "command");
    assert_eq!(said["command"], "az login --tenant contoso.example");
    interrupt(child.id());
    let last = rest.lines().map(Result::unwrap).last();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{last:?}");
}
