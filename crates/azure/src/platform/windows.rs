//! Windows: Azure CLI runs without a console window, and WinHTTP runs the proxy's script.
#![allow(unsafe_code, reason = "WinHTTP and job objects are C interfaces")]

use std::ffi::c_void;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};

use tokio::process::{Child, Command};
use windows::Win32::Foundation::{GlobalFree, HANDLE, HGLOBAL};
use windows::Win32::Networking::WinHttp::{
    ERROR_WINHTTP_LOGIN_FAILURE, WINHTTP_ACCESS_TYPE_NAMED_PROXY, WINHTTP_ACCESS_TYPE_NO_PROXY,
    WINHTTP_AUTO_DETECT_TYPE_DHCP, WINHTTP_AUTO_DETECT_TYPE_DNS_A, WINHTTP_AUTOPROXY_AUTO_DETECT,
    WINHTTP_AUTOPROXY_CONFIG_URL, WINHTTP_AUTOPROXY_OPTIONS, WINHTTP_CURRENT_USER_IE_PROXY_CONFIG,
    WINHTTP_PROXY_INFO, WinHttpCloseHandle, WinHttpGetIEProxyConfigForCurrentUser,
    WinHttpGetProxyForUrl, WinHttpOpen, WinHttpSetTimeouts,
};
use windows::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectExtendedLimitInformation,
    SetInformationJobObject, TerminateJobObject,
};
use windows::core::{HRESULT, HSTRING, PCWSTR, PWSTR, w};

/// `CREATE_NO_WINDOW`
/// (<https://learn.microsoft.com/windows/win32/procthread/process-creation-flags>).
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// How long each step of fetching a script may take, in milliseconds.
const SCRIPT_LIMIT: i32 = 5_000;

/// No console flashes up when a program without one runs `cmd /C az`.
pub(crate) fn keep_apart(command: &mut Command) {
    command.creation_flags(CREATE_NO_WINDOW);
}

/// The child and everything it starts from now on: `az` is a script that starts Python.
pub(crate) struct Tree(Option<OwnedHandle>);

impl Tree {
    pub(crate) fn of(child: &Child) -> Self {
        let job = child.raw_handle().map(|child| job_with(HANDLE(child)));
        match job.transpose() {
            Ok(job) => Self(job),
            Err(error) => {
                tracing::warn!(%error, "what azure cli starts may outlive it");
                Self(None)
            }
        }
    }

    /// Ends all of it.
    pub(crate) fn end(&self) {
        let Some(job) = &self.0 else { return };
        // SAFETY: the handle is open as long as `self` is.
        if let Err(error) = unsafe { TerminateJobObject(HANDLE(job.as_raw_handle()), 1) } {
            tracing::debug!(%error, "azure cli was gone already");
        }
    }
}

/// A job that holds the process. It ends with its handle, so also when this program is
/// ended from outside.
fn job_with(process: HANDLE) -> windows::core::Result<OwnedHandle> {
    // SAFETY: a job without a name or attributes; nobody else owns the handle that is given.
    let job = unsafe { OwnedHandle::from_raw_handle(CreateJobObjectW(None, PCWSTR::null())?.0) };
    let handle = HANDLE(job.as_raw_handle());
    let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    let size = u32::try_from(size_of_val(&limits)).unwrap_or(u32::MAX);
    // SAFETY: the job is open, the structure is ours and of that class and size; the process
    // is a child that nobody has waited for, so its handle is open too.
    unsafe {
        SetInformationJobObject(
            handle,
            JobObjectExtendedLimitInformation,
            (&raw const limits).cast(),
            size,
        )?;
        AssignProcessToJobObject(handle, process)?;
    }
    Ok(job)
}

/// WinHTTP runs proxy scripts for every program.
pub(crate) const HAS_PROXY_SCRIPTS: bool = true;

/// What the script in the person's proxy settings says of an address: a list of proxies,
/// `DIRECT`, or nothing where no script is set or none could be had. It may take seconds.
pub(crate) fn proxies_by_script(url: &str) -> Option<String> {
    Script::of_the_person()?.ask(url)
}

/// Where the script is: at an address, or to be looked for in the network, which is done
/// only where the person's settings say so.
struct Script {
    address: Option<HSTRING>,
    look_for_it: bool,
}

impl Script {
    fn of_the_person() -> Option<Self> {
        let mut set = WINHTTP_CURRENT_USER_IE_PROXY_CONFIG::default();
        // SAFETY: the structure is ours and outlives the call.
        if let Err(error) = unsafe { WinHttpGetIEProxyConfigForCurrentUser(&raw mut set) } {
            tracing::debug!(%error, "no proxy settings of this person");
            return None;
        }
        // All three belong to us now and are freed, read or not.
        let [address, _proxy, _bypass] =
            [set.lpszAutoConfigUrl, set.lpszProxy, set.lpszProxyBypass].map(Text);
        let script = Self {
            address: address.read().map(|text| HSTRING::from(text.as_str())),
            look_for_it: set.fAutoDetect.as_bool(),
        };
        (script.look_for_it || script.address.is_some()).then_some(script)
    }

