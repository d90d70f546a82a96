//! The machine: its registry, its system folder with the stand-ins, and one test at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clients::{Clients, Started};
use crate::road::Road;
use crate::stage::{Stage, beside};

/// Set where the machine is one of Wine's that is there to be written to.
const OURS: &str = "GANGWAY_TESTS_WINE";

/// Gangway's own policy.
pub(crate) const GANGWAY: &str = r"Software\Policies\Gangway";

/// Windows' policy on .rdp files.
pub(crate) const REMOTE_DESKTOP: &str = r"Software\Policies\Microsoft\Windows NT\Terminal Services";

/// How often a file is looked for; each look starts a program.
const LOOKS: usize = 200;

/// How often a program of the system is started before that counts as a failure.
const STARTS: usize = 5;

/// There is one registry, and one system folder.
static ALONE: Mutex<()> = Mutex::new(());

/// A machine without policies, whose Remote Desktop tells how it was started.
pub(crate) struct Machine {
    pub(crate) clients: Clients,
    _alone: MutexGuard<'static, ()>,
}

impl Machine {
    /// Nothing, said aloud, on a machine that is a person's.
    pub(crate) fn ours() -> Option<Self> {
        if std::env::var_os(OURS).is_none() {
            gangway_skips::skip("writes to the registry and the system folder: only under Wine");
            return None;
        }
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        forget_policies();
        for name in ["mstsc", "rdpsign"] {
            fs::copy(beside("windows-client"), system_program(name)).unwrap();
        }
        Some(Self {
            clients: Clients::listen(),
            _alone: alone,
        })
    }

    /// Starts `gangway` in the simulator's cloud.
    pub(crate) fn begin(&self, stage: &Stage, words: &[&str]) -> Road {
        let cloud = stage.home.path().join("cloud.json");
        let mut all = vec!["--cloud", cloud.to_str().unwrap(), "--json"];
        all.extend(words);
        let mut command = stage.command(&all);
        command.env("GANGWAY_TESTS_CLIENTS", self.clients.address());
        Road::begin(command)
    }

    /// The next program that a road starts, by this name; what the road said where it comes to none.
    pub(crate) fn starts(&self, name: &str, road: &mut Road) -> Started {
        match self.clients.next() {
            Some(started) => {
                assert_eq!(started.told.program.to_lowercase(), name_in_system(name));
                started
            }
            None => panic!("{name} was not started: {:#?}", road.heard()),
        }
    }

    /// Looks again and again whether a file is gone, between one program's end and the next one's.
    pub(crate) fn loses(&self, file: &str) {
        let gone = (0..LOOKS).any(|_| {
            let looked = Command::new("cmd").args(["/c", "exit"]).status();
            assert!(looked.unwrap().success());
            !Path::new(file).exists()
        });
        assert!(gone, "{file} is left behind");
    }

    /// Sets a value of a policy: `dword` or `sz`.
    pub(crate) fn demands(&self, hive: &str, key: &str, name: &str, kind: &str, data: &str) {
        let key = format!(r"{hive}\{key}");
        let kind = format!("REG_{}", kind.to_uppercase());
        let done = reg(&["add", &key, "/v", name, "/t", &kind, "/d", data, "/f"]);
        assert!(done.status.success(), "{done:?}");
    }

    /// What the registry tells of a key and all below it; nothing where there is none.
    pub(crate) fn told(&self, key: &str) -> String {
        let told = reg(&["query", key, "/s"]);
        String::from_utf8_lossy(&told.stdout).replace('\r', "")
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        forget_policies();
        for name in ["mstsc", "rdpsign"] {
            // One that still ends holds its file; the next test writes over it.
            let _ = fs::remove_file(system_program(name));
        }
    }
}

/// As a program there calls itself.
fn name_in_system(name: &str) -> String {
    system_program(name).display().to_string().to_lowercase()
}

fn system_program(name: &str) -> PathBuf {
    let windows = std::env::var_os("SystemRoot").expect("Windows");
    let system = PathBuf::from(windows).join("System32");
    system.join(format!("{name}.exe"))
}

fn forget_policies() {
    for hive in ["HKLM", "HKCU"] {
        for key in [GANGWAY, REMOTE_DESKTOP] {
            // Where there is none, that is said by the code.
            reg(&["delete", &format!(r"{hive}\{key}"), "/f"]);
        }
    }
}

/// Wine now and then fails to start a program while another one ends (error 1359).
pub(crate) fn reg(words: &[&str]) -> Output {
    let mut tries = (0..STARTS).map(|_| Command::new("reg").args(words).output());
    let done = tries.find_map(Result::ok);
    done.unwrap_or_else(|| panic!("reg does not start: {words:?}"))
}
