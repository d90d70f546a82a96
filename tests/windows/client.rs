//! Stands where Windows has `mstsc.exe` and `rdpsign.exe`: tells a test how it was started, and does what it is told.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

/// Names where the test listens.
const TESTS: &str = "GANGWAY_TESTS_CLIENTS";

/// The properties that a signature covers here; `rdpsign` lists those that the file has.
const SCOPE: &str = "Full Address,Prompt For Credentials,Authentication Level,RedirectDrives,\
                     RedirectPrinters,RedirectCOMPorts,RedirectSmartCards,RedirectClipboard,\
                     DrivesToRedirect";

fn main() -> ExitCode {
    match run() {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // Nobody may be listening.
            let _ = writeln!(io::stderr().lock(), "{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<u8> {
    let words: Vec<String> = env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let file = words.iter().rfind(|word| is_rdp(word));
    let bytes = file.map(fs::read).transpose().context("no .rdp file")?;
    let program = env::current_exe()?;
    let told = json!({
        "program": program.display().to_string(),
        "arguments": words,
        "file": file,
        "bytes": bytes.as_ref().map(|bytes| STANDARD.encode(bytes)),
    });
    let address = env::var(TESTS).context("no test listens")?;
    let mut test = TcpStream::connect(&address).context("the test is gone")?;
    writeln!(test, "{told}")?;
    // It stays until it hears a word, or until the test is gone.
    let mut word = String::new();
    BufReader::new(&test).read_line(&mut word)?;
    match word.trim() {
        "" => Ok(0),
        "sign" => {
            let thumbprint = after(&words, "/sha256").context("no thumbprint")?;
            sign(Path::new(file.context("no file to sign")?), thumbprint)?;
            Ok(0)
        }
        code => code.parse().with_context(|| format!("told {code:?}")),
    }
}

fn is_rdp(word: &str) -> bool {
    let ending = Path::new(word).extension();
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("rdp"))
}

fn after<'a>(words: &'a [String], option: &str) -> Option<&'a str> {
    let at = words.iter().position(|word| word == option)?;
    words.get(at + 1).map(String::as_str)
}

/// As `rdpsign` leaves a file: the lines that were there, then what is signed and the signature, in UTF-16 with its
/// mark. The signature itself is of nobody: no Windows would take it.
fn sign(file: &Path, thumbprint: &str) -> Result<()> {
    let bytes = fs::read(file)?;
    let Some(text) = bytes.strip_prefix(&[0xFF, 0xFE]) else {
        bail!("not UTF-16 with its mark");
    };
    let (units, _odd) = text.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    let mut text = String::from_utf16(&units)?;
    let signature = STANDARD.encode(thumbprint);
    text += &format!("signscope:s:{SCOPE}\r\nsignature:s:AQABAAEAAAB{signature}  \r\n");
    let signed: Vec<u8> = std::iter::once(0xFEFF)
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    fs::write(file, signed)?;
    Ok(())
}
