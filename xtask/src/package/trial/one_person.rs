//! One person's copy: installed, upgraded, in use, removed.

use std::fs;

use anyhow::{Result, anyhow, ensure};

use super::installer::{COMMAND, FILES, HKCU, HKLM, RUN, Stage, UNINSTALL};
use super::machine::Machine;
use crate::package::version;

/// Where one person's copy lies.
fn folder() -> String {
    Machine::profile() + r"\AppData\Local\Programs\Gangway"
}

fn settings() -> String {
    Machine::profile() + r"\AppData\Roaming\Gangway\settings.toml"
}

fn shortcut() -> String {
    Machine::profile() + r"\AppData\Roaming\Microsoft\Windows\Start Menu\Programs\Gangway.lnk"
}

pub(super) fn installs(stage: &Stage) -> Result<()> {
    stage.machine.settle()?;
    stage.remember()?;
    stage.install(&[], 0)?;
    let folder = folder();
    for file in FILES {
        ensure!(
            stage.is_there(&format!(r"{folder}\{file}")),
            "{file} is not there"
        );
    }
    let tray = format!(r"{folder}\gangway-tray.exe");
    let expected = [
        (COMMAND, "@", format!(r#""{tray}" -- "%1""#)),
        (r"Software\Classes\gangway", "URL Protocol", String::new()),
        (
            r"Software\Classes\AppUserModelId\dev.gangway.Gangway",
            "DisplayName",
            "Gangway".to_owned(),
        ),
        (UNINSTALL, "DisplayVersion", version()?),
        (UNINSTALL, "Publisher", "Gangway contributors".to_owned()),
        (UNINSTALL, "InstallLocation", folder.clone()),
        (
            UNINSTALL,
            "UninstallString",
            format!(r#""{folder}\uninstall.exe""#),
        ),
        ("Environment", "Path", folder.clone()),
    ];
    for (key, name, wanted) in expected {
        let found = stage.value(HKCU, key, name)?;
        ensure!(
            found == wanted,
            "{key}, {name} is {found:?} and not {wanted:?}"
        );
    }
    let size = stage.value(HKCU, UNINSTALL, "EstimatedSize")?;
    let size = u64::from_str_radix(size.trim_start_matches("dword:"), 16)?;
    ensure!(size > 1024, "EstimatedSize is {size} KiB");
    ensure!(
        !stage.has(HKCU, RUN, "Gangway"),
        "it starts with the session unasked"
    );
    let link = fs::read(stage.machine.here(&shortcut()))?;
    let target: Vec<u8> = tray.encode_utf16().flat_map(u16::to_le_bytes).collect();
    ensure!(
        link.windows(target.len()).any(|part| part == target),
        "the shortcut leads elsewhere"
    );
    let machines: Vec<String> = stage
        .changes()?
        .into_iter()
        .filter(|line| line.contains(HKLM))
        .collect();
    ensure!(machines.is_empty(), "{machines:?}");
    Ok(())
}

pub(super) fn is_signed(stage: &Stage) -> Result<()> {
    for file in FILES.into_iter().filter(|file| file.ends_with(".exe")) {
        stage
            .signer
            .has_signed(&stage.machine.here(&format!(r"{}\{file}", folder())))?;
    }
    Ok(())
}

pub(super) fn runs(stage: &Stage) -> Result<()> {
    // By its bare name: Windows looks it up in PATH.
    let said = stage.machine.read(&["cmd", "/c", "gangway --version"])?;
    ensure!(said.contains(&version()?), "{said:?}");
    Ok(())
}

pub(super) fn over_itself(stage: &Stage) -> Result<()> {
    let tray = format!(r"{}\gangway-tray.exe", folder());
    stage.install(&["/AUTOSTART=1"], 0)?;
    let run = stage.value(HKCU, RUN, "Gangway")?;
    ensure!(run == format!(r#""{tray}" --background"#), "{run}");
    let said = fs::read_to_string(stage.machine.here(&settings()))?;
    ensure!(
        said.contains("autostart = true"),
        "the setting says {said:?}"
    );
    stage.machine.forget_told()?;
    stage.machine.start(&[&tray, "--background"])?;
    stage.install(&[], 0)?;
    let again = || Ok(stage.machine.told()? == ["--background", "--quit", "--background"]);
    stage
        .machine
        .until("told to quit, and started again", again)?;
    ensure!(
        stage.value(HKCU, RUN, "Gangway")? == run,
        "autostart was not kept"
    );
    let path = stage.value(HKCU, "Environment", "Path")?;
    ensure!(path == folder(), "PATH is {path}");
    stage.machine.run(&[&tray, "--quit"])?;
    stage.machine.settle()
}

pub(super) fn in_use(stage: &Stage) -> Result<()> {
    stage.remember()?;
    stage.machine.forget_told()?;
    let (tray, program) = (
        format!(r"{}\gangway-tray.exe", folder()),
        format!(r"{}\gangway.exe", folder()),
    );
    // From elsewhere, or the tray itself would be in use.
    let holder = Machine::profile() + r"\holder.exe";
    fs::copy(stage.machine.here(&tray), stage.machine.here(&holder))?;
    stage.machine.start(&[&holder, "--hold", &program])?;
    let held = stage.machine.told()?;
    let came = match held.as_slice() {
        [held] if held == "held" => stage.setup(&stage.setups.newer, &[], 3),
        other => Err(anyhow!("{other:?}")),
    };
    stage.machine.run(&[&holder, "--end-all"])?;
    stage.machine.settle()?;
    fs::remove_file(stage.machine.here(&holder))?;
    came?;
    let changes = stage.changes()?;
    ensure!(changes.is_empty(), "{changes:?}");
    Ok(())
}

pub(super) fn no_way_back(stage: &Stage) -> Result<()> {
    stage.remember()?;
    stage.setup(&stage.setups.older, &[], 4)?;
    let changes = stage.changes()?;
    ensure!(changes.is_empty(), "{changes:?}");
    stage.setup(&stage.setups.older, &["/DOWNGRADE"], 0)?;
    ensure!(stage.value(HKCU, UNINSTALL, "DisplayVersion")? == super::OLDER);
    stage.install(&[], 0)?;
    ensure!(stage.value(HKCU, UNINSTALL, "DisplayVersion")? == version()?);
    Ok(())
}

pub(super) fn leaves_nothing(stage: &Stage) -> Result<()> {
    // As it was before all this, and with a tray that runs.
    let tray = format!(r"{}\gangway-tray.exe", folder());
    stage.machine.forget_told()?;
    stage.machine.start(&[&tray, "--background"])?;
    stage.uninstall(HKCU, &[])?;
    ensure!(
        stage.machine.told()?.contains(&"--quit".to_owned()),
        "the tray was not told to quit"
    );
    ensure!(stage.is_there(&settings()), "the settings are gone unasked");
    fs::remove_dir_all(
        stage
            .machine
            .here(&(Machine::profile() + r"\AppData\Roaming\Gangway")),
    )?;
    stage.remember()?;
    stage.install(&["/AUTOSTART=0"], 0)?;
    stage.uninstall(HKCU, &[])?;
    let changes = stage.changes()?;
    ensure!(changes.is_empty(), "{changes:?}");
    ensure!(!stage.is_there(&folder()) && !stage.is_there(&shortcut()));
    let registry = stage.machine.registry()?;
    let left: Vec<_> = registry
        .iter()
        .filter(|(key, values)| {
            format!("{key}{values:?}")
                .to_lowercase()
                .contains("gangway")
        })
        .collect();
    ensure!(left.is_empty(), "{left:?}");
    Ok(())
}

pub(super) fn long_path(stage: &Stage) -> Result<()> {
    let folder = folder();
    // Begins like ours, and is not; twice, so that more than the first find is looked at.
    let neighbour = format!(r"{folder}-not;%USERPROFILE%\bin;{folder}\deeper");
    let many: Vec<String> = (0..100)
        .map(|number| format!(r"C:\somewhere\else\number {number:04}"))
        .collect();
    let whole = format!("{neighbour};{}", many.join(";"));
    ensure!(whole.len() > 2500);
    for (before, after) in [
        (whole.clone(), format!("{whole};{folder}")),
        (format!("{whole};"), format!("{whole};{folder}")),
        (format!("{folder};{whole}"), format!("{folder};{whole}")),
    ] {
        stage.machine.run(&[
            "reg",
            "add",
            r"HKCU\Environment",
            "/v",
            "Path",
            "/t",
            "REG_EXPAND_SZ",
            "/d",
            &before,
            "/f",
        ])?;
        stage.install(&[], 0)?;
        let found = stage.value(HKCU, "Environment", "Path")?;
        ensure!(found == after, "{found:?} and not {after:?}");
        stage.uninstall(HKCU, &[])?;
        let found = stage.value(HKCU, "Environment", "Path")?;
        ensure!(found == whole, "{found:?} and not {whole:?}");
    }
    stage
        .machine
        .run(&["reg", "delete", r"HKCU\Environment", "/v", "Path", "/f"])?;
    Ok(())
}

pub(super) fn purged(stage: &Stage) -> Result<()> {
    stage.remember()?;
    stage.install(&["/AUTOSTART=1"], 0)?;
    ensure!(stage.is_there(&settings()));
    let state = Machine::profile() + r"\AppData\Local\Gangway";
    fs::create_dir_all(stage.machine.here(&(state.clone() + r"\logs")))?;
    fs::write(
        stage.machine.here(&(state.clone() + r"\logs\gangway.log")),
        "a line",
    )?;
    stage.uninstall(HKCU, &["/PURGE"])?;
    let changes = stage.changes()?;
    ensure!(changes.is_empty(), "{changes:?}");
    Ok(())
}

pub(super) fn elsewhere(stage: &Stage) -> Result<()> {
    stage.remember()?;
    let top = r"C:\Ärger, Mühe (100)";
    let folder = format!(r"{top}\{}\Gangway", "sehr lang ".repeat(16).trim_end());
    ensure!(folder.len() > 180);
    // NSIS wants it last and unquoted, which is not how one program hands words to another.
    let setup = stage
        .setups
        .installer
        .display()
        .to_string()
        .replace('/', "\\");
    let line = |folder: &str| format!(r"Z:{setup} /S /D={folder}");
    let installed = stage.machine.run(&["cmd", "/c", &line(&folder)])?;
    ensure!(installed == 0, "ended with {installed}");
    let said = stage
        .machine
        .read(&[&format!(r"{folder}\gangway.exe"), "--version"])?;
    ensure!(said.contains(&version()?), "{said:?}");
    let command = stage.value(HKCU, COMMAND, "@")?;
    ensure!(
        command == format!(r#""{folder}\gangway-tray.exe" -- "%1""#),
        "{command}"
    );
    let moved = stage.machine.run(&["cmd", "/c", &line(r"C:\Other")])?;
    ensure!(moved == 6, "a second folder ended with {moved}");
    stage.uninstall(HKCU, &[])?;
    // The folders above it were made for it and are nobody's; they are empty.
    ensure!(!stage.is_there(&folder));
    fs::remove_dir_all(stage.machine.here(top))?;
    let changes = stage.changes()?;
    ensure!(changes.is_empty(), "{changes:?}");
    Ok(())
}