    fn ask(&self, url: &str) -> Option<String> {
        let session = Session::open()?;
        // Without our Windows sign-in first: only a server that wants it gets it.
        let answer = match self.once(&session, url, false) {
            Err(error) if error.code() == HRESULT::from_win32(ERROR_WINHTTP_LOGIN_FAILURE) => {
                self.once(&session, url, true)
            }
            answer => answer,
        };
        match answer {
            Ok(list) => list,
            Err(error) => {
                tracing::debug!(%error, "no answer of the proxy script");
                None
            }
        }
    }

    fn once(
        &self,
        session: &Session,
        url: &str,
        sign_in: bool,
    ) -> windows::core::Result<Option<String>> {
        let mut options = WINHTTP_AUTOPROXY_OPTIONS {
            fAutoLogonIfChallenged: sign_in.into(),
            ..WINHTTP_AUTOPROXY_OPTIONS::default()
        };
        if self.look_for_it {
            options.dwFlags |= WINHTTP_AUTOPROXY_AUTO_DETECT;
            options.dwAutoDetectFlags =
                WINHTTP_AUTO_DETECT_TYPE_DHCP | WINHTTP_AUTO_DETECT_TYPE_DNS_A;
        }
        if let Some(address) = &self.address {
            options.dwFlags |= WINHTTP_AUTOPROXY_CONFIG_URL;
            options.lpszAutoConfigUrl = PCWSTR(address.as_ptr());
        }
        let mut info = WINHTTP_PROXY_INFO::default();
        // SAFETY: the session is open, both structures are ours, and every text they point
        // to outlives the call.
        unsafe {
            WinHttpGetProxyForUrl(
                session.0,
                &HSTRING::from(url),
                &raw mut options,
                &raw mut info,
            )?;
        }
        let [list, _bypass] = [info.lpszProxy, info.lpszProxyBypass].map(Text);
        Ok(match info.dwAccessType {
            WINHTTP_ACCESS_TYPE_NAMED_PROXY => list.read(),
            WINHTTP_ACCESS_TYPE_NO_PROXY => Some("DIRECT".to_owned()),
            _ => None,
        })
    }
}

/// WinHTTP's handle, closed when dropped.
struct Session(*mut c_void);

impl Session {
    fn open() -> Option<Self> {
        // SAFETY: the texts are constants.
        let handle = unsafe {
            WinHttpOpen(
                w!("gangway"),
                WINHTTP_ACCESS_TYPE_NO_PROXY,
                PCWSTR::null(),
                PCWSTR::null(),
                0,
            )
        };
        if handle.is_null() {
            return None;
        }
        let session = Self(handle);
        // SAFETY: the handle is open.
        let limited = unsafe {
            WinHttpSetTimeouts(
                session.0,
                SCRIPT_LIMIT,
                SCRIPT_LIMIT,
                SCRIPT_LIMIT,
                SCRIPT_LIMIT,
            )
        };
        if let Err(error) = limited {
            tracing::debug!(%error, "the usual limits hold");
        }
        Some(session)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: the handle is open and closed once, here.
        let _ = unsafe { WinHttpCloseHandle(self.0) };
    }
}

/// A text that WinHTTP gave away, freed when dropped.
struct Text(PWSTR);

impl Text {
    fn read(&self) -> Option<String> {
        if self.0.is_null() {
            return None;
        }
        // SAFETY: WinHTTP's texts end with a zero, and this one is not freed yet.
        let text = unsafe { self.0.to_string() }.ok()?;
        (!text.is_empty()).then_some(text)
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: WinHTTP allocated it for us with GlobalAlloc; freed once, here. The
            // result tells of success by being null, which the wrapper takes for an error.
            let _ = unsafe { GlobalFree(Some(HGLOBAL(self.0.0.cast()))) };
        }
    }
}

/// A program that outlives every test.
#[cfg(test)]
pub(crate) const ENDLESS: (&str, &[&str]) = ("ping", &["-n", "1000", "127.0.0.1"]);

/// A shell that runs the line as a program of its own, with a variable set for it.
#[cfg(test)]
pub(crate) fn through_a_shell(name: &str, value: &str, line: &str) -> (&'static str, [String; 2]) {
    let line = format!("set {name}={value}&& {line}");
    ("cmd", ["/C".to_owned(), line])
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    const SCRIPT: &str = r#"function FindProxyForURL(url, host) {
        if (host == "login.contoso.example") return "PROXY one.contoso.example:8080; PROXY two.contoso.example:8081";
        return "DIRECT";
    }"#;

    /// Serves the script to whoever asks, to the end of the test program.
    fn serve() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let mut asked = [0; 4096];
                let _ = stream.read(&mut asked);
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/x-ns-proxy-autoconfig\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{SCRIPT}",
                    SCRIPT.len()
                );
            }
        });
        port
    }

    #[test]
    fn a_script_names_the_proxies_of_a_host() {
        let address = format!("http://127.0.0.1:{}/proxy.pac", serve());
        let script = Script {
            address: Some(HSTRING::from(address.as_str())),
            look_for_it: false,
        };
        let list = script.ask("https://login.contoso.example/").unwrap();
        assert!(list.contains("one.contoso.example:8080"), "{list}");
        assert_eq!(
            script.ask("https://management.contoso.example/").as_deref(),
            Some("DIRECT")
        );
    }

    #[test]
    fn a_script_that_is_not_there_says_nothing() {
        let script = Script {
            address: Some(HSTRING::from("http://127.0.0.1:1/proxy.pac")),
            look_for_it: false,
        };
        assert_eq!(script.ask("https://login.contoso.example/"), None);
    }
}
