//! The log: one file a day and program, seven kept, private, and without secrets.
//!
//! Redaction is the last thing before the file, so that no field, message or error of any
//! crate gets around it.

mod file;
mod redact;

use std::path::Path;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, Registry, fmt};

pub use redact::redact;

use crate::clock::Clock;
use crate::settings::LogLevel;
use file::Daily;

/// Crates whose debug output says nothing about Gangway and much about keys and packets.
const NOISY: [&str; 8] = [
    "russh",
    "rustls",
    "h2",
    "hyper",
    "reqwest",
    "azure_identity",
    "azure_core",
    "typespec",
];

/// A subscriber that writes to `<folder>/<program>.<date>.log`. The file is made with the
/// first line; where that fails, nothing is logged and nothing else is hindered.
#[must_use]
pub fn subscriber(
    folder: &Path,
    program: &str,
    level: LogLevel,
    clock: Clock,
) -> impl tracing::Subscriber + Send + Sync + use<> {
    let level = filter(level);
    let targets = NOISY.iter().fold(
        tracing_subscriber::filter::Targets::new().with_default(level),
        |targets, name| targets.with_target(*name, level.min(LevelFilter::WARN)),
    );
    let layer = fmt::layer()
        .with_ansi(false)
        .with_timer(Times(clock.clone()))
        .with_writer(Daily::new(folder, program, clock))
        .with_filter(targets);
    Registry::default().with(layer)
}

/// Begins to log, for the rest of this process. A second call changes nothing.
pub fn begin(folder: &Path, program: &str, level: LogLevel, clock: Clock) {
    if level == LogLevel::Off {
        return;
    }
    let subscriber = subscriber(folder, program, level, clock);
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        tracing::debug!("logging has begun already");
    }
}

fn filter(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}

/// Times by the one clock, so that the log agrees with Azure's.
struct Times(Clock);

impl fmt::time::FormatTime for Times {
    fn format_time(&self, writer: &mut fmt::format::Writer<'_>) -> std::fmt::Result {
        write!(writer, "{:.3}", self.0.now())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Not a token of anybody: the form is what counts.
    const CANARY: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJvaWQiOiJjYW5hcnkifQ.c2lnbmF0dXJl";

    #[test]
    fn no_token_reaches_the_file_by_any_way() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("logs");
        let subscriber = subscriber(&folder, "gangway", LogLevel::Debug, Clock::default());
        #[derive(Debug)]
        #[allow(dead_code, reason = "it is only formatted")]
        struct Wrong {
            inner: Option<String>,
        }
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!("sent Bearer {CANARY} to nobody");
            tracing::warn!(token = CANARY, "a field");
            tracing::error!(error = ?Wrong { inner: Some(CANARY.to_owned()) }, "a debug form");
            let span =
                tracing::info_span!("work", header = %format!("authorization: Bearer {CANARY}"));
            span.in_scope(|| tracing::debug!("client_secret=hunter2&grant_type=x"));
            tracing::debug!("{{\"refresh_token\": \"0.AXoA-short\"}}");
        });
        let files: Vec<_> = fs::read_dir(&folder).unwrap().flatten().collect();
        assert_eq!(files.len(), 1);
        let text = fs::read_to_string(files[0].path()).unwrap();
        assert_eq!(text.lines().count(), 5, "{text}");
        assert!(!text.contains("eyJ"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
        assert!(!text.contains("AXoA"), "{text}");
        assert!(crate::platform::is_private(&files[0].path()).unwrap());
    }
}
