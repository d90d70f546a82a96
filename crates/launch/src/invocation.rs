//! What will be run, as data: looked at in a dry run, compared in tests, then started.

use std::fmt;
use std::path::{Path, PathBuf};

use gangway_engine::launch::LaunchView;
use gangway_engine::vm::Protocol;

/// A program to start, with everything it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// What for.
    pub protocol: Protocol,
    /// The program, by full path where one was found.
    pub program: PathBuf,
    /// Its arguments, each one by itself: no shell is in between.
    pub arguments: Vec<Argument>,
    /// What is added to its environment.
    pub environment: Vec<(String, String)>,
    /// The files to write before, private to the person, and to remove after.
    pub files: Vec<NewFile>,
    /// What is run, and has to succeed, after the files are written and before the program.
    pub before: Vec<Preparation>,
    /// What is started in its place where that does not succeed.
    pub otherwise: Option<Box<Invocation>>,
    /// What it is attached to.
    pub stage: Stage,
    /// Whether the client has ended when this program has. Some terminals hand their work
    /// to another process and end at once; their files stay until the next sweep.
    pub stays: bool,
    /// What a person should know of it before it is started.
    pub view: LaunchView,
}

/// A program that is run to its end before the client is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preparation {
    /// The program, by full path.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// The setting it follows, named where it fails.
    pub setting: &'static str,
    /// The file that it signs, by its index: looked at afterwards.
    pub signs: Option<usize>,
}

/// An argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// As it is.
    Text(String),
    /// The path of a file of the invocation, by its index.
    File(usize),
}

/// A file that is written for a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// How its name ends, without a dot: `rdp`.
    pub extension: &'static str,
    /// What is in it.
    pub text: String,
    /// How that is written.
    pub encoding: Encoding,
    /// Whether it is a program.
    pub executable: bool,
}

/// How text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 without a byte order mark.
    Utf8,
    /// UTF-16, little end first, with a byte order mark: what mstsc writes itself.
    Utf16,
}

impl Encoding {
    /// The bytes of `text`.
    #[must_use]
    pub fn bytes(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf16 => std::iter::once(0xFEFF)
                .chain(text.encode_utf16())
                .flat_map(u16::to_le_bytes)
                .collect(),
        }
    }
}

/// What a program is attached to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// This terminal: it takes over input, output and the keys that interrupt.
    ThisTerminal,
    /// Nothing: a window of its own, untouched by an interrupt here.
    Apart,
    /// A console window of its own (Windows).
    NewConsole,
}

impl fmt::Display for Invocation {
    /// As a person would type it; a file is shown by its kind in angle brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.before {
            self.write_command(f, &step.program, &step.arguments)?;
            f.write_str(" && ")?;
        }
        self.write_command(f, &self.program, &self.arguments)
    }
}

impl Invocation {
    fn write_command(
        &self,
        f: &mut fmt::Formatter<'_>,
        program: &Path,
        arguments: &[Argument],
    ) -> fmt::Result {
        f.write_str(&quoted(&program.to_string_lossy()))?;
        for argument in arguments {
            match argument {
                Argument::Text(text) => write!(f, " {}", quoted(text))?,
                Argument::File(index) => {
                    let extension = self.files.get(*index).map_or("", |file| file.extension);
                    write!(f, " <.{extension} file>")?;
                }
            }
        }
        Ok(())
    }
}

/// `text` as one word of a POSIX shell: single quotes around it where it needs any. A control
/// character stays what it is within the quotes.
pub(crate) fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
