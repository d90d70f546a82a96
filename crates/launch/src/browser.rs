//! Opens a page in the person's browser: the system's own choice, or the program that is set.

use std::io;
use std::path::Path;

use tokio::process::Child;

use crate::child::child;
use crate::invocation::Stage;
use crate::platform;

/// A browser that was told a page. Dropping it leaves the browser alone.
#[derive(Debug)]
pub struct OpenedPage {
    program: Option<Child>,
}

/// Opens `page` (an `http://` or `https://` address) in the browser: `browser`, a program and
/// its arguments, gets the address as its last argument; with nothing there, the system's
/// choice. No shell is in between. Needs a tokio runtime with IO.
///
/// # Errors
/// Where the address is none, there is no screen or no browser, or the program cannot be
/// started: the person has to open the page by hand then.
pub async fn open_page(page: &str, browser: &[String]) -> io::Result<OpenedPage> {
    if !is_page(page) {
        return refuse("only an http or https address is opened");
    }
    let program = match browser.split_first() {
        Some((program, arguments)) => Some(start(program, arguments, page)?),
        None => platform::open_page(page).await?,
    };
    Ok(OpenedPage { program })
}

impl OpenedPage {
    /// Waits until the program that was told the page ends, which for some browsers is at
    /// once and for others when they are closed. Whether the page may be taken as open.
    pub async fn holds(self) -> bool {
        match self.program {
            Some(mut program) => program.wait().await.is_ok_and(|status| status.success()),
            None => true,
        }
    }
}

/// Starts a program that shows a page, apart from this terminal.
pub(crate) fn start(program: &str, arguments: &[String], page: &str) -> io::Result<Child> {
    let script = Path::new(program)
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("bat") || end.eq_ignore_ascii_case("cmd"));
    if script {
        return refuse("a batch file would be run by a shell");
    }
    let mut command = child(program);
    command.args(arguments).arg(page);
    platform::attach(&mut command, Stage::Apart);
    command.spawn()
}

/// An address as this program writes it: what a URL must escape is escaped.
fn is_page(page: &str) -> bool {
    let rest = page
        .strip_prefix("https://")
        .or_else(|| page.strip_prefix("http://"));
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'<>\\^`{|}".contains(&byte);
    rest.is_some_and(|rest| {
        rest.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[')
            && rest.bytes().all(plain)
    })
}

fn refuse<T>(why: &str) -> io::Result<T> {
    Err(io::Error::new(io::ErrorKind::InvalidInput, why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_web_addresses_are_pages() {
        for page in [
            "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize?a=b%20c&d=e",
            "http://127.0.0.1:8080/",
            "http://[::1]:8080/",
        ] {
            assert!(is_page(page), "{page}");
        }
        for page in [
            "",
            "https://",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "--help",
            "https://x/ --new-window",
            "https://x/\"&calc",
            "https://x/|calc",
            "https:///x",
            "https://x/\n",
            "HTTPS://x/é",
        ] {
            assert!(!is_page(page), "{page}");
        }
    }

    #[tokio::test]
    async fn a_program_that_is_set_gets_the_page_as_its_last_argument() {
        let me = std::env::current_exe().unwrap().display().to_string();
        let browser = |argument: &str| [me.clone(), argument.to_owned()];
        let page = "http://127.0.0.1:1/page";
        // The test program itself stands in: its list of tests, filtered by the page, is empty.
        let opened = open_page(page, &browser("--list")).await.unwrap();
        assert!(opened.holds().await);
        let opened = open_page(page, &browser("--no-such-option")).await.unwrap();
        assert!(!opened.holds().await);
    }

    #[tokio::test]
    async fn what_cannot_be_started_is_told() {
        for browser in ["/nowhere/browser", "open.bat", "OPEN.CMD"] {
            let opened = open_page("https://x/", &[browser.to_owned()]).await;
            assert!(opened.is_err(), "{browser}");
        }
        let error = open_page("file:///x", &[]).await.unwrap_err();
        assert!(error.to_string().contains("http"), "{error}");
    }
}
