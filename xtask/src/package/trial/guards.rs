//! What the installer must leave alone: files, folders and settings that are not its own, however it is asked.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::installer::{HKCU, HKLM, Stage, UNINSTALL};
use super::machine::Machine;
use super::registry;

/// Where people find what a silent installation could not do.
const LOG: &str = "setup.log";

fn one_persons() -> String {
    Machine::profile() + r"\AppData\Local\Programs\Gangway"
}

/// What the program itself would have written, where it would.
fn kept() -> [String; 2] {
    let profile = Machine::profile();
    [
        format!(r"{profile}\AppData\Roaming\Gangway\settings.toml"),
        format!(r"{profile}\AppData\Local\Gangway\logs\gangway.log"),
    ]
}

fn lay(stage: &Stage, path: &str, text: &str) -> Result<()> {
    let file = stage.machine.here(path);
    fs::create_dir_all(file.parent().context("a file without a folder")?)?;
    fs::write(&file, text).with_context(|| format!("cannot write {path}"))
}

pub(super) fn sweeps_its_own(stage: &Stage) -> Result<()> {
    stage.remember()?;
    stage.install(&[], 0)?;
    let folder = one_persons();
    let ours = [
        "gangway-tray.exe.1.old",
        "gangway.exe.12.old",
        "WebView2Loader.dll.3.old",
    ];
    let theirs = [
        "notes.old",
        "other.exe.1.old",
        "gangway.exe.old",
        "gangway.exe.copy.old",
        "gangway.exe.1.2.old",
        "gangway.exe.01.old",
    ];
    for name in ours.iter().chain(&theirs) {
        lay(stage, &format!(r"{folder}\{name}"), "kept")?;
    }
    stage.install(&[], 0)?;
    for name in ours {
        let there = stage.is_there(&format!(r"{folder}\{name}"));
        ensure!(!there, "{name} was not swept");
    }
    stage.uninstall(HKCU, &[])?;
    for name in theirs {
        let file = stage.machine.here(&format!(r"{folder}\{name}"));
        ensure!(file.exists(), "{name} is gone");
        fs::remove_file(file)?;
    }
    fs::remove_dir(stage.machine.here(&folder))?;
    unchanged(stage)
}

pub(super) fn keeps_programs(stage: &Stage) -> Result<()> {
    let programs = Machine::profile() + r"\AppData\Local\Programs";
    fs::create_dir_all(stage.machine.here(&programs))?;
    stage.remember()?;
    stage.install(&[], 0)?;
    stage.uninstall(HKCU, &[])?;
    unchanged(stage)
}

pub(super) fn overlong_path(stage: &Stage) -> Result<()> {
    stage.remember()?;
    let many: String = (0..1453)
        .map(|number| format!(r"C:\somewhere\num {number:04};"))
        .collect();
    ensure!((31_950..32_000).contains(&many.len()), "{}", many.len());
    let text = format!(
        "Windows Registry Editor Version 5.00\r\n\r\n[{HKCU}\\Environment]\r\n\"Path\"=\"{}\"\r\n",
        many.replace('\\', r"\\")
    );
    let bytes: Vec<u8> = ("\u{feff}".to_owned() + &text)
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let file = stage.machine.here(r"C:\path.reg");
    fs::write(&file, bytes)?;
    let imported = stage.machine.run(&["reg", "import", r"C:\path.reg"])?;
    fs::remove_file(file)?;
    ensure!(imported == 0, "reg ended with {imported}");
    ensure!(stage.value(HKCU, "Environment", "Path")? == many);
    stage.install(&[], 0)?;
    ensure!(
        stage.value(HKCU, "Environment", "Path")? == many,
        "PATH was changed"
    );
    let log = fs::read(stage.machine.here(&format!(r"{}\{LOG}", one_persons())));
    let said = registry::text(&log.context("nothing was written down")?);
    ensure!(
        said.contains("PATH was left as it is") && said.contains(&many.len().to_string()),
        "{said:?}"
    );
    stage.uninstall(HKCU, &[])?;
    ensure!(
        stage.value(HKCU, "Environment", "Path")? == many,
        "PATH was changed by the removal"
    );
    stage
        .machine
        .run(&["reg", "delete", r"HKCU\Environment", "/v", "Path", "/f"])?;
    unchanged(stage)
}

/// Wine has no junctions, but shows a link of this system's as what they are: a folder that leads elsewhere.
pub(super) fn purges_no_others(stage: &Stage) -> Result<()> {
    stage.remember()?;
    let treasures = [r"C:\treasure\deep\kept.txt", r"C:\treasure\kept.txt"];
    for path in treasures {
        lay(stage, path, "kept")?;
    }
    stage.install(&[], 0)?;
    let [settings, log] = kept();
    lay(stage, &settings, "")?;
    lay(stage, &log, "a line")?;
    let treasure = stage.machine.here(r"C:\treasure");
    let roaming = Machine::profile() + r"\AppData\Roaming\Gangway";
    let local = Machine::profile() + r"\AppData\Local\Gangway";
    for link in [
        format!(r"{roaming}\linked"),
        format!(r"{local}\logs\linked"),
    ] {
        stage.machine.lead(&link, r"C:\treasure")?;
    }
    let said = stage.machine.read(&["cmd", "/c", "dir", "/b", &roaming])?;
    ensure!(
        said.contains("linked"),
        "Wine does not show the link: {said}"
    );
    stage.uninstall(HKCU, &["/PURGE"])?;
    for path in treasures {
        ensure!(stage.is_there(path), "{path} is gone");
    }
    ensure!(!stage.is_there(&settings) && !stage.is_there(&log));
    // Windows takes the links away as well; Wine cannot remove one, and so not the folders that it lies in.
    for folder in [roaming, local] {
        fs::remove_dir_all(stage.machine.here(&folder))?;
    }
    fs::remove_dir_all(treasure)?;
    unchanged(stage)
}

