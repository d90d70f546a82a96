//! Times, sizes and memory, and a row of the table.

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::place;

/// A line of the table.
pub(super) struct Row {
    what: String,
    measured: Option<f64>,
    promised: Option<f64>,
    unit: &'static str,
    remark: String,
}

impl Row {
    pub(super) fn new(
        what: &str,
        measured: f64,
        promised: Option<f64>,
        unit: &'static str,
    ) -> Self {
        Self {
            what: what.to_owned(),
            measured: Some(measured),
            promised,
            unit,
            remark: String::new(),
        }
    }

    /// Something that could not be measured, and why.
    pub(super) fn failed(what: &str, error: &anyhow::Error) -> Self {
        Self {
            what: what.to_owned(),
            measured: None,
            promised: None,
            unit: "",
            remark: format!("{error:#}"),
        }
    }

    /// Not worse than promised; what was not measured is not kept.
    pub(super) fn is_kept(&self) -> bool {
        match (self.measured, self.promised) {
            (Some(measured), Some(promised)) => measured <= promised,
            (Some(_), None) => true,
            (None, _) => false,
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = |value: Option<f64>| {
            value.map_or_else(
                || "-".to_owned(),
                |value| format!("{value:.1} {}", self.unit),
            )
        };
        write!(
            f,
            "{:<58} {:>12} {:>12}",
            self.what,
            value(self.measured),
            value(self.promised)
        )?;
        if !self.is_kept() {
            write!(
                f,
                "  {}",
                if self.remark.is_empty() {
                    "WORSE THAN PROMISED"
                } else {
                    &self.remark
                }
            )?;
        }
        Ok(())
    }
}

/// Milliseconds.
pub(super) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The value below which this share of the measurements lies.
pub(super) fn percentile(mut values: Vec<f64>, share: f64) -> Result<f64> {
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index into a short list"
    )]
    let index = (share * values.len().saturating_sub(1) as f64).round() as usize;
    values.get(index).copied().context("nothing was measured")
}

/// How long a program runs, its output discarded.
pub(super) fn duration(command: &mut Command) -> Result<Duration> {
    let started = Instant::now();
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(started.elapsed())
}

/// Megabytes of a file.
pub(super) fn size(file: &Path) -> Result<f64> {
    let bytes = fs::metadata(file)
        .with_context(|| format!("no {}", file.display()))?
        .len();
    Ok(f64::from(u32::try_from(bytes)?) / 1e6)
}

/// The most memory that a program held, in MiB, by GNU time, and what it wrote to standard error.
pub(super) fn peak_memory(command: &Command) -> Result<(f64, String)> {
    let time = place::program("time").context("the program `time` is not installed")?;
    let folder = tempfile::tempdir()?;
    let told = folder.path().join("time");
    let mut timed = Command::new(time);
    timed
        .args(["--format", "%M", "--output"])
        .arg(&told)
        .arg(command.get_program())
        .args(command.get_args());
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => timed.env(key, value),
            None => timed.env_remove(key),
        };
    }
    let ran = timed.stdin(Stdio::null()).stdout(Stdio::null()).output()?;
    // Of a failure GNU time says so in a line before the number.
    let told_text = fs::read_to_string(&told)?;
    let kibibytes = told_text.lines().last().unwrap_or_default();
    let mebibytes = kibibytes
        .trim()
        .parse::<f64>()
        .context("time told no number")?
        / 1024.0;
    Ok((mebibytes, String::from_utf8_lossy(&ran.stderr).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_of_a_short_list() {
        let values = vec![4.0, 1.0, 3.0, 2.0, 5.0];
        assert!((percentile(values.clone(), 0.5).unwrap() - 3.0).abs() < f64::EPSILON);
        assert!((percentile(values, 0.95).unwrap() - 5.0).abs() < f64::EPSILON);
        assert!(percentile(vec![], 0.5).is_err());
    }

    #[test]
    fn a_row_is_kept_or_not() {
        assert!(Row::new("size", 8.9, Some(9.0), "MB").is_kept());
        let worse = Row::new("size", 9.1, Some(9.0), "MB");
        assert!(!worse.is_kept() && worse.to_string().contains("WORSE"));
        assert!(!Row::failed("size", &anyhow::anyhow!("no file")).is_kept());
    }
}
