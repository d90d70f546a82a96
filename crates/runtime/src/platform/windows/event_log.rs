//! The Application log, under the source `Gangway`
//! (<https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-reporteventw>).

mod line;

use std::ffi::OsStr;
use std::io;
use std::sync::OnceLock;
use std::time::Duration;

use windows::Win32::System::EventLog::{
    DeregisterEventSource, EVENTLOG_INFORMATION_TYPE, EVENTLOG_WARNING_TYPE, REPORT_EVENT_TYPE,
    RegisterEventSourceW, ReportEventW,
};
use windows::core::{HSTRING, PCWSTR, w};

use self::line::Line;
use crate::records::{Kind, Record};

/// An installation for everybody registers it, so that Event Viewer finds the text.
const SOURCE: PCWSTR = w!("Gangway");

/// How long is waited for what is taken at once where all is well: a process that ends right
/// after it has told all the same.
const PATIENCE: Duration = Duration::from_millis(250);

/// The line before the log, none where its thread could not begin.
static LINE: OnceLock<Option<Line<Event>>> = OnceLock::new();

/// An event as the log takes it: the first string is the whole text, the others are the
/// fields in their order.
struct Event {
    kind: REPORT_EVENT_TYPE,
    number: u32,
    strings: Vec<HSTRING>,
}

/// Tells the Application log; nothing else can be told `instead`. It is another process that
/// takes it, which may hang, and whoever tells this has requests to write down.
pub(crate) fn tell_system(instead: Option<&OsStr>, record: &Record) -> io::Result<()> {
    if instead.is_some() {
        return Ok(());
    }
    let line = LINE.get_or_init(|| Line::to(PATIENCE, report).ok());
    let line = line.as_ref().ok_or(io::ErrorKind::OutOfMemory)?;
    line.hand_over(event(record)).inspect_err(|error| {
        tracing::warn!(%error, lost = line.lost(), "the Application log has taken no record");
    })
}

fn event(record: &Record) -> Event {
    Event {
        kind: match record.kind {
            Kind::Request | Kind::Launch | Kind::End => EVENTLOG_INFORMATION_TYPE,
            Kind::Refusal => EVENTLOG_WARNING_TYPE,
        },
        number: record.kind as u32,
        strings: strings(record),
    }
}

fn report(event: Event) -> io::Result<()> {
    let Event {
        kind,
        number,
        strings,
    } = event;
    let pointers: Vec<PCWSTR> = strings.iter().map(|it| PCWSTR(it.as_ptr())).collect();
    // SAFETY: the name is a static string that ends with a zero; no computer means this one.
    let log = unsafe { RegisterEventSourceW(PCWSTR::null(), SOURCE) }?;
    // SAFETY: the handle is the one from above, and each string outlives the call and ends
    // with a zero; there is neither an account nor other data.
    let told = unsafe { ReportEventW(log, kind, 0, number, None, 0, Some(&pointers), None) };
    // SAFETY: the handle is the one from above and is not used after this.
    let closed = unsafe { DeregisterEventSource(log) };
    told.and(closed).map_err(io::Error::from)
}

fn strings(record: &Record) -> Vec<HSTRING> {
    let fields = record.fields();
    let lines = fields.iter().filter(|(_, value)| !value.is_empty());
    let lines: String = lines
        .map(|(name, value)| format!("\r\n{name}: {value}"))
        .collect();
    let text = format!("{}\r\n{lines}", record.sentence());
    let values = fields.into_iter().map(|(_, value)| value);
    std::iter::once(text)
        .chain(values)
        // Event Viewer would put another string in the place of "%1".
        .map(|text| HSTRING::from(text.replace('%', "_")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::hostile;

    #[test]
    fn no_value_stands_for_another() {
        let strings: Vec<String> = strings(&hostile()).iter().map(HSTRING::to_string).collect();
        assert_eq!(strings.len(), 13);
        assert!(strings.iter().all(|text| !text.contains(['%', '\0'])));
        assert_eq!(strings[1], "refusal");
        assert_eq!(strings[4], "22");
        assert_eq!(
            strings[0]
                .lines()
                .filter(|it| it.starts_with("KIND: "))
                .count(),
            1
        );
    }

    #[test]
    fn the_log_takes_a_record() {
        report(event(&hostile())).unwrap();
        tell_system(Some(OsStr::new("elsewhere")), &hostile()).unwrap();
    }
}