/// The folder itself is what leads elsewhere, as a folder does that somebody moved to another drive.
pub(super) fn purges_no_moved(stage: &Stage) -> Result<()> {
    stage.remember()?;
    lay(stage, r"C:\treasure\kept.txt", "kept")?;
    stage.install(&[], 0)?;
    let treasure = stage.machine.here(r"C:\treasure");
    let local = Machine::profile() + r"\AppData\Local\Gangway";
    stage.machine.lead(&local, r"C:\treasure")?;
    stage.uninstall(HKCU, &["/PURGE"])?;
    ensure!(stage.is_there(r"C:\treasure\kept.txt"), "it is gone");
    fs::remove_file(stage.machine.here(&local))?;
    fs::remove_dir_all(treasure)?;
    unchanged(stage)
}

/// Pressed through as a person does it, and then again: what ran before runs again.
pub(super) fn after_retry(stage: &Stage) -> Result<()> {
    stage.remember()?;
    stage.install(&[], 0)?;
    stage.machine.forget_told()?;
    let folder = one_persons();
    let (tray, program) = (
        format!(r"{folder}\gangway-tray.exe"),
        format!(r"{folder}\gangway.exe"),
    );
    // From elsewhere, or the tray itself would be in use.
    let holder = Machine::profile() + r"\holder.exe";
    fs::copy(stage.machine.here(&tray), stage.machine.here(&holder))?;
    stage.machine.start(&[&tray, "--background"])?;
    stage.machine.start(&[&holder, "--hold", &program])?;
    let setup = stage.setups.installer.display().to_string();
    let setup = format!("Z:{}", setup.replace('/', "\\"));
    let ended = stage.machine.run(&[&holder, "--press", &setup])?;
    stage.machine.run(&[&holder, "--end-all"])?;
    stage.machine.settle()?;
    fs::remove_file(stage.machine.here(&holder))?;
    ensure!(ended == 0, "the installer ended with {ended}");
    let told = stage.machine.told()?;
    ensure!(
        told.iter().any(|told| told == "asked"),
        "nobody was asked to retry: {told:?}"
    );
    ensure!(
        told.iter().filter(|told| *told == "--background").count() == 2,
        "the tray does not run again: {told:?}"
    );
    stage.uninstall(HKCU, &[])?;
    unchanged(stage)
}

pub(super) fn everybodys_folder(stage: &Stage) -> Result<()> {
    stage.remember()?;
    // As NSIS wants it: last, and unquoted.
    let setup = stage.setups.installer.display().to_string();
    let setup = setup.replace('/', "\\");
    let line = |folder: &str| format!(r"Z:{setup} /S /ALLUSERS /D={folder}");
    for folder in [
        r"C:\ProgramData\Gangway",
        r"C:\Gangway",
        r"C:\Program Files\..\Gangway",
        r"C:\Program Files\Gangway\..\..\Gangway",
        r"C:\Program Files",
        r"C:\Program Files\.",
        r"C:\Program Files of others\Gangway",
    ] {
        let ended = stage.machine.run(&["cmd", "/c", &line(folder)])?;
        ensure!(ended == 8, "{folder}: ended with {ended}");
        unchanged(stage).context(folder)?;
    }
    let ended =
        stage
            .machine
            .run(&["cmd", "/c", &line(r"C:\program files\Firm\..\Firm\Gangway")])?;
    ensure!(ended == 0, "below Program Files: ended with {ended}");
    let location = stage.value(HKLM, UNINSTALL, "InstallLocation")?;
    ensure!(
        location.eq_ignore_ascii_case(r"C:\Program Files\Firm\Gangway"),
        "{location}"
    );
    stage.uninstall(HKLM, &[])?;
    // Made for it, and nobody's.
    fs::remove_dir(stage.machine.here(r"C:\Program Files\Firm"))?;
    unchanged(stage)
}

/// The administrator who removes everybody's copy is a person too, whose own settings nobody spoke of.
pub(super) fn everybodys_purge(stage: &Stage) -> Result<()> {
    for path in kept() {
        lay(stage, &path, "# kept\n")?;
    }
    stage.remember()?;
    stage.install(&["/ALLUSERS"], 0)?;
    stage.uninstall(HKLM, &["/PURGE"])?;
    let came = unchanged(stage);
    let profile = Machine::profile();
    for folder in ["Roaming", "Local"] {
        let folder = stage
            .machine
            .here(&format!(r"{profile}\AppData\{folder}\Gangway"));
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
    }
    came
}

fn unchanged(stage: &Stage) -> Result<()> {
    let changes = stage.changes()?;
    ensure!(changes.is_empty(), "{changes:?}");
    Ok(())
}
