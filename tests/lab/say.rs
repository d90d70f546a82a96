//! The transcript: what the lab did and saw, on the screen and in a file at the same time.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::process;
use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Context, Result};

/// Where lines go, each with the seconds since the start.
pub(crate) struct Transcript {
    file: Mutex<File>,
    started: Instant,
}

impl Transcript {
    /// Begins a new transcript in this file.
    pub(crate) fn begin(file: &Path) -> Result<Self> {
        let opened =
            File::create(file).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(Self {
            file: Mutex::new(opened),
            started: Instant::now(),
        })
    }

    /// A line with its time.
    pub(crate) fn note(&self, line: &str) {
        self.line(&format!(
            "{:8.3}  {line}",
            self.started.elapsed().as_secs_f64()
        ));
    }

    /// Several lines that belong together, such as what a program printed.
    pub(crate) fn quote(&self, text: &str) {
        for line in text.trim_end().lines() {
            self.line(&format!("          | {line}"));
        }
    }

    /// A line as it is.
    pub(crate) fn line(&self, line: &str) {
        if let Ok(mut file) = self.file.lock() {
            // The screen shows the line even where the disk is full.
            let _ = writeln!(file, "{line}");
        }
        // Whoever started the lab is gone: so is the reason for it.
        if writeln!(io::stdout().lock(), "{line}").is_err() {
            process::exit(1);
        }
    }
}
