//! The copy for everybody on a computer: nothing of one person's is touched, and nobody's running tray is in its way.

use anyhow::{Result, ensure};

use super::installer::{COMMAND, FILES, HKCU, HKLM, RUN, Stage, UNINSTALL};

const LINK: &str = "gangway://connect?vm=vm-web-01&protocol=rdp";
/// Where it lies.
const EVERYBODYS: &str = r"C:\Program Files\Gangway";

pub(super) fn touches_nobodys_own(stage: &Stage) -> Result<()> {
    stage.remember()?;
    stage.install(&["/ALLUSERS", "/AUTOSTART=1"], 0)?;
    for file in FILES {
        ensure!(
            stage.is_there(&format!(r"{EVERYBODYS}\{file}")),
            "{file} is not there"
        );
    }
    let tray = format!(r"{EVERYBODYS}\gangway-tray.exe");
    ensure!(stage.value(HKLM, COMMAND, "@")? == format!(r#""{tray}" -- "%1""#));
    ensure!(
        stage.value(HKLM, RUN, "Gangway for everybody")? == format!(r#""{tray}" --background"#)
    );
    ensure!(stage.value(HKLM, UNINSTALL, "InstallLocation")? == EVERYBODYS);
    let events = r"System\CurrentControlSet\Services\EventLog\Application\Gangway";
    let text = stage.value(HKLM, events, "EventMessageFile")?;
    ensure!(text.ends_with(r"\System32\EventCreate.exe"), "{text}");
    let environment = r"System\CurrentControlSet\Control\Session Manager\Environment";
    let path = stage
        .value(HKLM, environment, "PATH")
        .or_else(|_| stage.value(HKLM, environment, "Path"))?;
    ensure!(path.ends_with(&format!(";{EVERYBODYS}")), "{path}");
    let start = r"C:\ProgramData\Microsoft\Windows\Start Menu\Programs\Gangway.lnk";
    ensure!(stage.is_there(start), "no entry in everybody's Start menu");
    let of_one: Vec<String> = stage
        .changes()?
        .into_iter()
        .filter(|line| line.contains(HKCU) || line.contains("users/"))
        .collect();
    ensure!(of_one.is_empty(), "{of_one:?}");
    stage.install(&[], 5)
}

/// Tried here, for Wine's shell does not look for links in a person's own half.
pub(super) fn follows_links(stage: &Stage) -> Result<()> {
    stage.machine.forget_told()?;
    stage.machine.run(&["start", LINK])?;
    let came = || Ok(!stage.machine.told()?.is_empty());
    stage.machine.until("a link arrives", came)?;
    let told = stage.machine.told()?;
    ensure!(told == [format!(r#"-- "{LINK}""#)], "{told:?}");
    Ok(())
}

pub(super) fn over_somebody(stage: &Stage) -> Result<()> {
    let tray = format!(r"{EVERYBODYS}\gangway-tray.exe");
    stage.machine.forget_told()?;
    stage.machine.start(&[&tray, "--deaf"])?;
    let came = stage.setup(&stage.setups.newer, &["/ALLUSERS"], 0);
    ensure!(
        stage.is_there(&format!("{tray}.1.old")),
        "the one that runs was not moved aside: {came:?}"
    );
    came?;
    ensure!(stage.value(HKLM, UNINSTALL, "DisplayVersion")? == super::NEWER);
    stage.machine.run(&[&tray, "--end-all"])?;
    stage.machine.settle()
}

pub(super) fn leaves_nothing(stage: &Stage) -> Result<()> {
    stage.uninstall(HKLM, &[])?;
    // Windows itself removes at its next start what was in use.
    let pending = "PendingFileRenameOperations";
    let changes: Vec<String> = stage
        .changes()?
        .into_iter()
        .filter(|line| !line.contains(pending))
        .collect();
    ensure!(changes.is_empty(), "{changes:?}");
    Ok(())
}
